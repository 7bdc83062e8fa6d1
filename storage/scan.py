"""Tables read back. A table is whatever Parquet files lie in its folder at the moment."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from storage.columns import Table
from storage.errors import ArchiveError
from storage.layout import Layout
from storage.schemas import TABLES


def get_table(name: str) -> Table:
    """Returns the table of that name.

    Raises ArchiveError where there is none.
    """
    if name not in TABLES:
        raise ArchiveError(f"there is no table {name!r}; the tables are {', '.join(TABLES)}")
    return TABLES[name]


def list_partitions(layout: Layout, name: str) -> list[Path]:
    """Lists the files of a table, in order of their paths; empty where nothing was committed yet."""
    return sorted(layout.table(name).glob("**/data.parquet"))


def scan_files(table: Table, files: list[Path], *, path_column: str | None = None) -> pl.LazyFrame:
    """Scans files of a table with its columns in order; a column that an older file lacks is null."""
    return pl.scan_parquet(
        files,
        glob=False,
        hive_partitioning=False,
        schema=table.schema,
        missing_columns="insert",
        extra_columns="ignore",
        cast_options=pl.ScanCastOptions(missing_struct_fields="insert", extra_struct_fields="ignore"),
        include_file_paths=path_column,
    )


def scan_table(layout: Layout, name: str) -> pl.LazyFrame:
    """Scans a table lazily, with exactly its columns in order; without rows where nothing was committed yet.

    Raises ArchiveError where there is no such table.
    """
    table = get_table(name)
    files = list_partitions(layout, name)
    return scan_files(table, files) if files else pl.LazyFrame(schema=table.schema)


def read_table(layout: Layout, name: str) -> pl.DataFrame:
    """Reads a whole table, with exactly its columns in order; without rows where nothing was committed yet.

    Raises ArchiveError where there is no such table.
    """
    return scan_table(layout, name).collect()


def list_states(layout: Layout, tables: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """Lists the files of some tables with what tells whether they were replaced since: inode, time and size."""
    states = [(path, path.stat()) for name in tables for path in list_partitions(layout, name)]
    return {str(path): (state.st_ino, state.st_mtime_ns, state.st_size) for path, state in states}
