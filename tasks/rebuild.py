"""Rebuilds the rows of a batch of pages from their archived captures, beside the rows that the archive has of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from storage.addresses import make_identifier
from storage.errors import ArchiveError
from storage.layout import Layout
from storage.outcomes import DECIDED_BY_READING, RETRYABLE, Outcome
from storage.records import Row
from storage.scan import get_table
from storage.tables import make_frame, scan_table
from tasks.captures import IS_PAGE, Capture, make_capture
from tasks.keep import Kept
from tasks.origins import Redirects, find_origins, list_asked_keys, recall_listing
from tasks.plan import waits_to_be_read
from tasks.reading.capture import ArchivedJob, Expectation, Hints, Reading, read_capture
from tasks.reading.site_memory import SiteMemory
from tasks.reading.workers import Failure, ReaderPool
from tasks.replay import TABLES, Event, Replay
from tasks.rules import make_rules
from tasks.site_memories import has_memory, recall_memories
from tasks.sources.model import Source

#: Ends that keep what was read: which of them depends on the night, and not on the reader.
KEPT = frozenset({Outcome.STORED, Outcome.UNCHANGED, Outcome.DUPLICATE})

Frames = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some pages, and all that the archive has of them: captures in order of time, addresses, rows of each table."""

    keys: Sequence[str]
    captures: pl.DataFrame
    addresses: pl.DataFrame
    tables: Frames

    def equals(self, other: "Batch") -> bool:
        """Tells whether the archive had the same of these pages."""
        return (
            self.captures.equals(other.captures)
            and self.addresses.equals(other.addresses)
            and all(frame.equals(other.tables[table]) for table, frame in self.tables.items())
        )


def load_batch(layout: Layout, keys: Sequence[str], redirects: Redirects) -> Batch:
    """Loads the pages of these url_keys."""
    runs = scan_table(layout, "runs").select("run_id", "started_at")
    of_pages = scan_table(layout, "captures").filter(IS_PAGE, pl.col("url_key").is_in(list(keys)))
    captures = of_pages.join(runs, on="run_id", how="left").sort("fetched_at", "capture_id").collect()
    capture_ids = captures["capture_id"].to_list()
    asked = list({*list_asked_keys(captures.to_dicts(), redirects)})
    is_asked = pl.col("url_key").is_in(asked) | pl.col("capture_id").is_in(capture_ids)
    identifiers = [make_identifier(key) for key in keys]
    wanted = {
        "articles": pl.col("article_id").is_in(identifiers),
        "article_versions": pl.col("article_id").is_in(identifiers),
        "inspections": pl.col("inspection_id").is_in(identifiers),
        "judgements": pl.col("inspection_id").is_in(identifiers),
        "rejections": pl.col("capture_id").is_in(capture_ids),
    }
    return Batch(
        keys,
        captures,
        scan_table(layout, "addresses").filter(is_asked).sort("source", "url_key").collect(),
        {
            table: scan_table(layout, table).filter(wanted[table]).sort(get_table(table).key).collect()
            for table in TABLES
        },
    )


def rebuild_pages(
    layout: Layout, batch: Batch, sources: Mapping[str, Source], redirects: Redirects, readers: ReaderPool
) -> tuple[Frames, Frames, list[str]]:
    """Rebuilds the rows of pages; gives those that the archive has, those that it should have, and the problems.

    A page with a problem is in neither, nor one that could not be read in its night and cannot be now.
    """
    events, problems = make_events(layout, batch, sources, redirects)
    jobs = [event.job for key, of_page in events.items() if key not in problems for event in of_page]
    readings = {job.capture_id: reading for job, reading in zip(jobs, readers.read(read_capture, jobs), strict=True)}
    rejections = {row["capture_id"]: row for row in batch.tables["rejections"].iter_rows(named=True)}
    replay, done, failed = Replay(), [], {}
    for key, of_page in events.items():
        if key in problems:
            continue
        read, failures = sort_readings(of_page, readings)
        if not failures:
            replay.add_page(of_page, read)
            done.append(key)
        for capture_id, reason in failures.items():
            if rejections.get(capture_id, {}).get("outcome") != Outcome.UNREADABLE:
                failed[key] = f"the capture {capture_id} could not be read: {reason}"
    before = select_rows(batch.tables, done)
    after = {table: make_frame(table, rows.values()) for table, rows in replay.rows.items()}
    judged = judge_addresses(batch.addresses, replay.kept, rejections)
    before["addresses"], after["addresses"] = (make_frame("addresses", rows) for rows in judged)
    return before, after, [f"{key} is left as it is: {reason}" for key, reason in (problems | failed).items()]


