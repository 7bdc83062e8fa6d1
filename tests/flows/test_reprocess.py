"""The reprocess flow on the archive of a night on the sample site, whose server is gone."""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any, cast

import polars as pl
import pytest

from flows.reprocess import describe_changes, read_again, reprocess
from flows.settings import Settings
from flows.stages import APART_FROM, derive, derive_all
from storage.layout import Layout
from storage.tables import read_table
from tasks.reprocess import Changes

PROJECT = Path(__file__).resolve().parents[2]
SITE = PROJECT / "tests" / "sample_site"
RUN_FLOW = """
import asyncio, json, sys
from flows.reprocess import reprocess

async def run(parameters):
    state = await reprocess(**parameters, return_state=True)
    changes = await state.aresult(raise_on_failure=False)
    told = [] if isinstance(changes, Exception) else [changes.pages, changes.describe()]
    return [state.type.value, state.message, *told]

async def run_all():
    print(json.dumps([await run(parameters) for parameters in json.loads(sys.argv[1])]))

asyncio.run(run_all())
"""


def run_flows(
    archive: Path, prefect_environment: dict[str, str], *parameters: dict[str, Any], folder: str = str(SITE / "sources")
) -> list[list[Any]]:
    """Runs the flow with each of some parameters, in another process.

    Gives state and message of each, and of one that ended its pages and changes.
    """
    settings = {"INSPECTION_NEWS_ARCHIVE": str(archive), "INSPECTION_NEWS_SOURCES": folder}
    done = subprocess.run(
        [sys.executable, "-c", RUN_FLOW, json.dumps(parameters)],
        env={**os.environ, **prefect_environment, **settings, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))


#: The tables that are made of others.
DERIVED = (
    *("sketches", "overlaps", "duplicates", "story_terms", "story_links", "stories"),
    *("fingerprints", "passage_matches", "passages"),
)


def digest_files(archive: Path) -> dict[str, str]:
    """The digests of all files of an archive."""
    files = [path for path in archive.rglob("*") if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_flow_changes_no_file(outlet_archive: Path, prefect_environment: dict[str, str]) -> None:
    """The same readers, in worker processes, leave every file as it is; no contact is needed, for nobody is asked."""
    before = digest_files(outlet_archive)
    ((state, message, pages, changes),) = run_flows(
        outlet_archive, prefect_environment, {"sources": ["care-work-weekly"]}
    )
    assert (state, changes) == ("COMPLETED", [])
    assert pages > 5
    assert message == f"{pages} pages read again: nothing changes"
    assert digest_files(outlet_archive) == before


def test_pages_that_were_left_fail_the_flow(outlet_archive: Path, prefect_environment: dict[str, str]) -> None:
    """Pages of a source whose file is away are left as they are: the flow fails and says so."""
    before = digest_files(outlet_archive)
    ((state, message, pages, changes),) = run_flows(outlet_archive, prefect_environment, {}, folder="")
    assert (state, changes) == ("FAILED", [])
    assert message.startswith(f"0 of {pages} pages read again: nothing changes; {pages} left as they are, the first: ")
    assert "no file of its source care-work-weekly" in message
    assert digest_files(outlet_archive) == before


def test_wrong_parameters_are_refused(outlet_archive: Path, prefect_environment: dict[str, str]) -> None:
    """What a user may have mistaken ends the flow with what is wrong, before anything is read."""
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"start": "2026-02-01", "end": "2026-01-01"}, "ends"),
        ({"sources": ["care-work-weekli"]}, "did you mean care-work-weekly"),
        ({"start": "last week"}, "start"),
    ]
    ended = run_flows(outlet_archive, prefect_environment, *(parameters for parameters, _ in wrong))
    for (_, said), (state, message) in zip(wrong, ended, strict=True):
        assert state == "FAILED"
        assert said in message


