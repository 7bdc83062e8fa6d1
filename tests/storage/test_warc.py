"""Exchanges become WARC records that other tools accept, in files that survive whatever ends the run."""

import gzip
import hashlib
import json
import resource
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.errors import ArchiveError, DamagedError
from storage.layout import Layout
from storage.records import Exchange, WarcPosition
from storage.warc import check_warc, digest_payload, read_answer
from tests.storage.conftest import EARLIER, EXCHANGES, FILENAME, PACKED, MakeExchange, MakeWriter

PROGRAMS = Path(sys.executable).parent


@contextmanager
def limit_files(size: int) -> Iterator[None]:
    """Lets no file of this process grow over some bytes, as a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def read_records(path: Path, offset: int = 0, count: int = 3) -> list[tuple[str, dict[str, str], Any, bytes]]:
    """Reads records by warcio: type, headers, HTTP headers and content as stored."""
    with path.open("rb") as file:
        file.seek(offset)
        records = zip(ArchiveIterator(file), range(count), strict=False)
        return [(r.rec_type, dict(r.rec_headers.headers), r.http_headers, r.raw_stream.read()) for r, _ in records]


def test_other_tools_accept_the_file(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """`warcio check` finds nothing to say, nor does our own check, and every digest is a checked one."""
    path = layout.warc / FILENAME
    checked = subprocess.run([PROGRAMS / "warcio", "check", "-v", path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.count("digest pass") == 1 + 3 * len(EXCHANGES) - 1 - 3
    assert "no digest" not in checked.stdout
    assert check_warc(path) == []


def test_an_index_lists_the_answers(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """The index that pywb uses has each answer with its address, status, place and digest."""
    indexed = subprocess.run(
        [PROGRAMS / "cdxj-indexer", layout.warc / FILENAME], capture_output=True, text=True, check=True
    )
    lines = [line.split(" ", 2) for line in indexed.stdout.splitlines()]
    entries = {int(entry["offset"]): entry for entry in (json.loads(text) for _, _, text in lines)}
    answered = {name: position for name, position in positions.items() if name != "failure"}
    assert {position.offset for position in answered.values()} <= entries.keys()
    packed = entries[positions["packed"].offset]
    assert packed["url"] == "https://example.org/news/1?page=2"
    assert packed["status"] == "200"
    assert int(packed["length"]) == positions["packed"].length
    assert packed["digest"] in {digest_payload(PACKED), digest_payload(PACKED).removeprefix("sha1:")}
    assert {entries[positions[name].offset]["mime"] for name in ("same payload", "not modified")} == {"warc/revisit"}
    assert {stamp for _, stamp, _ in lines} == {"20261121030405"}


def test_a_file_says_who_wrote_it(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """The first record names the program, who answers for it, the format and the rules."""
    kind, headers, _, content = read_records(layout.warc / FILENAME)[0]
    assert kind == "warcinfo"
    assert headers["WARC-Filename"] == "nightly-1-00001.warc.gz"
    assert content.decode().splitlines()[:3] == [
        "software: tester/1",
        "operator: Test <test@example.org>",
        "format: WARC File Format 1.1",
    ]
    assert b"robots: obeyed" in content


def test_an_answer_is_three_records(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """A response is followed by its request and its metadata, both concurrent to it and of the same moment."""
    position = positions["packed"]
    answer, request, metadata = read_records(layout.warc / position.filename, position.offset)
    assert [record[0] for record in (answer, request, metadata)] == ["response", "request", "metadata"]
    assert answer[1]["WARC-Record-ID"] == f"<{position.record_id}>"
    assert answer[1]["WARC-Payload-Digest"] == position.payload_digest == digest_payload(PACKED)
    assert answer[3] == PACKED
    assert {record[1]["WARC-Date"] for record in (answer, request, metadata)} == {"2026-11-21T03:04:05.678901Z"}
    assert {record[1]["WARC-IP-Address"] for record in (answer, request, metadata)} == {"192.0.2.7"}
    assert request[1]["WARC-Concurrent-To"] == metadata[1]["WARC-Concurrent-To"] == answer[1]["WARC-Record-ID"]
    assert (request[2].protocol, request[2].statusline) == ("GET", "/news/1?page=2 HTTP/1.1")
    assert request[2].get_header("User-Agent") == "tester"
    assert metadata[3] == b"run: 1\r\nfetchTimeMs: 17\r\n"


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("packed", [("Content-Encoding", "gzip"), ("Content-Length", str(len(PACKED)))]),
        ("chunked", [("X-Crawler-Transfer-Encoding", "chunked")]),
        ("packed and cut", [("Content-Encoding", "gzip"), ("X-Crawler-Content-Length", str(len(PACKED)))]),
        ("not modified", [("Content-Length", "99")]),
        ("latin-1", [("X-Name", "Gwasanaethau Ynys Môn")]),
        ("beyond latin-1", [("X-Name", "Tŷ Hafan")]),
    ],
)
def test_headers_are_as_they_came(
    layout: Layout, positions: dict[str, WarcPosition], name: str, headers: list[tuple[str, str]]
) -> None:
    """Headers are written as they came, but one that the stored body belies goes under another name."""
    position = positions[name]
    assert read_records(layout.warc / position.filename, position.offset)[0][2].headers == headers


def test_a_header_is_found_in_any_case(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """Of an answer that is read back, as of one that came; without it there is none."""
    position = positions["packed"]
    answer = read_answer(layout, position.filename, position.offset)
    assert answer.header("content-ENCODING") == "gzip"
    assert answer.header("ETag") is None


def test_header_bytes_are_kept(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """A header that is not ASCII has the bytes that the server sent."""
    packed = (layout.warc / FILENAME).read_bytes()
    assert "X-Name: Gwasanaethau Ynys Môn\r\n".encode("latin-1") in gzip.decompress(packed)


def test_a_cut_body_says_why(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """WARC-Truncated has the reason, and the metadata the error on one line."""
    cut, broken = (
        read_records(layout.warc / FILENAME, positions[name].offset) for name in ("packed and cut", "broken off")
    )
    assert (cut[0][1]["WARC-Truncated"], broken[0][1]["WARC-Truncated"]) == ("length", "disconnect")
    assert b"\r\nerror: the server hung up\r\n" in broken[2][3]


def test_http2_is_written_as_http1(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """The status line is HTTP/1.1 and WARC-Protocol says what was spoken; a bare host asks for `/`."""
    answer, request, _ = read_records(layout.warc / FILENAME, positions["HTTP/2"].offset)
    assert answer[1]["WARC-Protocol"] == "h2"
    assert (answer[2].protocol, answer[2].statusline) == ("HTTP/1.1", "200")
    assert request[2].statusline == "/ HTTP/1.1"


@pytest.mark.parametrize(
    ("name", "profile"), [("same payload", "identical-payload-digest"), ("not modified", "server-not-modified")]
)
def test_a_known_payload_is_a_revisit(
    layout: Layout, positions: dict[str, WarcPosition], name: str, profile: str
) -> None:
    """A payload that the archive has is not stored again: the record has the headers and says where it is."""
    kind, headers, http_headers, content = read_records(layout.warc / FILENAME, positions[name].offset)[0]
    assert (kind, content) == ("revisit", b"")
    assert headers["WARC-Profile"] == f"http://netpreserve.org/warc/1.1/revisit/{profile}"
    assert headers["WARC-Refers-To"] == f"<{EARLIER.record_id}>"
    assert headers["WARC-Refers-To-Target-URI"] == EARLIER.url
    assert headers["WARC-Refers-To-Date"] == "2026-11-20T01:02:03.000004Z"
    assert headers["WARC-Payload-Digest"] == EARLIER.payload_digest == positions[name].payload_digest
    assert http_headers.get_statuscode() == ("304" if name == "not modified" else "200")


def test_a_failure_is_metadata_and_request(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """Where no answer came, the position is that of the metadata record with the error, and the request follows."""
    metadata, request = read_records(layout.warc / FILENAME, positions["failure"].offset)
    assert (metadata[0], request[0]) == ("metadata", "request")
    assert metadata[3] == b"run: 1\r\nfetchTimeMs: 17\r\nerror: no such host\r\n"
    assert request[1]["WARC-Concurrent-To"] == metadata[1]["WARC-Record-ID"]
    assert positions["failure"].payload_digest is None


def test_another_payload_is_no_revisit(layout: Layout, make_writer: MakeWriter, make_exchange: MakeExchange) -> None:
    """A payload that differs from the earlier one is refused rather than lost, and so is a time without a zone."""
    with make_writer() as writer:
        with pytest.raises(ValueError, match="the payload is not that of urn:uuid:"):
            writer.append(make_exchange(body=b"new"), metadata={}, earlier=EARLIER)
        with pytest.raises(ValueError, match="an instant without a time zone"):
            writer.append(make_exchange(requested_at=datetime(2026, 1, 1)), metadata={})  # noqa: DTZ001 - the point
    assert not layout.warc.exists()


@pytest.mark.parametrize("name", ["plain", "packed", "chunked", "packed and cut", "broken off", "HTTP/2", "empty"])
def test_an_answer_reads_back(
    layout: Layout, positions: dict[str, WarcPosition], make_exchange: MakeExchange, name: str
) -> None:
    """What is read back by position is what was appended, byte for byte."""
    exchange: Exchange = make_exchange(**EXCHANGES[name][0])
    answer = read_answer(layout, positions[name].filename, positions[name].offset)
    assert (answer.url, answer.fetched_at, answer.status) == (exchange.url, exchange.requested_at, exchange.status)
    assert answer.body == exchange.body


@pytest.mark.parametrize("name", ["same payload", "not modified", "failure"])
def test_only_a_response_reads_back(layout: Layout, positions: dict[str, WarcPosition], name: str) -> None:
    """A record without a payload of its own is an error that names file and offset."""
    offset = positions[name].offset
    with pytest.raises(ArchiveError, match=rf"{FILENAME}: the record at {offset} is a \w+, not a response"):
        read_answer(layout, FILENAME, offset)


def test_a_wrong_position_is_an_error(layout: Layout, positions: dict[str, WarcPosition]) -> None:
    """A missing file, an offset within a record and one behind the end are errors that say so."""
    end = (layout.warc / FILENAME).stat().st_size
    with pytest.raises(DamagedError, match=r"absent\.warc\.gz is missing"):
        read_answer(layout, "absent.warc.gz", 0)
    with pytest.raises(DamagedError, match="the record at 1 cannot be unpacked"):
        read_answer(layout, FILENAME, 1)
    with pytest.raises(DamagedError, match=f"no record at {end}"):
        read_answer(layout, FILENAME, end)


def test_an_open_file_reads_back(layout: Layout, make_writer: MakeWriter, make_exchange: MakeExchange) -> None:
    """An answer can be read as soon as it is appended, and under the same name after the file is closed."""
    with make_writer() as writer:
        position = writer.append(make_exchange(), metadata={})
        writer.flush()
        assert (layout.warc / f"{FILENAME}.open").exists()
        assert read_answer(layout, position.filename, position.offset).body == b"<p>A page</p>"
    assert not (layout.warc / f"{FILENAME}.open").exists()
    assert read_answer(layout, position.filename, position.offset).body == b"<p>A page</p>"


def test_a_full_file_is_followed_by_the_next(
    layout: Layout, make_writer: MakeWriter, make_exchange: MakeExchange
) -> None:
    """Past the limit the next serial begins, and a name that is taken, open or closed, is passed over."""
    taken = layout.warc / "2026/11/21"
    taken.mkdir(parents=True)
    (taken / "nightly-1-00002.warc.gz").write_bytes(b"closed")
    (taken / "nightly-1-00003.warc.gz.open").write_bytes(b"open")
    with make_writer(limit_bytes=1) as writer:
        names = [writer.append(make_exchange(), metadata={}).filename for _ in range(2)]
    assert names == [FILENAME, "2026/11/21/nightly-1-00004.warc.gz"]
    assert (taken / "nightly-1-00002.warc.gz").read_bytes() == b"closed"
    assert sorted(path.name for path in taken.iterdir()) == [
        "nightly-1-00001.warc.gz", "nightly-1-00002.warc.gz", "nightly-1-00003.warc.gz.open", "nightly-1-00004.warc.gz",
    ]  # fmt: skip


def test_nothing_appended_makes_no_file(layout: Layout, make_writer: MakeWriter) -> None:
    """A run without an exchange leaves no file."""
    with make_writer() as writer:
        writer.flush()
    assert not layout.root.exists()


@pytest.mark.parametrize("room", [0, 100, 3_000], ids=["none", "for a part", "for one exchange"])
def test_a_full_disk_leaves_whole_records(
    layout: Layout, make_writer: MakeWriter, make_exchange: MakeExchange, room: int
) -> None:
    """What has no room is taken back, whatever ends the run then: the file is whole, and goes on when there is room."""
    page = make_exchange(body=hashlib.shake_128(b"hardly packs").digest(2_000))
    with pytest.raises(OSError, match="File too large"), make_writer() as writer, limit_files(room):
        deque((writer.append(page, metadata={}) for _ in range(9)), maxlen=0)
    files = [path for path in layout.warc.rglob("*") if path.is_file()]
    assert [path.name for path in files] == ([Path(FILENAME).name] if room > 100 else [])
    assert not any(check_warc(path) for path in files)


def test_a_file_goes_on_after_a_full_disk(layout: Layout, make_writer: MakeWriter, make_exchange: MakeExchange) -> None:
    """An exchange that is appended again when there is room follows the last whole one."""
    with make_writer() as writer:
        with pytest.raises(OSError, match="File too large"), limit_files(0):
            writer.append(make_exchange(), metadata={})
        position = writer.append(make_exchange(), metadata={})
    assert check_warc(layout.warc / FILENAME) == []
    assert read_answer(layout, position.filename, position.offset).body == b"<p>A page</p>"
