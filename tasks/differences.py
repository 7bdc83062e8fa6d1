"""How rows differ from those that they replace, value by value, for people to look through."""

import json
from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from storage.records import Row
from storage.scan import get_table

SCHEMA = pl.Schema(dict.fromkeys(("table", "key", "change", "column", "before", "after"), pl.String))
#: Long values are shown from a little before the place where they part.
EXCERPT_LENGTH = 200
LEAD_LENGTH = 40
#: What a row that comes or goes is shown by.
SHOWN = {"judgements": "grade"}


def compare_tables(before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Compares rows of tables by key: one row for each that is `added` or `removed`, one for each value `changed`.

    Long values are excerpts from where they part.
    """
    rows = [row for table in before for row in _compare_table(table, before[table], after[table])]
    return pl.DataFrame(rows, SCHEMA, orient="row")


def _compare_table(name: str, before: pl.DataFrame, after: pl.DataFrame) -> Iterator[tuple[str | None, ...]]:
    key = get_table(name).key
    shown = SHOWN.get(name, "url")
    older, newer = (
        {" ".join(str(row[column]) for column in key): row for row in frame.iter_rows(named=True)}
        for frame in (before, after)
    )
    for row_key in sorted(older.keys() | newer.keys()):
        old, new = older.get(row_key), newer.get(row_key)
        if old and new:
            yield from ((name, row_key, "changed", *values) for values in _compare_rows(old, new))
        elif old:
            yield name, row_key, "removed", shown, _write(old[shown]), None
        elif new:
            yield name, row_key, "added", shown, None, _write(new[shown])


def _compare_rows(old: Row, new: Row) -> Iterator[tuple[str, str | None, str | None]]:
    for column, value in new.items():
        if old[column] != value:
            before, after = _write(old[column]), _write(value)
            start = _find_start(before or "", after or "")
            yield column, _cut(before, start), _cut(after, start)


def _find_start(before: str, after: str) -> int:
    """Finds where the excerpts of two texts start: both at their beginning where both are short."""
    if max(len(before), len(after)) <= EXCERPT_LENGTH:
        return 0
    pairs = enumerate(zip(before, after, strict=False))
    parting = next((place for place, (old, new) in pairs if old != new), min(len(before), len(after)))
    return max(0, parting - LEAD_LENGTH)


def _write(value: object) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_write)


def _cut(text: str | None, start: int) -> str | None:
    if text is None:
        return None
    end = start + EXCERPT_LENGTH
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
