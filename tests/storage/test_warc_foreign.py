"""WARC files of other programs: packed in any way, in chunks, with revisits, torn or changed."""

import base64
import gzip
import hashlib
import random
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO

import pytest

from storage.errors import DamagedError
from storage.warc_digests import is_digest_of
from storage.warc_foreign import ForeignRecord, ForeignWarc
from storage.warc_unpack import is_warc, join_chunks

URL = "http://www.post.example/a"
BODY = b"<html>a page</html>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
AT = datetime(2019, 3, 2, 10, 30, tzinfo=UTC)


def digest(content: bytes) -> str:
    """The digest as most programs write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def make_record(block: bytes = OK + b"\r\n" + BODY, kind: str = "response", url: str = URL, **named: str) -> bytes:
    """One record, unpacked; `named` are further header fields, with _ for -."""
    fields = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": "2019-03-02T10:30:00Z",
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000001>",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    fields |= {name.replace("_", "-"): value for name, value in named.items()}
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    return "\r\n".join(["WARC/1.0", *lines, "", ""]).encode() + block + b"\r\n\r\n"


def read(content: bytes, *, earlier: ForeignRecord | None = None) -> tuple[list[ForeignRecord], dict[str, int]]:
    """Reads a file to its end; gives its pages, and what was skipped."""
    warc = ForeignWarc(
        BytesIO(content), "f.warc", wants=lambda url: "post.example" in url, find_payload=lambda _digest: earlier
    )
    return list(warc), dict(warc.skipped)


@pytest.mark.parametrize("pack", [b"".join, lambda parts: gzip.compress(b"".join(parts), mtime=0)])
def test_files_are_read_however_they_are_packed(pack: object) -> None:
    """A plain file and one that is packed as a whole give the same pages."""
    assert callable(pack)
    (first, second), skipped = read(pack([make_record(), make_record(url=f"<{URL}2>")]))
    assert (first.exchange.url, second.exchange.url) == (URL, f"{URL}2")
    assert (first.exchange.body, first.exchange.requested_at, first.exchange.status) == (BODY, AT, 200)
    assert (first.exchange.request_headers, first.offset, skipped) == ((), 0, {})


def test_the_offset_is_that_of_the_record_or_its_gzip_member() -> None:
    """Read from its offset, a file begins with that record."""
    records = [make_record(url=f"{URL}{number}") for number in range(3)]
    for content in (b"".join(records), b"".join(map(gzip.compress, records))):
        found, _ = read(content)
        for number, record in enumerate(found):
            ((again, *_), _) = read(content[record.offset :])
            assert again.exchange.url == f"{URL}{number}"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        pytest.param(make_record(b"HTTP/1.1 404 Gone\r\n\r\n"), "status 404", id="status"),
        pytest.param(make_record(url="http://www.other.example/"), "not wanted", id="host"),
        pytest.param(make_record(b""), "without an HTTP answer", id="empty"),
        pytest.param(make_record(WARC_Date="yesterday"), "without a time", id="no time"),
        pytest.param(make_record(WARC_Date="2019-03-02T10:30:00"), "without a time", id="no zone"),
        pytest.param(make_record(WARC_Date="0001-01-01T00:00:00+14:00"), "without a time", id="before all time"),
        pytest.param(make_record(WARC_Date="9999-12-31T23:59:59-10:00"), "without a time", id="after all time"),
        pytest.param(make_record(WARC_Segment_Number="1"), "in segments", id="segment"),
        pytest.param(make_record(WARC_Block_Digest=digest(b"x")), "not what its digest says", id="block"),
        pytest.param(make_record(WARC_Payload_Digest=digest(b"x")), "not what its digest says", id="payload"),
        pytest.param(make_record(WARC_Block_Digest="md5:00"), "not what its digest says", id="short"),
        pytest.param(make_record(WARC_Payload_Digest="sha1:é"), "not what its digest says", id="no digest"),
        pytest.param(
            make_record(OK + b"\r\n", "revisit", WARC_Payload_Digest=digest(BODY)),
            "revisit of a payload that is not here",
            id="revisit",
        ),
        pytest.param(make_record(b"HTTP/1.1 304 Not Modified\r\n\r\n", "revisit"), "status 304", id="not modified"),
    ],
)
def test_an_answer_that_is_no_page_is_counted_with_its_reason(record: bytes, reason: str) -> None:
    """It is passed over, and the next one read."""
    pages, skipped = read(record + make_record())
    assert [page.exchange.url for page in pages] == [URL]
    assert skipped == {reason: 1}


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_a_block_digest_in_hex_is_right(algorithm: str) -> None:
    """A page is not turned away for how its digest is written."""
    block = OK + b"\r\n" + BODY
    pages, _ = read(make_record(block, WARC_Block_Digest=f"{algorithm}:{hashlib.new(algorithm, block).hexdigest()}"))
    assert len(pages) == 1


@pytest.mark.parametrize("kind", ["request", "resource", "metadata", "warcinfo", "conversion"])
def test_other_records_are_passed_over(kind: str) -> None:
    """Records that are no answers are neither pages nor counted, whatever stands in them."""
    assert read(make_record(b"GET / HTTP/1.1\r\n\r\n", kind) + make_record())[1] == {}


@pytest.mark.parametrize(
    "content", [make_record() * 2, gzip.compress(make_record(), mtime=0) * 2], ids=["plain", "packed"]
)
def test_a_file_that_ends_within_a_record_is_told(content: bytes) -> None:
    """Cut anywhere, what stands before the cut is read, and then the offset of the torn record is told."""
    second = len(content) // 2
    for end in [*range(second + 5, len(content) - 8), second - 30]:
        warc = ForeignWarc(BytesIO(content[:end]), "f.warc", wants=lambda _url: True)
        pages = []
        with pytest.raises(DamagedError, match=rf"f\.warc: .*\b{second if end > second else 0}\b"):
            pages.extend(warc)
        assert len(pages) >= (end > second)
        assert {page.exchange.body for page in pages} <= {BODY}


def test_pages_before_a_damage_are_given() -> None:
    """A changed byte in a packed file ends it with the offset of the member; the page before it was given."""
    first, second = gzip.compress(make_record(), mtime=0), bytearray(gzip.compress(make_record(), mtime=0))
    second[40] ^= 0xFF
    warc = iter(ForeignWarc(BytesIO(first + second), "f.warc.gz", wants=lambda _url: True))
    assert next(warc).exchange.url == URL
    with pytest.raises(DamagedError, match=rf"f\.warc\.gz: the record at {len(first)} "):
        next(warc)


def pack(number: int, noise: int = 0) -> bytes:
    """A gzip member with one page, larger by so many bytes that no program can pack."""
    body = BODY + random.Random(number).randbytes(noise)  # noqa: S311 - no secret
    return gzip.compress(make_record(OK + b"\r\n" + body, url=f"{URL}{number}"), mtime=0)


def flip(member: bytes, place: int) -> bytes:
    """A member with one byte changed."""
    return member[:place] + bytes([member[place] ^ 0xFF]) + member[place + 1 :]


@pytest.mark.parametrize("noise", [0, 32_700, 200_000])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda member: flip(member, 40), id="changed"),
        pytest.param(lambda member: flip(member, 1), id="begin changed"),
        pytest.param(lambda member: flip(member, len(member) // 2), id="middle changed"),
        pytest.param(lambda member: flip(member, len(member) - 6), id="checksum changed"),
        pytest.param(lambda member: member[:-20], id="cut"),
        pytest.param(lambda member: bytes(len(member)), id="emptied"),
        pytest.param(lambda _member: gzip.compress(b"no record\r\n", mtime=0), id="no record"),
        pytest.param(lambda member: member[:30] + b"\x1f\x8b\x08" * 2000, id="what begins like a member"),
    ],
)
def test_after_a_damaged_member_it_goes_on_at_the_next(damage: Callable[[bytes], bytes], noise: int) -> None:
    """Every page but the damaged ones is given, with its place; at the end it is told from where to where is lost."""
    members = [pack(0), damage(pack(1, noise)), pack(2, noise), pack(3), damage(pack(4, noise)), pack(5)]
    starts = [sum(map(len, members[:number])) for number in range(7)]
    warc = ForeignWarc(BytesIO(b"".join(members)), "f.warc.gz", wants=lambda _url: True)
    pages = []
    with pytest.raises(DamagedError) as told:
        pages.extend(warc)
    found = {page.exchange.url.removeprefix(URL): page.offset for page in pages}
    assert found == {str(number): starts[number] for number in (0, 2, 3, 5)}
    lost = re.findall(r"\bat (\d+) .*?, and what lies up to (\d+) is lost", str(told.value))
    assert [int(end) for _, end in lost] == [starts[2], starts[5]]
    assert [int(begin) for begin, _ in lost] == [starts[1], starts[4]]


@pytest.mark.parametrize("noise", range(32_000, 66_000, 2_000))
def test_a_page_is_given_only_after_its_checksum(noise: int) -> None:
    """However large the page is, what its gzip member's checksum belies is not given."""
    spoilt = pack(1, noise)
    content = pack(0) + flip(spoilt, len(spoilt) // 2) + pack(2)
    pages = []
    with pytest.raises(DamagedError, match=rf"the record at {len(pack(0))} cannot be unpacked"):
        pages.extend(ForeignWarc(BytesIO(content), "f.warc.gz", wants=lambda _url: True))
    assert f"{URL}1" not in [page.exchange.url for page in pages]


def test_damages_are_counted() -> None:
    """The first few are named; where the last one is at the end, what follows is lost."""
    content = b"".join(flip(pack(number), len(pack(number)) - 6) for number in range(5))
    with pytest.raises(DamagedError, match=r"^f\.warc: the record at 0 .* is lost; and 2 more$"):
        read(content)
    with pytest.raises(DamagedError, match=r"^f\.warc: the record at 0 .*, and all that follows is lost$"):
        read(flip(pack(1), 40))


def test_what_is_no_record_is_told() -> None:
    """A record that is longer than it says is a damage, and none of what follows is taken for a record."""
    with pytest.raises(DamagedError, match="no whole WARC record"):
        read(make_record().rstrip() + b"more\r\n\r\n" + make_record())


def make_chunks(*parts: bytes) -> bytes:
    """A payload in chunks."""
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))


