"""How a run is noted from its begin to its end, whatever stops it, without Prefect's server."""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import polars as pl
import pytest

from flows import running
from flows.running import end_run, note_run, run_together, warn_of_others
from flows.stages import explain_error
from storage.errors import DamagedError
from storage.layout import Layout
from storage.records import Row
from storage.tables import commit_rows, make_frame, read_table
from tasks.check import check_backfill, describe_running
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tests.stages.conftest import Nights, Site
from tests.stages.histories import make_night

TORN = pl.exceptions.ComputeError("parquet: not a footer\n\nThis error occurred in a plan")
TOLD = 'a table of the archive cannot be read: parquet: not a footer; "inspection-news verify" says which'


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    """Runs on an empty archive that ask nobody."""
    return Nights(Layout(tmp_path / "archive"), cast("Site", SimpleNamespace(server_port=9)))


async def succeed(*_: object, **__: object) -> None:
    """Stands in for a stage that needs Prefect's server."""


async def fail(*_: object, **__: object) -> NoReturn:
    """Stands in for a stage that finds a torn table."""
    raise TORN


def read_run(layout: Layout) -> Row:
    """The one row of the runs."""
    (row,) = read_table(layout, "runs").to_dicts()
    return row


def end(nights: Nights, row: dict[str, Any]) -> Row:
    """Ends a run of one source; gives the row of the run."""

    async def run_it() -> Row:
        async with nights.open() as run:
            return await end_run(run, describe_running(run, ["post"], "1"), [{**row, "run_id": run.run_id}], [])

    return asyncio.run(run_it())


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TORN, TOLD),
        (DamagedError("a.warc.gz is torn"), "a.warc.gz is torn"),
        (OSError("the disk\nis full"), "OSError: the disk is full"),
        (ValueError(), "ValueError"),
    ],
)
def test_an_error_is_explained_in_one_line(error: Exception, words: str) -> None:
    """What a user can look into is said in words; a mistake of the program's own has its type beside it."""
    assert explain_error(error) == words


def test_a_run_whose_publishing_fails_has_failed(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """A torn table that only the data package needs fails the run, which says so in its row."""
    monkeypatch.setattr(running, "publish", fail)
    told = end(nights, make_night())
    kept = read_run(nights.layout)
    assert (told["state"], told["error"], told["listed"]) == ("failed", TOLD, 40)
    assert (kept["state"], kept["error"], kept["failed_sources"]) == ("failed", TOLD, [])
    assert read_table(nights.layout, "source_runs").height == 1


def test_a_run_ends_also_where_its_sources_cannot_be_kept(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of sources that cannot be written to does not leave the run as one that runs for ever."""
    monkeypatch.setattr(running, "publish", succeed)
    nights.layout.partition("source_runs", None, None).parent.mkdir(parents=True)
    commit_rows(nights.layout, {"source_runs": make_frame("source_runs", [make_night(run_id="older")])})

    async def run_it() -> Row:
        async with nights.open() as run:
            nights.layout.partition("source_runs", None, None).write_bytes(b"torn" * 10)
            night = make_night(run_id=run.run_id)
            return await end_run(run, describe_running(run, ["post"], "1"), [night], [])

    assert asyncio.run(run_it())["state"] == "failed"
    assert "a table of the archive cannot be read" in read_run(nights.layout)["error"]


@pytest.mark.parametrize(
    ("stop", "told"),
    [
        pytest.param(TORN, TOLD, id="an error"),
        pytest.param(asyncio.CancelledError(), "stopped by a signal", id="a signal"),
    ],
)
def test_a_run_that_something_stops_says_so_at_once(stop: BaseException, told: str, nights: Nights) -> None:
    """Its row is that of a stopped run before what stopped it goes on its way."""

    async def run_it() -> None:
        async with nights.open() as run, note_run(run, describe_running(run, ["post"], "1")):
            assert read_run(nights.layout)["state"] == "running"
            raise stop

    with pytest.raises(type(stop)):
        asyncio.run(run_it())
    row = read_run(nights.layout)
    assert (row["state"], row["error"]) == ("stopped", told)
    assert row["finished_at"]


def test_a_run_whose_sources_cannot_be_described_has_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps a run from counting its sources is its error, and it ends."""

    def describe(*_: object) -> NoReturn:
        raise TORN

    async def work(sources: Sequence[Source], run: Run, _errors: list[str]) -> list[Tally]:
        return [Tally(source.name, run.started_at) for source in sources]

    async def give_row(run_row: Row, source_rows: Sequence[Row]) -> tuple[Row, Sequence[Row]]:
        return run_row, source_rows

    for name, stand_in in {"describe_source_runs": describe, "derive_all": succeed, "publish": succeed}.items():
        monkeypatch.setattr(running, name, stand_in)
    monkeypatch.setattr(running, "make_state", give_row)
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(tmp_path))
    monkeypatch.setenv("INSPECTION_NEWS_WORKERS", "1")
    asyncio.run(run_together("backfill", ["localgov"], work, check_backfill, is_local=True))
    row = read_run(Layout(tmp_path))
    assert (row["state"], row["error"], row["listed"]) == ("failed", TOLD, None)


def test_a_run_beside_another_says_so(nights: Nights, caplog: pytest.LogCaptureFixture) -> None:
    """The later of two runs names the other; one alone names none, whatever was killed before."""

    async def run_both() -> tuple[str, list[str]]:
        async with nights.open() as first:
            await asyncio.to_thread(warn_of_others, first)
            alone = list(caplog.messages)
            await first.commit({"runs": make_frame("runs", [describe_running(first, [], "1")])})
            async with nights.open() as second:
                warn_of_others(second)
            return first.run_id, alone

    nights.layout.live_runs.mkdir(parents=True)
    (nights.layout.live_runs / "killed").touch()
    with caplog.at_level(logging.WARNING):
        first_id, alone = asyncio.run(run_both())
    assert alone == []
    (message,) = caplog.messages
    assert message.startswith(f"another run is under way, nightly {first_id}: ")
