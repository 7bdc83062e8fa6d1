"""Rows to typed frames: nothing that is not of the schema gets through."""

import math
import reprlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import polars as pl

from storage.columns import Dtype, Table
from storage.errors import RefusedRowsError
from storage.scan import get_table


def make_frame(table_name: str, rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Makes a frame with exactly the table's columns and types; a column that a row lacks is null.

    Half characters (lone surrogates) become U+FFFD.

    Raises RefusedRowsError, a ValueError, for an unknown column, a value of another type, an instant without a time
    zone and a number that is not finite.
    """
    table = get_table(table_name)
    columns: dict[str, list[object]] = {name: [] for name in table.schema}
    for row in rows:
        if unknown := row.keys() - columns.keys():
            raise RefusedRowsError(f"{table.name} has no column {', '.join(sorted(unknown))}")
        for name, values in columns.items():
            values.append(row.get(name))
    return pl.DataFrame([_make_series(table, name, values) for name, values in columns.items()])


def _make_series(table: Table, name: str, values: list[object]) -> pl.Series:
    dtype = table.schema[name]
    for index, value in enumerate(values):
        if value is not None and not _is_of_type(value, dtype):
            raise RefusedRowsError(
                f"{table.name}.{name}, row {index}: {reprlib.repr(value)} is not {dtype} "
                "(an instant needs its time zone, a number must be finite)"
            )
    try:
        try:
            return pl.Series(name, values, dtype=dtype, strict=True)
        except UnicodeEncodeError:
            return pl.Series(name, [_mend_text(value) for value in values], dtype=dtype, strict=True)
    except (TypeError, UnicodeEncodeError, pl.exceptions.PolarsError) as error:
        raise RefusedRowsError(f"{table.name}.{name}: {error}") from error


def _mend_text(value: object) -> object:
    """Mends half characters, which pages that cut a text in mid-emoji have: pairs are joined, the rest is U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return [_mend_text(item) for item in value] if isinstance(value, (list, tuple)) else value


def _is_of_type(value: object, dtype: pl.DataType) -> bool:  # noqa: PLR0911 - one return per type reads best
    match dtype:
        case pl.String():
            return isinstance(value, str)
        case pl.Boolean():
            return isinstance(value, bool)
        case pl.Int64():
            return isinstance(value, int) and not isinstance(value, bool)
        case pl.Float64():
            return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
        case pl.Datetime():
            return isinstance(value, datetime) and value.tzinfo is not None
        case pl.Date():
            return isinstance(value, date) and not isinstance(value, datetime)
        case pl.List():
            return isinstance(value, (list, tuple)) and all(_is_item_of_type(item, dtype.inner) for item in value)
        case pl.Struct():
            types = {field.name: field.dtype for field in dtype.fields}
            return isinstance(value, Mapping) and all(
                name in types and _is_item_of_type(item, types[name]) for name, item in value.items()
            )
    return False


def _is_item_of_type(item: object, dtype: Dtype) -> bool:
    return item is None or _is_of_type(item, dtype if isinstance(dtype, pl.DataType) else dtype())
