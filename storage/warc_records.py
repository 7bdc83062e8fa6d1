"""An exchange as WARC records (WARC/1.1, ISO 28500:2017), each its own gzip member.

The record that stands for the exchange comes first: `response`; `revisit` where the payload is known from before, or
the server said 304; `metadata` where no answer came. Then the `request`, and the `metadata` of an answer, both naming
the first as concurrent; an answer that somebody else got has no request. What is archived is what came over the wire,
with two exceptions that the HTTP library brings: chunks are joined and HTTP/2 is written as HTTP/1.1. The headers that
no longer say the truth are kept under another name.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import uuid4

from isal import isal_zlib

from storage.records import EarlierPayload, Exchange, Headers
from storage.warc_digests import digest_payload

WARC_VERSION = "WARC/1.1"
IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
SERVER_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
NOT_MODIFIED = 304
CONTENT_TYPES = {
    "warcinfo": "application/warc-fields",
    "metadata": "application/warc-fields",
    "request": "application/http; msgtype=request",
    "response": "application/http; msgtype=response",
    "revisit": "application/http; msgtype=response",
}
#: Of ISA-L, which packs six times as fast as zlib at its level 4 and a tenth less tightly.
GZIP_LEVEL = 2
GZIP_MEMBER = zlib.MAX_WBITS | 16


@dataclass(frozen=True, slots=True)
class BuiltRecord:
    """A record ready to be appended: its identifier (`urn:uuid:…`), its gzip member, and its payload's digest."""

    record_id: str
    content: bytes
    payload_digest: str | None = None


def build_warcinfo(filename: str, *, software: str, operator: str) -> BuiltRecord:
    """Builds the first record of a file: what wrote it, for whom, under which rules."""
    fields = {
        "software": software,
        "operator": operator,
        "format": "WARC File Format 1.1",
        "conformsTo": CONFORMS_TO,
        "robots": "obeyed, by RFC 9309",
    }
    headers = {"WARC-Date": format_warc_date(datetime.now(UTC)), "WARC-Filename": filename}
    return _build("", "warcinfo", headers, _format_fields(fields))


def build_records(
    exchange: Exchange, *, metadata: Mapping[str, str], earlier: EarlierPayload | None = None
) -> Sequence[BuiltRecord]:
    """Builds the records of one exchange; the first is the one that stands for it.

    Raises ValueError where the request time has no zone, or `earlier` holds another payload than the answer has.
    """
    shared = {"WARC-Date": format_warc_date(exchange.requested_at)}
    if exchange.ip_address:
        shared["WARC-IP-Address"] = exchange.ip_address
    fields = {**metadata, "fetchTimeMs": str(exchange.duration_ms) if exchange.request_headers else ""}
    if exchange.error:
        fields["error"] = exchange.error
    described = _format_fields(fields)
    if exchange.status is None:
        failure = _build(exchange.url, "metadata", shared, described)
        return failure, _build_request(exchange, shared, failure)
    answer = _build_answer(exchange, shared, earlier)
    concurrent = {**shared, "WARC-Concurrent-To": f"<{answer.record_id}>"}
    beside = _build(exchange.url, "metadata", concurrent, described)
    if not exchange.request_headers:
        return answer, beside
    return answer, _build_request(exchange, shared, answer), beside


def format_warc_date(instant: datetime) -> str:
    """Writes an instant as WARC-Date, in UTC with microseconds.

    Raises ValueError where it has no zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"an instant without a time zone: {instant}")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _build_answer(exchange: Exchange, shared: Mapping[str, str], earlier: EarlierPayload | None) -> BuiltRecord:
    headers = {**shared, "WARC-Protocol": exchange.protocol} if exchange.protocol else dict(shared)
    if exchange.truncated:
        headers["WARC-Truncated"] = exchange.truncated
    if exchange.status != NOT_MODIFIED:
        headers["WARC-Payload-Digest"] = exchange.payload_digest
    elif earlier:
        headers["WARC-Payload-Digest"] = earlier.payload_digest
    head = _format_head(f"HTTP/1.1 {exchange.status} {exchange.reason}", _correct_headers(exchange))
    if exchange.status != NOT_MODIFIED and earlier is None:
        return _build(exchange.url, "response", headers, head + exchange.body)
    if earlier:
        if headers["WARC-Payload-Digest"] != earlier.payload_digest:
            raise ValueError(f"{exchange.url}: the payload is not that of {earlier.record_id}, so it is no revisit")
        headers["WARC-Refers-To"] = f"<{earlier.record_id}>"
        headers["WARC-Refers-To-Target-URI"] = earlier.url
        headers["WARC-Refers-To-Date"] = format_warc_date(earlier.fetched_at)
    headers["WARC-Profile"] = SERVER_NOT_MODIFIED if exchange.status == NOT_MODIFIED else IDENTICAL_PAYLOAD
    return _build(exchange.url, "revisit", headers, head)


def _build_request(exchange: Exchange, shared: Mapping[str, str], concurrent_to: BuiltRecord) -> BuiltRecord:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {**shared, "WARC-Concurrent-To": f"<{concurrent_to.record_id}>"}
    return _build(exchange.url, "request", headers, _format_head(f"GET {target} HTTP/1.1", exchange.request_headers))


def _correct_headers(exchange: Exchange) -> Headers:
    """Renames the headers that the body as it is stored belies: httpx joins chunks, and a limit cuts."""
    names = {"transfer-encoding": "X-Crawler-Transfer-Encoding"}
    stated = exchange.header("Content-Length")
    if exchange.status != NOT_MODIFIED and stated != str(len(exchange.body)):
        names["content-length"] = "X-Crawler-Content-Length"
    return [(names.get(name.lower(), name), value) for name, value in exchange.response_headers]


def _build(url: str, record_type: str, headers: Mapping[str, str], block: bytes) -> BuiltRecord:
    record_id, digest = uuid4().urn, digest_payload(block)
    fields = {
        "WARC-Type": record_type,
        "WARC-Record-ID": f"<{record_id}>",
        **({"WARC-Target-URI": url} if url else {}),
        **headers,
        # The payload of what is no HTTP is its whole block; readers check that digest alone where the block is empty.
        **({"WARC-Payload-Digest": digest} if record_type == "metadata" else {}),
        "WARC-Block-Digest": digest,
        "Content-Type": CONTENT_TYPES[record_type],
        "Content-Length": str(len(block)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    record = b"".join((f"{WARC_VERSION}\r\n{head}\r\n".encode(), block, b"\r\n\r\n"))
    content = isal_zlib.compress(record, GZIP_LEVEL, wbits=GZIP_MEMBER)
    return BuiltRecord(record_id, content, headers.get("WARC-Payload-Digest"))


def _format_head(first_line: str, headers: Headers) -> bytes:
    """Writes the head of an HTTP message as it came, byte for byte: headers are kept as one character per byte."""
    lines = (first_line, *map(": ".join, headers), "", "")
    text = "\r\n".join(lines)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def _format_fields(fields: Mapping[str, str]) -> bytes:
    """Writes `application/warc-fields`, one line each, without those that say nothing."""
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value).encode()
