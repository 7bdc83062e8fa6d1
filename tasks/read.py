"""Reads captures into tables: articles, inspections and their judgements, or rejections with their reason."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from storage.addresses import make_identifier, make_url_key
from storage.outcomes import RETRYABLE, Outcome
from storage.records import Row
from storage.tables import make_frame, scan_table
from tasks.captures import Capture, load_captures
from tasks.keep import Harvest, Kept
from tasks.plan import note_failure
from tasks.reading.capture import ArchivedJob, Expectation, Hints, Reading, read_capture
from tasks.reading.site_memory import SiteMemory
from tasks.reading.workers import Failure
from tasks.rules import make_rules
from tasks.run import Run, Tally
from tasks.site_memories import has_memory, recall_memories
from tasks.sources.model import Source


async def read_batch(source: Source, addresses: Sequence[Row], run: Run, tally: Tally) -> None:
    """Reads the captures of a batch of addresses and commits what they say; the tally takes each outcome."""
    turn = tally.take_turn()
    try:
        jobs = await find_jobs(source, addresses, run)
        loop = asyncio.get_running_loop()
        readings = await loop.run_in_executor(
            run.reading, lambda: list(run.readers.read(read_capture, [job for _, job in jobs]))
        )
        await turn.wait()
        await keep_readings(source, jobs, readings, run, tally)
    finally:
        turn.end()


async def find_jobs(source: Source, addresses: Sequence[Row], run: Run) -> list[tuple[Row, ArchivedJob]]:
    """Finds where the captures of addresses lie; gives each address with the job of reading it."""
    captures = await asyncio.to_thread(load_captures, run.layout, [row["capture_id"] for row in addresses])
    keys = [make_url_key(capture.url) for capture in captures.values()]
    memories = await asyncio.to_thread(recall_memories, run.layout, keys)
    pairs = [
        (row, make_job(source, row, captures[row["capture_id"]], run.layout.root, memories.get(row["capture_id"])))
        for row in addresses
    ]
    # An address that is the page's own comes before one that only redirects to it, which is then a duplicate.
    pairs.sort(key=lambda pair: (make_url_key(pair[1].expected.url) != pair[0]["url_key"], pair[0]["url_key"]))
    return pairs


async def keep_readings(
    source: Source,
    jobs: Sequence[tuple[Row, ArchivedJob]],
    readings: Sequence[Reading | Failure],
    run: Run,
    tally: Tally,
) -> None:
    """Commits what was read at a batch of addresses; the tally takes each outcome."""
    identifiers = [make_identifier(make_url_key(job.expected.url)) for _, job in jobs]
    harvest = Harvest(source, await asyncio.to_thread(find_known, run, identifiers))
    for (address, job), reading in zip(jobs, readings, strict=True):
        kept = harvest.keep(address, job, reading)
        note_outcome(address, kept, run)
        tally.outcomes[address["url_key"]] = kept.outcome
        run.report(source.name, "read", 1, 0)
    frames = {**harvest.make_frames(), "addresses": make_frame("addresses", [address for address, _ in jobs])}
    await run.commit(frames, owners={"judgements": harvest.inspection_ids})


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
