"""Reads captures into tables: articles, inspections and their judgements, or rejections with their reason."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import polars as pl

from storage.addresses import make_identifier, make_url_key
from storage.errors import OvertakenError
from storage.outcomes import RETRYABLE, Outcome
from storage.records import Row
from storage.tables import make_frame, scan_table
from tasks.captures import IS_PAGE, load_captures
from tasks.keep import Harvest, Kept
from tasks.plan import note_failure
from tasks.reading.capture import ArchivedJob, Reading, read_capture
from tasks.reading.workers import Failure
from tasks.rebuild import KEPT, make_job
from tasks.reprocess import place_captures
from tasks.run import Run, Tally
from tasks.site_memories import recall_memories
from tasks.sources.model import Source


class ReadPage(NamedTuple):
    """An address, the job of reading its capture, and what came of it."""

    address: Row
    job: ArchivedJob
    reading: Reading | Failure


async def read_batch(source: Source, addresses: Sequence[Row], run: Run, tally: Tally) -> None:
    """Reads the captures of a batch of addresses and commits what they say; the tally takes each outcome."""
    await keep_pages(source, await read_pages(source, addresses, run), run, tally)


async def read_pages(source: Source, addresses: Sequence[Row], run: Run) -> list[ReadPage]:
    """Reads the captures of a batch of addresses."""
    jobs = await find_jobs(source, addresses, run)
    loop = asyncio.get_running_loop()
    readings = await loop.run_in_executor(run.reading, lambda: list(run.readers.read(read_capture, jobs)))
    run.report(source.name, "read", len(jobs), 0)
    return [ReadPage(*page) for page in zip(addresses, jobs, readings, strict=True)]


async def find_jobs(source: Source, addresses: Sequence[Row], run: Run) -> list[ArchivedJob]:
    """Finds where the captures of addresses lie; gives the job of reading each."""
    captures = await asyncio.to_thread(load_captures, run.layout, [row["capture_id"] for row in addresses])
    keys = [make_url_key(capture.url) for capture in captures.values()]
    memories = await asyncio.to_thread(recall_memories, run.layout, keys)
    return [
        make_job(source, row, captures[row["capture_id"]], run.layout.root, memories.get(row["capture_id"]))
        for row in addresses
    ]


async def keep_pages(source: Source, pages: Sequence[ReadPage], run: Run, tally: Tally) -> None:
    """Commits what was read; the tally takes each outcome.

    Where another run keeps one of the pages in between, they are compared with what that run kept.
    """
    outcomes: dict[str, Outcome] | None = None
    while outcomes is None:
        with suppress(OvertakenError):
            outcomes = await commit_pages(source, pages, run, tally)
    tally.outcomes |= outcomes


async def commit_pages(source: Source, pages: Sequence[ReadPage], run: Run, tally: Tally) -> dict[str, Outcome]:
    """Commits what was read; gives each outcome by url_key.

    Raises OvertakenError, and writes nothing, where another run has kept one of the pages just now.
    """
    identifiers = [make_identifier(make_url_key(page.job.expected.url)) for page in pages]
    known = await asyncio.to_thread(find_known, run, identifiers)
    late = await asyncio.to_thread(find_late, run, [page.job for page in pages], known)
    harvest = Harvest(source, known)
    in_order: list[Row] = []
    to_place: list[Row] = []
    outcomes: dict[str, Outcome] = {}
    for listed, job, reading in sorted(pages, key=rank_page):
        address = dict(listed)
        kept = harvest.keep(address, job, reading)
        note_outcome(address, kept, run)
        outcomes[address["url_key"]] = kept.outcome
        (to_place if job.capture_id in late and kept.outcome in KEPT else in_order).append(address)

    def check() -> None:
        if find_known(run, identifiers) != known:
            raise OvertakenError

    frames = {**harvest.make_frames(), "addresses": make_frame("addresses", in_order)}
    await run.commit(frames, owners={"judgements": harvest.inspection_ids}, check=check)
    if to_place:
        own_keys = {page.job.capture_id: make_url_key(page.job.expected.url) for page in pages}
        new = await place_late(source, to_place, own_keys, run, tally)
        outcomes |= {key: Outcome.STORED for key in new if outcomes[key] is Outcome.UNCHANGED}
    return outcomes


def rank_page(page: ReadPage) -> tuple[bool, str]:
    """Ranks an address that is the page's own before one that only redirects to it, which is then a duplicate."""
    key = page.address["url_key"]
    return make_url_key(page.job.expected.url) != key, key


async def place_late(
    source: Source, addresses: Sequence[Row], pages: Mapping[str, str], run: Run, tally: Tally
) -> set[str]:
    """Places captures whose pages have later ones among these; gives the url_keys of addresses that had a new text.

    `pages` are the url_keys of the pages that were read, by capture_id.
    """
    keys = sorted({pages[row["capture_id"]] for row in addresses})
    sources = {**run.sources, source.name: source}
    loop = asyncio.get_running_loop()
    new, problems = await loop.run_in_executor(
        run.reading, lambda: place_captures(run.layout, keys, addresses, sources, run.readers)
    )
    tally.problems += problems
    return {row["url_key"] for row in addresses if row["capture_id"] in new}


def find_late(run: Run, jobs: Sequence[ArchivedJob], known: Mapping[str, Row]) -> set[str]:
    """Finds the captures of known pages of which the archive has later ones, by capture_id."""
    times = {
        job.capture_id: (make_url_key(job.expected.url), job.expected.fetched_at)
        for job in jobs
        if make_identifier(make_url_key(job.expected.url)) in known
    }
    if not times:
        return set()
    later = scan_table(run.layout, "captures").filter(
        IS_PAGE,
        pl.col("fetched_at") > min(at for _, at in times.values()),
        pl.col("url_key").is_in([key for key, _ in times.values()]),
    )
    last = dict(later.group_by("url_key").agg(pl.col("fetched_at").max()).collect().iter_rows())
    return {capture_id for capture_id, (key, at) in times.items() if key in last and at < last[key]}


def find_known(run: Run, identifiers: Sequence[str]) -> dict[str, Row]:
    """Finds the articles and inspections that the archive has already under these identifiers."""
    known: dict[str, Row] = {}
    for table, key in (("articles", "article_id"), ("inspections", "inspection_id")):
        found = scan_table(run.layout, table).filter(pl.col(key).is_in(identifiers)).collect()
        known |= {row[key]: row for row in found.iter_rows(named=True)}
    return known


def note_outcome(address: Row, kept: Kept, run: Run) -> None:
    """Notes in an address's row what became of it; what may pass, like a challenge page, is asked for again.

    A page that was read again and says the same is stored as it was.
    """
    if kept.outcome in RETRYABLE:
        note_failure(address, kept.outcome, kept.reason, run.started_at)
        return
    outcome = Outcome.STORED if kept.outcome is Outcome.UNCHANGED else kept.outcome
    address |= {"outcome": str(outcome), "outcome_reason": kept.reason, "failures": 0, "next_try_at": None}
