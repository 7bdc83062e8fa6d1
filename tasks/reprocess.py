"""Reads archived captures again with today's readers, without any network, and rebuilds the rows that come of them.

What is rebuilt is always a whole page: all its captures, in the order in which they were made, so that versions, first
fetches and the capture that stands for the page come out the same, whichever run had which capture first. The same
input and the same readers change nothing. A page of which any capture cannot be read as it should be is left as it is,
and told.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Event
from typing import TypeVar

import polars as pl

from storage.errors import OvertakenError
from storage.layout import Layout
from storage.overtaken import retry_overtaken
from storage.records import Row
from storage.tables import commit_rows, make_frame, recover, scan_table
from tasks.captures import IS_PAGE
from tasks.differences import SCHEMA, compare_tables
from tasks.origins import Redirects, find_redirects
from tasks.reading.capture import READER_VERSION
from tasks.reading.workers import Failure, ReaderPool
from tasks.rebuild import Batch, Frames, load_batch, rebuild_pages
from tasks.run import Report, report_nothing
from tasks.sources.model import Source
from tasks.via import check_range

T = TypeVar("T")
R = TypeVar("R")

BATCH_SIZE = 200


@dataclass(slots=True)
class Changes:
    """What reading again changes: rows by table and kind of change, and which pages were left as they are, and why.

    `rows` is the list of every change (`tasks.differences`), which is kept only where nothing is written.
    """

    pages: int = 0
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SCHEMA))
    problems: list[str] = field(default_factory=list)

    def describe(self) -> list[Row]:
        """Describes the changes, a row per table and kind: how many rows are added, removed or changed."""
        return [
            {"table": table, "change": change, "rows": count} for (table, change), count in sorted(self.counts.items())
        ]


class StoppableReaders(ReaderPool):
    """Readers that take no further item once `stop` is set: whoever reads gets CancelledError in its place."""

    def __init__(self, workers: int, stop: Event) -> None:
        """Prepares the readers."""
        super().__init__(workers)
        self._stop = stop

    def read(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R | Failure]:
        """Calls a function on each item, as ReaderPool does; raises CancelledError."""
        return super().read(function, self._go_on(items))

    def _go_on(self, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            if self._stop.is_set():
                raise CancelledError("reading was stopped")
            yield item


def reprocess_captures(
    layout: Layout,
    *,
    sources: Mapping[str, Source],
    since: date | None = None,
    until: date | None = None,
    names: Collection[str] | None = None,
    outdated_only: bool = False,
    workers: int,
    stop: Event,
    write: bool = True,
    report: Report = report_nothing,
) -> Changes:
    """Reads again the pages with a capture from `since` to `until`, both included and in UTC, of the named sources.

    `sources` are all sources by name; `outdated_only` leaves out pages whose rows are all of today's reader. Without
    `write` the changes are only told. Killed and run again, it goes on where it was: what is done changes no more.

    Raises ValueError where the range ends before it starts, or is still to come; CancelledError between two captures
    once `stop` is set.
    """
    check_range(since, until)
    recover(layout)
    pages = find_pages(layout, since=since, until=until, names=names, outdated_only=outdated_only)
    redirects = find_redirects(layout)
    changes = Changes(pages=len(pages))
    found = []
    with StoppableReaders(workers, stop) as readers:
        for start in range(0, len(pages), BATCH_SIZE):
            keys = pages[start : start + BATCH_SIZE]
            rows, problems = reprocess_pages(layout, keys, sources, redirects, readers, write=write)
            changed_rows = rows.select("table", "change", "key").unique()
            changes.counts.update(changed_rows.select("table", "change").iter_rows())
            changes.problems += problems
            found += [] if write else [rows]
            report("archive", "reprocess", len(keys), len(pages))
    changes.rows = pl.concat([changes.rows, *found])
    return changes


def find_pages(
    layout: Layout, *, since: date | None, until: date | None, names: Collection[str] | None, outdated_only: bool
) -> list[str]:
    """Finds the url_keys of pages to read again, in order of their first capture."""
    captures = scan_table(layout, "captures").filter(IS_PAGE)
    if since:
        captures = captures.filter(pl.col("fetched_at") >= datetime.combine(since, time.min, UTC))
    if until:
        captures = captures.filter(pl.col("fetched_at") < datetime.combine(until + timedelta(days=1), time.min, UTC))
    if names:
        captures = captures.filter(pl.col("source").is_in(list(names)))
    pages = captures.group_by("url_key").agg(pl.col("fetched_at").min())
    if outdated_only:
        pages = pages.join(find_outdated(layout), on="url_key", how="semi")
    return pages.sort("fetched_at", "url_key").collect()["url_key"].to_list()


def find_outdated(layout: Layout) -> pl.LazyFrame:
    """Finds the url_keys of pages of which some row was read by another version of the reader."""
    outdated = [
        scan_table(layout, table).filter(pl.col("reader_version") != READER_VERSION).select("url_key")
        for table in ("articles", "article_versions", "inspections", "rejections")
    ]
    return pl.concat(outdated).unique()


def reprocess_pages(
    layout: Layout,
    keys: Sequence[str],
    sources: Mapping[str, Source],
    redirects: Redirects,
    readers: ReaderPool,
    *,
    write: bool,
) -> tuple[pl.DataFrame, list[str]]:
    """Reads a batch of pages again and commits what is different; gives the differences and the problems."""

    def reprocess() -> tuple[pl.DataFrame, list[str]]:
        batch = load_batch(layout, keys, redirects)
        before, after, problems = rebuild_pages(layout, batch, sources, redirects, readers)
        rows = compare_tables(before, after)
        if write and not rows.is_empty():
            commit_pages(layout, batch, before, after, redirects)
        return rows, problems

    # A night at the same time may read one of the pages: what was made of them is outdated then.
    return retry_overtaken(reprocess)


def place_captures(
    layout: Layout,
    keys: Sequence[str],
    addresses: Sequence[Row],
    sources: Mapping[str, Source],
    readers: ReaderPool,
) -> tuple[set[str], list[str]]:
    """Places captures among later ones of their pages, which are rebuilt from all that they have, in order of time.

    `addresses` are the rows of the captures' addresses as reading them left these; they are committed with the pages.
    Gives the captures whose text the archive did not have, and the problems.
    """

    def place() -> tuple[set[str], list[str]]:
        redirects = find_redirects(layout)
        found = load_batch(layout, keys, redirects)
        noted = {(row["source"], row["url_key"]): row for row in (*found.addresses.to_dicts(), *addresses)}
        batch = replace(found, addresses=make_frame("addresses", noted.values()))
        before, after, problems = rebuild_pages(layout, batch, sources, redirects, readers)
        ended = {(row["source"], row["url_key"]): row for row in (*addresses, *after["addresses"].to_dicts())}
        after["addresses"] = make_frame("addresses", ended.values())
        commit_pages(layout, found, before, after, redirects)
        return find_new_texts(before, after), problems

    return retry_overtaken(place)


def find_new_texts(before: Frames, after: Frames) -> set[str]:
    """Finds the captures whose texts only the later of two states of pages has."""
    columns = ["url_key", "text_digest", "capture_id"]
    old, new = (
        pl.concat([frames[table].select(columns) for table in ("articles", "article_versions", "inspections")])
        for frames in (before, after)
    )
    return set(new.join(old, on=columns[:2], how="anti")["capture_id"])


def commit_pages(
    layout: Layout,
    batch: Batch,
    before: Mapping[str, pl.DataFrame],
    after: Mapping[str, pl.DataFrame],
    redirects: Redirects,
) -> None:
    """Commits the rows of pages in place of their older ones.

    Raises OvertakenError, and writes nothing, where the archive no longer has what the batch was made from.
    """

    def check() -> None:
        if not load_batch(layout, batch.keys, redirects).equals(batch):
            raise OvertakenError

    keys = {
        "articles": "article_id",
        "article_versions": "article_id",
        "inspections": "inspection_id",
        "judgements": "inspection_id",
        "rejections": "capture_id",
    }
    owners = {table: before[table][key].unique().to_list() for table, key in keys.items()}
    commit_rows(layout, after, owners=owners, check=check)
