"""Backfills a source's months from web archives: the Wayback Machine and Common Crawl.

An archive's index is asked for what it holds of the source's hosts in a month; what the source wants and this archive
lacks is then asked for, page by page, and imported.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from storage.addresses import make_url_key
from storage.outcomes import Outcome
from storage.records import Answer, Exchange, Row
from storage.tables import make_frame
from tasks.discovery import commoncrawl, wayback
from tasks.discovery.commoncrawl import CrawlCapture
from tasks.discovery.listing import Ask, Listing, ListingError
from tasks.discovery.wayback import WebArchiveCapture
from tasks.fetch import BATCH_SIZE
from tasks.imports import ForeignCapture, is_wanted, keep_captures, plan_imports
from tasks.mementos import Failed, restore_memento, restore_record
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.units import Unit, describe_skipped, describe_unit
from tasks.via import Via

#: What the begin of a pattern requires an address's path to begin with.
LITERAL_START = re.compile(r"\^(/[\w/-]*)([?*{]?)")

IndexedCapture = WebArchiveCapture | CrawlCapture


@dataclass(frozen=True, slots=True)
class WebArchive:
    """A web archive: its hosts, how far apart it is asked, and how its index is gone through."""

    hosts: frozenset[str]
    interval_s: float
    list_captures: Callable[..., AsyncIterator[IndexedCapture]]


ARCHIVES = {
    # The index refuses more than 60 requests a minute, and then shuts out for an hour who does not slow down at once.
    Via.WAYBACK: WebArchive(frozenset({"web.archive.org"}), 2.0, wayback.list_captures),
    # The index server is one for the whole world, and answers 503 to those who ask faster than about once a second.
    Via.COMMONCRAWL: WebArchive(
        frozenset({"index.commoncrawl.org", "data.commoncrawl.org"}), 2.0, commoncrawl.list_captures
    ),
}


class ArchiveAsker:
    """Asks a web archive on behalf of a source: for its index, whose answers are archived, and for captures."""

    def __init__(self, archive: WebArchive, source: Source, run: Run) -> None:
        """Asks in a run."""
        self._archive, self._source, self._run = archive, source, run
        self._crawls: Listing | None = None

    async def __call__(self, url: str, *, changed_at: object = None, allow: frozenset[int] = frozenset()) -> Listing:  # noqa: ARG002 - an index changes whenever it likes
        """Hands an index's answer back; raises ListingError where it cannot be had."""
        if url == commoncrawl.COLLECTIONS and self._crawls:
            return self._crawls

        def record(exchange: Exchange) -> None:
            self._run.recorder.record(exchange, source=self._source.name, purpose="listing")

        answer = await self._fetch(url, record, None)
        status = answer.exchange.status if answer.exchange else None
        if status is None or (answer.outcome is not None and status not in allow):
            raise ListingError(url, answer.outcome or Outcome.NETWORK_ERROR, answer.reason or "")
        listing = Listing(answer.final_url, status, answer.body, answer.media_type, {})
        if url == commoncrawl.COLLECTIONS:
            self._crawls = listing
        return listing

    async def fetch(self, capture: IndexedCapture) -> ForeignCapture | Failed:
        """Fetches a capture; the exchange itself is counted only, since what it brings is archived."""

        def record(exchange: Exchange) -> None:
            self._run.recorder.count(exchange, source=self._source.name)

        if isinstance(capture, CrawlCapture):
            part = range(capture.offset, capture.offset + capture.length)
            return restore_record(await self._fetch(capture.record_url, record, part), capture)
        return restore_memento(await self._fetch(capture.raw_url, record, None), capture)

    async def _fetch(self, url: str, record: Callable[[Exchange], None], part: range | None) -> Answer:
        archive = self._archive
        return await self._run.client.fetch(
            url, hosts=archive.hosts, interval_s=archive.interval_s, record=record, part=part
        )


