"""Measures pages a second from listing to Parquet, beside Scrapy with trafilatura and news-please on the same pages.

    python tests/benchmarks/measure_throughput.py [--pages 5000] [--rounds 1] [--memory 2000 20000 | --no-memory]

About 500 real pages are served on loopback under as many addresses as asked for. Ours is the whole nightly command,
with its start, beside a Prefect server that runs already, as in production; once more without one. The peers run in a
virtual environment that is made for them, with the versions in peers/throughput.txt: Scrapy as it is set up by its
manual, with trafilatura's defaults and with our settings of it, and news-please, on fewer pages, as its command and as
its library, which both take all processors. The goal stands beside its command, as only that goes end to end, from the
outlets' sitemaps to stored files: its library is given the addresses and stores nothing. Runs alternate, and the goals
are ratios within a round, the median of all rounds. In the second pass every page is listed as changed, asked for, and
answered 304. Ends with status 1 where a goal is missed.
"""

import argparse
import http.client
import json
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from peers_environment import PEERS, make_environment
from run_nights import PROJECT, Night, Setting, serve_pages, serve_prefect

ARTICLES = PROJECT.parent / "shared" / "articles"
FOLDERS = [ARTICLES / name / "html" for name in ("fundus_tests", "wcxb_dev")]
CONCURRENCY = 32
SLOWEST_SERVER = 2000
LEAST_READ = 0.9
#: Ratios that must be reached, where there is a goal; the memory's is one that must not be passed.
GOALS = {
    "Scrapy with trafilatura, its defaults": 3.0,
    "Scrapy with trafilatura, our settings": 1.8,
    "news-please, its command": 20.0,
    "second pass": 5.0,
}
MOST_MEMORY = 1.3


def check_server(address: str) -> None:
    """Checks that the server is faster than all that is measured on it; raises RuntimeError where it is not."""
    connection, pages = http.client.HTTPConnection(address), 2000
    started = time.monotonic()
    for number in range(pages):
        connection.request("GET", f"/outlet-1/news/{number}")
        connection.getresponse().read()
    connection.close()
    rate = pages / (time.monotonic() - started)
    print(f"the server alone: {rate:.0f} pages/s", flush=True)
    if rate < SLOWEST_SERVER:
        raise RuntimeError(f"the machine is too busy: its server alone gives {rate:.0f} pages/s, not {SLOWEST_SERVER}")


def run_scrapy(python: Path, address: str, pages: int, outlets: int, folder: Path, *options: str) -> float:
    """Crawls all outlets with Scrapy; gives pages per second."""
    sizes = ["--outlets", str(outlets), "--concurrency", str(CONCURRENCY)]
    return run_peer([python, PEERS / "crawl_with_scrapy.py", address, *sizes, *options], folder, pages)


def command_news_please(python: Path, pages: int, outlets: int, folder: Path) -> float:
    """Crawls outlets of some pages in all with news-please's command; gives pages per second until its last file."""
    sizes = ["--outlets", str(outlets), "--concurrency", str(CONCURRENCY)]
    with tempfile.TemporaryDirectory(dir=folder) as out, serve_pages(FOLDERS, pages, outlets) as address:
        command: list[str | Path] = [python, PEERS / "command_news_please.py", address, *sizes, "--out", out]
        printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    found = json.loads(printed)
    return tell_peer("command_news_please", pages, found["seconds"], found["stored"])


def run_news_please(python: Path, address: str, pages: int, folder: Path) -> float:
    """Crawls some pages with news-please's library; gives pages per second."""
    addresses = folder / "addresses.txt"
    lines = [f"http://{address}/outlet-1/news/{number}" for number in range(pages)]
    addresses.write_text("\n".join(lines), encoding="utf-8")
    return run_peer([python, PEERS / "crawl_with_news_please.py", addresses], folder, pages)


def run_peer(command: Sequence[str | Path], folder: Path, pages: int) -> float:
    """Runs a peer into a file of JSON lines; gives pages per second."""
    out = folder / "pages.jsonl"
    started = time.monotonic()
    subprocess.run([*command, "--out", out], check=True, stderr=subprocess.DEVNULL)
    seconds = time.monotonic() - started
    with out.open(encoding="utf-8") as lines:
        read = sum(1 for _ in lines)
    return tell_peer(f"{Path(command[1]).stem} {' '.join(map(str, command[3:]))}".strip(), pages, seconds, read)


