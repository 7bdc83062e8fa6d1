"""What the archive already holds of an address, and the archiving of each new exchange."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

import polars as pl

from storage.addresses import get_host, make_url_key
from storage.layout import Layout
from storage.outcomes import Outcome
from storage.records import EarlierPayload, Exchange, Purpose, Row, Validators
from storage.tables import make_frame, scan_table
from storage.warc import WarcWriter
from tasks.web.body import decode_body, read_content_type
from tasks.web.errors import FetchError
from tasks.web.redirects import REDIRECTS
from tasks.web.sniff import detect_media_type

OK, NOT_MODIFIED = HTTPStatus.OK.value, HTTPStatus.NOT_MODIFIED.value
#: A capture whose payload was good to be read.
IS_PAGE = (
    (pl.col("purpose") == "page")
    & (pl.col("warc_record_type") == "response")
    & (pl.col("fetch_status") == OK)
    & pl.col("outcome").is_null()
    & pl.col("content_truncated").is_null()
)


@dataclass(frozen=True, slots=True)
class Capture:
    """The newest good answer for an address: where its payload lies, and when the server last vouched for it.

    `observed_at` is when it did so in any way, `whole_at` when it sent the payload whole.
    """

    capture_id: str
    url: str
    fetched_at: datetime
    observed_at: datetime
    whole_at: datetime
    etag: str | None
    last_modified: str | None
    content_digest: str
    content_mime_type: str | None
    warc_filename: str
    warc_record_offset: int

    @property
    def validators(self) -> Validators:
        """What to ask conditionally with."""
        return Validators(self.etag, self.last_modified)

    @property
    def payload(self) -> EarlierPayload:
        """What a revisit record refers to."""
        return EarlierPayload(self.url, self.fetched_at, f"urn:uuid:{self.capture_id}", self.content_digest)


def find_captures(
    layout: Layout, *, source: str, purpose: Purpose, url_keys: Collection[str] | None = None
) -> dict[str, Capture]:
    """Finds the newest good capture of each address of a source, or of the given ones, by url_key.

    A 304, or a payload that was the same again, moves `observed_at`; the payload stays where it was written first.
    """
    good = (
        scan_table(layout, "captures")
        .filter(
            pl.col("source") == source,
            pl.col("purpose") == purpose,
            True if url_keys is None else pl.col("url_key").is_in(list(url_keys)),
            pl.col("content_truncated").is_null(),
            ((pl.col("fetch_status") == OK) & pl.col("outcome").is_null()) | (pl.col("fetch_status") == NOT_MODIFIED),
        )
        .sort("fetched_at", "capture_id")
    )
    observed = good.group_by("url_key").agg(
        observed_at=pl.col("fetched_at").last(),
        whole_at=pl.col("fetched_at").filter(pl.col("fetch_status") == OK).last(),
    )
    payloads = good.filter(pl.col("warc_record_type") == "response").group_by("url_key").last()
    found = payloads.join(observed, on="url_key").collect()
    return {row["url_key"]: make_capture(row) for row in found.iter_rows(named=True)}


def make_capture(row: Mapping[str, Any]) -> Capture:
    """Makes a capture from a row of the table; without what was observed later the payload's own time stands in."""
    values = {"observed_at": row["fetched_at"], "whole_at": row["fetched_at"], **row}
    return Capture(**{name: values[name] for name in Capture.__slots__})


def load_captures(layout: Layout, capture_ids: Collection[str]) -> dict[str, Capture]:
    """Loads captures by their identifiers."""
    wanted = scan_table(layout, "captures").filter(pl.col("capture_id").is_in(list(capture_ids))).collect()
    return {row["capture_id"]: make_capture(row) for row in wanted.iter_rows(named=True)}


