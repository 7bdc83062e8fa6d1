"""The tables that tell what happened: runs, and each source in each run with its outcomes and checks."""

import polars as pl

from storage.columns import Column, Table, flag, instant, integer, number, text, texts
from storage.outcomes import DESCRIPTIONS

BACKFILL_UNITS = Table(
    "backfill_units",
    "one month of one source that a backfill has been through",
    ("unit_id",),
    (
        text("unit_id", "way, source and month: live/localgov/2019-07"),
        text("via", "where it was looked for: live", required=True),
        text("source", "the source", required=True),
        Column("month", pl.Date, "first day of the month", required=True),
        flag("is_done", "whether nothing of it is left to try"),
        text("reason", "why it is not done, in words"),
        integer("listed", "addresses that fall into the month", "addresses", required=True),
        integer("stored", "of these, kept as an article or inspection by this run", "addresses", required=True),
        text("run_id", "the run that went through it last", required=True),
        instant("finished_at", "when that was", required=True),
    ),
)

_CHECK = pl.Struct(
    {"name": pl.String, "passed": pl.Boolean, "found": pl.Float64, "expected": pl.String, "notes": pl.String}
)
_OUTCOME_COUNTS = tuple(
    Column(outcome.value, pl.Int64, f"addresses: {meaning}", "addresses", required=True)
    for outcome, meaning in DESCRIPTIONS.items()
)

RUNS = Table(
    "runs",
    "one run of a flow",
    ("run_id",),
    (
        text("run_id", "time and random part"),
        text("flow", "nightly", required=True),
        instant("started_at", "start", required=True),
        instant("finished_at", "end; null while it runs, and for ever where it was killed"),
        text("state", "running, ok or failed", required=True),
        text("program_version", "version of inspection-news", required=True),
        texts("sources", "the sources it ran"),
        texts("failed_sources", "the sources that failed an expectation"),
        integer("listed", "addresses listed", "addresses"),
        integer("requests", "requests sent, all purposes and retries", "requests"),
        integer("bytes", "payload received", "bytes"),
        text("error", "what stopped a stage of the whole archive, in words"),
    ),
)

SOURCE_RUNS = Table(
    "source_runs",
    "one source in one run",
    ("run_id", "source"),
    (
        text("run_id", "the run"),
        text("source", "the source"),
        instant("started_at", "start of the run", required=True),
        text("verdict", "ok or failed", required=True),
        integer("listed", "addresses listed; the sum of all outcomes", "addresses", required=True),
        *_OUTCOME_COUNTS,
        integer("requests", "requests sent, all purposes and retries", "requests", required=True),
        integer("bytes", "payload received", "bytes", required=True),
        number("seconds", "from the first request to the last row", "seconds"),
        Column(
            "checks",
            pl.List(_CHECK),
            "each expectation: name, whether it passed, what was found and expected, in words",
        ),
        text("error", "what stopped the source, in words"),
    ),
)
