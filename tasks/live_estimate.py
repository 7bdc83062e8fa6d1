"""Estimates a source's share of a live backfill, from what the archive has of it: pages, listings, bytes and time.

What the archive has read is not asked for again. Of a month that no backfill was done with, as many pages are expected
as it has seen a month, over all from the first to the last; a feed lists no month before its first.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime

import polars as pl

from storage.layout import Layout
from storage.records import Listed
from storage.tables import scan_table
from tasks.captures import OK
from tasks.discovery.cqc import list_days
from tasks.done_units import find_done_sources
from tasks.reach import has_feeds_alone
from tasks.sources.methods import Cqc
from tasks.sources.model import Source
from tasks.units import STILL_TO_BE_HAD, Unit, find_month

Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """The addresses that the archive has of a source: how many of each month, and how many of those are open yet.

    `done` are the units that a backfill was done with, by their subjects.
    """

    pages: Mapping[Month, int]
    left: Mapping[Month, int]
    undated_left: int
    done: Collection[str]

    @property
    def a_month(self) -> float | None:
        """How many pages a month has, over all from the first to the last; None where none was seen."""
        if not self.pages:
            return None
        (first_year, first_month), (last_year, last_month) = min(self.pages), max(self.pages)
        months = (last_year - first_year) * 12 + last_month - first_month + 1
        return sum(self.pages.values()) / months


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a backfill would ask a source for; null is what nobody can know without asking.

    `listings` are the requests for its lists, `pages` those for what they list; `minutes` are of its pace, one request
    after the other. `note` says what it will not bring.
    """

    source: str
    units: int
    listings: int | None = None
    pages: int | None = None
    megabytes: float | None = None
    minutes: float | None = None
    note: str | None = None


def estimate_source(
    layout: Layout, source: Source, units: Sequence[Unit], *, pace: float, keys: Collection[str]
) -> dict[str, object]:
    """Estimates one source's share of a backfill, of which `units` are left to do; `keys` are the variables set."""
    if source.key and source.key.environment not in keys:
        note = f"skipped, as {source.key.environment} is not set"
        return asdict(Estimate(source.name, len(units), 0, 0, 0.0, 0.0, note))
    if not units:
        return asdict(Estimate(source.name, 0, 0, 0, 0.0, 0.0))
    seen = find_seen(layout, source.name)
    pages = count_expected(source, seen, units)
    listings = count_listings(layout, source, units)
    bytes_a_page = measure_bytes(layout, source.name)
    requests = None if pages is None else pages + (listings or 0)
    estimate = Estimate(
        source.name,
        len(units),
        listings,
        pages,
        megabytes=None if pages is None or bytes_a_page is None else round(pages * bytes_a_page / 1e6, 1),
        minutes=None if requests is None else round(requests * source.pace.interval_s * pace / 60, 1),
        note="its feed has the newest articles alone" if has_feeds_alone(source) else None,
    )
    return asdict(estimate)


def find_seen(layout: Layout, source: str) -> Seen:
    """Finds how many addresses of each month the archive has of a source; the month is that of a backfill's unit."""
    columns = ("url", "outcome", "listed_published_at", "listed_modified_at")
    rows = scan_table(layout, "addresses").filter(pl.col("source") == source).select(columns).collect()
    pages: dict[Month, int] = {}
    left: dict[Month, int] = {}
    undated_left = 0
    for url, outcome, published_at, modified_at in rows.iter_rows():
        month = find_month(Listed(url, "", "", published_at=published_at, modified_at=modified_at))
        is_left = outcome is None or outcome in STILL_TO_BE_HAD
        if month is None:
            undated_left += is_left
            continue
        pages[month] = pages.get(month, 0) + 1
        left[month] = left.get(month, 0) + is_left
    return Seen(pages, left, undated_left, find_done_sources(layout).keys())


def count_expected(source: Source, seen: Seen, units: Sequence[Unit]) -> int | None:
    """Counts the pages that are expected to be asked for in some months; None where nothing was seen of any month."""
    if seen.a_month is None:
        return None
    today = find_today()
    first = min(seen.pages)
    expected = float(seen.undated_left)
    for unit in units:
        month = unit.month.year, unit.month.month
        is_listed = unit.month <= today and not (has_feeds_alone(source) and month < first)
        is_new = is_listed and unit.subject not in seen.done
        unseen = max(0.0, seen.a_month - seen.pages.get(month, 0)) if is_new else 0.0
        expected += unseen + seen.left.get(month, 0)
    return round(expected)


def find_today() -> date:
    """Finds the day in UTC."""
    return datetime.now(UTC).date()


def count_listings(layout: Layout, source: Source, units: Sequence[Unit]) -> int | None:
    """Counts the requests for a source's lists: as many as its last run made; None where it was never listed.

    An API that is asked day by day needs one for each day of the range at least.
    """
    since, until = units[0].since, units[-1].until
    days = sum(len(list_days(method, since, until)) for method in source.discover if isinstance(method, Cqc))
    if days:
        return days
    listings = scan_table(layout, "captures").filter(pl.col("source") == source.name, pl.col("purpose") == "listing")
    runs = listings.group_by("run_id").agg(pl.len(), pl.col("fetched_at").max()).sort("fetched_at").collect()
    return None if runs.is_empty() else int(runs["len"][-1])


def measure_bytes(layout: Layout, source: str) -> float | None:
    """Measures the mean size of a source's pages, in bytes; None where the archive has none."""
    pages = scan_table(layout, "captures").filter(
        pl.col("source") == source, pl.col("purpose") == "page", pl.col("fetch_status") == OK
    )
    mean: float | None = pages.select(pl.col("content_length").mean()).collect().item()
    return mean
