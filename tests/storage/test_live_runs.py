"""A run that was killed is told from one that lives, by other processes and by its own."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage import live_runs
from storage.layout import Layout
from storage.live_runs import find_live_runs, find_stopped_runs, hold_run, mark_stopped_runs
from storage.tables import commit_rows, make_frame, read_table

PROJECT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from storage.layout import Layout
from storage.live_runs import hold_run
with hold_run(Layout(Path(sys.argv[1])), sys.argv[2]):
    print("held", flush=True)
    time.sleep(60)
"""


def note(layout: Layout, run_id: str, state: str = "running") -> None:
    """Notes a run in the table of runs."""
    row = {"run_id": run_id, "flow": "nightly", "started_at": datetime.now(UTC), "state": state, "program_version": "1"}
    commit_rows(layout, {"runs": make_frame("runs", [row])})


def read_states(layout: Layout) -> dict[str, str]:
    """What the table says of each run."""
    return dict(read_table(layout, "runs").select("run_id", "state").iter_rows())


@contextmanager
def start_run(layout: Layout, run_id: str) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds a run, which is noted as running."""
    command = [sys.executable, "-c", HOLD, str(layout.root), run_id]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        note(layout, run_id)
        yield process
        process.kill()


def test_of_two_runs_the_killed_one_is_marked(layout: Layout) -> None:
    """A run whose process is killed is stopped from then on, and marked once; one that lives is left alone."""
    with start_run(layout, "backfill"), start_run(layout, "nightly") as killed:
        assert find_live_runs(layout) == {"backfill", "nightly"}
        assert mark_stopped_runs(layout) == []
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert find_live_runs(layout) == {"backfill"}
        assert mark_stopped_runs(layout) == ["nightly"]
        assert mark_stopped_runs(layout) == []
        assert read_states(layout) == {"backfill": "running", "nightly": "stopped"}
        assert not (layout.live_runs / "nightly").exists()
    told = read_table(layout, "runs").filter(run_id="nightly").row(0, named=True)
    assert (told["finished_at"], told["error"]) == (None, live_runs.KILLED)


def test_a_run_is_seen_to_live_by_its_own_process_until_it_ends(layout: Layout) -> None:
    """Many may look at the same time, and none takes another for the run; after its end nothing is left of it."""
    with hold_run(layout, "nightly"):
        assert [find_live_runs(layout) for _ in range(2)] == [{"nightly"}] * 2
    assert (find_live_runs(layout), list(layout.live_runs.iterdir())) == (set(), [])
    (layout.live_runs / "killed").touch()
    with (layout.live_runs / "killed").open("rb") as looking:
        live_runs.fcntl.flock(looking, live_runs.fcntl.LOCK_SH)
        assert find_live_runs(layout) == set()


def test_a_run_that_ends_while_another_looks_is_not_marked(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was running a moment ago, and holds no lock any more, may have ended well."""
    note(layout, "nightly")
    note(layout, "backfill")

    def end_one(_layout: Layout) -> set[str]:
        note(layout, "nightly", "ok")
        return set()

    monkeypatch.setattr(live_runs, "find_live_runs", end_one)
    assert find_stopped_runs(layout)["run_id"].to_list() == ["backfill"]
    mark_stopped_runs(layout)
    assert read_states(layout) == {"nightly": "ok", "backfill": "stopped"}


def test_what_a_run_left_that_was_killed_before_it_was_noted_goes(layout: Layout) -> None:
    """Its file goes with the next run; that of a run that lives stays."""
    with hold_run(layout, "nightly"):
        (layout.live_runs / "killed").touch()
        assert mark_stopped_runs(layout) == []
        assert [path.name for path in layout.live_runs.iterdir()] == ["nightly"]


def test_a_run_whose_file_is_taken_for_a_dead_ones_makes_it_again(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between making its file and locking it, another run may remove it."""
    lock = live_runs.fcntl.flock

    def lock_late(file: Any, operation: int) -> None:
        if operation == live_runs.fcntl.LOCK_EX:
            monkeypatch.undo()
            mark_stopped_runs(layout)
        lock(file, operation)

    monkeypatch.setattr(live_runs.fcntl, "flock", lock_late)
    with hold_run(layout, "nightly"):
        assert find_live_runs(layout) == {"nightly"}
