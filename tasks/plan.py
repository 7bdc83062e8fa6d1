"""Plans what to ask for: what is listed against what the archive has decided already."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import polars as pl

from storage.addresses import get_host
from storage.layout import Layout
from storage.outcomes import RETRYABLE, Outcome
from storage.records import Listed, Row
from storage.tables import make_frame, scan_table
from tasks.run import Run, Tally
from tasks.sources.model import Source

#: The wait grows by this with each failure in a row, and never over the longest: many lost feeds come back.
WAIT_PER_FAILURE = timedelta(days=1)
LONGEST_WAIT = timedelta(days=30)
#: A night may start earlier than the last, and come to a page sooner: a revisit's days may be this much short.
SLACK = timedelta(hours=6)
#: Addresses that an earlier run left open.
IS_OPEN = pl.col("outcome").is_null() | pl.col("outcome").is_in([str(outcome) for outcome in RETRYABLE])
ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class Plan:
    """What a run does with a source's addresses: those to ask for and those whose capture only waits to be read."""

    ask: list[Row] = field(default_factory=list)
    read: list[Row] = field(default_factory=list)


async def plan_source(
    source: Source, listed: Mapping[str, Listed], run: Run, tally: Tally, *, is_night: bool = True
) -> Plan:
    """Plans what to ask for of a source, and commits the rows of its addresses.

    A night takes up again what failed or was put off earlier, and what is due to be asked for again, whether it is
    listed still or not; it puts off what is over the source's budget. Without it, what is listed is all there is, and
    all of it is asked for.
    """
    due = await asyncio.to_thread(find_due, run.layout, source, datetime.now(UTC)) if is_night else set()
    rows = await asyncio.to_thread(find_rows, run.layout, source.name, {*listed, *due}, with_open=is_night)
    for key, found in listed.items():
        rows[key] = describe_listed(rows.get(key), found, source.name, key, run.started_at)
    tally.listed |= rows.keys()
    plan = Plan()
    for key, row in rows.items():
        outcome = decide(row, datetime.now(UTC), is_due=key in due)
        if outcome is not None:
            tally.outcomes[key] = outcome
        elif waits_to_be_read(row):
            plan.read.append(row)
        else:
            plan.ask.append(row)
    if is_night:
        keep_budget(plan, source.pace.budget, tally, due)
    await run.commit({"addresses": make_frame("addresses", rows.values())})
    return plan


def keep_budget(plan: Plan, budget: int, tally: Tally, due: Collection[str]) -> None:
    """Puts off what is over the budget; what robots.txt denies costs nothing and takes nobody's place.

    What is new or changed goes first, the newest at the head; then what is `due` again, the longest unasked at the
    head, so that each has its turn.
    """
    denied = [row for row in plan.ask if row["outcome"] == Outcome.ROBOTS_DENIED]
    others = [row for row in plan.ask if row["outcome"] != Outcome.ROBOTS_DENIED]
    new = [row for row in others if not _is_revisit(row, due)]
    new.sort(key=lambda row: (_get_newest(row), row["url_key"]), reverse=True)
    again = [row for row in others if _is_revisit(row, due)]
    again.sort(key=lambda row: (row["asked_at"], row["url_key"]))
    asked = new + again
    for row in asked[budget:]:
        tally.outcomes[row["url_key"]] = Outcome.DEFERRED
        if row["outcome"] is None:
            row["outcome"] = Outcome.DEFERRED
    plan.ask = asked[:budget] + denied


def find_rows(layout: Layout, source: str, url_keys: Collection[str], *, with_open: bool) -> dict[str, Row]:
    """Finds the rows of addresses, and `with_open` of all that an earlier run left open."""
    found = scan_table(layout, "addresses").filter(
        pl.col("source") == source, pl.col("url_key").is_in(list(url_keys)) | (IS_OPEN & with_open)
    )
    return {row["url_key"]: row for row in found.collect().iter_rows(named=True)}


def find_due(layout: Layout, source: Source, now: datetime) -> set[str]:
    """Finds the decided addresses to ask for again now, by url_key.

    They are due by the source's rules, for a known change, or since its hosts are others.
    """
    return find_changed(layout, source, now) | find_due_by_rules(layout, source, now) | find_admitted(layout, source)


def find_admitted(layout: Layout, source: Source) -> set[str]:
    """Finds the addresses that were never asked for as they were off the source's hosts, and are on them now."""
    is_off = (pl.col("outcome") == Outcome.OFF_SITE) & pl.col("asked_at").is_null()
    found = scan_table(layout, "addresses").filter(pl.col("source") == source.name, is_off).select("url_key", "url")
    rows = found.collect().iter_rows()
    return {key for key, url in rows if get_host(url) in source.allowed_hosts and source.wants(url)}


def find_changed(layout: Layout, source: Source, now: datetime) -> set[str]:
    """Finds the decided addresses that no night has asked for since their listing told of a change, by url_key.

    A listing of changes tells of each once, which a night may have had to put off.
    """
    may_have_changed = pl.col("listed_modified_at").is_between(pl.col("asked_at") - ONE_DAY, now)
    found = scan_table(layout, "addresses").filter(pl.col("source") == source.name, ~IS_OPEN, may_have_changed)
    rows = found.select("url_key", "url", "listed_modified_at", "asked_at").collect().iter_rows(named=True)
    return {row["url_key"] for row in rows if _has_changed(row) and source.wants(row["url"])}


