"""Rows become frames of exactly the schema's columns and types, or are refused."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from storage.errors import ArchiveError, RefusedRowsError
from storage.schemas import TABLES
from storage.tables import make_frame

CHECK = {"name": "articles", "passed": False, "found": 3, "expected": "4 to 5", "notes": None, "severity": "warned"} | {
    "since_on": date(2026, 1, 2),
    "nights": 2,
}


@pytest.mark.parametrize("table", TABLES)
def test_no_rows_make_a_typed_frame(table: str) -> None:
    """Without rows the frame still has the table's columns and types, in order."""
    frame = make_frame(table, [])
    assert frame.height == 0
    assert list(frame.schema.items()) == list(TABLES[table].schema.items())


def test_a_missing_column_is_null() -> None:
    """A column that a row lacks is null, and the columns come in the schema's order."""
    frame = make_frame("articles", [{"title": "A", "article_id": "1"}, {"article_id": "2"}])
    assert frame.columns == TABLES["articles"].schema.names()
    assert frame["title"].to_list() == ["A", None]
    assert frame["authors"].to_list() == [None, None]


@pytest.mark.parametrize(
    ("table", "column", "value", "kept"),
    [
        ("articles", "authors", ("A", "B"), ["A", "B"]),
        ("articles", "authors", [], []),
        ("articles", "relevance_score", 1, 1.0),
        (
            "articles",
            "published_at",
            datetime(2026, 7, 1, 1, 0, 0, 7, timezone(timedelta(hours=1))),
            datetime(2026, 7, 1, 0, 0, 0, 7, UTC),
        ),
        ("inspections", "started_on", date(2026, 1, 2), date(2026, 1, 2)),
        ("source_runs", "checks", [CHECK, {"name": "b"}], [CHECK, dict.fromkeys(CHECK) | {"name": "b"}]),
        ("articles", "title", "cut \ud83d", "cut \ufffd"),
        ("articles", "tags", ["\ud83d\ude00", "\ude00"], ["\U0001f600", "\ufffd"]),
    ],
)
def test_values_are_kept(table: str, column: str, value: Any, kept: Any) -> None:
    """A value of the column's type comes out as it went in; an instant in UTC."""
    assert make_frame(table, [{column: value}])[column].to_list() == [kept]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("articles", "published_at", datetime(2026, 1, 1)),  # noqa: DTZ001 - a naive instant is the point
        ("articles", "published_at", date(2026, 1, 1)),
        ("articles", "published_at", "2026-01-01T00:00:00Z"),
        ("articles", "title", 3),
        ("articles", "title", b"A"),
        ("articles", "authors", "A B"),
        ("articles", "authors", ["A", 3]),
        ("articles", "version", 1.0),
        ("articles", "version", True),
        ("articles", "version", "1"),
        ("articles", "version", 2**70),
        ("articles", "relevance_score", float("nan")),
        ("inspections", "started_on", datetime(2026, 1, 1, tzinfo=UTC)),
        ("duplicates", "is_template", 1),
        ("source_runs", "checks", [{"name": "a", "surprise": 1}]),
        ("source_runs", "checks", [{"name": 1}]),
    ],
)
def test_a_value_of_another_type_is_refused(table: str, column: str, value: Any) -> None:
    """A wrong value is an error that names table and column, never quietly cast or dropped."""
    with pytest.raises(RefusedRowsError, match=rf"^{table}\.{column}\b"):
        make_frame(table, [{}, {column: value}])


def test_an_unknown_column_is_refused() -> None:
    """A column that the table lacks is an error that names both."""
    with pytest.raises(ValueError, match="articles has no column headline"):
        make_frame("articles", [{"headline": "A"}])


def test_an_unknown_table_is_refused() -> None:
    """A table that is not in the schemas is an error that names those that are."""
    with pytest.raises(ArchiveError, match="no table 'article'; the tables are addresses, captures, articles"):
        make_frame("article", [])
