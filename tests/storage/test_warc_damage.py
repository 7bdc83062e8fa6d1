"""WARC files that were torn or changed are closed at their last whole record, or found."""

import gzip
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from storage.errors import DamagedError
from storage.layout import Layout
from storage.records import WarcPosition
from storage.warc import check_warc, close_torn_files, iterate_records, read_answer
from storage.warc_read import iterate_members
from tests.storage.conftest import EARLIER, EXCHANGES, FILENAME, MakeExchange, MakeWriter


@pytest.mark.parametrize("tail", [b"", b"\x1f\x8b\x08", b"\0" * 5000, "half a record"])
def test_a_torn_file_is_closed_at_its_last_whole_record(
    layout: Layout, positions: dict[str, WarcPosition], tail: bytes | str
) -> None:
    """Whatever follows the last whole record goes; the rest keeps its place and passes every check."""
    closed = layout.warc / FILENAME
    whole = closed.read_bytes()
    torn = closed.rename(f"{closed}.open")
    torn.write_bytes(whole + (tail if isinstance(tail, bytes) else whole[positions["packed"].offset :][:100]))
    assert close_torn_files(layout) == [closed]
    assert closed.read_bytes() == whole
    assert not torn.exists()
    assert close_torn_files(layout) == []


def test_a_file_without_a_whole_record_goes(layout: Layout) -> None:
    """A file that ends within its first record is removed."""
    layout.warc.mkdir(parents=True)
    torn = layout.warc / "a.warc.gz.open"
    torn.write_bytes(gzip.compress(b"WARC/1.1", mtime=0)[:-1])
    assert close_torn_files(layout) == []
    assert not torn.exists()


def test_a_file_with_both_names_is_an_error(layout: Layout) -> None:
    """Where an open and a closed file have one name, neither is touched."""
    layout.warc.mkdir(parents=True)
    for name in ("a.warc.gz", "a.warc.gz.open"):
        (layout.warc / name).write_bytes(gzip.compress(b"WARC/1.1", mtime=0))
    with pytest.raises(DamagedError, match=r"a\.warc\.gz both exist"):
        close_torn_files(layout)


def test_a_file_in_use_is_left_alone(layout: Layout, make_writer: MakeWriter, make_exchange: MakeExchange) -> None:
    """A file that a living writer holds is not taken for torn."""
    with make_writer() as writer:
        writer.append(make_exchange(), metadata={})
        assert close_torn_files(layout) == []
        position = writer.append(make_exchange(), metadata={})
    assert read_answer(layout, position.filename, position.offset).status == 200


KILLED_WRITER = """
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from storage.layout import Layout
from storage.records import Exchange
from storage.warc import WarcWriter

writer = WarcWriter(Layout(Path(sys.argv[1])), "nightly-1", day=date(2026, 11, 21), software="t", operator="t")
for number in range(1_000_000):
    exchange = Exchange("https://example.org/", datetime.now(UTC), [], status=200, body=b"page %d" % number * 9999)
    position = writer.append(exchange, metadata={})
    if number == 20:
        writer.flush()
        print(position.offset, flush=True)
"""