def tell_peer(name: str, pages: int, seconds: float, read: int) -> float:
    """Prints one line of a peer and gives its pages per second; raises RuntimeError where it read too few."""
    rate = pages / seconds
    print(f"  {name}: {rate:.1f} pages/s, {read} of {pages} read", flush=True)
    if read < LEAST_READ * pages:
        raise RuntimeError(f"{name} read {read} of {pages} pages, which says nothing of its speed")
    return rate


def tell(name: str, night: Night) -> float:
    """Prints one line of a night and gives its pages per second."""
    rate = night.pages / night.seconds
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in night.outcomes.items())
    print(
        f"  {name}: {rate:.1f} pages/s, {night.seconds:.1f} s, {night.peak_mb:.0f} MB at most; {outcomes}", flush=True
    )
    return rate


def measure_round(setting: Setting, python: Path, archive: Path, pages: int, sample: int) -> dict[str, float]:
    """Runs ours and the peers in turn; gives the ratio of ours to each."""
    first = tell("ours", setting.run(archive))
    crawl = (python, setting.address, pages, setting.outlets, setting.folder)
    rates = {
        "Scrapy with trafilatura, its defaults": run_scrapy(*crawl),
        "Scrapy with trafilatura, our settings": run_scrapy(*crawl, "--fast"),
        "news-please, its command": command_news_please(python, sample, setting.outlets, setting.folder),
        "news-please, its library": run_news_please(python, setting.address, sample, setting.folder),
    }
    second = tell("ours, second pass", setting.run(archive))
    return {**{name: first / rate for name, rate in rates.items()}, "second pass": second / first}


def measure_memory(folder: Path, prefect: str, sizes: Sequence[int], outlets: int) -> float:
    """Measures the peak memory of nights of two sizes; gives the larger's over the smaller's."""
    peaks = []
    for pages in sizes:
        with serve_pages(FOLDERS, pages, outlets) as address:
            night = Setting(folder, address, outlets, CONCURRENCY, prefect).run(folder / f"archive-of-{pages}")
        tell(f"{pages} pages", night)
        peaks.append(night.peak_mb)
    return peaks[1] / peaks[0]


def judge(rounds: Sequence[dict[str, float]], memory: float | None) -> int:
    """Prints each ratio, with its goal where it has one; gives how many are missed."""
    missed = 0
    for name in rounds[0]:
        ratio = median(ratios[name] for ratios in rounds)
        if name not in GOALS:
            print(f"       {name}: {ratio:.2f} times")
            continue
        goal = GOALS[name]
        missed += ratio < goal
        print(f"{'met   ' if ratio >= goal else 'MISSED'} {name}: {ratio:.2f} times, goal {goal:g}")
    if memory is not None:
        missed += memory > MOST_MEMORY
        print(
            f"{'met   ' if memory <= MOST_MEMORY else 'MISSED'} memory: {memory:.2f} times, goal at most {MOST_MEMORY}"
        )
    return missed


def main() -> int:
    """Parses the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--outlets", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--news-please", type=int, default=800, metavar="N", help="pages for news-please")
    parser.add_argument("--memory", type=int, nargs=2, default=(2000, 20000), metavar="N", help="pages of two nights")
    parser.add_argument("--no-memory", action="store_true")
    options = parser.parse_args()
    if not ARTICLES.is_dir():
        parser.error(f"needs the real pages at {ARTICLES}")
    python = make_environment("throughput.txt")
    with tempfile.TemporaryDirectory() as name, serve_prefect(Path(name)) as prefect:
        folder = Path(name)
        with serve_pages(FOLDERS, options.pages, options.outlets) as address:
            check_server(address)
            setting = Setting(folder, address, options.outlets, CONCURRENCY, prefect)
            rounds = [
                measure_round(setting, python, folder / f"archive-{number}", options.pages, options.news_please)
                for number in range(options.rounds)
            ]
            alone = Setting(folder, address, options.outlets, CONCURRENCY, None)
            tell("ours, with a Prefect server of its own to start", alone.run(folder / "archive-alone"))
        memory = None if options.no_memory else measure_memory(folder, prefect, options.memory, options.outlets)
    return 1 if judge(rounds, memory) else 0


if __name__ == "__main__":
    raise SystemExit(main())
