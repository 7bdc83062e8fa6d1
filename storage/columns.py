"""What a table and a column are: name, type, unit, description, key and partition."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl
from polars.datatypes import DataType, DataTypeClass

Dtype = DataType | DataTypeClass

INSTANT = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Column:
    """One column: its name, type, description, and unit where it measures something."""

    name: str
    dtype: Dtype
    description: str
    unit: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table: a row is `row`, rows are told apart by `key`.

    A partitioned table has one file per month of the first of `partition_by` that is not null; without it the
    table is one file.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    partition_by: tuple[str, ...] = ()

    @cached_property
    def schema(self) -> pl.Schema:
        """The columns' names and types, in order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns that are never null: the key, and what is marked so."""
        return tuple(column.name for column in self.columns if column.required or column.name in self.key)

    @cached_property
    def partition_day(self) -> pl.Expr:
        """The day (`day`) in the file of whose month a row of a partitioned table is."""
        return pl.coalesce(pl.col(name).dt.date() for name in self.partition_by).alias("day")


def text(name: str, description: str, *, required: bool = False) -> Column:
    """A column of text."""
    return Column(name, pl.String, description, required=required)


def texts(name: str, description: str) -> Column:
    """A column of lists of text."""
    return Column(name, pl.List(pl.String), description)


def instant(name: str, description: str, *, required: bool = False) -> Column:
    """A column of instants in UTC, in microseconds."""
    return Column(name, INSTANT, description, unit="UTC", required=required)


def day(name: str, description: str) -> Column:
    """A column of calendar dates."""
    return Column(name, pl.Date, description)


def integer(name: str, description: str, unit: str, *, required: bool = False) -> Column:
    """A column of whole numbers."""
    return Column(name, pl.Int64, description, unit=unit, required=required)


def number(name: str, description: str, unit: str) -> Column:
    """A column of real numbers."""
    return Column(name, pl.Float64, description, unit=unit)


def flag(name: str, description: str) -> Column:
    """A column of true and false."""
    return Column(name, pl.Boolean, description)
