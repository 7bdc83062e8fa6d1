"""Fetches pages: asks conditionally, archives every exchange, and notes what became of each address."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from storage.addresses import make_url_key
from storage.layout import Layout
from storage.outcomes import DECIDED_BY_READING, Outcome
from storage.records import Answer, Exchange, Row, Validators
from storage.tables import make_frame
from tasks.captures import Capture, find_captures, load_captures
from tasks.keys import explain_missing_key
from tasks.plan import note_failure
from tasks.run import Run, Tally
from tasks.sources.model import Source

#: The largest batch of a run, and its first one.
BATCH_SIZE, FIRST_BATCH = 500, 50
#: An ETag is a hint only: some servers keep it when the page has changed. So once in so long it is asked for whole.
WHOLE_EVERY = timedelta(days=7)


def cut_batches(rows: Sequence[Row]) -> list[list[Row]]:
    """Cuts addresses into batches that grow: reading begins soon, and a long list is committed seldom.

    Each commit of articles writes all the months again that they are of.
    """
    batches, start, size = list[list[Row]](), 0, min(FIRST_BATCH, BATCH_SIZE)
    while start < len(rows):
        batches.append(list(rows[start : start + size]))
        start, size = start + size, min(2 * size, BATCH_SIZE)
    return batches


async def fetch_batch(source: Source, rows: Sequence[Row], run: Run, tally: Tally) -> list[Row]:
    """Asks for a batch of addresses and commits their captures; gives the rows whose captures are to be read."""
    keys = [row["url_key"] for row in rows]
    # A retried batch starts over: what its first attempt noted is void.
    rows = [dict(row) for row in rows]
    for key in keys:
        tally.outcomes.pop(key, None)
    if explain_missing_key(source, run):
        tally.outcomes |= dict.fromkeys(keys, Outcome.DEFERRED)
        return []
    earlier = await asyncio.to_thread(find_earlier, run.layout, source.name, rows)

    async def fetch_one(row: Row) -> None:
        await fetch_page(source, row, earlier.get(row["url_key"]), run, tally)
        run.report(source.name, "fetch", 1, 0)

    async with asyncio.TaskGroup() as group:
        for row in rows:
            group.create_task(fetch_one(row))
    await run.commit({"addresses": make_frame("addresses", rows)})
    return [row for row in rows if row["url_key"] not in tally.outcomes]


def find_earlier(layout: Layout, source: str, rows: Sequence[Row]) -> dict[str, Capture]:
    """Finds the newest payload of addresses, by url_key: their own, or of the page that a redirect led to last."""
    decided = [row["capture_id"] for row in rows if row["outcome"] in DECIDED_BY_READING]
    last = load_captures(layout, decided) if decided else {}
    pages = {
        row["url_key"]: make_url_key(last[row["capture_id"]].url) if row["capture_id"] in last else row["url_key"]
        for row in rows
    }
    found = find_captures(layout, source=source, purpose="page", url_keys=set(pages.values()))
    return {key: found[page] for key, page in pages.items() if page in found}


async def fetch_page(source: Source, row: Row, earlier: Capture | None, run: Run, tally: Tally) -> None:
    """Asks for one address and notes in its row, and in the tally, what came of it."""
    captured: list[str] = []
    exchanges: list[Exchange] = []

    def record(exchange: Exchange) -> None:
        same_address = earlier if is_of(earlier, exchange.url) else None
        captured.append(
            run.recorder.record(
                exchange, source=source.name, purpose="page", metadata=describe_way(row), earlier=same_address
            )
        )
        exchanges.append(exchange)

    answer = await run.client.fetch(
        row["url"],
        hosts=source.allowed_hosts,
        interval_s=source.pace.interval_s,
        concurrency=source.pace.concurrency,
        validators=choose_validators(earlier, row["url"]),
        record=record,
        key=source.key,
    )
    if exchanges:
        row["asked_at"] = exchanges[-1].requested_at
    outcome = judge_answer(answer, exchanges, earlier)
    if outcome is Outcome.UNCHANGED and earlier and row["outcome"] not in DECIDED_BY_READING:
        # The payload is archived, but was never read for this address, or a failure came after it.
        outcome, captured = None, [earlier.capture_id]
    if outcome is None:
        row |= {"capture_id": captured[-1], "outcome": None, "outcome_reason": None}
        return
    tally.outcomes[row["url_key"]] = outcome
    if outcome is not Outcome.UNCHANGED:
        note_failure(row, outcome, answer.reason, run.started_at)


def choose_validators(earlier: Capture | None, url: str) -> Validators | None:
    """Chooses what to ask for an address conditionally with; None where it is to be asked for whole."""
    if earlier is None or not is_of(earlier, url) or datetime.now(UTC) - earlier.whole_at >= WHOLE_EVERY:
        return None
    return earlier.validators


def is_of(capture: Capture | None, url: str) -> bool:
    """Tells whether a capture is of that address, and not of one that it leads to."""
    return capture is not None and make_url_key(capture.url) == make_url_key(url)


def judge_answer(answer: Answer, exchanges: Sequence[Exchange], earlier: Capture | None) -> Outcome | None:
    """Judges an answer: None where there is something new to read."""
    if answer.outcome is not None or earlier is None or not is_of(earlier, answer.final_url):
        return answer.outcome
    same = exchanges[-1].payload_digest == earlier.content_digest
    return Outcome.UNCHANGED if same else None


def describe_way(row: Row) -> dict[str, str]:
    """Describes how an address was found, for the metadata record beside its capture: what no capture of it says."""
    facts = {
        "via": row["listed_on_url"],
        "discovery-method": row["method"],
        "listed-title": row["listed_title"],
        "listed-published": row["listed_published_at"] and row["listed_published_at"].isoformat(),
        "listed-published-precision": row["listed_published_precision"],
        "link-text": row["link_text"],
        "provider-name": row["provider_name"],
        "provider-urn": row["provider_urn"],
        "provider-region": row["provider_region"],
    }
    return {name: str(value) for name, value in facts.items() if value}
