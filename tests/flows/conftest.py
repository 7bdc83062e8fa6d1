"""A real Prefect server for the tests of flows, and the command line as a user runs it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.sample_site.serve import start_server

PROJECT = Path(__file__).resolve().parents[2]
SITE = PROJECT / "tests" / "sample_site"
SERVER_START_S = 120

RunCommand = Callable[..., "Ran"]


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def prefect_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A Prefect server on a free loopback port, with a home of its own; gives the environment that leads to it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect")),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "PROJECT_DIR": str(PROJECT),
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            wait_until_healthy(f"{environment['PREFECT_API_URL']}/health", server)
            yield environment
        finally:
            server.terminate()


def wait_until_healthy(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Waits until the server answers."""
    end = time.monotonic() + SERVER_START_S
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310 - our own server
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    pytest.fail("the Prefect server did not start")


@pytest.fixture(scope="session")
def run_command(prefect_environment: dict[str, str]) -> RunCommand:
    """Runs `inspection-news …` in a process of its own, with the test server and further variables."""

    def run(*arguments: str, **variables: object) -> Ran:
        named = {f"INSPECTION_NEWS_{name.upper()}": str(value) for name, value in variables.items()}
        done = subprocess.run(
            [sys.executable, "-m", "flows", *arguments],
            env={**os.environ, **prefect_environment, **named},
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="module")
def outlet_archive(run_command: RunCommand, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a night of one outlet of the sample site, whose server is gone."""
    folder = tmp_path_factory.mktemp("outlet") / "archive"
    server = start_server()
    try:
        settings = {"sources": SITE / "sources", "connect_to": f"127.0.0.1:{server.server_port}"}
        assert run_command("nightly", "--source", "care-work-weekly", archive=folder, **settings).status == 0
    finally:
        server.stop()
    return folder
