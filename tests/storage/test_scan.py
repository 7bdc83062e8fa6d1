"""Tables are read by us and by any other reader of Parquet, at any moment."""

import os
import threading
from datetime import UTC, datetime

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset
import pytest

from storage.layout import Layout
from storage.schemas import TABLES
from storage.tables import commit_rows, read_table, scan_table
from tests.storage.conftest import MakeCaptures

JANUARY = datetime(2026, 1, 31, 23, 59, 59, 999999, UTC)
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_files_is_empty(layout: Layout, table: str) -> None:
    """A table that nothing was committed to has its columns and no rows."""
    assert read_table(layout, table).schema == TABLES[table].schema
    assert scan_table(layout, table).select(pl.len()).collect().item() == 0


def test_every_reader_finds_the_rows(layout: Layout, make_captures: MakeCaptures) -> None:
    """Polars, DuckDB, pandas and pyarrow read the partitions by a glob or the folder, the month from the path."""
    commit_rows(layout, {"captures": make_captures((1, JANUARY), (2, FEBRUARY))})
    folder = layout.table("captures")
    by_polars = pl.scan_parquet(folder / "**" / "*.parquet", hive_partitioning=True).sort("capture_id").collect()
    by_duckdb = duckdb.read_parquet(f"{folder}/**/*.parquet", hive_partitioning=True).order("capture_id")
    by_pandas = pd.read_parquet(folder).sort_values("capture_id")
    by_pyarrow = pyarrow.dataset.dataset(folder, partitioning="hive").to_table()
    assert by_polars.select("capture_id", "year", "month").rows() == [("0001", 2026, 1), ("0002", 2026, 2)]
    assert by_duckdb.project("capture_id, year::int, month::int").fetchall() == [("0001", 2026, 1), ("0002", 2026, 2)]
    assert by_pandas["capture_id"].tolist() == ["0001", "0002"]
    assert str(by_pandas["fetched_at"].dtype) == "datetime64[us, UTC]"
    assert by_pyarrow.num_rows == 2


def test_an_older_file_reads_with_nulls(layout: Layout, make_captures: MakeCaptures) -> None:
    """Columns that a file of an older schema lacks are null, also after rows were put in beside it."""
    commit_rows(layout, {"captures": make_captures((1, JANUARY), (2, FEBRUARY), error="none")})
    path = layout.partition("captures", 2026, 1)
    pl.read_parquet(path, hive_partitioning=False).drop("error", "duration_ms").with_columns(old=1).write_parquet(path)
    layout.checksums("captures").unlink()
    assert read_table(layout, "captures").schema == TABLES["captures"].schema
    commit_rows(layout, {"captures": make_captures((3, JANUARY), error="three")})
    table = read_table(layout, "captures").sort("capture_id")
    assert table["error"].to_list() == [None, "none", "three"]


def test_the_files_describe_their_columns(layout: Layout, make_captures: MakeCaptures) -> None:
    """A file carries each column's description and unit, and neither year nor month as columns."""
    commit_rows(layout, {"captures": make_captures((1, JANUARY))})
    path = layout.partition("captures", 2026, 1)
    assert pl.read_parquet_metadata(path)["column.duration_ms"] == "from the request to the last byte [milliseconds]"
    assert pl.read_parquet_schema(path).names() == TABLES["captures"].schema.names()


def test_a_reader_never_meets_a_torn_file(layout: Layout, make_captures: MakeCaptures) -> None:
    """Whatever is committed meanwhile, each reading sees a whole file of one of the commits."""
    sizes = (1, 400)
    commits = [
        {"captures": make_captures(*((number, JANUARY) for number in range(size)), error=os.urandom(50).hex())}
        for size in sizes
    ]
    commit_rows(layout, {}, replacements=commits[0])
    stop = threading.Event()

    def commit_in_turns() -> None:
        for turn in range(200):
            if stop.is_set():
                return
            commit_rows(layout, {}, replacements=commits[turn % 2])

    writer = threading.Thread(target=commit_in_turns)
    writer.start()
    try:
        seen = {scan_table(layout, "captures").collect().height for _ in range(100)}
    finally:
        stop.set()
        writer.join()
    assert seen <= set(sizes)
