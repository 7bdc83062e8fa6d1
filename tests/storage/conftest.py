"""An archive to test on, and rows and exchanges to put into it."""

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from storage.layout import Layout
from storage.records import EarlierPayload, Exchange, WarcPosition
from storage.tables import make_frame
from storage.warc import WarcWriter, digest_payload

MakeCaptures = Callable[..., pl.DataFrame]
MakeExchange = Callable[..., Exchange]
MakeWriter = Callable[..., WarcWriter]

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
def layout(tmp_path: Path) -> Layout:
    """The layout of an archive that does not exist yet."""
    return Layout(tmp_path / "archive")


@pytest.fixture(scope="session")
def make_captures() -> MakeCaptures:
    """Makes a frame of captures from pairs of a number and a time; other columns by name."""

    def make(*numbers_and_times: tuple[int, datetime], **values: Any) -> pl.DataFrame:
        url = "https://example.org/"
        row = {
            "run_id": "run", "purpose": "page", "url": url, "url_key": "example.org/", "warc_filename": "a.warc.gz",
            "warc_record_offset": 0, "warc_record_length": 1, "warc_record_type": "response",
        } | values  # fmt: skip
        return make_frame(
            "captures", [row | {"capture_id": f"{number:04d}", "fetched_at": at} for number, at in numbers_and_times]
        )

    return make


@pytest.fixture(scope="session")
def make_exchange() -> MakeExchange:
    """Makes an exchange that got a page, with any field set otherwise."""

    def make(**fields: Any) -> Exchange:
        defaults = {
            "url": "https://example.org/news/1?page=2",
            "requested_at": datetime(2026, 11, 21, 3, 4, 5, 678901, UTC),
            "request_headers": [("Host", "example.org"), ("User-Agent", "tester")],
            "status": 200,
            "reason": "OK",
            "response_headers": [("Content-Type", "text/html; charset=utf-8")],
            "body": b"<p>A page</p>",
            "duration_ms": 17,
            "ip_address": "192.0.2.7",
        }
        return Exchange(**(defaults | fields))

    return make


@pytest.fixture
def make_writer(layout: Layout) -> MakeWriter:
    """Makes a writer into the archive."""

    def make(prefix: str = "nightly-1", **options: Any) -> WarcWriter:
        return WarcWriter(
            layout, prefix, day=date(2026, 11, 21), software="tester/1", operator="Test <test@example.org>", **options
        )

    return make


@pytest.fixture
def positions(make_writer: MakeWriter, make_exchange: MakeExchange) -> dict[str, WarcPosition]:
    """Writes one file with every kind of exchange; gives where each lies."""
    with make_writer() as writer:
        return {
            name: writer.append(make_exchange(**fields), metadata={"run": "1", "source": ""}, earlier=earlier)
            for name, (fields, earlier) in EXCHANGES.items()
        }