def test_a_torn_column_fails_the_flow_before_it_reads(
    outlet_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column that only reading all of it shows to be torn is told with its file, and no page is read again."""
    archive = shutil.copytree(outlet_archive, tmp_path / "archive")
    path = next((archive / "tables" / "articles").rglob("*.parquet"))
    pl.read_parquet(path, hive_partitioning=False).write_parquet(path, compression="uncompressed")
    path.write_bytes(path.read_bytes().replace(b"inspectors", b"\xff" * 10))
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(archive))
    monkeypatch.delattr(sys.modules["flows.reprocess"], "read_again")
    state = asyncio.run(reprocess.fn())
    assert state.is_failed()
    assert str(state.message).startswith(f"{path.relative_to(archive)} cannot be read: ")


@pytest.mark.parametrize(
    ("problems", "told"),
    [
        ([], "3 pages read again: nothing changes"),
        (["a is torn"], "2 of 3 pages read again: nothing changes; 1 left as they are, the first: a is torn"),
    ],
)
def test_only_pages_that_were_read_count_as_read(problems: list[str], told: str) -> None:
    """Pages that are left as they are count apart."""
    assert describe_changes(Changes(pages=3, problems=problems), diff=False) == told


def test_what_stops_one_derivation_stops_no_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each of them is tried, and what stopped some is told."""
    tried = []

    async def derive(name: str, _layout: Layout, *, is_apart: bool) -> int:
        tried.append(name)
        if name in ("one", "three"):
            raise OSError(f"no room for {name}")
        return 0

    monkeypatch.setattr("flows.stages.DERIVATIONS", dict.fromkeys(("one", "two", "three")))
    monkeypatch.setattr("flows.stages.derive", derive)
    errors: list[str] = []
    asyncio.run(derive_all(Layout(tmp_path), errors, articles=0))
    assert tried == ["one", "two", "three"]
    assert errors == ["OSError: no room for one", "OSError: no room for three"]


def test_processes_of_their_own_derive_the_same(
    outlet_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After many articles the tables are made in other processes, with the same rows."""
    monkeypatch.setattr("flows.stages.derive", derive.fn)
    before = [read_table(Layout(outlet_archive), table) for table in DERIVED]
    assert before[DERIVED.index("stories")].height > 0
    for articles in (0, APART_FROM):
        copy = tmp_path / str(articles)
        shutil.copytree(outlet_archive, copy)
        shutil.rmtree(copy / "checksums")
        for table in DERIVED:
            shutil.rmtree(copy / "tables" / table)
        errors: list[str] = []
        asyncio.run(derive_all(Layout(copy), errors, articles=articles))
        assert errors == []
        after = [read_table(Layout(copy), table) for table in DERIVED]
        assert all(one.equals(other) for one, other in zip(before, after, strict=True))


def test_a_process_that_crashes_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was derived elsewhere is kept, and the crash is told."""
    monkeypatch.setattr("flows.stages.derive", derive.fn)
    monkeypatch.setattr("flows.stages.DERIVATIONS", {"crash": os._exit, "go on": print})
    errors: list[str] = []
    asyncio.run(derive_all(cast(Layout, 9), errors, articles=APART_FROM))
    # Which of the two depends on whether it was heard of before it crashed.
    assert [error.partition(":")[0] in ("ProcessExpired", "BrokenProcessPool") for error in errors] == [True]


def test_a_derivation_that_was_stopped_fails_the_flow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The archive is published all the same, and the message says what stopped."""
    published = []

    async def read_again(*_: object, **__: object) -> Changes:
        changes = Changes(pages=3)
        changes.counts["articles", "changed"] = 1
        return changes

    async def fail(_layout: Layout, errors: list[str], *, articles: int) -> None:
        errors.append("OSError: no room")

    async def note(layout: Layout) -> None:
        published.append(layout)

    async def show(**_: object) -> None:
        return None

    (tmp_path / "tables").mkdir()
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(tmp_path))
    for name, fake in {
        "read_again": read_again,
        "derive_all": fail,
        "publish": note,
        "acreate_table_artifact": show,
    }.items():
        monkeypatch.setattr(sys.modules["flows.reprocess"], name, fake)
    state = asyncio.run(reprocess.fn())
    assert state.is_failed()
    assert state.message == "3 pages read again: 1 rows of articles changed; OSError: no room"
    assert published == [Layout(tmp_path)]


def test_reading_again_is_stopped_with_its_flow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A flow that a signal cancels tells the thread that reads, and is over when that has ended."""
    begun, told = Event(), []

    def read_slowly(*_: object, stop: Event, **__: object) -> None:
        begun.set()
        told.append(stop.wait(5))

    async def stop_it() -> None:
        task = asyncio.create_task(read_again.fn(Settings(), None, None, None, outdated_only=False, write=True))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        await task

    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(tmp_path))
    monkeypatch.setattr(sys.modules["flows.reprocess"], "reprocess_captures", read_slowly)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(stop_it())
    assert told == [True]
