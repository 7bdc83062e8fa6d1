"""A backfill ends with the same rows whatever goes wrong on the way: faults of the sites, or its own end."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from storage.layout import Layout
from storage.schemas import TABLES
from storage.tables import read_table

PROJECT = Path(__file__).resolve().parents[2]
SOURCES = ["blackpool-gazette", "community-care", "cyp-now", "localgov"]
ARGUMENTS = ["backfill", "--from", "2012-01", "--to", "2022-12"]
ARGUMENTS += [argument for name in SOURCES for argument in ("--source", name)]
#: What a row says whenever, and in however many runs, it was made.
TIMELESS = {
    "articles": ["article_id", "title", "authors", "published_at", "text_digest", "version", "url"],
    "rejections": ["url_key", "outcome", "reason", "title"],
    "addresses": ["source", "url_key", "outcome"],
    "backfill_units": ["unit_id", "is_done", "reason", "listed"],
}


@contextmanager
def serve(shared: Path, *arguments: str) -> Iterator[str]:
    """Serves the recorded web with faults; gives its HOST:PORT."""
    command = [sys.executable, str(shared / "recorded_web" / "serve.py"), "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip().rpartition("//")[2]
        finally:
            server.terminate()


def describe(archive: Path) -> dict[str, pl.DataFrame]:
    """The facts of an archive, without what depends on when it was made."""
    layout = Layout(archive)
    return {name: read_table(layout, name).select(columns).sort(columns[:2]) for name, columns in TIMELESS.items()}


@pytest.fixture(scope="module")
def whole(
    serve_recorded_web: str, run_command: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, pl.DataFrame]:
    """The facts after a backfill that nothing disturbed, checked for what must be there."""
    archive = tmp_path_factory.mktemp("backfill") / "whole"
    ran = run_command(*ARGUMENTS, archive=archive, connect_to=serve_recorded_web)
    assert ran.status == 0, ran.out + ran.err
    facts = describe(archive)
    assert facts["articles"].height == 5
    left = facts["backfill_units"].remove("is_done")
    # One of the sources has nothing but a feed, which ends somewhere.
    assert {*left["unit_id"].str.extract("live/(.+)/")} == {"localgov"}
    assert left["reason"].str.starts_with("its listings reach back to").all()
    assert facts["backfill_units"].height == len(SOURCES) * 11 * 12
    assert set(TIMELESS) <= set(TABLES)
    return facts


def test_faults_of_sites_change_nothing(
    whole: dict[str, pl.DataFrame], shared: Path, run_command: Any, tmp_path: Path
) -> None:
    """With three of ten requests answered badly, the tables are the same, row for row."""
    with serve(shared, "--faults", "0.3", "--seed", "7") as address:
        assert run_command(*ARGUMENTS, archive=tmp_path / "faulty", connect_to=address).status == 0
    facts = describe(tmp_path / "faulty")
    for name, rows in whole.items():
        assert facts[name].equals(rows), name


def test_a_killed_backfill_goes_on_where_it_was(
    whole: dict[str, pl.DataFrame],
    serve_recorded_web: str,
    run_command: Any,
    prefect_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    """Killed at two random moments and started again, the tables are the same; once more changes nothing."""
    archive = tmp_path / "killed"
    named = {"INSPECTION_NEWS_ARCHIVE": str(archive), "INSPECTION_NEWS_CONNECT_TO": serve_recorded_web}
    moments = random.Random(int(time.time()))  # noqa: S311 - no secret
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-m", "flows", *ARGUMENTS],
            env={**os.environ, **prefect_environment, **named},
            cwd=PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as run:
            while run.poll() is None and not (archive / "warc").exists():
                time.sleep(0.01)
            time.sleep(moments.uniform(0, 1.5))
            os.killpg(run.pid, signal.SIGKILL)
    assert run_command(*ARGUMENTS, archive=archive, connect_to=serve_recorded_web).status == 0
    for name, rows in describe(archive).items():
        assert rows.equals(whole[name]), name
    # A feed that ends somewhere is looked at again, for the months before.
    of_runs = {"runs", "source_runs", "backfill_units", "captures"}
    tables = [path for path in (archive / "tables").rglob("*.parquet") if of_runs.isdisjoint(path.parts)]
    before = {path: path.read_bytes() for path in tables}
    assert run_command(*ARGUMENTS, archive=archive, connect_to=serve_recorded_web).status == 0
    assert {path: path.read_bytes() for path in before} == before
    assert describe(archive)["backfill_units"].equals(whole["backfill_units"])
