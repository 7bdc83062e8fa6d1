"""Reads spoilt pages in the worker processes of the pipeline: no crash of the run, no hang, flat memory.

    python tests/benchmarks/read_mutated.py [--pages 100000] [--seed 1] [--workers 2] [--only NUMBER]

Each page is a real one beside the project, or one of ours, spoilt by one mutation of tests/reading/page_mutations.py
(cut, doubled, tags shuffled or dropped, wrong charset, nested 10,000 deep …); one in BIG_EVERY has 50 MB of text. Page
NUMBER is the same for the same seed, and read alone by `--only`. Pages are made in the workers, as the read stage's
workers take theirs from the archive, and whole readings come back, as there. A page that is killed for its time or
memory is counted with the reason, which is what is asked of the pool. Ends with status 1 where a page is lost, takes
longer than the limit, or memory after a page (mean over the workers, most of this process) is higher in the last tenth
of the pages than MOST_GROWTH times that of the first.
"""

import argparse
import random
import resource
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean

from tasks.reading.capture import BodyJob, Expectation, Reading, read_body
from tasks.reading.page import Rejected
from tasks.reading.workers import TIME_LIMIT_S, Failure, ReaderPool
from tests.reading.page_mutations import MUTATIONS, make_page, write_big

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = (PROJECT.parent / "shared" / "articles", PROJECT / "tests" / "sample_site", PROJECT / "tests" / "pages")
BIG_EVERY = 2_000
#: Whole pages of more than this are only ever cut, so that most of the time goes into many pages, not into long ones.
BIG_FILE_BYTES = 60_000
MOST_GROWTH = 1.3
#: What the pool may take beyond the limit to notice it and to kill the worker.
GRACE_S = 10.0
FETCHED_AT = datetime(2026, 11, 1, tzinfo=UTC)
MB = 2**20


@dataclass(frozen=True)
class Job:
    """The number of a page, and what it is made from."""

    number: int
    seed: int
    path: Path
    mutation: str


@dataclass(frozen=True)
class Answer:
    """What was read from a page, in how many seconds, and what memory the worker then took, in bytes."""

    reading: Reading
    seconds: float
    memory: int
    peak: int


@dataclass
class Tenth:
    """What is measured over a tenth of the pages."""

    workers: list[int] = field(default_factory=list)
    main: list[int] = field(default_factory=list)
    peak: int = 0


def list_files() -> list[Path]:
    """Lists the pages that are spoilt; raises FileNotFoundError where there are none beside the project."""
    if not FOLDERS[0].is_dir():
        raise FileNotFoundError(f"needs the real pages at {FOLDERS[0]}")
    return sorted(path for folder in FOLDERS for path in folder.rglob("*") if path.name.endswith((".html", ".html.gz")))


def make_jobs(files: Sequence[Path], pages: int, seed: int) -> Iterator[Job]:
    """Makes the jobs: which file is spoilt how, the same for the same seed."""
    names = [mutation.__name__ for mutation in MUTATIONS]
    small = [path for path in files if path.stat().st_size < BIG_FILE_BYTES]
    for number in range(pages):
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - a benchmark, no secret
        [name] = chance.choices(names, list(MUTATIONS.values()))
        if number % BIG_EVERY == BIG_EVERY // 2:
            name = write_big.__name__
        yield Job(number, seed, chance.choice(files if name == "cut" else small), name)


def read_job(job: Job) -> Answer:
    """Makes a page and reads it, in a worker process."""
    mutations = {mutation.__name__: mutation for mutation in (*MUTATIONS, write_big)}
    body = make_page(job.path, mutations[job.mutation], random.Random(f"{job.seed} {job.number} page"))  # noqa: S311
    start = time.monotonic()
    expected = Expectation("https://www.example.org/news/1", FETCHED_AT, "text/html")
    reading = read_body(BodyJob(body, "text/html", expected))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Answer(reading, time.monotonic() - start, measure_memory(), peak)


