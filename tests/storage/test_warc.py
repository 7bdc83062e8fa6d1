"""Exchanges become WARC records that other tools accept, in files that survive whatever ends the run."""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from storage.errors import ArchiveError, DamagedError
from storage.layout import Layout
from storage.records import EarlierPayload, Exchange, WarcPosition
from storage.warc import check_warc, close_torn_files, digest_payload, iterate_records, read_answer
from tests.storage.conftest import MakeExchange, MakeWriter

PROGRAMS = Path(sys.executable).parent
FILENAME = "2026/11/21/nightly-1-00001.warc.gz"
PACKED = gzip.compress(b"<p>A packed page</p>" * 50, mtime=0)
EARLIER = EarlierPayload(
    "https://example.org/old",
    datetime(2026, 11, 20, 1, 2, 3, 4, UTC),
    "urn:uuid:00000000-0000-4000-8000-000000000001",
    digest_payload(b"<p>A page</p>"),
)
EXCHANGES: dict[str, tuple[dict[str, Any], EarlierPayload | None]] = {
    "plain": ({}, None),
    "packed": (
        {"body": PACKED, "response_headers": [("Content-Encoding", "gzip"), ("Content-Length", str(len(PACKED)))]},
        None,
    ),
    "chunked": ({"body": b"joined", "response_headers": [("transfer-encoding", "chunked")]}, None),
    "packed and cut": (
        {
            "body": PACKED[:40],
            "truncated": "length",
            "response_headers": [("Content-Encoding", "gzip"), ("content-length", str(len(PACKED)))],
        },
        None,
    ),
    "broken off": ({"body": b"<p>A", "truncated": "disconnect", "error": "the server\nhung up"}, None),
    "HTTP/2": ({"protocol": "h2", "reason": "", "url": "https://example.org"}, None),
    "empty": ({"body": b"", "status": 404, "reason": "Not Found", "response_headers": []}, None),
    "latin-1": ({"response_headers": [("X-Name", "Gwasanaethau Ynys Môn")]}, None),
    "beyond latin-1": ({"response_headers": [("X-Name", "Tŷ Hafan")]}, None),
    "same payload": ({}, EARLIER),
    "not modified": ({"status": 304, "body": b"", "response_headers": [("Content-Length", "99")]}, EARLIER),
    "not modified, of unknown": ({"status": 304, "body": b"", "response_headers": [("ETag", '"1"')]}, None),
    "failure": (
        {"status": None, "body": b"", "response_headers": [], "error": "no such host", "ip_address": None},
        None,
    ),
}


@pytest.fixture
def positions(make_writer: MakeWriter, make_exchange: MakeExchange) -> dict[str, WarcPosition]:
    """Writes one file with every kind of exchange; gives where each lies."""
    with make_writer() as writer:
        return {
            name: writer.append(make_exchange(**fields), metadata={"run": "1", "source": ""}, earlier=earlier)
            for name, (fields, earlier) in EXCHANGES.items()
        }


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
    torn.write_bytes(gzip.compress(b"WARC/1.1")[:-1])
    assert close_torn_files(layout) == []
    assert not torn.exists()


def test_a_file_with_both_names_is_an_error(layout: Layout) -> None:
    """Where an open and a closed file have one name, neither is touched."""
    layout.warc.mkdir(parents=True)
    for name in ("a.warc.gz", "a.warc.gz.open"):
        (layout.warc / name).write_bytes(gzip.compress(b"WARC/1.1"))
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
    assert (revisit.record_type, revisit.refers_to_id) == ("revisit", EARLIER.record_id)
    assert revisit.url == "https://example.org/news/1?page=2"
    ends = [record.offset + record.length for record in records.values()]
    assert [record.offset for record in records.values()] == [0, *ends[:-1]]


def repack(path: Path, old: bytes, new: bytes) -> None:
    """Changes text within the records of a file, each packed anew so that gzip finds nothing wrong."""
    members = [path.read_bytes()[record.offset :][: record.length] for record in iterate_records(path)]
    path.write_bytes(b"".join(gzip.compress(gzip.decompress(member).replace(old, new)) for member in members))


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
def test_a_changed_record_is_found(
    layout: Layout, make_writer: MakeWriter, make_exchange: MakeExchange, *, old: bytes, new: bytes, problem: str
) -> None:
    """A payload, header or length that is not what its record says is named with the offset, and not handed out."""
    with make_writer() as writer:
        position = writer.append(make_exchange(), metadata={})
    path = layout.warc / position.filename
    repack(path, old, new)
    offset = next(record.offset for record in iterate_records(path) if record.record_type == "response")
    assert any(found.startswith(f"the record at {offset}: {problem}") for found in check_warc(path))
    with pytest.raises(DamagedError, match=problem):
        read_answer(layout, position.filename, offset)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda content: content[:-1], r"the record at \d+ is torn: the file ends within it"),
        (lambda content: content[:300] + b"\xff" + content[301:], r"the record at \d+ cannot be unpacked"),
        (lambda content: content + gzip.compress(b"no record"), r"at \d+ is no WARC record"),
        (lambda content: content + gzip.compress(b""), r"at \d+ is no WARC record"),
    ],
)
def test_a_damaged_file_is_found(layout: Layout, positions: dict[str, WarcPosition], damage: Any, problem: str) -> None:
    """A file that was cut, changed or filled with something else is reported with the offset."""
    path = layout.warc / FILENAME
    path.write_bytes(damage(path.read_bytes()))
    (found,) = check_warc(path)
    assert re.match(problem, found)
