"""Checks a run: what each source is expected to bring, and whether the report balances."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import polars as pl

from storage.layout import Layout
from storage.outcomes import Outcome
from storage.records import Row
from storage.tables import make_frame, scan_table
from tasks.expectations import check_allowed, check_listed, check_silence, check_week, get_day
from tasks.fill import check_fill
from tasks.nights import count_stored, load_nights
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.verdicts import Check, date_checks, decide_verdict, has_missed, sort_by_verdict
from tasks.via import Via

#: Checks one source's part of a run, of which the row of `source_runs` has the counts already, by its nights before.
CheckSource = Callable[[Source, Tally, Row, pl.DataFrame], list[Check]]

#: Ends that say that the site, or our way to it, did not work.
FAILURES = frozenset(
    {
        Outcome.BLOCKED,
        Outcome.RATE_LIMITED,
        Outcome.SERVER_ERROR,
        Outcome.NETWORK_ERROR,
        Outcome.TIMEOUT,
        Outcome.UNREADABLE,
    }
)
FEWEST_FAILURES = 2
LARGEST_FAILURE_SHARE = 0.5


def check_source(source: Source, tally: Tally, counts: Row, past: pl.DataFrame) -> list[Check]:
    """Checks one source's part of a night, also by its nights before."""
    if tally.skipped:
        return [check_asked(tally), check_balance(tally), check_errors(tally)]
    # What was not listed to its end is short for a reason that another check tells.
    has_listed = not (tally.problems or tally.errors)
    checks = [
        check_discovery(tally),
        *([check_listed(source, counts, past)] if has_listed else []),
        check_failures(tally),
        check_balance(tally),
        check_errors(tally),
        *check_allowed(counts, past),
        *check_week(source, counts, past),
        *check_silence(source, counts, past),
        *check_fill(source, counts, past),
    ]
    return date_checks(checks, past, get_day(counts))


def check_backfill(_source: Source, tally: Tally, _counts: Row, _past: pl.DataFrame) -> list[Check]:
    """Checks one source's part of a backfill: what a healthy night shows says nothing of years ago."""
    if tally.skipped:
        return [check_asked(tally), check_balance(tally), check_errors(tally)]
    return [
        check_discovery(tally),
        check_reach(tally),
        check_failures(tally),
        check_balance(tally),
        check_errors(tally),
    ]


def check_asked(tally: Tally) -> Check:
    """Checks that the source was asked: one that needs a key that nobody gave is skipped, and that is no failure."""
    return Check("asked", not tally.skipped, None, "what the source needs", tally.skipped, severity="skipped")


def check_errors(tally: Tally) -> Check:
    """Checks that nothing stopped a stage of the source."""
    return Check("finished", not tally.errors, len(tally.errors), "no error", "; ".join(tally.errors) or None)


def check_discovery(tally: Tally) -> Check:
    """Checks that every listing answered as its kind of listing does."""
    notes = "; ".join(tally.problems) or None
    return Check("discovery", not tally.problems, len(tally.problems), "no listing fails", notes)


def check_reach(tally: Tally) -> Check:
    """Checks that the listings reach back to the first month of a backfill: a feed has the newest articles alone."""
    notes = None
    if tally.unlisted and tally.reach:
        notes = f"its listings reach back to {tally.reach:%Y-%m-%d}: {tally.unlisted} months are not wholly listed"
    return Check("reach", notes is None, tally.unlisted, "every month is listed", notes, severity="warned")


def check_failures(tally: Tally) -> Check:
    """Checks that not most of the addresses that were asked for failed; one alone says nothing."""
    outcomes = tally.count_outcomes()
    asked = sum(count for outcome, count in outcomes.items() if outcome not in (Outcome.KNOWN, Outcome.DEFERRED))
    failed = sum(outcomes[outcome] for outcome in FAILURES)
    share = failed / asked if asked else 0.0
    passed = failed < FEWEST_FAILURES or share <= LARGEST_FAILURE_SHARE
    return Check("failures", passed, share, f"at most {LARGEST_FAILURE_SHARE} of the addresses asked for")


def check_balance(tally: Tally) -> Check:
    """Checks that every listed address has exactly one outcome."""
    notes = tally.check_balance()
    return Check("balance", notes is None, len(tally.outcomes), f"{len(tally.listed)} outcomes", notes)