@pytest.mark.parametrize("digested", ["with chunks", "joined"])
def test_chunks_are_joined(digested: str) -> None:
    """A payload in chunks is joined, whichever of both its digest is of."""
    chunked = make_chunks(BODY[:5], BODY[5:])
    stated = digest(chunked if digested == "with chunks" else BODY)
    block = OK + b"Transfer-Encoding: chunked\r\n\r\n" + chunked
    ((page,), _) = read(make_record(block, WARC_Payload_Digest=stated))
    assert (page.exchange.body, page.exchange.truncated) == (BODY, None)


@pytest.mark.parametrize(
    ("block", "joined"),
    [
        (make_chunks(BODY), (BODY, True)),
        (make_chunks(BODY)[:-5], (BODY, False)),
        (make_chunks(BODY)[:-9], (BODY[:-2], False)),
        (BODY, (BODY, True)),
        (b"", (b"", True)),
    ],
)
def test_chunks_that_end_early_are_told(block: bytes, joined: tuple[bytes, bool]) -> None:
    """What came is kept, and that it is not whole; a payload whose chunks were joined before is as it is."""
    assert join_chunks(block) == joined


def test_headers_are_kept_byte_by_byte() -> None:
    """Neither UTF-8 nor Latin-1 in a header is changed on its way."""
    for name in ("é".encode(), "é".encode("latin-1")):
        ((page,), _) = read(make_record(OK + b"X-Name: " + name + b"\r\n\r\n" + BODY))
        assert (page.exchange.header("X-Name") or "").encode("latin-1") == name


