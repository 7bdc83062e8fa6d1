"""Describes an archive: what its tables hold, how the last runs went, what is left open."""

from datetime import timedelta
from typing import Any

import polars as pl

from storage.columns import INSTANT
from storage.layout import Layout
from storage.live_runs import find_stopped_runs
from storage.schemas import TABLES
from storage.tables import scan_table
from tasks.done_units import describe_open_units
from tasks.plan import IS_OPEN
from tasks.verdicts import explain_verdict, sort_by_verdict

LAST_RUNS = 10
MONTH = timedelta(days=30)


def describe_archive(layout: Layout) -> dict[str, list[dict[str, Any]]]:
    """Describes tables (rows, files), sources (their newest night), open units of backfills, and the newest runs."""
    return {
        "tables": [describe_table(layout, name) for name in TABLES],
        "sources": describe_sources(layout),
        "open_units": describe_open_units(layout),
        "runs": describe_runs(layout),
    }


def describe_table(layout: Layout, name: str) -> dict[str, Any]:
    """Counts a table's rows and files."""
    rows = scan_table(layout, name).select(pl.len()).collect().item()
    return {"table": name, "rows": rows, "files": sum(1 for _ in layout.table(name).rglob("data.parquet"))}


def describe_sources(layout: Layout) -> list[dict[str, Any]]:
    """Describes each source by its newest night, the gravest verdict first, and how many of its addresses wait.

    A source that had no night yet is described by its newest run of another flow. One without any run in the month
    before the newest run is gone, or has another name, and is left out.
    """
    is_nightly = scan_table(layout, "runs").select("run_id", is_nightly=pl.col("flow") == "nightly")
    source_runs = scan_table(layout, "source_runs").join(is_nightly, on="run_id", how="left")
    newest = source_runs.sort("is_nightly", "started_at", "run_id").group_by("source").last()
    newest = newest.filter(pl.col("started_at") >= pl.col("started_at").max() - MONTH)
    waiting = scan_table(layout, "addresses").filter(IS_OPEN).group_by("source").agg(waiting=pl.len())
    articles = scan_table(layout, "articles").select("source", newest_at="published_at")
    inspections = scan_table(layout, "inspections").select("source", newest_at=pl.col("published_on").cast(INSTANT))
    published = pl.concat([articles, inspections]).group_by("source").agg(pl.col("newest_at").max())
    described = (
        newest.join(waiting, on="source", how="left")
        .join(published, on="source", how="left")
        .with_columns(pl.col("waiting").fill_null(0), last_run_on=pl.col("started_at").dt.date())
        .select("source", "verdict", "last_run_on", "listed", "stored", "waiting", "newest_at", "checks")
    )
    return [_add_reasons(row) for row in sort_by_verdict(described.collect().to_dicts())]


def _add_reasons(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in row.items() if name != "checks"}
    return {**shown, "reasons": "; ".join(explain_verdict(row)) or None}


def describe_runs(layout: Layout) -> list[dict[str, Any]]:
    """Describes the newest runs; one that was killed is told as stopped, also before a later run marks it."""
    columns = ["run_id", "flow", "state", "started_at", "finished_at", "listed", "requests"]
    newest = scan_table(layout, "runs").sort("started_at", "run_id", descending=True).head(LAST_RUNS).select(columns)
    stopped = set(find_stopped_runs(layout)["run_id"])
    return [row | {"state": "stopped"} if row["run_id"] in stopped else row for row in newest.collect().to_dicts()]