class Recorder:
    """Archives every exchange of a run as it happens, and keeps its row until the next commit."""

    def __init__(self, writer: WarcWriter, run_id: str) -> None:
        """Records into an open WARC writer."""
        self._writer, self._run_id = writer, run_id
        self._rows: list[Row] = []
        self.requests: Counter[str] = Counter()
        self.bytes: Counter[str] = Counter()

    def record(
        self,
        exchange: Exchange,
        *,
        source: str | None,
        purpose: Purpose,
        metadata: Mapping[str, str] | None = None,
        earlier: Capture | None = None,
        imported_from: str | None = None,
    ) -> str:
        """Appends an exchange to the WARC file and returns its capture_id.

        A payload that `earlier` already holds becomes a revisit record. `imported_from` says where an exchange that
        somebody else had was taken from; its row has no validators, since today's server did not give them.
        """
        same = earlier is not None and (exchange.status == NOT_MODIFIED or _is_same(exchange, earlier))
        position = self._writer.append(
            exchange,
            metadata={"run": self._run_id, "source": source or "", "purpose": purpose, **(metadata or {})},
            earlier=earlier.payload if same and earlier else None,
        )
        row = _describe_exchange(exchange)
        row |= {
            "capture_id": position.record_id.removeprefix("urn:uuid:"),
            "run_id": self._run_id,
            "source": source,
            "purpose": purpose,
            "warc_filename": position.filename,
            "warc_record_offset": position.offset,
            "warc_record_length": position.length,
            "warc_record_type": _name_record_type(exchange, same=same),
            "refers_to_capture_id": earlier.capture_id if same and earlier else None,
            "imported_from": imported_from,
        }
        if imported_from is None:
            self.count(exchange, source=source)
        else:
            row |= {"etag": None, "last_modified": None, "duration_ms": None}
        self._rows.append(row)
        return str(row["capture_id"])

    def count(self, exchange: Exchange, *, source: str | None) -> None:
        """Counts a request that was sent, and the bytes that came."""
        self.requests[source or ""] += 1
        self.bytes[source or ""] += len(exchange.body)

    def take_rows(self) -> pl.DataFrame:
        """Makes what was recorded since the last time durable in the WARC file, and hands over its rows."""
        self._writer.flush()
        rows, self._rows = self._rows, []
        return make_frame("captures", rows)

    def put_back(self, rows: pl.DataFrame) -> None:
        """Takes rows back whose commit failed, so that the next commit has them."""
        self._rows[:0] = rows.to_dicts()


def _is_same(exchange: Exchange, earlier: Capture) -> bool:
    return exchange.status == OK and not exchange.truncated and exchange.payload_digest == earlier.content_digest


def _name_record_type(exchange: Exchange, *, same: bool) -> str:
    if exchange.status is None:
        return "metadata"
    return "revisit" if same or exchange.status == NOT_MODIFIED else "response"


def _describe_exchange(exchange: Exchange) -> Row:
    media_type, charset = read_content_type(exchange.header("Content-Type"))
    redirects = exchange.status in REDIRECTS
    has_failed = exchange.outcome not in (None, Outcome.UNCHANGED)
    return {
        "url": exchange.url,
        "url_key": make_url_key(exchange.url),
        "url_host_name": get_host(exchange.url),
        "fetched_at": exchange.requested_at,
        "fetch_status": exchange.status,
        "fetch_redirect": exchange.header("Location") if redirects else None,
        "content_digest": exchange.payload_digest if exchange.status is not None else None,
        "content_mime_type": media_type,
        "content_mime_detected": _detect_media_type(exchange),
        "content_charset": charset,
        "content_length": len(exchange.body) if exchange.status is not None else None,
        "content_truncated": exchange.truncated,
        "etag": exchange.header("ETag"),
        "last_modified": exchange.header("Last-Modified"),
        "outcome": str(exchange.outcome) if has_failed else None,
        "error": exchange.error,
        "duration_ms": exchange.duration_ms,
    }


def _detect_media_type(exchange: Exchange) -> str | None:
    if not exchange.body:
        return None
    try:
        return detect_media_type(decode_body(exchange.body, exchange.response_headers))
    except FetchError:
        # What was cut or cannot be unpacked still shows what it is packed as.
        return detect_media_type(exchange.body)
