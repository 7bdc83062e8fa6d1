"""Unpacking under a limit, so that a small body cannot fill the memory."""

import gzip
import io
import zlib
from email.message import Message

from storage.records import Headers
from tasks.web.errors import BrokenBodyError, TooLargeError, UnknownEncodingError

#: What can be unpacked under a limit with the standard library; nothing else is asked for.
ACCEPT_ENCODING = "gzip, deflate"
CHUNK = 1 << 16
UNPACKED_LIMIT = 200_000_000


def decode_body(body: bytes, headers: Headers, limit: int = UNPACKED_LIMIT) -> bytes:
    """Unpacks a body from the Content-Encoding of its headers, to at most `limit` bytes.

    Raises TooLargeError over the limit, BrokenBodyError where it does not unpack, UnknownEncodingError for an
    encoding other than gzip and deflate.
    """
    for encoding in reversed(list_encodings(headers) if body else []):
        match encoding:
            case "gzip" | "x-gzip":
                body = unpack_gzip(body, limit)
            case "deflate":
                body = unpack_deflate(body, limit)
            case _:
                raise UnknownEncodingError(f"Content-Encoding {encoding!r}, which was not asked for")
    return body


def list_encodings(headers: Headers) -> list[str]:
    """Lists the encodings of a body in the order they were applied, without `identity`."""
    sent = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    return [coding for part in sent.split(",") if (coding := part.strip().lower()) not in ("", "identity")]


def unpack_gzip(packed: bytes, limit: int) -> bytes:
    """Unpacks gzip of one or more members, to at most `limit` bytes.

    Raises TooLargeError over the limit, BrokenBodyError where it is no whole gzip.
    """
    unpacked = bytearray()
    try:
        with gzip.open(io.BytesIO(packed)) as stream:
            while chunk := stream.read(CHUNK):
                unpacked += chunk
                if len(unpacked) > limit:
                    raise TooLargeError(f"unpacks to more than {limit} bytes")
    except (OSError, EOFError, zlib.error) as error:
        raise BrokenBodyError(f"not a whole gzip body: {error}") from error
    return bytes(unpacked)


def unpack_deflate(packed: bytes, limit: int) -> bytes:
    """Unpacks deflate, with the zlib wrapper that the standard asks for or without it, to at most `limit` bytes.

    Raises TooLargeError over the limit, BrokenBodyError where it is no whole deflate.
    """
    has_wrapper = packed[0] & 0x0F == zlib.DEFLATED and int.from_bytes(packed[:2]) % 31 == 0
    inflater = zlib.decompressobj(zlib.MAX_WBITS if has_wrapper else -zlib.MAX_WBITS)
    try:
        unpacked = inflater.decompress(packed, limit + 1)
    except zlib.error as error:
        raise BrokenBodyError(f"not a deflate body: {error}") from error
    if len(unpacked) > limit:
        raise TooLargeError(f"unpacks to more than {limit} bytes")
    if not inflater.eof:
        raise BrokenBodyError("the deflate body ends too early")
    return unpacked


def read_content_type(value: str | None) -> tuple[str | None, str | None]:
    """Splits a Content-Type header into media type and character set, in lower case; None where it names none."""
    if not value:
        return None, None
    message = Message()
    message["content-type"] = value
    return value.partition(";")[0].strip().lower() or None, message.get_content_charset()
