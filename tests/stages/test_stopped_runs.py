"""What becomes of a run that was stopped: the next one marks it, and until then readers are told of it."""

import asyncio
import time
from concurrent.futures import CancelledError, Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.layout import Layout
from storage.tables import commit_rows, make_frame, read_table
from tasks.check import describe_running, describe_stopped
from tasks.publish import write_report
from tasks.reading.workers import Failure
from tasks.run import Run, open_run, report_nothing
from tasks.status import describe_runs
from tasks.web.settings import ClientSettings
from tests.stages.conftest import Nights


def note(layout: Layout, run_id: str, state: str = "running") -> None:
    """Notes a run in the table of runs."""
    row = {"run_id": run_id, "flow": "backfill", "started_at": datetime.now(UTC), "state": state}
    commit_rows(layout, {"runs": make_frame("runs", [{**row, "program_version": "1"}])})


def read_states(layout: Layout) -> dict[str, str]:
    """What the table says of each run."""
    return dict(read_table(layout, "runs").select("run_id", "state").iter_rows())


async def begin(run: Run) -> None:
    """Notes a run as begun."""
    await run.commit({"runs": make_frame("runs", [describe_running(run, ["post"], "1")])})


def test_the_next_run_marks_what_was_killed_and_no_run_beside_it(nights: Nights) -> None:
    """Two runs side by side leave each other alone, and the first of them marks one that nobody holds."""

    async def run_both() -> dict[str, str]:
        async with nights.open() as first:
            await begin(first)
            async with nights.open() as second:
                await begin(second)
                return read_states(nights.layout) | {"live": f"{first.run_id} {second.run_id}"}

    note(nights.layout, "killed")
    states = asyncio.run(run_both())
    live = states.pop("live").split()
    assert states == {"killed": "stopped", live[0]: "running", live[1]: "running"}
    assert not list(nights.layout.live_runs.iterdir())


def test_readers_are_told_before_any_run_marks_it(nights: Nights) -> None:
    """Status and report call a killed run stopped while the table still says that it runs."""

    async def look() -> tuple[str, list[str]]:
        async with nights.open() as run:
            await begin(run)
            note(nights.layout, "killed")
            return run.run_id, [f"{row['run_id']} {row['state']}" for row in describe_runs(nights.layout)]

    live, told = asyncio.run(look())
    assert sorted(told) == sorted([f"{live} running", "killed stopped"])
    assert read_states(nights.layout)["killed"] == "running"
    write_report(nights.layout)
    assert '<td class="stopped">stopped' in nights.layout.report.read_text(encoding="utf-8")


def test_a_stopped_run_says_what_it_knows(nights: Nights) -> None:
    """Why and when it was stopped and what it sent so far are known; what it would have listed is not."""

    async def describe() -> dict[str, object]:
        async with nights.open() as run:
            return describe_stopped(run, describe_running(run, ["post"], "1"), "stopped by a signal")

    told = asyncio.run(describe())
    assert (told["state"], told["error"], told["requests"]) == ("stopped", "stopped by a signal", 0)
    assert (told["listed"], told["failed_sources"]) == (None, None)
    assert told["finished_at"]


def test_a_run_that_is_stopped_waits_for_no_reading(tmp_path: Path) -> None:
    """Its readers are ended, and what waits for them with them, so that its WARC file is closed in time."""

    async def read() -> Future[list[Failure | None]]:
        settings = ClientSettings("inspection-news/test", "127.0.0.1:9", pace=0)
        options: dict[str, Any] = {"operator": None, "workers": 1, "report": report_nothing}
        async with open_run(Layout(tmp_path / "archive"), "nightly", settings, **options) as run:
            readings = run.readers.read(time.sleep, [0, 5])
            assert next(readings) is None
            return run.reading.submit(list, readings)

    with pytest.raises(CancelledError):
        asyncio.run(read()).result()
