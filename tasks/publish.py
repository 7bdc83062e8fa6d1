"""Publishes what describes the archive: the data package for machines, the report for people."""

import os
from pathlib import Path

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined

from storage.catalogue import write_datapackage
from storage.layout import Layout
from storage.outcomes import Outcome
from storage.schemas import TABLES
from storage.tables import scan_table
from tasks.status import describe_archive

LAST_NIGHTS = 30
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
    page = TEMPLATES.get_template("report.html").render(
        described=describe_archive(layout),
        source_runs=newest_runs,
        outcomes=[outcome.value for outcome in Outcome],
        tables=TABLES.values(),
    )
    layout.report.parent.mkdir(parents=True, exist_ok=True)
    replace_file(layout.report, page)


def replace_file(path: Path, content: str) -> None:
    """Replaces a file's content in one step, so that a reader never sees half of it."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(content, encoding="utf-8")
    aside.replace(path)


def _find_newest_runs(layout: Layout) -> list[str]:
    newest = scan_table(layout, "runs").sort("started_at", descending=True).head(LAST_NIGHTS)
    return newest.select("run_id").collect()["run_id"].to_list()
