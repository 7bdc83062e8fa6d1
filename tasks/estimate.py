"""Estimates a backfill before anything is asked: units, requests, bytes and time, from what the archive has seen.

What nobody can know without asking is null: what an index lists, and what it leads to.
"""

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from storage.layout import Layout
from tasks.cc_news import cut_month_units
from tasks.done_units import find_open_units
from tasks.live_estimate import estimate_source
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
    keys: Collection[str] = (),
) -> list[dict[str, Any]]:
    """Estimates what a backfill would do: a row for each source, or for each file, or month of files.

    `keys` are the environment variables that have a source's key.
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
    return [estimate_source(layout, source, units[source.name], pace=pace, keys=keys) for source in sources]


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
        "index_minutes": round(minutes, 1),
        "pages": None,
        "megabytes": None,
    }
