"""Measures how much faster two workers read than one: the same real pages, in turns, same results in the same order.

    python tests/benchmarks/measure_workers.py [--pages 400] [--rounds 3]

Ends with status 1 where the best round of two workers is not LEAST_GAIN times as fast as the best of one, or where
their results differ. Needs two free processors.
"""

import argparse
import gzip
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from tasks.reading.capture import BodyJob, Expectation, read_body
from tasks.reading.workers import ReaderPool

PROJECT = Path(__file__).resolve().parents[2]
ARTICLES = PROJECT.parent / "shared" / "articles"
FOLDERS = ("fundus_tests", "wcxb_dev")
LEAST_GAIN = 1.8
FETCHED_AT = datetime(2026, 11, 1, tzinfo=UTC)


def make_jobs(pages: int) -> list[BodyJob]:
    """Makes the jobs of reading so many pages, each as of an address of its own."""
    files = sorted(path for folder in FOLDERS for path in (ARTICLES / folder / "html").glob("*.gz"))
    return [
        BodyJob(
            gzip.decompress(path.read_bytes()),
            "text/html",
            Expectation(f"https://www.outlet.example/{number}", FETCHED_AT, "text/html", must_be_relevant=False),
        )
        for number, path in enumerate(islice(cycle(files), pages))
    ]


def time_reading(jobs: Sequence[BodyJob], workers: int) -> tuple[float, list[object]]:
    """Times the reading of all jobs, workers running already; gives the seconds and the results."""
    with ReaderPool(workers) as pool:
        list(pool.read(read_body, jobs[: 8 * workers]))
        started = time.perf_counter()
        results: list[object] = list(pool.read(read_body, jobs))
        return time.perf_counter() - started, results


def main() -> int:
    """Parses the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if not ARTICLES.is_dir():
        parser.error(f"needs the real pages at {ARTICLES}")
    jobs = make_jobs(options.pages)
    times: dict[int, list[float]] = {1: [], 2: []}
    results = {}
    for _ in range(options.rounds):
        for workers, taken in times.items():
            seconds, results[workers] = time_reading(jobs, workers)
            taken.append(seconds)
            print(f"{workers} workers: {len(jobs) / seconds:.1f} pages/s", flush=True)
    gain, is_same = min(times[1]) / min(times[2]), results[1] == results[2]
    print(f"{'met   ' if gain >= LEAST_GAIN else 'MISSED'} {gain:.2f} times, goal {LEAST_GAIN}")
    print(f"{'met   ' if is_same else 'MISSED'} the same results in the same order")
    return 0 if gain >= LEAST_GAIN and is_same else 1


if __name__ == "__main__":
    raise SystemExit(main())