def find_due_by_rules(layout: Layout, source: Source, now: datetime) -> set[str]:
    """Finds the decided addresses that a source's rules say to ask for again now, by url_key."""
    if not source.revisit:
        return set()
    shortest = timedelta(days=min(rule.every_days for rule in source.revisit))
    decided = scan_decided(layout, source.name).filter(pl.col("asked_at") <= now - shortest + SLACK)
    ends = [rule.for_days for rule in source.revisit if rule.for_days is not None]
    if len(ends) == len(source.revisit):
        decided = decided.filter(pl.col("since") >= now - timedelta(days=max(ends)))
    return {
        key
        for key, url, asked_at, since in decided.collect().iter_rows()
        if needs_revisit(source, url, now - asked_at, now - since)
    }


def scan_decided(layout: Layout, source: str) -> pl.LazyFrame:
    """Scans a source's decided addresses: url_key, url, asked_at, and `since`, from when a page's age is counted.

    That is publication as its listing says it, else as it was read on the page, else when it was listed first.
    """
    read = pl.concat(
        scan_table(layout, table).select("url_key", "published_at") for table in ("articles", "rejections")
    )
    published = read.group_by("url_key").agg(pl.col("published_at").min())
    decided = scan_table(layout, "addresses").filter(pl.col("source") == source, ~IS_OPEN)
    since = pl.coalesce("listed_published_at", "published_at", "first_listed_at")
    return decided.join(published, on="url_key", how="left").select("url_key", "url", "asked_at", since=since)


def needs_revisit(source: Source, url: str, unasked: timedelta, age: timedelta) -> bool:
    """Tells whether an address is to be asked for again: how long it was not asked for, and how old the page is."""
    rule = source.find_revisit(url, age)
    return rule is not None and unasked >= timedelta(days=rule.every_days) - SLACK and source.wants(url)


def describe_listed(row: Row | None, found: Listed, source: str, url_key: str, now: datetime) -> Row:
    """Describes an address as a row: what was known of it stays, what its listing says now is added."""
    row = row or {
        "source": source,
        "url_key": url_key,
        "url": found.url,
        "method": found.method,
        "listed_on_url": found.listed_on_url,
        "first_listed_at": now,
        "media_type": found.media_type,
        "failures": 0,
    }
    said = {
        "listed_title": found.title,
        "listed_summary": found.summary,
        "listed_published_at": found.published_at,
        "listed_published_precision": found.published_precision,
        "listed_modified_at": found.modified_at,
        "link_text": found.link_text,
        "provider_name": found.provider_name,
        "provider_urn": found.provider_urn,
        "provider_region": found.provider_region,
    }
    known = {"asked_at": None, "capture_id": None, "outcome": None, "outcome_reason": None, "next_try_at": None}
    unsaid = dict.fromkeys(said)
    return {**known, **unsaid, **row, **{name: value for name, value in said.items() if value is not None}}


def decide(row: Row, now: datetime, *, is_due: bool = False) -> Outcome | None:
    """Decides about an address without asking: known, or put off; None where it is to be asked for or read.

    `is_due` tells that a rule says to ask again for what is decided.
    """
    if waits_to_be_read(row) or row["outcome"] is None:
        return None
    if row["outcome"] in RETRYABLE:
        return Outcome.DEFERRED if row["next_try_at"] and row["next_try_at"] > now else None
    return None if is_due or _has_changed(row) else Outcome.KNOWN


def waits_to_be_read(row: Row) -> bool:
    """Tells whether an earlier run captured the address and did not get to read it."""
    return row["outcome"] is None and row["capture_id"] is not None


def note_failure(row: Row, outcome: Outcome, reason: str | None, now: datetime) -> None:
    """Notes a failure in an address's row: after the first it is asked for again in the next run, later ones wait.

    What robots.txt denies costs its host nothing, so it is looked at again in every run.
    """
    row["outcome"], row["outcome_reason"] = str(outcome), reason
    if outcome is Outcome.ROBOTS_DENIED:
        return
    row["failures"] += 1
    wait = min((row["failures"] - 1) * WAIT_PER_FAILURE, LONGEST_WAIT)
    row["next_try_at"] = now + wait if outcome in RETRYABLE and wait else None


def _is_revisit(row: Row, due: Collection[str]) -> bool:
    return row["url_key"] in due and row["asked_at"] is not None and not _has_changed(row)


def _has_changed(row: Row) -> bool:
    modified, asked = row["listed_modified_at"], row["asked_at"]
    if modified is None or asked is None:
        return False
    # A sitemap that gives the day alone may mean any moment of it.
    return bool(modified > (asked - ONE_DAY if modified.time() == time.min else asked))


def _get_newest(row: Row) -> datetime:
    said = [moment for moment in (row["listed_modified_at"], row["listed_published_at"]) if moment]
    newest: datetime = max(said, default=row["first_listed_at"])
    return newest
