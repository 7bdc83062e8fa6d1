"""An archive to test on, and rows and exchanges to put into it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from storage.layout import Layout
from storage.records import Exchange
from storage.tables import make_frame
from storage.warc import WarcWriter

MakeCaptures = Callable[..., pl.DataFrame]
MakeExchange = Callable[..., Exchange]
MakeWriter = Callable[..., WarcWriter]


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