def make_events(
    layout: Layout, batch: Batch, sources: Mapping[str, Source], redirects: Redirects
) -> tuple[dict[str, list[Event]], dict[str, str]]:
    """Makes the events of each page, and says of a page for which it cannot, why."""
    captures = {row["capture_id"]: row for row in batch.captures.iter_rows(named=True)}
    addresses = {(row["source"], row["url_key"]): row for row in batch.addresses.iter_rows(named=True)}
    origins = find_origins(list(captures.values()), addresses, redirects)
    named = find_named(batch)
    memories = recall_memories(layout, batch.keys)
    rejected = set(batch.tables["rejections"]["capture_id"])
    # A capture that waits for its first reading is the next night's.
    unread = {row["capture_id"] for row in addresses.values() if waits_to_be_read(row)} - named.keys() - rejected
    events: dict[str, list[Event]] = defaultdict(list)
    problems = {
        key: f"its row names the capture {capture_id}, which is no page's in the table of captures"
        for capture_id, key in named.items()
        if capture_id not in captures
    }
    for capture_id, row in captures.items():
        source, address = sources.get(row["source"]), origins.get(capture_id)
        if capture_id in unread:
            continue
        if source is None:
            problems[row["url_key"]] = (
                f"there is no file of its source {row['source']}; name its folder (INSPECTION_NEWS_SOURCES)"
            )
        elif address is None:
            problems[row["url_key"]] = f"no listed address of {row['source']} leads to its capture {capture_id}"
        else:
            try:
                event = make_event(layout, source, address, row, memories.get(capture_id), is_named=capture_id in named)
                events[row["url_key"]].append(event)
            except ArchiveError as error:
                problems[row["url_key"]] = str(error)
    return events, problems


def make_event(
    layout: Layout, source: Source, address: Row, row: Row, memory: SiteMemory | None, *, is_named: bool
) -> Event:
    """Makes the event of a capture's row; raises ArchiveError where its WARC file does not hold it."""
    then = recall_listing(layout, address, row)
    job = make_job(source, then, make_capture(row), layout.root, memory)
    observed_at = max(row["fetched_at"], row["started_at"] or row["fetched_at"])
    return Event(then, source, job, row["run_id"], observed_at, is_named)


def make_job(source: Source, address: Row, capture: Capture, root: Path, memory: SiteMemory | None) -> ArchivedJob:
    """Makes the job of reading an address's capture by the rules of its day, and with its site's memory if it may."""
    is_remembered = has_memory(source) and address["media_type"] == "text/html"
    expected = Expectation(
        url=capture.url,
        fetched_at=capture.fetched_at,
        media_type=address["media_type"],
        rules=make_rules(source, capture.fetched_at.date(), memory if is_remembered else None),
        terms=tuple(source.relevance.terms),
        must_be_relevant=source.relevance.required,
        hints=Hints(
            title=address["listed_title"],
            published_at=address["listed_published_at"],
            published_precision=address["listed_published_precision"],
            method=address["method"],
            link_text=address["link_text"],
            provider_name=address["provider_name"],
        ),
    )
    return ArchivedJob(root, capture.capture_id, capture.warc_filename, capture.warc_record_offset, expected)


def find_named(batch: Batch) -> dict[str, str]:
    """Finds the captures that articles, versions and inspections were read from, each with its page's url_key."""
    named = [batch.tables[table].select("capture_id", "url_key") for table in TABLES[:3]]
    return dict(pl.concat(named).iter_rows())


def sort_readings(
    events: Sequence[Event], readings: Mapping[str, Reading | Failure]
) -> tuple[dict[str, Reading], dict[str, str]]:
    """Sorts the readings of a page's captures into those that came about, and the reasons of those that failed."""
    read: dict[str, Reading] = {}
    failures: dict[str, str] = {}
    for capture_id in (event.job.capture_id for event in events):
        reading = readings[capture_id]
        if isinstance(reading, Failure):
            failures[capture_id] = reading.reason
        else:
            read[capture_id] = reading
    return read, failures


def select_rows(tables: Frames, keys: Sequence[str]) -> Frames:
    """Selects the rows of pages in each table."""
    identifiers = [make_identifier(key) for key in keys]
    of_page = pl.col("url_key").is_in(list(keys))
    of_inspection = pl.col("inspection_id").is_in(identifiers)
    return {table: frame.filter(of_inspection if table == "judgements" else of_page) for table, frame in tables.items()}


def judge_addresses(
    addresses: pl.DataFrame, kept: Mapping[str, Kept], rejections: Mapping[str, Row]
) -> tuple[list[Row], list[Row]]:
    """Judges the addresses that stand on the reading of a capture; gives those with a new end, as they were and are."""
    before, after = [], []
    for row in addresses.iter_rows(named=True):
        now = kept.get(row["capture_id"])
        if now is None or not stands_on_reading(row, rejections) or is_same_end(row, now):
            continue
        before.append(row)
        outcome = Outcome.STORED if now.outcome is Outcome.UNCHANGED else now.outcome
        ended = {**row, "outcome": str(outcome), "outcome_reason": now.reason}
        after.append(ended if now.outcome in RETRYABLE else {**ended, "failures": 0, "next_try_at": None})
    return before, after


def stands_on_reading(address: Row, rejections: Mapping[str, Row]) -> bool:
    """Tells whether an address ended by what was read there; else a later failure says what became of it."""
    if address["outcome"] in DECIDED_BY_READING:
        return True
    rejection = rejections.get(address["capture_id"], {})
    end = address["outcome"], address["outcome_reason"]
    return end == (rejection.get("outcome"), rejection.get("reason"))


def is_same_end(address: Row, now: Kept) -> bool:
    """Tells whether an address ends as it did; which of the ends that keep a page it is, only its night knows."""
    if now.outcome in KEPT:
        return address["outcome"] in KEPT
    return (address["outcome"], address["outcome_reason"]) == (now.outcome, now.reason)
