"""Which runs live: each holds a lock of the system's while it does, which goes with its process however that ends.

A run locks its own file before it is noted as running, and gives the lock up after its end is noted. So a run that is
noted as running, and whose file nobody has locked, was stopped without a chance to say so.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter
from pathlib import Path

import polars as pl

from storage.commit import commit_rows
from storage.layout import Layout
from storage.scan import scan_table

IS_RUNNING = pl.col("state") == "running"
KILLED = "killed, or the machine went down; found by a later run"


@contextmanager
def hold_run(layout: Layout, run_id: str) -> Iterator[None]:
    """Holds the lock of a run, which tells every process that it lives."""
    layout.live_runs.mkdir(parents=True, exist_ok=True)
    path = layout.live_runs / run_id
    with _create_locked(path):
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def find_live_runs(layout: Layout) -> set[str]:
    """Finds the runs that live now, in any process of this machine."""
    return {path.name for path in layout.live_runs.glob("*") if _is_locked(path)}


def find_stopped_runs(layout: Layout) -> pl.DataFrame:
    """Finds the rows of the runs that are noted as running, and live no more."""
    runs = scan_table(layout, "runs").filter(IS_RUNNING).select("run_id").collect()["run_id"].to_list()
    dead = set(runs) - find_live_runs(layout)
    # Read again: one that has ended since noted so before it gave up its lock.
    return scan_table(layout, "runs").filter(IS_RUNNING, pl.col("run_id").is_in(list(dead))).collect()


def mark_stopped_runs(layout: Layout) -> list[str]:
    """Marks the runs that were stopped without a chance to say so; gives them. When they ended nobody knows."""
    stopped = find_stopped_runs(layout)
    if not stopped.is_empty():
        commit_rows(layout, {"runs": stopped.with_columns(state=pl.lit("stopped"), error=pl.lit(KILLED))})
    _remove_dead_files(layout)
    return stopped["run_id"].to_list()


def _create_locked(path: Path) -> BufferedWriter:
    while True:
        file = path.open("xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # taken for a dead run's and removed before the lock was held


def _remove_dead_files(layout: Layout) -> None:
    """Removes the files of runs that live no more, also of those that were killed before they were noted."""
    for path in layout.live_runs.glob("*"):
        with suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if os.fstat(file.fileno()).st_nlink:  # else the name is another file's by now
                path.unlink()


def _is_locked(path: Path) -> bool:
    with suppress(FileNotFoundError), path.open("rb") as file:
        try:
            # A shared lock: two who look at the same time must not take each other for the run.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