@pytest.mark.parametrize(("stated", "read_as"), [("length", "length"), ("time", "time"), ("oddity", "unspecified")])
def test_a_cut_payload_is_flagged(stated: str, read_as: str) -> None:
    """The reason is kept where it is one of the known ones."""
    assert read(make_record(WARC_Truncated=stated))[0][0].exchange.truncated == read_as


@pytest.mark.parametrize("head", [b"", OK + b"Age: 7\r\n\r\n"])
def test_a_revisit_has_its_own_address_and_time_and_the_earlier_payload(head: bytes) -> None:
    """Headers are its own where it has them."""
    ((earlier,), _) = read(make_record(WARC_Payload_Digest=digest(BODY)))
    revisit = make_record(
        head,
        "revisit",
        f"{URL}2",
        WARC_Date="2020-01-01T00:00:00Z",
        WARC_Payload_Digest=digest(BODY),
        WARC_IP_Address="192.0.2.7",
    )
    ((page,), _) = read(revisit, earlier=earlier)
    assert (page.exchange.url, page.exchange.requested_at.year, page.exchange.body) == (f"{URL}2", 2020, BODY)
    assert page.exchange.ip_address == "192.0.2.7"
    assert page.exchange.header("Age") == ("7" if head else None)


@pytest.mark.parametrize(
    ("stated", "is_right"),
    [
        (digest(BODY), True),
        (digest(BODY).lower().replace("sha1", "SHA-1"), True),
        (f"md5:{hashlib.md5(BODY, usedforsecurity=False).hexdigest()}", True),
        (f"sha-256:{hashlib.sha256(BODY).hexdigest()}", True),
        (f"sha256:{base64.b32encode(hashlib.sha256(BODY).digest()).decode().rstrip('=')}", True),
        (f"sha256:{base64.b64encode(hashlib.sha256(BODY).digest()).decode()}", True),
        ("unheard-of:123", True),
        (f"sha256:{hashlib.sha256(b'x').hexdigest()}", False),
    ],
)
def test_digests_of_all_kinds_are_checked(stated: str, *, is_right: bool) -> None:
    """In base32, hex or base64, padded or not; what nobody can check is not held against a record."""
    assert is_digest_of(stated, BODY) == is_right


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (make_record(), True),
        (gzip.compress(make_record(), mtime=0), True),
        (b"<html>", False),
        (b"", False),
        (b"\x1f\x8b\0", False),
        (gzip.compress(b"<html>", mtime=0), False),
        (b"\x1f\x8b\0" + gzip.compress(make_record(), mtime=0), True),
    ],
)
def test_a_warc_file_is_told_by_its_beginning(content: bytes, *, is_one: bool) -> None:
    """Packed or not; no other file passes for one."""
    assert is_warc(BytesIO(content)) == is_one


def test_memory_stays_flat() -> None:
    """An answer that is too large is passed over without being held."""

    class Endless:
        def __init__(self) -> None:
            head = make_record(b"", Content_Length=str(60_000_000 + len(OK) + 2))
            self.parts: Sequence[bytes] = [
                head.rstrip() + b"\r\n\r\n",
                OK + b"\r\n",
                *[bytes(60_000)] * 1000,
                b"\r\n\r\n",
            ]

        def read(self, _size: int = -1, /) -> bytes:
            part, *self.parts = self.parts or [b""]
            return part

    warc = ForeignWarc(Endless(), "f.warc", wants=lambda _url: True)
    assert list(warc) == []
    assert warc.skipped == {"over 50000000 bytes": 1}