def describe_source_runs(
    sources: Sequence[Source], tallies: Sequence[Tally], run: Run, check: CheckSource
) -> list[Row]:
    """Describes each source's part of a run as a row: what was counted, and how that was checked."""
    nights = load_nights(run)
    return [
        _describe_source_run(source, tally, run, check, nights.filter(pl.col("source") == source.name))
        for source, tally in zip(sources, tallies, strict=True)
    ]


def _describe_source_run(source: Source, tally: Tally, run: Run, check: CheckSource, past: pl.DataFrame) -> Row:
    outcomes = tally.count_outcomes()
    counts = {
        "run_id": run.run_id,
        "source": source.name,
        "started_at": run.started_at,
        "found": tally.found,
        "listed": len(tally.listed),
        **{outcome.value: outcomes[outcome] for outcome in Outcome},
        **count_stored(source, run),
        "requests": run.recorder.requests[source.name],
        "bytes": run.recorder.bytes[source.name],
        "seconds": tally.ended_at and (tally.ended_at - tally.started_at).total_seconds(),
        "error": "; ".join(tally.errors) or None,
    }
    checks = check(source, tally, counts, past)
    return {**counts, "verdict": decide_verdict(checks), "checks": [asdict(check) for check in checks]}


def describe_running(run: Run, sources: Sequence[str], program_version: str, via: Via | None = None) -> Row:
    """Describes a run that has just begun as a row; `via` is the way of a backfill."""
    return {
        "run_id": run.run_id,
        "flow": run.flow,
        "via": str(via) if via else None,
        "started_at": run.started_at,
        "state": "running",
        "program_version": program_version,
        "sources": list(sources),
    }


def describe_ended(run: Run, running: Row, source_runs: Sequence[Row], errors: Sequence[str]) -> Row:
    """Describes a run that has ended as a row: failed where a source failed, or a stage of the whole archive did.

    Without rows of its sources, which could not be described, it is not known how much they listed.
    """
    failed = [row["source"] for row in source_runs if row["verdict"] == "failed"]
    return {
        **running,
        "finished_at": datetime.now(UTC),
        "state": "failed" if failed or errors else "ok",
        "failed_sources": failed,
        "listed": sum(row["listed"] for row in source_runs) if source_runs else None,
        "requests": run.recorder.requests.total(),
        "bytes": run.recorder.bytes.total(),
        "error": "; ".join(errors) or None,
    }


def describe_stopped(run: Run, running: Row, reason: str) -> Row:
    """Describes a run that something stopped before its end as a row; what it would have listed nobody knows."""
    return {**describe_ended(run, running, [], [reason]), "state": "stopped", "failed_sources": None}


def make_run_frames(run_row: Row, source_runs: Sequence[Row]) -> Mapping[str, pl.DataFrame]:
    """Makes the frames of a run's report."""
    return {"runs": make_frame("runs", [run_row]), "source_runs": make_frame("source_runs", source_runs)}


def find_run(layout: Layout, run_id: str) -> tuple[Row, list[Row]] | None:
    """Finds a run that ended, and the rows of its sources, the gravest verdict first; None where it did not end."""
    is_this = pl.col("run_id") == run_id
    found = scan_table(layout, "runs").filter(is_this, pl.col("finished_at").is_not_null()).collect()
    if found.is_empty():
        return None
    source_runs = scan_table(layout, "source_runs").filter(is_this).sort("source").collect().to_dicts()
    return found.row(0, named=True), sort_by_verdict(source_runs)


def find_last_success(layout: Layout, source: str, *, before: datetime) -> datetime | None:
    """Finds when the newest night before an instant started that listed a source in full; None where there is none.

    It may warn of anything but its listing: what a listing that was cut off lacks is asked for again.
    """
    nightly = scan_table(layout, "runs").filter(pl.col("flow") == "nightly")
    # A clock that was ahead may have left nights of the future: after these a listing has nothing to tell.
    good = scan_table(layout, "source_runs").filter(
        pl.col("source") == source, pl.col("verdict").is_in(["ok", "warned"]), pl.col("started_at") < before
    )
    good = good.join(nightly, on="run_id", how="semi").sort("started_at")
    newest = good.select("started_at", "verdict").last().collect()
    if "warned" in newest["verdict"]:
        # The checks are most of the table, and read only where the verdict does not tell.
        newest = good.filter(~has_missed("listed_per_night")).select("started_at").last().collect()
    last: datetime | None = newest["started_at"].max()  # type: ignore[assignment]
    return last
