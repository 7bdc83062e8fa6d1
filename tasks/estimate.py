"""Estimates a backfill before anything is asked: units, pages, bytes and time, from what the archive has seen."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from storage.layout import Layout
from storage.tables import scan_table
from tasks.sources.model import Source
from tasks.units import Unit


def estimate_backfill(
    layout: Layout, sources: Sequence[Source], units: Sequence[Unit], pace: float
) -> list[dict[str, Any]]:
    """Estimates each source's share: pages a month and bytes a page as seen so far; null where nothing was seen yet."""
    return [
        estimate_source(layout, source, [unit for unit in units if unit.source == source.name], pace)
        for source in sources
    ]


def estimate_source(layout: Layout, source: Source, units: Sequence[Unit], pace: float) -> dict[str, Any]:
    """Estimates one source's share; the time is that of its pace, one request after the other."""
    pages_a_month = _measure_pages(layout, source.name)
    bytes_a_page = _measure_bytes(layout, source.name)
    pages = None if pages_a_month is None else round(pages_a_month * len(units))
    interval = source.pace.interval_s * pace
    return {
        "source": source.name,
        "units": len(units),
        "requests": pages,
        "megabytes": None if pages is None or bytes_a_page is None else round(pages * bytes_a_page / 1e6, 1),
        "minutes": None if pages is None else round(pages * interval / 60, 1),
    }


def _measure_pages(layout: Layout, source: str) -> float | None:
    listed = scan_table(layout, "addresses").filter(
        pl.col("source") == source, pl.col("listed_published_at").is_not_null()
    )
    months = listed.group_by(pl.col("listed_published_at").dt.truncate("1mo")).agg(pages=pl.len())
    mean: float | None = months.select(pl.col("pages").mean()).collect().item()
    return mean


def _measure_bytes(layout: Layout, source: str) -> float | None:
    pages = scan_table(layout, "captures").filter(pl.col("source") == source, pl.col("purpose") == "page")
    mean: float | None = pages.select(pl.col("content_length").mean()).collect().item()
    return mean
