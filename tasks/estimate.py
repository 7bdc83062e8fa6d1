"""Estimates a backfill before anything is asked: units, requests, bytes and time, from what the archive has seen.

What nobody can know without asking is null: what an index lists, and what it leads to.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from storage.layout import Layout
from storage.tables import scan_table
from tasks.cc_news import cut_month_units
from tasks.done_units import find_open_units
from tasks.sources.model import Source
from tasks.units import AnUnit, AnyUnit, Unit, cut_units
from tasks.via import Via
from tasks.warc_import import WarcFile, find_refusal, find_warc_files
from tasks.web_archives import ARCHIVES, list_scopes

#: A query of Common Crawl is counted first, and then asked for page by page.
QUERIES_A_SCOPE = {Via.WAYBACK: 1, Via.COMMONCRAWL: 2}


def estimate_backfill(
    layout: Layout,
    sources: Sequence[Source],
    via: Via,
    start: date | None,
    end: date | None,
    path: Path | None,
    *,
    again: bool,
    pace: float,
) -> list[dict[str, Any]]:
    """Estimates what a backfill would do: a row for each source, or for each file, or month of files.

    Raises ValueError where the path leads to no WARC file.
    """

    def find_left(units: Sequence[AnUnit]) -> Sequence[AnUnit]:
        return find_open_units(layout, units, again=again)

    names = frozenset(source.name for source in sources)
    if path:
        files = {file.make_unit(names): file for file in find_warc_files(path)}
        left = {*find_left(list(files))}
        return [describe_file(file, is_done=unit not in left) for unit, file in files.items()]
    assert start is not None  # noqa: S101 - see check_request
    assert end is not None  # noqa: S101
    if via is Via.CC_NEWS:
        months = cut_month_units(start, end, names)
        to_list = {*find_left(months)}
        return [
            {
                "month": f"{unit.month:%Y-%m}",
                "files": None,
                "index_requests": int(unit in to_list),
                "is_done": unit not in to_list,
            }
            for unit in months
        ]
    units = {source.name: find_left(cut_units([source.name], start, end, via)) for source in sources}
    if via in ARCHIVES:
        return [estimate_archive(source, via, units[source.name], pace) for source in sources]
    return [estimate_source(layout, source, units[source.name], pace) for source in sources]


def count_done_units(
    layout: Layout, sources: Sequence[Source], via: Via, start: date | None, end: date | None, path: Path | None
) -> int:
    """Counts the units of a backfill that earlier ones are done with: files, months of files, or months of sources."""
    units = list_units([source.name for source in sources], via, start, end, path)
    return len(units) - len(find_open_units(layout, units))


def list_units(
    names: Sequence[str], via: Via, start: date | None, end: date | None, path: Path | None
) -> Sequence[AnyUnit]:
    """Lists the units of a backfill of some sources, by their names; those of CC-NEWS are the months alone."""
    if path:
        return [file.make_unit(frozenset(names)) for file in find_warc_files(path)]
    assert start is not None  # noqa: S101 - see check_request
    assert end is not None  # noqa: S101
    if via is Via.CC_NEWS:
        return cut_month_units(start, end, frozenset(names))
    return cut_units(names, start, end, via)


def describe_file(file: WarcFile, *, is_done: bool) -> dict[str, Any]:
    """Describes a file: its size, and whether it is done, or why it is refused."""
    refusal = find_refusal(file.path)
    megabytes = round(file.size / 1e6, 1)
    return {"file": str(file.path), "megabytes": megabytes, "is_done": is_done and not refusal, "refused": refusal}


def estimate_archive(source: Source, via: Via, units: Sequence[Unit], pace: float) -> dict[str, Any]:
    """Estimates one source's share of a backfill from a web archive: the least number of requests to its index."""
    requests = len(units) * len(list_scopes(source)) * QUERIES_A_SCOPE[via]
    minutes = requests * ARCHIVES[via].interval_s * pace / 60
    return {
        "source": source.name,
        "units": len(units),
        "index_requests": requests,
        "requests": None,
        "megabytes": None,
        "minutes": round(minutes, 1),
    }


def estimate_source(layout: Layout, source: Source, units: Sequence[Unit], pace: float) -> dict[str, Any]:
    """Estimates one source's share: pages a month and bytes a page as seen so far; null where nothing was seen yet.

    The time is that of its pace, one request after the other.
    """
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
