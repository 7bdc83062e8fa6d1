"""Tries a backfill at full size on the recorded web: faults, kills, and a nightly run beside it.

    python tests/benchmarks/trial_backfill.py [--kills 20] [--faults 0.3] [--beside 10] [--recorded-alone]

Each trial's tables are compared, row for row, with those of a backfill that nothing disturbed. It is of all sources:
those whose hosts are not recorded fail to be listed, each time in the same way, and their months stay open. With
--recorded-alone it is of the others. Ends with status 1 where any row differs.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from storage.layout import Layout
from storage.tables import read_table

PROJECT = Path(__file__).resolve().parents[2]
SERVE = PROJECT.parent / "shared" / "recorded_web" / "serve.py"
RECORDED = ["blackpool-gazette", "community-care", "cyp-now", "localgov", "ofsted-reports"]
RANGE = ["--from", "2012-01", "--to", "2026-10"]
TIMELESS = {
    "articles": ["article_id", "title", "authors", "published_at", "text_digest", "version", "url"],
    "inspections": ["inspection_id", "kind", "authority", "started_on", "ended_on", "published_on", "text_digest"],
    "judgements": ["inspection_id", "aspect", "grade", "evidence"],
    "rejections": ["url_key", "outcome", "reason"],
    "addresses": ["source", "url_key", "outcome"],
    "backfill_units": ["unit_id", "is_done", "listed"],
}


def main() -> int:
    """Runs the trials and prints a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--beside", type=int, default=10)
    parser.add_argument("--recorded-alone", action="store_true")
    options = parser.parse_args()
    chosen = [argument for name in RECORDED for argument in ("--source", name)] if options.recorded_alone else []
    backfill, status = ["backfill", *RANGE, *chosen], 0 if chosen else 1
    with tempfile.TemporaryDirectory() as folder, serve() as address, serve("--faults", str(options.faults)) as faulty:
        root = Path(folder)
        run(root / "whole", address, backfill, status)
        whole = describe(root / "whole")
        print({name: rows.height for name, rows in whole.items()})
        run(root / "faulty", faulty, backfill, status)
        same = [tell("with faults", describe(root / "faulty"), whole)]
        kill_often(root / "killed", address, options.kills, backfill)
        run(root / "killed", address, backfill, status)
        same.append(tell(f"killed {options.kills} times", describe(root / "killed"), whole))
        for number in range(options.beside):
            archive = root / f"beside-{number}"
            night = start(archive, address, ["nightly", *chosen])
            run(archive, address, backfill, status)
            night.wait()
            same.append(tell(f"beside a night, {number + 1}", describe(archive), whole))
    return 0 if all(same) else 1


@contextmanager
def serve(*arguments: str) -> Iterator[str]:
    """Serves the recorded web on a free port; gives its HOST:PORT."""
    command = [sys.executable, str(SERVE), "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip().rpartition("//")[2]
        finally:
            server.terminate()


def start(archive: Path, address: str, arguments: list[str]) -> "subprocess.Popen[bytes]":
    """Starts a command of the project on an archive, in a session of its own."""
    named = {"INSPECTION_NEWS_ARCHIVE": str(archive), "INSPECTION_NEWS_CONNECT_TO": address}
    command = [sys.executable, "-m", "flows", *arguments]
    return subprocess.Popen(
        command, cwd=PROJECT, env={**os.environ, **named}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def run(archive: Path, address: str, arguments: list[str], expected: int) -> None:
    """Runs a command to its end; raises RuntimeError where it does not end with the expected status."""
    status = start(archive, address, arguments).wait()
    if status != expected:
        raise RuntimeError(f"{' '.join(arguments)} ended with status {status}, not {expected}")


def kill_often(archive: Path, address: str, kills: int, arguments: list[str]) -> None:
    """Kills a command at random moments of its work."""
    moments = random.Random(kills)  # noqa: S311 - no secret
    for _ in range(kills):
        process = start(archive, address, arguments)
        time.sleep(moments.uniform(5, 20))
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def describe(archive: Path) -> dict[str, pl.DataFrame]:
    """The facts of an archive, without what depends on when it was made.

    A page that two runs read at the same time is two captures, and so two rejections with the same words: all other
    tables have a row for each address, article or report, and must not have two.
    """
    layout = Layout(archive)
    facts = {name: read_table(layout, name).select(columns).sort(columns[:2]) for name, columns in TIMELESS.items()}
    return {**facts, "rejections": facts["rejections"].unique(maintain_order=True)}


def tell(trial: str, facts: dict[str, pl.DataFrame], whole: dict[str, pl.DataFrame]) -> bool:
    """Prints whether a trial's tables are those of the backfill that nothing disturbed."""
    differing = [name for name, rows in whole.items() if not facts[name].equals(rows)]
    print(f"{trial}: {'other rows in ' + ', '.join(differing) if differing else 'the same rows'}", flush=True)
    return not differing


if __name__ == "__main__":
    raise SystemExit(main())
