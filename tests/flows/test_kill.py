"""A run that is killed is continued by running again: nothing is lost, nothing is there twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from storage.layout import Layout
from storage.schemas import TABLES
from storage.tables import read_table
from tests.sample_site.serve import SampleServer, start_server

PROJECT = Path(__file__).resolve().parents[2]
SITE = Path(__file__).resolve().parents[1] / "sample_site"
NAMES = [argument for path in sorted((SITE / "sources").glob("*.toml")) for argument in ("--source", path.stem)]
#: What a row says whenever it was made.
TIMELESS = {
    "articles": ["article_id", "title", "authors", "published_at", "text_digest", "version"],
    "inspections": ["inspection_id", "kind", "authority", "started_on", "published_on", "text_digest"],
    "judgements": ["inspection_id", "aspect", "grade"],
    "duplicates": ["article_id", "other_id", "kind"],
    "addresses": ["source", "url_key", "outcome"],
}


@pytest.fixture(scope="module")
def site() -> Iterator[SampleServer]:
    """The sample site."""
    server = start_server()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def whole(site: SampleServer, run_command: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The facts of an archive whose one run was left in peace."""
    archive = tmp_path_factory.mktemp("whole") / "archive"
    address = f"127.0.0.1:{site.server_port}"
    assert run_command("nightly", *NAMES, archive=archive, sources=SITE / "sources", connect_to=address).status == 0
    return describe(archive)


def describe(archive: Path) -> dict[str, pl.DataFrame]:
    """The facts of an archive, without what depends on when it was made."""
    layout = Layout(archive)
    return {name: read_table(layout, name).select(columns).sort(TABLES[name].key) for name, columns in TIMELESS.items()}


@pytest.mark.parametrize("table", ["captures", "articles", "inspections"])
def test_a_killed_run_is_continued(
    table: str,
    site: SampleServer,
    whole: dict[str, pl.DataFrame],
    run_command: Any,
    prefect_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    """Killed as soon as a table has its first rows, and run again, the archive is as if nothing had happened."""
    settings = {"sources": SITE / "sources", "connect_to": f"127.0.0.1:{site.server_port}"}
    named = {f"INSPECTION_NEWS_{name.upper()}": str(value) for name, value in settings.items()}
    archive = tmp_path / "killed"
    with subprocess.Popen(
        [sys.executable, "-m", "flows", "nightly", *NAMES],
        env={**os.environ, **prefect_environment, **named, "INSPECTION_NEWS_ARCHIVE": str(archive)},
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as run:
        while run.poll() is None and read_table(Layout(archive), table).is_empty():
            time.sleep(0.01)
        os.killpg(run.pid, signal.SIGKILL)
    assert run_command("nightly", *NAMES, archive=archive, **settings).status == 0
    killed = describe(archive)
    for name, rows in whole.items():
        assert killed[name].equals(rows), name
    assert run_command("verify", archive=archive).status == 0


@pytest.mark.parametrize(
    ("number", "send", "status"),
    [
        pytest.param(signal.SIGINT, os.killpg, 130, id="Ctrl-C, which reaches all processes of a terminal"),
        pytest.param(signal.SIGTERM, os.kill, 143, id="SIGTERM"),
    ],
)
def test_a_stopped_run_says_so(
    number: int,
    send: Callable[[int, int], None],
    status: int,
    site: SampleServer,
    prefect_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    """Stopped in the middle, a run ends in one line, and its row and its WARC file say that it is over."""
    settings = {"archive": tmp_path, "sources": SITE / "sources", "connect_to": f"127.0.0.1:{site.server_port}"}
    named = {f"INSPECTION_NEWS_{name.upper()}": str(value) for name, value in settings.items()}
    with subprocess.Popen(
        [sys.executable, "-m", "flows", "nightly", *NAMES],
        env={**os.environ, **prefect_environment, **named},
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as run:
        while run.poll() is None and not list(Layout(tmp_path).warc.rglob("*.open")):
            time.sleep(0.01)
        send(run.pid, number)
        told = run.communicate(timeout=60)
    assert run.returncode == status
    assert told == ("", f"inspection-news: stopped by {signal.Signals(number).name}; run it again to go on\n")
    (row,) = read_table(Layout(tmp_path), "runs").to_dicts()
    assert (row["state"], row["error"]) == ("stopped", "stopped by a signal")
    assert not list(tmp_path.rglob("*.open"))
