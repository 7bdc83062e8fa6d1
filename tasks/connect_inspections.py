"""Connects inspections with the earlier ones of the same body: a pure function of the table of inspections.

A body is a local authority, by its code, whoever ran its services and whatever its number was then; where a report
names none, it is the provider, by its URN. What began on one day follows none of that day.
"""

import polars as pl

from storage.inspection_schemas import INSPECTION_LINKS
from storage.layout import Layout
from storage.tables import commit_rows, scan_table

COLUMNS = (
    "inspection_id", "kind", "inspectorate", "authority_codes", "provider_urn", "started_on", "report_dated_on",
    "published_on",
)  # fmt: skip


def connect_inspections(layout: Layout) -> int:
    """Finds the links between all inspections of the archive again; gives the number of links that are new."""
    inspections = scan_table(layout, "inspections").select(COLUMNS).collect()
    changed = commit_rows(layout, {}, replacements={"inspection_links": find_links(inspections)})
    return changed["inspection_links"]


def find_links(inspections: pl.DataFrame) -> pl.DataFrame:
    """Finds for each inspection the one before it of the same body, and the one of its own kind before it.

    One whose kind is not known has none of its own kind; one without any date has no place in the order, and no link.
    An inspection of several bodies follows the nearest of each.
    """
    of_body = list_bodies(inspections)
    pairs = (
        of_body.join(of_body, on="body", suffix="_before")
        .filter(pl.col("on_before") < pl.col("on"))
        .with_columns(
            same_kind=pl.col("kind").eq(pl.col("kind_before")).fill_null(value=False),
            days_between=(pl.col("on") - pl.col("on_before")).dt.total_days(),
        )
        # Of several that began on one day, the one of the same kind counts, then the lowest identifier.
        .sort("days_between", "same_kind", "inspection_id_before", descending=[False, True, False])
    )
    nearest = _take_first(pairs).with_columns(is_nearest=pl.lit(value=True))
    of_kind = _take_first(pairs.filter("same_kind")).with_columns(is_nearest=pl.lit(value=False))
    return (
        pl.concat([nearest, of_kind])
        .group_by("inspection_id", previous_id="inspection_id_before")
        .agg(
            pl.col("body").unique().sort().alias("bodies"),
            pl.col("is_nearest", "same_kind").max(),
            pl.col("days_between").first(),
        )
        .select(INSPECTION_LINKS.schema.names())
        .cast(INSPECTION_LINKS.schema)
        .sort("inspection_id", "previous_id")
    )


def list_bodies(inspections: pl.DataFrame) -> pl.DataFrame:
    """Lists each inspection with each body that it inspected, and the day by which it is ordered."""
    urn = pl.concat_list(pl.concat_str("inspectorate", pl.lit(" "), "provider_urn"))
    has_codes = pl.col("authority_codes").list.len() > 0
    return (
        inspections.select(
            "inspection_id",
            "kind",
            on=pl.coalesce("started_on", "report_dated_on", "published_on"),
            body=pl.when(has_codes).then("authority_codes").otherwise(urn),
        )
        .explode("body")
        .drop_nulls(["on", "body"])
    )


def _take_first(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.unique(["inspection_id", "body"], keep="first", maintain_order=True)
