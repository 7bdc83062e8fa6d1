"""PDFs that are made to exhaust whoever opens them, in the worker that reads them: each ends alone, and by name."""

import zlib
from collections.abc import Callable

import pytest

from tasks.reading.pdf import PdfError, extract_pages
from tasks.reading.workers import Failure
from tests.reading.conftest import read_in_workers

CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>"
FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
LINE = b"BT /F1 11 Tf 50 50 Td (Some text that repeats) Tj ET\n"
MEGABYTE = 2**20


def write_pdf(*objects: bytes) -> bytes:
    """Writes a PDF of these objects, the catalogue first, with a sound cross-reference table."""
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size, start = len(objects) + 1, len(body)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, entries)
    return body + table + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)


def make_stream(piece: bytes, megabytes: int) -> bytes:
    """Makes a compressed stream of so many megabytes of a piece."""
    compressor = zlib.compressobj(9)
    chunk = piece * (MEGABYTE // len(piece))
    data = b"".join(compressor.compress(chunk) for _ in range(megabytes)) + compressor.flush()
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(data), data)


def make_pages(kids: bytes, count: int, *, content: bytes = LINE, megabytes: int = 0, extra: bytes = b"") -> bytes:
    """Makes a PDF whose tree of pages is that, all pages with the same content."""
    stream = make_stream(content, megabytes) if megabytes else b"<< /Length %d >>\nstream\n%b\nendstream"
    stream = stream if megabytes else stream % (len(content), content)
    tree = b"<< /Type /Pages /Count %d /Kids [%b] %b >>" % (count, kids, extra)
    return write_pdf(CATALOGUE, tree, PAGE, stream, FONT)


def read(body: bytes) -> str:
    """Reads a PDF, in a worker; gives its pages, or the outcome and reason."""
    try:
        return " / ".join(extract_pages(body).pages)
    except PdfError as error:
        return f"{error.outcome}: {error.reason}"


def read_in_worker(*bodies: bytes) -> list[str | Failure]:
    """Reads PDFs one after the other in one worker with tight limits."""
    return list(read_in_workers(read, bodies, workers=1, time_limit_s=2, memory_limit_mb=250))


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda: make_pages(b"3 0 R " * 100_000, 100_000), "too_large: 100000 pages, more than the 500"),
        (lambda: make_pages(b"2 0 R 3 0 R", 2), "unreadable: broken"),
        (lambda: make_pages(b"3 0 R", 10**9), "Some text that repeats"),
        (
            lambda: make_pages(b"3 0 R", 1, extra=b"/X " + b"[" * 200_000 + b"]" * 200_000),
            "Some text that repeats",
        ),
        (lambda: make_pages(b"3 0 R", 1, content=b"[" * 100_000 + LINE), "unreadable: no text"),
    ],
    ids=["pages", "tree in itself", "count that lies", "nested values", "nested operands"],
)
def test_a_bomb_has_a_named_outcome(make: Callable[[], bytes], found: str) -> None:
    """More pages than are read, and trees without end, are refused or harmless, and cost no more than a report."""
    [result] = read_in_worker(make())
    assert isinstance(result, str)
    assert result.startswith(found)


def test_a_stream_that_fills_the_memory_ends_its_worker_alone() -> None:
    """A small file that unpacks to more than the worker may have is a failure with a reason; the next file is read."""
    bomb, sound = make_pages(b"3 0 R", 1, content=b" ", megabytes=600), make_pages(b"3 0 R", 1)
    assert len(bomb) < MEGABYTE
    failed, following = read_in_worker(bomb, sound)
    assert isinstance(failed, Failure)
    assert "crashed" in failed.reason or "needs more than" in failed.reason
    assert following == "Some text that repeats"


def test_a_page_without_end_is_stopped_alone() -> None:
    """A small file whose one page is drawn for minutes is stopped at the time limit; the next file is read."""
    bomb, sound = make_pages(b"3 0 R " * 400, 400, megabytes=2), make_pages(b"3 0 R", 1)
    assert len(bomb) < MEGABYTE
    assert read_in_worker(bomb, sound) == [Failure("not read within 2 s"), "Some text that repeats"]
