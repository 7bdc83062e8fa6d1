"""Imports pages that somebody else captured: into our own WARC files, with their own address and time, and then read.

This is the only place where an answer enters the archive that this program did not ask for itself.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple

import polars as pl

from storage.addresses import get_host, make_identifier
from storage.layout import Layout
from storage.outcomes import DECIDED_BY_READING, Outcome
from storage.records import Exchange, Listed, MediaType, Row
from storage.tables import make_frame, scan_table
from tasks.captures import OK
from tasks.fetch import describe_way
from tasks.plan import describe_listed, find_rows, note_failure, waits_to_be_read
from tasks.read import find_known, read_batch
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.web.body import decode_body, read_content_type
from tasks.web.errors import FetchError
from tasks.web.payload import judge_payload
from tasks.web.sniff import HTML, JSON, PDF, detect_media_type

#: Ends after which another capture of the address says nothing new. One that said there was nothing there, or that the
#: reader failed on, may be followed by a better one.
SETTLED = DECIDED_BY_READING - {Outcome.SOFT_404, Outcome.UNREADABLE}


@dataclass(frozen=True, slots=True)
class ForeignCapture:
    """A page as somebody else got it: the exchange has the page's own address, and the time of that capture.

    `imported_from` is the address in the web archive, or the file and offset, that it is taken from; `found_in` the
    index or file that names it; `stated_digest` the payload's digest as it stands there.
    """

    exchange: Exchange
    imported_from: str
    found_in: str
    stated_digest: str | None = None


class Unwanted(NamedTuple):
    """Why a capture is no page to import, in words that many of its kind share, and the end that it is."""

    outcome: Outcome
    reason: str


@dataclass(slots=True)
class ImportPlan:
    """What is to be done about addresses of a source, by url_key.

    `take` are those of which a capture is wanted; `read` the rows whose payload is archived, and was never read. `rows`
    are all rows that the archive has of them, `payloads` which captures hold which of their payloads: null where cut.
    """

    take: list[str] = field(default_factory=list)
    read: list[Row] = field(default_factory=list)
    rows: dict[str, Row] = field(default_factory=dict)
    payloads: dict[tuple[str, str], str | None] = field(default_factory=dict)


async def import_captures(
    source: Source, captures: Mapping[str, ForeignCapture], via: str, run: Run, tally: Tally
) -> list[Unwanted]:
    """Imports a batch of captures, by url_key, where they are wanted, and reads them; gives those that are no pages."""
    plan = await plan_imports(source, {key: capture.exchange.url for key, capture in captures.items()}, run, tally)
    return await keep_captures(source, {key: captures[key] for key in plan.take}, plan, via, run, tally)


async def plan_imports(source: Source, urls: Mapping[str, str], run: Run, tally: Tally) -> ImportPlan:
    """Plans of which addresses, by url_key, a capture is wanted: those that are settled are `known`."""
    keys = list(urls)
    plan = ImportPlan()
    plan.rows = await asyncio.to_thread(find_rows, run.layout, source.name, keys, with_open=False)
    plan.payloads = await asyncio.to_thread(find_payloads, run.layout, source.name, keys)
    read = await asyncio.to_thread(find_known, run, [make_identifier(key) for key in keys])
    tally.listed |= urls.keys()
    for key, url in urls.items():
        row = plan.rows.get(key)
        if row and waits_to_be_read(row):
            plan.read.append(row)
        elif is_settled(source, url, row, is_read=make_identifier(key) in read):
            # What this run made of it before, from another capture, stands.
            tally.outcomes.setdefault(key, Outcome.KNOWN)
            continue
        else:
            plan.take.append(key)
        tally.outcomes.pop(key, None)
    return plan


def is_wanted(source: Source, url: str) -> bool:
    """Tells whether an address found anywhere is one of a source's pages; what is no address is none."""
    return source.wants(url) and get_host(url) in source.allowed_hosts


def is_settled(source: Source, url: str, row: Row | None, *, is_read: bool) -> bool:
    """Tells whether no further capture of an address is wanted: it was read for good, and is no rolling page.

    `is_read` tells that there is an article or an inspection of that address. A rolling page is overwritten in place:
    one that a rule of its source asks for again without end.
    """
    if source.find_revisit(url, timedelta.max):
        return False
    return is_read or (row is not None and row["outcome"] in SETTLED)


def find_payloads(layout: Layout, source: str, url_keys: list[str]) -> dict[tuple[str, str], str | None]:
    """Finds which capture holds which payload of addresses: capture_id by url_key and digest, null for a cut one."""
    captures = scan_table(layout, "captures").filter(
        pl.col("source") == source,
        pl.col("purpose") == "page",
        pl.col("url_key").is_in(url_keys),
        pl.col("fetch_status") == OK,
        pl.col("warc_record_type") == "response",
    )
    is_whole = pl.col("content_truncated").is_null() & pl.col("outcome").is_null()
    found = captures.select("url_key", "content_digest", pl.when(is_whole).then(pl.col("capture_id")))
    return {(key, digest): capture_id for key, digest, capture_id in found.collect().iter_rows()}


