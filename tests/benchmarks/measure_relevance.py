"""Measures how well articles about inspections of public services are told from what only looks like one, and how fast.

    python tests/benchmarks/measure_relevance.py [--show]

The items are real pages and reports beside the project, named with their answers in relevance_labels.csv, and the short
texts in tests/reading/relevance_texts.toml, most of them hazards. Of an official report the first words stand for an
article. Items are parted in halves by the digest of their id (or title): terms and weights may be tuned on the
`developed` half only, of which `--show` lists the misses. The short texts were written before the tuning, though by the
same hand. Milliseconds are CPU time a page, of the fastest of some rounds, without the short texts.
"""

import argparse
import csv
import gzip
import json
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from measure_articles import ARTICLES, HALVES, LATEST, choose_half

from tasks.reading.article import read_article
from tasks.reading.govuk import read_content
from tasks.reading.page import Article, PageInput, ReadingRules, Rejected
from tasks.reading.pdf import extract_pages
from tasks.reading.relevance import THRESHOLD, score_relevance

PROJECT = Path(__file__).resolve().parents[2]
SHARED = ARTICLES.parent
LABELS = Path(__file__).with_name("relevance_labels.csv")
WRITTEN = PROJECT / "tests" / "reading" / "relevance_texts.toml"
WORDS_OF_REPORT = 600
ROUNDS = 5


@dataclass(frozen=True)
class Item:
    """A text with its answer; `collection` says where it comes from."""

    collection: str
    identifier: str
    is_relevant: bool
    title: str | None
    standfirst: str | None
    text: str

    @property
    def score(self) -> float:
        """The score that our reader gives it."""
        return score_relevance(self.title, self.standfirst, self.text).score


def load_items() -> Iterator[Item]:
    """Loads all items with their texts."""
    labels: dict[str, dict[str, bool]] = {}
    with LABELS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            labels.setdefault(row["collection"], {})[row["id"]] = row["is_relevant"] == "true"
    for collection, answers in labels.items():
        for identifier, (title, standfirst, text) in read_texts(collection, answers):
            yield Item(collection, identifier, answers[identifier], title, standfirst, text)
    for entry in tomllib.loads(WRITTEN.read_text(encoding="utf-8"))["text"]:
        yield Item("written", entry["title"], entry["is_relevant"], entry["title"], None, entry["text"])


def read_texts(
    collection: str, identifiers: dict[str, bool]
) -> Iterator[tuple[str, tuple[str | None, str | None, str]]]:
    """Reads title, standfirst and text of the named items of a collection."""
    if collection == "near_duplicates":
        texts = pl.scan_parquet(SHARED / "dedup" / "near_duplicates_10k.parquet").filter(pl.col("kind") == "base")
        wanted = texts.filter(pl.col("id").is_in(list(identifiers))).select("id", "title", "text").collect()
        yield from ((identifier, (title, None, text)) for identifier, title, text in wanted.iter_rows())
    elif collection in ("fundus_tests", "wcxb_dev"):
        for line in (ARTICLES / collection / "gold.jsonl").read_text(encoding="utf-8").splitlines():
            gold = json.loads(line)
            if gold["id"] in identifiers:
                yield gold["id"], (gold.get("title"), None, gold["text"])
    else:
        yield from ((identifier, read_file(collection, identifier)) for identifier in identifiers)


def read_file(collection: str, identifier: str) -> tuple[str | None, str | None, str]:
    """Reads one report, document or page; raises ValueError where our reader rejects it."""
    if collection == "reports":
        pages = extract_pages((SHARED / "inspections" / "pdf" / f"{identifier}.pdf").read_bytes()).pages
        return None, None, " ".join(" ".join(pages).split()[:WORDS_OF_REPORT])
    article: Article | Rejected
    if collection == "govuk":
        body = (SHARED / "recorded_web" / "govuk" / f"{identifier}.json").read_bytes()
        article = read_content(body, url="https://www.gov.uk/", fetched_at=LATEST)
    else:
        body = gzip.decompress((SHARED / "recorded_web" / "pages" / f"{identifier}.html.gz").read_bytes())
        article = read_article(PageInput(body, "https://www.example.org/", None, LATEST), ReadingRules())
    if isinstance(article, Rejected):
        raise ValueError(f"{collection} {identifier} is rejected: {article.reason}")  # noqa: TRY004 - no wrong argument
    return article.title, article.standfirst, article.text


def measure(items: list[Item], *, show: bool) -> str:
    """Measures precision, recall and F1 and describes them in a line; prints the misses where they are to be shown."""
    counts = Counter((item.is_relevant, item.score >= THRESHOLD) for item in items)
    right, missed, wrong = counts[True, True], counts[True, False], counts[False, True]
    for item in items if show else []:
        if item.is_relevant != (item.score >= THRESHOLD):
            print(f"    {item.score:.2f} {item.collection} {item.identifier}, is_relevant={item.is_relevant}")
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + missed) if right + missed else 1.0
    f1 = 2 * right / (2 * right + wrong + missed) if counts else 1.0
    return f"{len(items):4} items  precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"


def measure_speed(items: list[Item]) -> float:
    """Measures the CPU milliseconds of scoring one item: the fastest of some rounds over all."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for item in items:
            score_relevance(item.title, item.standfirst, item.text)
        seconds.append(time.process_time() - start)
    return min(seconds) / len(items) * 1000


def main() -> None:
    """Parses the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="list the misses of the developed half")
    arguments = parser.parse_args()
    if not SHARED.is_dir():
        parser.error(f"needs the real pages at {SHARED}")
    items = list(load_items())
    for half in HALVES:
        own = [item for item in items if choose_half(item.identifier) == half]
        for name, part in (
            ("all", own),
            ("real", [item for item in own if item.collection != "written"]),
            ("written", [item for item in own if item.collection == "written"]),
        ):
            shown = arguments.show and half == HALVES[0] and name != "all"
            print(f"{half:10} {name:8} {measure(part, show=shown)}")
    for name, answer in (("relevant", True), ("not relevant", False)):
        part = [item for item in items if item.collection != "written" and item.is_relevant is answer]
        characters = sum(len(item.text) for item in part) / len(part)
        print(f"{name:12} {measure_speed(part):.3f} ms CPU a page of {characters:.0f} characters")


if __name__ == "__main__":
    main()
