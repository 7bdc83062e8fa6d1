"""The commit protocol: several files change together, also when the process dies between two renames.

    1  every new file is staged beside the tables, read back and compared; then all are made durable
    2  the journal, which lists the renames, is written: from here on the commit must be finished
    3  each staged file is renamed over its final one
    4  the journal goes, then the staging folder

A crash before 2 leaves a folder without a journal, which is dropped; a crash after it leaves one with a journal, whose
renames are done again (a file that is no longer staged was renamed before). All of it happens under the writer's lock.
A reader needs no lock: at every moment each final path holds a whole file, the old one or the new one.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import polars as pl

from storage.checksums import stage_checksums
from storage.columns import Table
from storage.durable import name_file, sync_all, write_whole
from storage.errors import DamagedError
from storage.layout import Layout

JOURNAL = "journal.json"


def make_staging_folder(layout: Layout) -> Path:
    """Makes an empty folder for one commit and returns it."""
    folder = layout.staging / uuid4().hex
    folder.mkdir(parents=True)
    return folder


def stage_partition(folder: Path, name: str, table: Table, frame: pl.DataFrame) -> None:
    """Writes the rows of one partition into a staging folder, and compares what it reads back.

    Raises DamagedError where two rows have one key, or the file does not hold what was written; OSError where it cannot
    be written.
    """
    if frame.select(table.key).is_duplicated().any():
        raise DamagedError(f"{table.name}: a partition already has several rows of one key; run verify and repair it")
    path = folder / name
    # Polars does not say why a file could not be written.
    packed = BytesIO()
    frame.write_parquet(packed, compression="zstd", statistics=True, metadata=_describe_columns(table))
    with name_file(path), path.open("xb") as file:
        file.write(packed.getbuffer())
    written = pl.read_parquet(path, hive_partitioning=False)
    if written.schema != table.schema or not written.equals(frame):
        raise DamagedError(f"{path} does not hold what was written to it; check the disk")


def _describe_columns(table: Table) -> dict[str, str]:
    units = {column.name: f" [{column.unit}]" if column.unit else "" for column in table.columns}
    return {"row": table.row} | {
        f"column.{column.name}": column.description + units[column.name] for column in table.columns
    }


def finish_commit(layout: Layout, folder: Path, renames: Mapping[str, Path]) -> None:
    """Makes a staged commit (staged name to final path) durable, writes its journal and carries it out.

    Raises DamagedError where a file of one of its tables is gone.
    """
    # Checksums come last: until they do, each file that they name is there.
    renames = {**renames, **stage_checksums(layout, folder, renames)}
    sync_all([*(folder / name for name in renames), folder, folder.parent])
    finals = {name: path.relative_to(layout.root).as_posix() for name, path in renames.items()}
    write_whole(folder / JOURNAL, json.dumps(finals, indent=1).encode())
    _carry_out(layout, folder)


def finish_or_drop_commits(layout: Layout) -> None:
    """Finishes each commit that a crash left with a journal and drops each without; needs the writer's lock.

    Raises DamagedError where a file that a journal names is neither staged nor final.
    """
    for folder in sorted(layout.staging.glob("*")):
        if (folder / JOURNAL).exists():
            _carry_out(layout, folder)
        else:
            shutil.rmtree(folder)


def _carry_out(layout: Layout, folder: Path) -> None:
    renames: dict[str, str] = json.loads((folder / JOURNAL).read_bytes())
    finals = [layout.root / final for final in renames.values()]
    for staged, final in zip(renames, finals, strict=True):
        if (folder / staged).exists():
            final.parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / staged, final)  # noqa: PTH105 - the tests let this one function fail to stand for a crash
        elif not final.exists():
            raise DamagedError(f"{folder / JOURNAL} names {staged}, which is neither there nor at {final}")
    _sync_folders_of(layout, finals)
    (folder / JOURNAL).unlink()
    shutil.rmtree(folder)


def _sync_folders_of(layout: Layout, files: Iterable[Path]) -> None:
    folders = {folder for file in files for folder in file.parents if folder.is_relative_to(layout.root)}
    sync_all(sorted(folders))