async def keep_captures(
    source: Source, captures: Mapping[str, ForeignCapture], plan: ImportPlan, via: str, run: Run, tally: Tally
) -> list[Unwanted]:
    """Archives captures, by url_key, and reads them with what else the plan has to read.

    Gives those that are no pages of the source, of which nothing is kept. A payload that the archive has of the address
    already is `unchanged`, or read now where it never was.
    """
    unwanted: list[Unwanted] = []
    rows: list[Row] = []
    for key, capture in captures.items():
        found = inspect_capture(source, capture.exchange)
        if isinstance(found, Unwanted):
            unwanted.append(found)
            tally.outcomes[key] = found.outcome
            continue
        listed = Listed(capture.exchange.url, via, capture.found_in, media_type=found)
        row = describe_listed(plan.rows.get(key), listed, source.name, key, run.started_at)
        payload = key, capture.exchange.payload_digest
        if payload not in plan.payloads:
            archive_capture(source, capture, row, run, tally)
        elif row["outcome"] is None and plan.payloads[payload]:
            row["capture_id"] = plan.payloads[payload]
        else:
            tally.outcomes[key] = Outcome.UNCHANGED
            continue
        rows.append(row)
    await run.commit({"addresses": make_frame("addresses", rows)})
    to_read = plan.read + [row for row in rows if row["url_key"] not in tally.outcomes]
    if to_read:
        await read_batch(source, to_read, run, tally)
    return unwanted


def archive_capture(source: Source, capture: ForeignCapture, row: Row, run: Run, tally: Tally) -> None:
    """Archives a capture and notes it in its address's row; one that was cut is kept, and not read."""
    exchange = judge_truncation(capture.exchange)
    stated = {"imported-from": capture.imported_from, "stated-digest": capture.stated_digest or ""}
    capture_id = run.recorder.record(
        exchange,
        source=source.name,
        purpose="page",
        metadata={**describe_way(row), **stated},
        imported_from=capture.imported_from,
    )
    # A change that a listing tells of later is asked for: the page is as old as its capture.
    row["asked_at"] = max(row["asked_at"] or exchange.requested_at, exchange.requested_at)
    if exchange.outcome is None:
        row |= {"capture_id": capture_id, "outcome": None, "outcome_reason": None}
        return
    tally.outcomes[row["url_key"]] = exchange.outcome
    note_failure(row, exchange.outcome, exchange.error, run.started_at)


def judge_truncation(exchange: Exchange) -> Exchange:
    """Judges an exchange that was cut where it was captured: as too large, or as unreadable where it ended otherwise.

    Neither end makes a night ask the site itself for it.
    """
    if exchange.truncated is None:
        return exchange
    outcome = Outcome.TOO_LARGE if exchange.truncated == "length" else Outcome.UNREADABLE
    return replace(exchange, outcome=outcome, error=f"cut where it was captured ({exchange.truncated})")


def inspect_capture(source: Source, exchange: Exchange) -> MediaType | Unwanted:
    """Tells as what a capture is to be read, or why it is no page of the source."""
    sent, _ = read_content_type(exchange.header("Content-Type"))
    try:
        body = decode_body(exchange.body, exchange.response_headers)
    except FetchError as error:
        if exchange.truncated is None:
            return Unwanted(Outcome.UNREADABLE, str(error))
        body = b""
    found = detect_media_type(body) or sent
    expected = choose_media_type(source, found)
    if expected is None:
        return Unwanted(Outcome.WRONG_TYPE, found or "unknown media type")
    verdict = None if exchange.truncated else judge_payload(body, sent=sent, expected=expected, url=exchange.url)
    if verdict and verdict[0] is Outcome.BLOCKED:
        # Whoever met it is gone; `blocked` would make the nights ask the site.
        return Unwanted(Outcome.WRONG_TYPE, "a challenge page")
    if verdict and verdict[0] is Outcome.UNREADABLE:
        return Unwanted(Outcome.UNREADABLE, "an empty page")
    return expected


def choose_media_type(source: Source, found: str | None) -> MediaType | None:
    """Chooses as what a body is read for a source: of an inspectorate reports alone; None where it is no page of it."""
    if source.kind == "inspectorate":
        return "application/pdf" if found == PDF else None
    if found == JSON and any(method.method == "govuk" for method in source.discover):
        return "application/json"
    return "text/html" if found in (HTML, "application/xhtml+xml") else None
