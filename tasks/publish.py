"""Publishes what describes the archive: the data package for machines, the report for people."""

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined

from storage.catalogue import name_type, write_datapackage
from storage.durable import write_whole
from storage.layout import Layout
from storage.outcomes import Outcome
from storage.records import Row
from storage.schemas import TABLES
from storage.tables import scan_table
from tasks.status import describe_archive
from tasks.verdicts import VERDICTS, explain_verdict

LAST_RUNS = 30
SHOWN_NIGHTS = 14
TEMPLATES = Environment(
    loader=PackageLoader("tasks", "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


def publish_archive(layout: Layout) -> None:
    """Writes the data package and the report."""
    write_datapackage(layout)
    write_report(layout)


def write_report(layout: Layout) -> None:
    """Writes the page that tells people what happened, whole or not at all."""
    source_runs = scan_table(layout, "source_runs").sort("started_at", "source", descending=[True, False])
    newest_runs = source_runs.filter(pl.col("run_id").is_in(_find_newest_runs(layout))).collect().to_dicts()
    reasons = {(row["run_id"], row["source"]): explain_verdict(row) for row in newest_runs}
    page = TEMPLATES.get_template("report.html").render(
        described=describe_archive(layout),
        source_runs=newest_runs,
        reasons=reasons,
        nights=find_nights(layout),
        verdicts=VERDICTS,
        outcomes=[outcome.value for outcome in Outcome],
        tables=TABLES.values(),
        name_type=name_type,
    )
    write_whole(layout.report, page.encode())


def find_nights(layout: Layout) -> dict[str, list[Row]]:
    """Finds the newest nights of each source, oldest first; `share` is what they stored of the most that one did."""
    nightly = scan_table(layout, "runs").filter(pl.col("flow") == "nightly")
    rows = scan_table(layout, "source_runs").join(nightly, on="run_id", how="semi").sort("started_at", "run_id")
    shown = rows.group_by("source", maintain_order=True).tail(SHOWN_NIGHTS)
    most = pl.max_horizontal(pl.col("stored").max().over("source"), 1)
    nights = shown.select(
        "source", "started_at", "verdict", "listed", "stored", share=pl.col("stored") / most
    ).collect()
    return {str(source): of_source.to_dicts() for (source,), of_source in nights.group_by("source")}


def _find_newest_runs(layout: Layout) -> list[str]:
    newest = scan_table(layout, "runs").sort("started_at", descending=True).head(LAST_RUNS)
    return newest.select("run_id").collect()["run_id"].to_list()
