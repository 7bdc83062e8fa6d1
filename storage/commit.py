"""Writing tables: rows are put in by key, all tables of a commit together or not at all.

A partition is one file, replaced whole. One whose rows do not change is left alone; one that loses its last row stays
as a file without rows, so that a reader that has just listed it can still open it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl

from storage.columns import Table
from storage.errors import RefusedRowsError
from storage.journal import finish_commit, finish_or_drop_commits, make_staging_folder, stage_partition
from storage.layout import Layout
from storage.locking import hold_writer_lock
from storage.scan import get_table, list_partitions, scan_files
from storage.schemas import TABLES


@dataclass(frozen=True, slots=True)
class _Request:
    """The rows that one table is to have, in place of those with the same keys, of all, or of all of the owners."""

    table: Table
    rows: pl.DataFrame
    replaces_all: bool
    owners: frozenset[str] = frozenset()

    @property
    def is_owned(self) -> pl.Expr:
        """Whether a row belongs to one of the owners, whom the first column of the key names."""
        return pl.col(self.table.key[0]).is_in(list(self.owners))


class _Merged(NamedTuple):
    """The rows that a partition is to have, how many of the added ones it has already, and whether it loses any."""

    rows: pl.DataFrame
    equal: int = 0
    is_losing: bool = False


def commit_rows(
    layout: Layout,
    upserts: Mapping[str, pl.DataFrame],
    *,
    replacements: Mapping[str, pl.DataFrame] | None = None,
    owners: Mapping[str, Collection[str]] | None = None,
    check: Callable[[], None] | None = None,
) -> dict[str, int]:
    """Puts rows into tables by key (`upserts`), or in place of a whole table (`replacements`); all of it or nothing.

    `owners` names, for a table that is put into, the values of its key's first column whose older rows all go, whether
    the new ones have their keys or not. A row whose partition changed leaves its old one. Returns for each table how
    many of the given rows are new or differ from the row they replace. Waits for the writer's lock, and first finishes
    or drops what a crash left. `check` is called with the lock held; what it raises stops the commit before anything is
    written.

    Raises RefusedRowsError, and writes nothing, where a frame has not exactly the table's columns and types, a
    required column has a null, or two rows have one key; LockedError where the lock stays taken; DamagedError where
    a file does not hold what was written.
    """
    replacements = replacements or {}
    if both := upserts.keys() & replacements.keys():
        raise RefusedRowsError(f"{', '.join(sorted(both))}: rows to put in and a whole table at once")
    requests = [
        _Request(get_table(name), rows, replaces_all=False, owners=frozenset((owners or {}).get(name, ())))
        for name, rows in upserts.items()
    ]
    requests += [_Request(get_table(name), rows, replaces_all=True) for name, rows in replacements.items()]
    for request in requests:
        _check_rows(request.table, request.rows)
    with hold_writer_lock(layout):
        finish_or_drop_commits(layout)
        if check:
            check()
        return _commit(layout, requests)


def recover(layout: Layout) -> None:
    """Finishes or drops what a crash left; does nothing where nothing is left.

    Raises LockedError where another process commits for too long.
    """
    if any(layout.staging.glob("*")):
        with hold_writer_lock(layout):
            finish_or_drop_commits(layout)


def create_tables(layout: Layout, today: date) -> None:
    """Gives each table that has no file yet one without rows, so that every glob finds it from the first run on."""
    with hold_writer_lock(layout):
        finish_or_drop_commits(layout)
        missing = [table for table in TABLES.values() if not list_partitions(layout, table.name)]
        if not missing:
            return
        folder = make_staging_folder(layout)
        renames: dict[str, Path] = {}
        for table in missing:
            month = (today.year, today.month) if table.partition_by else (None, None)
            renames[f"{table.name}.parquet"] = layout.partition(table.name, *month)
            stage_partition(folder, f"{table.name}.parquet", table, pl.DataFrame(schema=table.schema))
        finish_commit(layout, folder, renames)


def _check_rows(table: Table, rows: pl.DataFrame) -> None:
    if rows.schema != table.schema:
        wrong = [name for name in {**table.schema, **rows.schema} if rows.schema.get(name) != table.schema.get(name)]
        raise RefusedRowsError(f"{table.name}: columns are not those of the schema: {', '.join(wrong) or 'order'}")
    for name in table.required:
        if nulls := rows[name].null_count():
            raise RefusedRowsError(f"{table.name}.{name}: null in {nulls} rows, but it is required")
    repeated = rows.select(table.key).filter(rows.select(table.key).is_duplicated())
    if repeated.height:
        raise RefusedRowsError(
            f"{table.name}: {repeated.height} rows share a key, such as {repeated.row(0, named=True)}"
        )
    if table.partition_by and rows.select(table.partition_day.null_count()).item():
        raise RefusedRowsError(f"{table.name}: a row without {' or '.join(table.partition_by)} has no partition")


def _commit(layout: Layout, requests: list[_Request]) -> dict[str, int]:
    folder = make_staging_folder(layout)
    gaining: dict[str, Path] = {}
    losing: dict[str, Path] = {}
    changed: dict[str, int] = {}
    for request in requests:
        changed[request.table.name] = request.rows.height
        rows_by_partition = _split_by_partition(layout, request)
        for path in sorted({*rows_by_partition, *_find_partitions(layout, request)}):
            old = _read_partition(request, path)
            merged = _merge(request, rows_by_partition.get(path, request.rows.clear()), old)
            changed[request.table.name] -= merged.equal
            if not path.exists() or not merged.rows.equals(old):
                staged = f"{len(gaining) + len(losing):05d}.parquet"
                stage_partition(folder, staged, request.table, merged.rows)
                (losing if merged.is_losing else gaining)[staged] = path
    if gaining or losing:
        # A row that moves is in two files for a moment then, rather than in none.
        finish_commit(layout, folder, gaining | losing)
    else:
        folder.rmdir()
    return changed


def _split_by_partition(layout: Layout, request: _Request) -> dict[Path, pl.DataFrame]:
    table = request.table
    if not table.partition_by:
        return {layout.partition(table.name, None, None): request.rows}
    day = table.partition_day
    groups = request.rows.group_by(day.dt.year().alias("year"), day.dt.month().alias("month"))
    return {layout.partition(table.name, int(year), int(month)): rows for (year, month), rows in groups}


def _find_partitions(layout: Layout, request: _Request) -> list[Path]:
    """Finds the files that hold rows to be replaced, reading only their key columns."""
    files = list_partitions(layout, request.table.name)
    if request.replaces_all or not files:
        return files
    key = list(request.table.key)
    rows = scan_files(request.table, files, path_column="partition_path").select(*key, "partition_path")
    replaced = rows.join(request.rows.lazy().select(key), on=key, how="semi")
    found = pl.concat([replaced, rows.filter(request.is_owned)]) if request.owners else replaced
    paths = found.select(pl.col("partition_path").unique()).collect(engine="streaming")
    return [Path(path) for path in paths["partition_path"]]


def _read_partition(request: _Request, path: Path) -> pl.DataFrame:
    return scan_files(request.table, [path]).collect() if path.exists() else request.rows.clear()


def _merge(request: _Request, added: pl.DataFrame, old: pl.DataFrame) -> _Merged:
    key = list(request.table.key)
    kept = _keep(request, old)
    rows = pl.concat([kept, added]).sort(key).rechunk()
    if kept.height == old.height:
        # Most commits only add, and touch many partitions: what compares rows is left out for them.
        return _Merged(rows)
    is_losing = not old.join(rows, on=key, how="anti").is_empty()
    return _Merged(rows, _count_equal_rows(request.table, added, old), is_losing)


def _keep(request: _Request, old: pl.DataFrame) -> pl.DataFrame:
    if request.replaces_all or old.is_empty():
        return old.clear()
    kept = old.join(request.rows, on=list(request.table.key), how="anti")
    return kept.remove(request.is_owned) if request.owners else kept


def _count_equal_rows(table: Table, added: pl.DataFrame, old: pl.DataFrame) -> int:
    pairs = added.join(old, on=list(table.key), suffix=" old")
    values = [name for name in table.schema if name not in table.key]
    equal = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name} old")) for name in values)
    return pairs.filter(equal).height
