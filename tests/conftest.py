"""What several test modules need: the shared folder, the recorded web, the sample site."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT.parent / "shared"

os.environ["DO_NOT_TRACK"] = "1"
for name in [name for name in os.environ if name.startswith("INSPECTION_NEWS_")]:
    del os.environ[name]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages and reports beside the project; the test is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("needs the folder of real pages and reports, ../shared, which is not here")
    return SHARED


@pytest.fixture(scope="session")
def serve_recorded_web(shared: Path) -> Iterator[str]:
    """The recorded web on loopback, one for all tests; gives its `HOST:PORT` for connect_to."""
    command = [sys.executable, str(shared / "recorded_web" / "serve.py"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip().rpartition("//")[2]
        finally:
            server.terminate()
