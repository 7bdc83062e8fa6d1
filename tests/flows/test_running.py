"""How a run is noted from its begin to its end, whatever stops it, without Prefect's server."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import polars as pl
import pytest

from flows import running
from flows.reprocess import reprocess
from flows.running import end_run, note_run, run_together, warn_of_others
from flows.stages import explain_error
from storage.errors import DamagedError
from storage.layout import Layout
from storage.records import Row
from storage.tables import commit_rows, make_frame, read_table
from tasks.check import check_backfill, check_source, describe_running
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.via import Via
from tests.stages.conftest import Nights, Site, make_source
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


def run_night() -> Coroutine[Any, Any, Any]:
    """Runs a night that fails where it begins to work."""
    return run_together("nightly", None, fail, check_source, via=Via.WARC)


def tear(layout: Layout, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Tears the table of articles."""
    (layout.table("articles") / "data.parquet").write_bytes(b"torn" * 10)


def deny(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the permission to write into the archive."""
    monkeypatch.setattr("os.access", lambda folder, _mode: folder != layout.root)


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
        (ExceptionGroup("a group", [ExceptionGroup("within", [OSError("full")]), ValueError()]), "OSError: full"),
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


def test_what_stops_a_run_is_told_also_where_nothing_can_be_written(nights: Nights) -> None:
    """That the run's end could not be noted, either, does not take its place."""

    async def fill_disk(*_: object, **__: object) -> NoReturn:
        raise OSError("the disk is full")

    async def run_it() -> None:
        async with nights.open() as run, note_run(run, describe_running(run, ["post"], "1")):
            object.__setattr__(run, "commit", fill_disk)
            raise ValueError("what came first")

    with pytest.raises(ValueError, match="what came first"):
        asyncio.run(run_it())
    assert read_run(nights.layout)["state"] == "running"


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
    asyncio.run(run_together("backfill", ["localgov"], work, check_backfill, via=Via.WARC))
    row = read_run(Layout(tmp_path))
    assert (row["state"], row["error"], row["listed"]) == ("failed", TOLD, None)


@pytest.mark.parametrize("flow", [run_night, reprocess.fn], ids=["night", "reprocess"])
@pytest.mark.parametrize(
    ("spoil", "error", "said"),
    [
        pytest.param(tear, DamagedError, "tables/articles/data.parquet cannot be read", id="torn"),
        pytest.param(deny, ValueError, "archive .* cannot be written to", id="read-only"),
    ],
)
def test_a_flow_that_a_worker_starts_checks_the_archive_first(
    flow: Callable[[], Coroutine[Any, Any, Any]],
    spoil: Callable[[Layout, pytest.MonkeyPatch], None],
    error: type[Exception],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the command line the same is checked, before anything is written or asked."""
    layout = Layout(tmp_path)
    layout.table("articles").mkdir(parents=True)
    spoil(layout, monkeypatch)
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(tmp_path))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error, match=said):
        asyncio.run(flow())
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        (("post", None), ("post", Via.LIVE), True),
        (("post", None), ("mail", None), False),
        (("post", None), ("same", None), True),
        (("post", None), ("post", Via.WAYBACK), False),
        (("post", None), ("post", Via.WARC), False),
        (("post", Via.WAYBACK), ("mail", Via.WAYBACK), True),
        (("post", Via.COMMONCRAWL), ("post", Via.CC_NEWS), True),
        (("post", Via.WAYBACK), ("post", Via.CC_NEWS), False),
        (("gone", None), ("gone", None), False),
    ],
)
def test_a_run_says_which_other_asks_the_same_sites(
    first: tuple[str, Via | None],
    second: tuple[str, Via | None],
    *,
    meet: bool,
    nights: Nights,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The later of two runs names the other where both ask one host; one alone names none, whatever was killed."""
    listing = {"method": "feed", "url": "https://mail.example/rss"}
    mail = make_source("mail", hosts=["mail.example"], discover=[listing])
    sources = {"post": make_source(), "same": make_source("same"), "mail": mail}

    async def look(run: Run, source: str, via: Via | None) -> None:
        running = describe_running(run, [source], "1", via)
        await run.commit({"runs": make_frame("runs", [running])})
        warn_of_others(run, running, sources)

    async def run_both() -> str:
        async with nights.open() as one, nights.open() as other:
            await look(one, *first)
            assert caplog.messages == []
            await look(other, *second)
            return one.run_id

    killed = {"run_id": "killed", "flow": "nightly", "started_at": datetime.now(UTC), "state": "running"}
    commit_rows(nights.layout, {"runs": make_frame("runs", [{**killed, "program_version": "1", "sources": ["post"]}])})
    with caplog.at_level(logging.WARNING):
        run_id = asyncio.run(run_both())
    told = [message.partition(": ")[0] for message in caplog.messages]
    assert told == [f"another run is under way, nightly {run_id}"] * meet
