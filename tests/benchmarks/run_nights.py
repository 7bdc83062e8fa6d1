"""Nights of the real command on a loopback site, timed and watched, for the measurements beside this module."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

PROJECT = Path(__file__).resolve().parents[2]
WORKERS = 2
SOURCE = """
name = "outlet-{number}"
title = "Outlet {number}"
publisher = "Outlet {number}"
kind = "news"
hosts = ["www.outlet-{number}.example"]
notes = "Pages on loopback, for measuring."

[[discover]]
method = "sitemap"
url = "https://www.outlet-{number}.example/outlet-{number}/sitemap.xml"

[pace]
interval_s = 0
concurrency = {concurrency}
budget = 1_000_000

[relevance]
required = false
"""


@dataclass(frozen=True)
class Night:
    """One run of the command: wall seconds, what became of the addresses, and the peak of its processes' memory."""

    seconds: float
    outcomes: Counter[str]
    peak_mb: float

    @property
    def pages(self) -> int:
        """How many addresses have an outcome."""
        return self.outcomes.total()


@dataclass(frozen=True)
class Setting:
    """What all nights of a measurement share: folder of sources, the site's HOST:PORT, the running Prefect server."""

    folder: Path
    address: str
    outlets: int
    concurrency: int
    prefect: str | None

    def run(self, archive: Path) -> Night:
        """Runs one night into an archive; raises RuntimeError where it does not end well."""
        environment = {
            **os.environ,
            "PREFECT_HOME": str(self.folder / "prefect"),
            "INSPECTION_NEWS_ARCHIVE": str(archive),
            "INSPECTION_NEWS_CONNECT_TO": self.address,
            "INSPECTION_NEWS_SOURCES": str(self.write_sources()),
            "INSPECTION_NEWS_WORKERS": str(WORKERS),
        }
        environment.pop("PREFECT_API_URL", None)
        if self.prefect:
            environment["PREFECT_API_URL"] = self.prefect
        chosen = [part for number in range(self.outlets) for part in ("--source", f"outlet-{number + 1}")]
        command = [sys.executable, "-m", "flows", "nightly", *chosen, "--json"]
        started = time.monotonic()
        with (
            subprocess.Popen(
                command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, start_new_session=True
            ) as process,
            watch_memory(process.pid) as peak,
        ):
            printed, _ = process.communicate()
        seconds = time.monotonic() - started
        if process.returncode:
            raise RuntimeError(f"the night ended with status {process.returncode}: {printed.decode()[-2000:]}")
        return Night(seconds, count_outcomes(printed), max(peak))

    def write_sources(self) -> Path:
        """Writes the outlets' source files and gives their folder."""
        folder = self.folder / "sources"
        folder.mkdir(exist_ok=True)
        for number in range(1, self.outlets + 1):
            text = SOURCE.format(number=number, concurrency=self.concurrency // self.outlets)
            (folder / f"outlet-{number}.toml").write_text(text, encoding="utf-8")
        return folder


def count_outcomes(printed: bytes) -> Counter[str]:
    """Counts the addresses per outcome in what a night printed."""
    counted = Counter[str]()
    sources = json.loads(printed)["source_runs"]
    for name in ("stored", "unchanged", "known", "duplicate", "not_relevant", "not_an_article", "deferred"):
        counted[name] = sum(source[name] for source in sources)
    counted["other"] = sum(source["listed"] for source in sources) - counted.total()
    return +counted


@contextmanager
def watch_memory(session: int) -> Iterator[list[float]]:
    """Watches what the processes of a session take together, in MB; what they share is counted once."""
    samples, ended = [0.0], Event()

    def watch() -> None:
        while not ended.wait(0.5):
            samples.append(sum(map(measure_memory, list_processes(session))))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield samples
    finally:
        ended.set()
        thread.join()


def list_processes(session: int) -> list[int]:
    """Lists the processes of a session."""
    numbers = (int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit())
    return [number for number in numbers if get_session(number) == session]


def get_session(process: int) -> int | None:
    """Gets the session of a process; None where it has ended."""
    with suppress(OSError):
        return os.getsid(process)
    return None


def measure_memory(process: int) -> float:
    """Measures a process's proportional set size in MB; 0 where it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1000
    return 0.0


@contextmanager
def serve_pages(folders: list[Path], pages: int, outlets: int) -> Iterator[str]:
    """Serves pages on a free port; gives its HOST:PORT."""
    script = Path(__file__).with_name("serve_pages.py")
    command = [sys.executable, str(script), *map(str, folders), "--pages", str(pages), "--outlets", str(outlets)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


@contextmanager
def serve_prefect(folder: Path) -> Iterator[str]:
    """Runs a Prefect server of its own, as a deployment has one; gives the address of its API."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    environment = {**os.environ, "PREFECT_HOME": str(folder / "prefect"), "DO_NOT_TRACK": "1"}
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}/api"
            while not is_up(f"{address}/health") and server.poll() is None:
                time.sleep(0.5)
            yield address
        finally:
            server.terminate()


def is_up(address: str) -> bool:
    """Tells whether an address answers."""
    with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - loopback
        return bool(answer.status == 200)
    return False