async def import_month(source: Source, unit: Unit, ask: ArchiveAsker, run: Run, tally: Tally) -> None:
    """Imports what a web archive has of a source's month, and notes the unit when the rows are durable.

    What cannot be had leaves no address behind, so that no night asks the site itself for it; the unit stays open.
    """
    skipped: Counter[str] = Counter()
    listed: dict[str, IndexedCapture] = {}
    problem: str | None = None
    try:
        listed = await list_month(source, unit, ask, skipped)
    except ListingError as error:
        problem = str(error)
    plan = await plan_imports(source, {key: capture.url for key, capture in listed.items()}, run, tally)
    wanted = []
    for key in plan.take:
        if (key, f"sha1:{listed[key].digest}") in plan.payloads and plan.rows.get(key, {}).get("outcome"):
            tally.outcomes[key] = Outcome.UNCHANGED
        else:
            wanted.append(key)
    run.report(source.name, str(unit.via), 0, len(wanted))
    for start in range(0, max(len(wanted), 1), BATCH_SIZE):
        fetched = await fetch_captures({key: listed[key] for key in wanted[start : start + BATCH_SIZE]}, ask, tally)
        run.report(source.name, str(unit.via), len(fetched), 0)
        unwanted = await keep_captures(source, fetched, plan, str(unit.via), run, tally)
        skipped.update(reason for _, reason in unwanted)
        plan.read.clear()
    row = describe_unit(unit, listed, tally, run, problem=problem, skipped=describe_skipped(skipped))
    note_open_unit(row, unit, tally, run)
    await run.commit({"backfill_units": make_frame("backfill_units", [row])})


def note_open_unit(row: Row, unit: Unit, tally: Tally, run: Run) -> None:
    """Notes as a problem of the source that something of a unit could not be had, which no night will ask for."""
    if not row["is_done"] and row["reason"] != unit.find_open_reason(run.started_at):
        tally.problems.append(f"{unit.unit_id}: {row['reason']}")


async def list_month(source: Source, unit: Unit, ask: Ask, skipped: Counter[str]) -> dict[str, IndexedCapture]:
    """Lists the first capture of each wanted address in a month, by url_key; raises ListingError."""
    last = unit.until.date() - timedelta(days=1)
    captures: dict[str, IndexedCapture] = {}
    for scope in list_scopes(source):
        async for capture in list_scope(scope, unit.month, last, unit.via, ask):
            if is_wanted(source, capture.url):
                captures.setdefault(make_url_key(capture.url), capture)
            else:
                skipped["not wanted"] += 1
    return captures


def list_scope(scope: str, first: date, last: date, via: Via, ask: Ask) -> AsyncIterator[IndexedCapture]:
    """Lists what a web archive holds at a host or under a prefix."""
    return ARCHIVES[via].list_captures(scope, start=first, end=last, ask=ask)


def list_scopes(source: Source) -> list[str]:
    """Lists what an index is asked for: the source's hosts, or the prefixes on them that all wanted addresses have.

    Indexes know no difference between a host with www. and without.
    """
    hosts = dict.fromkeys(host.removeprefix("www.") for host in source.hosts)
    prefixes = [find_prefix(pattern) for pattern in source.addresses.include] or ["/"]
    if "/" in prefixes:
        return list(hosts)
    return [host + prefix for host in hosts for prefix in dict.fromkeys(prefixes)]


def find_prefix(pattern: str) -> str:
    """Finds what the path of each address begins with that a pattern is found in; `/` where that is all one can say."""
    start = LITERAL_START.match(pattern)
    if start is None or "|" in re.sub(r"\([^()]*\)", "", pattern):
        return "/"
    # A character that may be missing, or repeated, is no part of what is surely there.
    return start[1][:-1] or "/" if start[2] else start[1]


async def fetch_captures(
    captures: Mapping[str, IndexedCapture], ask: ArchiveAsker, tally: Tally
) -> dict[str, ForeignCapture]:
    """Fetches captures by url_key; what fails is noted in the tally alone."""
    found = await asyncio.gather(*(ask.fetch(capture) for capture in captures.values()))
    fetched = {}
    for key, restored in zip(captures, found, strict=True):
        if isinstance(restored, Failed):
            tally.outcomes[key] = restored.outcome
        else:
            fetched[key] = restored
    return fetched
