"""Turns what a web archive hands out back into what the site had answered.

The Wayback Machine answers as a memento (RFC 7089): the payload as it was captured, under headers of its own, with the
site's behind a prefix. Common Crawl hands out the WARC record itself.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import NamedTuple

from storage.addresses import make_url_key
from storage.errors import DamagedError
from storage.outcomes import Outcome
from storage.records import Answer, Exchange, Headers
from storage.warc_foreign import ForeignRecord, ForeignWarc, read_truncation
from tasks.captures import OK
from tasks.discovery.commoncrawl import CrawlCapture
from tasks.discovery.wayback import SERVER, TIMESTAMP, WebArchiveCapture
from tasks.imports import ForeignCapture
from tasks.web.body import decode_body, list_encodings
from tasks.web.errors import FetchError

PREFIX = "x-archive-orig-"
#: The address of a memento without the archive's toolbar: its time, and the page's own address.
RAW_ADDRESS = re.compile(r"https?://web\.archive\.org/web/(\d{14})id_/(.+)")


class Failed(NamedTuple):
    """Why a capture could not be had from its web archive."""

    outcome: Outcome
    reason: str


def restore_memento(answer: Answer, capture: WebArchiveCapture) -> ForeignCapture | Failed:
    """Restores what the site had answered from a memento of the Wayback Machine.

    Where that redirects to a capture of another time, it is that capture.
    """
    exchange, found = answer.exchange, RAW_ADDRESS.fullmatch(answer.final_url)
    if answer.outcome or exchange is None:
        return Failed(answer.outcome or Outcome.NETWORK_ERROR, answer.reason or "")
    if found is None or exchange.header("Memento-Datetime") is None:
        return Failed(Outcome.WRONG_TYPE, f"{answer.final_url} is no capture as it came")
    if make_url_key(found[2]) != make_url_key(capture.url):
        return Failed(Outcome.WRONG_TYPE, f"leads to the capture of another address: {answer.final_url}")
    headers = tuple(
        (name[len(PREFIX) :], value) for name, value in exchange.response_headers if name.lower().startswith(PREFIX)
    )
    if not any(name.lower() == "content-type" for name, _ in headers) and answer.media_type:
        headers = (*headers, ("Content-Type", exchange.header("Content-Type") or answer.media_type))
    # What the archive packed for the way is unpacked; what the site had packed is kept so.
    is_as_captured = exchange.payload_digest == f"sha1:{capture.digest}"
    body = exchange.body if is_as_captured else answer.body
    restored = Exchange(
        url=capture.url,
        requested_at=datetime.strptime(found[1], TIMESTAMP).replace(tzinfo=UTC),
        request_headers=(),
        status=OK,
        reason="OK",
        protocol="",
        response_headers=correct_encoding(headers, body),
        body=body,
    )
    return ForeignCapture(restored, answer.final_url, SERVER, f"sha1:{capture.digest}")


def correct_encoding(headers: Headers, body: bytes) -> Headers:
    """Renames the Content-Encoding that a body belies: archives keep many payloads unpacked, but not their headers."""
    if not list_encodings(headers):
        return headers
    try:
        decode_body(body, headers)
    except FetchError:
        return [("X-Crawler-Content-Encoding" if n.lower() == "content-encoding" else n, v) for n, v in headers]
    return headers


def restore_record(answer: Answer, capture: CrawlCapture) -> ForeignCapture | Failed:
    """Restores what the site had answered from a WARC record of Common Crawl, checked against the index."""
    if answer.outcome or answer.exchange is None:
        return Failed(answer.outcome or Outcome.NETWORK_ERROR, answer.reason or "")
    place = f"{capture.record_url}@{capture.offset}"
    warc = ForeignWarc(BytesIO(answer.exchange.body), place, wants=lambda _url: True)
    try:
        record = next(iter(warc), None)
    except DamagedError as error:
        return Failed(Outcome.UNREADABLE, str(error))
    if record is None:
        return Failed(Outcome.UNREADABLE, f"{place} is no page: {', '.join(warc.skipped) or 'another kind of record'}")
    if not is_indexed(record, capture):
        return Failed(Outcome.UNREADABLE, f"{place} is {record.exchange.url}, not what the index has there")
    truncated = record.exchange.truncated or read_truncation(capture.truncated)
    exchange = replace(record.exchange, truncated=truncated)
    return ForeignCapture(exchange, place, capture.record_url, record.payload_digest)


def is_indexed(record: ForeignRecord, capture: CrawlCapture) -> bool:
    """Tells whether a record has the address and the payload that its index says."""
    stated = record.payload_digest or record.exchange.payload_digest
    return stated == f"sha1:{capture.digest}" and make_url_key(record.exchange.url) == make_url_key(capture.url)