def test_a_killed_writer_leaves_a_recoverable_file(layout: Layout) -> None:
    """After SIGKILL the file is closed at its last whole record, with all that was flushed."""
    with subprocess.Popen([sys.executable, "-c", KILLED_WRITER, layout.root], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        offset = int(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
    path = layout.warc / FILENAME
    assert close_torn_files(layout) == [path]
    assert check_warc(path) == []
    assert read_answer(layout, FILENAME, offset).body.startswith(b"page 20page 20")


def test_all_records_are_listed(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """The records of a file come in order, with the places and identifiers that were handed out."""
    records = {record.record_id: record for record in iterate_records(layout.warc / FILENAME)}
    assert len(records) == 1 + 3 * len(EXCHANGES) - 1
    for position in positions.values():
        record = records[position.record_id]
        assert (record.offset, record.length) == (position.offset, position.length)
    revisit = records[positions["same payload"].record_id]
    assert (revisit.record_type, revisit.payload_digest) == ("revisit", EARLIER.payload_digest)
    assert revisit.url == "https://example.org/news/1?page=2"
    ends = [record.offset + record.length for record in records.values()]
    assert [record.offset for record in records.values()] == [0, *ends[:-1]]


@pytest.fixture
def written(make_writer: MakeWriter, make_exchange: MakeExchange) -> WarcPosition:
    """One exchange, in a file of its own that is closed."""
    with make_writer() as writer:
        return writer.append(make_exchange(), metadata={})


def repack(path: Path, old: bytes, new: bytes) -> None:
    """Changes text within the records of a file, each packed anew so that gzip finds nothing wrong."""
    members = [path.read_bytes()[record.offset :][: record.length] for record in iterate_records(path)]
    path.write_bytes(b"".join(gzip.compress(gzip.decompress(member).replace(old, new), mtime=0) for member in members))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"<p>A page</p>", b"<p>A pagE</p>", "payload digest failed"),
        (b"Content-Type: text/html", b"Content-Type: text/htmL", "block digest failed"),
        (b"<p>A page</p>", b"<p>A page", "its length is not the Content-Length"),
        (b"<p>A page</p>", b"<p>A page</p>..", "its length is not the Content-Length"),
        (b"-Digest: ", b"-Digested: ", "its digests could not be checked"),
    ],
)
def test_a_changed_record_is_found(layout: Layout, written: WarcPosition, old: bytes, new: bytes, problem: str) -> None:
    """A payload, header or length that is not what its record says is named with the offset, and not handed out."""
    path = layout.warc / written.filename
    repack(path, old, new)
    offset = next(record.offset for record in iterate_records(path) if record.record_type == "response")
    assert any(found.startswith(f"the record at {offset}: {problem}") for found in check_warc(path))
    with pytest.raises(DamagedError, match=problem):
        read_answer(layout, written.filename, offset)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda content: content[:-1], r"the record at \d+ is torn: the file ends within it"),
        (lambda content: content[:300] + b"\xff" + content[301:], r"the record at \d+ cannot be unpacked"),
        (lambda content: content + gzip.compress(b"no record", mtime=0), r"at \d+ is no WARC record"),
        (lambda content: content + gzip.compress(b"", mtime=0), r"at \d+ is no WARC record"),
    ],
)
def test_a_damaged_file_is_found(layout: Layout, positions: dict[str, WarcPosition], damage: Any, problem: str) -> None:
    """A file that was cut, changed or filled with something else is reported with the offset."""
    path = layout.warc / FILENAME
    path.write_bytes(damage(path.read_bytes()))
    (found,) = check_warc(path)
    assert re.match(problem, found)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (b"\r\n", b"\n", "the record at 0 has no CRLF at the ends of its lines"),
        (b"WARC-Record-ID: ", b"WARC-Record: ", "the record at 0 has no WARC-Record-ID"),
        (b"WARC-Date: 2", b"WARC-Date: in 2", "the record at 0 has no readable WARC-Date"),
        (b"WARC-Date: ", b"Date: ", "the record at 0 has no readable WARC-Date"),
        (b"WARC-Target-URI: ", b"Target: ", r"at \d+ is no WARC record: "),
        (b"Block-Digest: sha1:", b"Block-Digest: sha1:\x80", r"the record at \d+: its digests could not be checked: "),
    ],
    ids=["lines", "identifier", "date", "no date", "address", "digest"],
)
def test_a_file_that_another_program_packed_is_told_by_name(
    layout: Layout, written: WarcPosition, old: bytes, new: bytes, problem: str
) -> None:
    """Gzip finds nothing wrong with it: what a record's head lacks is told with the offset, and the file when read."""
    path = layout.warc / written.filename
    repack(path, old, new)
    with path.open("rb") as file:
        _, answer, *_ = iterate_members(file, path.name)
    assert re.match(problem, check_warc(path)[0])
    with pytest.raises(DamagedError, match=rf"{written.filename}: (the record )?at {answer.offset}"):
        read_answer(layout, written.filename, answer.offset)
