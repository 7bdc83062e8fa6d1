"""The tables that tell what happened: runs, and each source in each run with its outcomes and checks."""

import polars as pl

from storage.columns import Column, Table, flag, instant, integer, number, text, texts
from storage.outcomes import DESCRIPTIONS

BACKFILL_UNITS = Table(
    "backfill_units",
    "one month of one source, or one WARC file, that a backfill has been through",
    ("unit_id",),
    (
        text(
            "unit_id",
            "way, source and month: live/localgov/2019-07; or way, file, its bytes and what stands for the sources: "
            "warc/a.warc.gz/4096/2c26b46b68ffc68f",
        ),
        text("via", "where it was looked for: live, wayback, commoncrawl, cc-news, warc", required=True),
        text("source", "the source; null for a file, or a month of files"),
        texts("sources", "the sources that a file or a month of files was gone through for; null for a source's month"),
        Column("month", pl.Date, "first day of the month; null for a file of one's own"),
        flag("is_done", "whether nothing of it is left to try"),
        text("reason", "why it is not done, in words"),
        integer("listed", "addresses that fall into the month, or are in the file", "addresses", required=True),
        integer("stored", "of these, kept as an article or inspection by this run", "addresses", required=True),
        text("skipped", "what of it was no page to import, and why, with the number of captures; null if nothing was"),
        text("run_id", "the run that went through it last", required=True),
        instant("finished_at", "when that was", required=True),
    ),
)

_CHECK = pl.Struct(
    {
        "name": pl.String,
        "passed": pl.Boolean,
        "found": pl.Float64,
        "expected": pl.String,
        "notes": pl.String,
        "severity": pl.String,
        "since_on": pl.Date,
        "nights": pl.Int64,
    }
)
_FILL = pl.Struct({"column": pl.String, "filled": pl.Int64, "pages": pl.Int64})
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
        text("flow", "nightly or backfill", required=True),
        text("via", "where a backfill looked: live, wayback, commoncrawl, cc-news, warc; null for a night"),
        instant("started_at", "start", required=True),
        instant("finished_at", "end; null while it runs, and where it was killed, for then nobody saw it"),
        text(
            "state",
            "running; ok; failed: it ended, and a source or a stage failed; or stopped before its end, by a signal, an "
            "error or a kill, which the next run notes: what it kept is whole, and the next run goes on from there",
            required=True,
        ),
        text("program_version", "version of inspection-news", required=True),
        texts("sources", "the sources it ran"),
        texts("failed_sources", "the sources that failed an expectation"),
        integer("listed", "addresses listed", "addresses"),
        integer(
            "requests",
            "requests sent, all purposes and retries; those for robots.txt and files of CC-NEWS belong to no source",
            "requests",
        ),
        integer("bytes", "payload received, of all these requests", "bytes"),
        text("error", "what stopped the run, or a stage of the whole archive, in words"),
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
        text("verdict", "ok, skipped, warned or failed: the gravest of the checks that it did not pass", required=True),
        integer("found", "addresses that its listings list now, before any that earlier runs left open", "addresses"),
        integer("listed", "addresses listed; the sum of all outcomes", "addresses", required=True),
        *_OUTCOME_COUNTS,
        integer("new", "stored for the first time, and published in the 30 days before or at an unknown date", "pages"),
        Column("fill", pl.List(_FILL), "how many of the pages that it stored have each column", "pages"),
        integer("requests", "requests sent, all purposes and retries, but for robots.txt", "requests", required=True),
        integer("bytes", "payload received", "bytes", required=True),
        number("seconds", "from the first request to the last row", "seconds"),
        Column(
            "checks",
            pl.List(_CHECK),
            "each expectation: name, whether it passed, what was found and expected, in words; what not passing makes "
            "of the source (skipped, warned, failed), since which day and how many nights in a row it has not passed",
        ),
        text("error", "what stopped the source, in words"),
    ),
)
