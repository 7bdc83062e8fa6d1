"""The list of what reading again changes."""

from datetime import date
from typing import Any

import polars as pl

from storage.schemas import TABLES
from tasks.differences import compare_tables


def make_inspection(**values: Any) -> pl.DataFrame:
    """Makes the row of an inspection, null but for its key and these values."""
    return pl.DataFrame([{"inspection_id": "a", **values}], TABLES["inspections"].schema)


def test_days_within_a_value_are_written() -> None:
    """A list of visits, which an older reader did not know, is told with its days in ISO 8601."""
    visits = [{"started_on": date(2025, 3, 3), "ended_on": None}]
    after = make_inspection(visits=visits)
    rows = compare_tables({"inspections": make_inspection()}, {"inspections": after})
    (row,) = rows.to_dicts()
    assert (row["column"], row["before"]) == ("visits", None)
    assert '"started_on": "2025-03-03"' in row["after"]
