"""Unpacking under a limit."""

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from storage.records import Headers
from tasks.web.body import decode_body, read_content_type, unpack_deflate, unpack_gzip
from tasks.web.errors import BrokenBodyError, TooLargeError, UnknownEncodingError

TEXT = b"<p>text</p>" * 50


def deflate_bare(body: bytes) -> bytes:
    """Packs without the zlib wrapper, as some servers send deflate."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def make_headers(*encodings: str) -> Headers:
    """Makes one Content-Encoding header for each encoding."""
    return [("content-encoding", encoding) for encoding in encodings]


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (TEXT, ()),
        (TEXT, ("identity",)),
        (TEXT, ("",)),
        (gzip.compress(TEXT, mtime=0), ("gzip",)),
        (gzip.compress(TEXT, mtime=0), ("X-GZip",)),
        (gzip.compress(TEXT[:9], mtime=0) + gzip.compress(TEXT[9:], mtime=0), ("gzip",)),
        (gzip.compress(TEXT, mtime=0) + bytes(8), ("gzip",)),
        (zlib.compress(TEXT), ("deflate",)),
        (deflate_bare(TEXT), ("deflate",)),
        (gzip.compress(zlib.compress(TEXT), mtime=0), ("deflate, gzip",)),
        (gzip.compress(zlib.compress(TEXT), mtime=0), ("deflate", "gzip")),
    ],
)
def test_body_is_unpacked(body: bytes, encodings: tuple[str, ...]) -> None:
    """Gzip of any number of members and deflate of both kinds, in the reverse of the order they were applied."""
    assert decode_body(body, make_headers(*encodings), len(TEXT)) == TEXT


def test_empty_body_stays_empty() -> None:
    """Answers without a body name an encoding all the same."""
    assert decode_body(b"", make_headers("gzip"), 10) == b""


@pytest.mark.parametrize("unpack", [unpack_gzip, unpack_deflate])
def test_limit_is_kept_to_the_byte(unpack: Callable[[bytes, int], bytes]) -> None:
    """As much as the limit is unpacked, one byte more is not."""
    packed = gzip.compress(TEXT, mtime=0) if unpack is unpack_gzip else zlib.compress(TEXT)
    assert unpack(packed, len(TEXT)) == TEXT
    with pytest.raises(TooLargeError, match=f"more than {len(TEXT) - 1} bytes"):
        unpack(packed, len(TEXT) - 1)


@pytest.mark.parametrize("unpack", [unpack_gzip, unpack_deflate])
def test_bomb_takes_no_memory(unpack: Callable[[bytes, int], bytes]) -> None:
    """A bomb costs about as much memory as the limit, not as what it unpacks to."""
    packed = gzip.compress(bytes(50_000_000), mtime=0) if unpack is unpack_gzip else zlib.compress(bytes(50_000_000))
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        unpack(packed, 100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"<p>not packed at all</p>", "gzip"),
        (gzip.compress(TEXT, mtime=0)[:-3], "gzip"),
        (gzip.compress(TEXT, mtime=0)[:-8] + bytes(8), "gzip"),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff", "gzip"),
        (b"<p>not packed at all</p>", "deflate"),
        (zlib.compress(TEXT)[:-3], "deflate"),
    ],
)
def test_broken_body_is_told(body: bytes, encoding: str) -> None:
    """What is cut, damaged or not packed at all raises, rather than giving a part."""
    with pytest.raises(BrokenBodyError):
        decode_body(body, make_headers(encoding), 10_000)


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress"])
def test_other_encoding_is_named(encoding: str) -> None:
    """An encoding that was not asked for is not guessed at."""
    with pytest.raises(UnknownEncodingError, match=encoding):
        decode_body(b"x", make_headers(encoding), 10)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, (None, None)),
        ("", (None, None)),
        ("text/html", ("text/html", None)),
        ("Text/HTML; Charset=UTF-8", ("text/html", "utf-8")),
        ('application/rss+xml;charset="iso-8859-1"; x=y', ("application/rss+xml", "iso-8859-1")),
        ("; charset=utf-8", (None, "utf-8")),
        ("nonsense", ("nonsense", None)),
    ],
)
def test_content_type_is_split(value: str | None, expected: tuple[str | None, str | None]) -> None:
    """Media type and character set in lower case, None where there is none."""
    assert read_content_type(value) == expected