def measure_memory() -> int:
    """Measures the memory that this process holds now, in bytes (Linux only)."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()


def describe(answer: Answer | Failure) -> str:
    """Describes what became of a page in some words."""
    if isinstance(answer, Failure):
        return answer.reason[:100]
    content = answer.reading.content
    return str(content.outcome) if isinstance(content, Rejected) else "an article"


def fail_on_hang(*_: object) -> None:
    """Ends a wait for the pool that no limit ended."""
    raise TimeoutError("no page came back for three times the limit: the pool hangs")


def read_all(files: Sequence[Path], pages: int, seed: int, workers: int) -> bool:
    """Reads all pages and prints what became of them; gives whether all is as it should be."""
    tenths = [Tenth() for _ in range(10)]
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    deaths: Counter[str] = Counter()
    longest, read, started = (0.0, -1), 0, time.monotonic()
    signal.signal(signal.SIGALRM, fail_on_hang)
    with ReaderPool(workers) as pool:
        jobs = make_jobs(files, pages, seed)
        for job, answer in zip(make_jobs(files, pages, seed), pool.read(read_job, jobs), strict=True):
            signal.setitimer(signal.ITIMER_REAL, 3 * TIME_LIMIT_S)
            read += 1
            outcomes[job.mutation][describe(answer)] += 1
            tenth = tenths[job.number * 10 // pages]
            tenth.main.append(measure_memory())
            if isinstance(answer, Failure):
                deaths[describe(answer)] += 1
                print(f"  page {job.number}, {job.mutation} of {job.path.name}: {answer.reason[:200]}", flush=True)
                continue
            longest = max(longest, (answer.seconds, job.number))
            tenth.workers.append(answer.memory)
            tenth.peak = max(tenth.peak, answer.peak)
        signal.setitimer(signal.ITIMER_REAL, 0)
    tell(outcomes, tenths)
    print(f"killed or raised: {dict(deaths) or 'none'}")
    print(
        f"{read} of {pages} pages in {time.monotonic() - started:.0f} s; "
        f"page {longest[1]} took longest: {longest[0]:.1f} s"
    )
    return judge(tenths, lost=pages - read, longest=longest[0])


def tell(outcomes: dict[str, Counter[str]], tenths: Sequence[Tenth]) -> None:
    """Prints the outcomes by mutation, and the memory by tenth of the pages."""
    for name, counts in sorted(outcomes.items()):
        print(f"{name:16} {counts.total():6}: " + ", ".join(f"{count} {what}" for what, count in counts.most_common()))
    for number, tenth in enumerate(tenths, 1):
        if tenth.workers:
            print(
                f"tenth {number:2}: workers {fmean(tenth.workers) / MB:.0f} MB after a page, "
                f"{tenth.peak / MB:.0f} at most; "
                f"this process {fmean(tenth.main) / MB:.0f} MB, {max(tenth.main) / MB:.0f} at most"
            )


def judge(tenths: Sequence[Tenth], *, lost: int, longest: float) -> bool:
    """Judges whether nothing was lost, nothing took longer than the limit, and memory stayed flat."""
    first, last = tenths[0], tenths[-1]
    growth = {
        "the workers": fmean(last.workers) / fmean(first.workers),
        "this process": max(last.main) / max(first.main),
    }
    for name, times in growth.items():
        print(f"{'met   ' if times <= MOST_GROWTH else 'MISSED'} memory of {name}: {times:.2f} times")
    print(f"{'met   ' if not lost else 'MISSED'} {lost} pages lost")
    print(f"{'met   ' if longest <= TIME_LIMIT_S + GRACE_S else 'MISSED'} no page over the limit of {TIME_LIMIT_S:g} s")
    return not lost and longest <= TIME_LIMIT_S + GRACE_S and max(growth.values()) <= MOST_GROWTH


def main() -> int:
    """Parses the command line and reads."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="read this page alone, in this process")
    options = parser.parse_args()
    files = list_files()
    if options.only is not None:
        [job] = [job for job in make_jobs(files, options.only + 1, options.seed) if job.number == options.only]
        started = time.process_time()
        answer = read_job(job)
        print(f"{time.process_time() - started:.2f} CPU seconds with the making of the page")
        print(
            f"{job.mutation} of {job.path.name}: {describe(answer)}, {answer.seconds:.2f} s, {answer.peak / MB:.0f} MB"
        )
        return 0
    return 0 if read_all(files, options.pages, options.seed, options.workers) else 1


if __name__ == "__main__":
    raise SystemExit(main())
