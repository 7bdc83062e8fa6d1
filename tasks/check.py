"""Checks a run: what each source is expected to bring, and whether the report balances."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import polars as pl

from storage.layout import Layout
from storage.outcomes import Outcome
from storage.records import Row
from storage.tables import make_frame, scan_table
from tasks.run import Run, Tally
from tasks.sources.model import Source

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
#: A share of fewer pages than this says nothing.
FEWEST_PAGES = 5
FEWEST_FAILURES = 2
LARGEST_FAILURE_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation: whether it was met, what was found and what was expected, in words where it failed."""

    name: str
    passed: bool
    found: float | None
    expected: str
    notes: str | None = None


def check_source(source: Source, tally: Tally, run: Run) -> list[Check]:
    """Checks one source's part of a run."""
    checks = [check_discovery(tally), check_listed(source, tally), check_failures(tally), check_balance(tally)]
    return [*checks, *check_errors(tally), *check_fill(source, run)]


def check_backfill(_source: Source, tally: Tally, _run: Run) -> list[Check]:
    """Checks one source's part of a backfill: what a healthy night shows says nothing of years ago."""
    checks = [check_discovery(tally), check_failures(tally), check_balance(tally)]
    return checks + check_errors(tally)


def check_errors(tally: Tally) -> list[Check]:
    """Checks that nothing stopped a stage of the source."""
    if not tally.errors:
        return []
    notes = "; ".join(tally.errors)
    return [Check("finished", passed=False, found=len(tally.errors), expected="no error", notes=notes)]


def check_discovery(tally: Tally) -> Check:
    """Checks that every listing answered as its kind of listing does."""
    notes = "; ".join(tally.problems) or None
    return Check("discovery", not tally.problems, len(tally.problems), "no listing fails", notes)


def check_listed(source: Source, tally: Tally) -> Check:
    """Checks that a night lists as many addresses as the source is known for."""
    listed, expected = tally.found, source.expect.listed_per_night
    notes = None if listed >= expected else "the site may have changed: look at the source's discovery addresses"
    return Check("listed_per_night", listed >= expected, listed, f"at least {expected}", notes)


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


def check_fill(source: Source, run: Run) -> Iterator[Check]:
    """Checks how many of the pages that this run stored have the columns that the source's pages are known to have."""
    table = "inspections" if source.kind == "inspectorate" else "articles"
    stored = scan_table(run.layout, table).filter(
        pl.col("source") == source.name, pl.col("fetched_at") >= run.started_at
    )
    frame = stored.select(source.expect.fill.keys()).collect()
    if frame.height < FEWEST_PAGES:
        return
    for column, expected in source.expect.fill.items():
        share = 1 - frame[column].null_count() / frame.height
        yield Check(f"fill_{column}", share >= expected, share, f"at least {expected} of {frame.height} pages")


def describe_source_run(source: Source, tally: Tally, checks: Sequence[Check], run: Run) -> Row:
    """Describes one source's part of a run as a row."""
    outcomes = tally.count_outcomes()
    return {
        "run_id": run.run_id,
        "source": source.name,
        "started_at": run.started_at,
        "verdict": "ok" if all(check.passed for check in checks) else "failed",
        "listed": len(tally.listed),
        **{outcome.value: outcomes[outcome] for outcome in Outcome},
        "requests": run.recorder.requests[source.name],
        "bytes": run.recorder.bytes[source.name],
        "seconds": tally.ended_at and (tally.ended_at - tally.started_at).total_seconds(),
        "checks": [asdict(check) for check in checks],
        "error": "; ".join(tally.errors) or None,
    }


def describe_running(run: Run, sources: Sequence[str], program_version: str) -> Row:
    """Describes a run that has just begun as a row."""
    return {
        "run_id": run.run_id,
        "flow": run.flow,
        "started_at": run.started_at,
        "state": "running",
        "program_version": program_version,
        "sources": list(sources),
    }


def describe_ended(run: Run, running: Row, source_runs: Sequence[Row], errors: Sequence[str]) -> Row:
    """Describes a run that has ended as a row: failed where a source failed, or a stage of the whole archive did."""
    failed = [row["source"] for row in source_runs if row["verdict"] == "failed"]
    return {
        **running,
        "finished_at": datetime.now(UTC),
        "state": "failed" if failed or errors else "ok",
        "failed_sources": failed,
        "listed": sum(row["listed"] for row in source_runs),
        "requests": run.recorder.requests.total(),
        "bytes": run.recorder.bytes.total(),
        "error": "; ".join(errors) or None,
    }


def make_run_frames(run_row: Row, source_runs: Sequence[Row]) -> Mapping[str, pl.DataFrame]:
    """Makes the frames of a run's report."""
    return {"runs": make_frame("runs", [run_row]), "source_runs": make_frame("source_runs", source_runs)}


def find_run(layout: Layout, run_id: str) -> tuple[Row, list[Row]] | None:
    """Finds a run that ended, and the rows of its sources; None where it did not come to its end."""
    is_this = pl.col("run_id") == run_id
    found = scan_table(layout, "runs").filter(is_this, pl.col("finished_at").is_not_null()).collect()
    if found.is_empty():
        return None
    return found.row(0, named=True), scan_table(layout, "source_runs").filter(is_this).sort(
        "source"
    ).collect().to_dicts()


def find_last_success(layout: Layout, source: str) -> datetime | None:
    """Finds when a source's newest run that met all expectations started; None where there is none."""
    good = scan_table(layout, "source_runs").filter(pl.col("source") == source, pl.col("verdict") == "ok")
    last: datetime | None = good.select(pl.col("started_at").max()).collect().item()
    return last
