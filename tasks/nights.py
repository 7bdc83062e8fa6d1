"""What earlier nights brought of a source, and what this one brings: the counts that expectations are judged by."""

from datetime import timedelta

import polars as pl

from storage.outcomes import Outcome
from storage.records import Row
from storage.schemas import TABLES
from storage.tables import scan_table
from tasks.run import Run
from tasks.sources.model import Source

#: Nights before this say nothing any more.
MEMORY = timedelta(days=400)
#: What was published longer ago is backlog, and no news.
NEWS = timedelta(days=30)
#: The columns whose loss shows that a site was redesigned.
FIELDS = {
    "articles": (
        "title",
        "standfirst",
        "authors",
        "published_at",
        "modified_at",
        "section",
        "tags",
        "image_url",
        "text",
    ),
    "inspections": (
        "title",
        "kind",
        "provider_name",
        "provider_urn",
        "authority",
        "started_on",
        "ended_on",
        "published_on",
        "lead_inspectors",
        "text",
    ),
}


def load_nights(run: Run) -> pl.DataFrame:
    """Loads all sources' rows of the nights before a run, oldest first; a backfill, or being skipped, is no night."""
    is_before = pl.col("started_at").is_between(run.started_at - MEMORY, run.started_at, closed="left")
    was_asked = pl.col("verdict") != "skipped"
    rows = scan_table(run.layout, "source_runs").filter(is_before, was_asked)
    nightly = scan_table(run.layout, "runs").filter(pl.col("flow") == "nightly")
    nights = rows.join(nightly, on="run_id", how="semi").sort("started_at", "run_id")
    outcomes = [outcome.value for outcome in Outcome]
    return nights.select("source", "started_at", "verdict", "found", *outcomes, "new", "fill", "checks").collect()


def count_stored(source: Source, run: Run) -> Row:
    """Counts what a run stored of a source: how much of it is new, and how many pages have each column.

    What another run stores at the same time is not counted.
    """
    table, published = choose_table(source)
    fields = list(dict.fromkeys([*FIELDS[table], *source.expect.fill]))
    captured = scan_table(run.layout, "captures").filter(
        pl.col("fetched_at") >= run.started_at, pl.col("run_id") == run.run_id
    )
    stored = scan_table(run.layout, table).filter(
        pl.col("source") == source.name, pl.col("fetched_at") >= run.started_at
    )
    published_on = pl.col(published).cast(pl.Date)
    is_recent = published_on.is_null() | (published_on >= (run.started_at - NEWS).date())
    counted = (
        stored.join(captured, on="capture_id", how="semi")
        .select(
            (is_recent & (pl.col("first_fetched_at") >= run.started_at)).sum().alias("is new"),
            pl.len().alias("pages"),
            *(_is_filled(table, column).sum() for column in fields),
        )
        .collect()
        .row(0, named=True)
    )
    fill = [{"column": column, "filled": counted[column], "pages": counted["pages"]} for column in fields]
    return {"new": counted["is new"], "fill": fill if counted["pages"] else []}


def choose_table(source: Source) -> tuple[str, str]:
    """Gives the table that a source's pages are kept in, and its column of the publication."""
    return ("inspections", "published_on") if source.kind == "inspectorate" else ("articles", "published_at")


def _is_filled(table: str, column: str) -> pl.Expr:
    has_value = pl.col(column).is_not_null()
    is_list = isinstance(TABLES[table].schema[column], pl.List)
    return has_value & (pl.col(column).list.len() > 0) if is_list else has_value
