"""Measures a night of new articles whose passages are collected, in an archive that is simulated.

    python tests/benchmarks/measure_passage_nights.py [--held N] [--new N]

The articles have 450 real words in random order, and are spread over 120 months. Every fourth carries a quote of 40
words, which some 6 articles carry, and each has 4 turns of phrase of 7 to 10 words, each of which recurs in some 20
articles over all months: these are no passages. The archive is taken in first, with the same code, which is
measured too.
"""

import argparse
import hashlib
import resource
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import numpy as np
import polars as pl

from storage.layout import Layout
from storage.tables import commit_rows, make_frame, read_table
from tasks.collect_passages import collect_passages
from tasks.likeness import passage_archive
from tasks.likeness.articles import read_articles

PROJECT = Path(__file__).resolve().parents[2]
TEXTS = PROJECT.parent / "shared" / "dedup" / "near_duplicates_10k.parquet"
MONTHS = 120
QUOTE_CARRIERS, QUOTING = 6, 4
PHRASE_CARRIERS, PHRASES = 20, 4
PHRASE_SIZES = (7, 8, 9, 10)


class Writer:
    """Writes articles that share quotes and turns of phrase."""

    def __init__(self, articles: int) -> None:
        """Makes as many quotes and phrases as so many articles need."""
        self.words = np.array(" ".join(pl.read_parquet(TEXTS)["text"].head(500)).split(), dtype=object)
        self.chance = np.random.default_rng(1)
        self.quotes = self._draw(articles // QUOTING // QUOTE_CARRIERS + 1, 40)
        count = articles * PHRASES // PHRASE_CARRIERS // len(PHRASE_SIZES) + 1
        self.phrases = [phrase for size in PHRASE_SIZES for phrase in self._draw(count, size)]

    def _draw(self, count: int, size: int) -> list[str]:
        return [" ".join(row) for row in self.words[self.chance.integers(0, len(self.words), (count, size))]]

    def write(self, count: int) -> list[str]:
        """Writes so many texts."""
        return [self._insert(text.split(), number) for number, text in enumerate(self._draw(count, 450))]

    def _insert(self, words: list[str], number: int) -> str:
        pieces = [self.phrases[place] for place in self.chance.integers(0, len(self.phrases), PHRASES)]
        if number % QUOTING == 0:
            pieces.append(self.quotes[int(self.chance.integers(0, len(self.quotes)))])
        for piece in pieces:
            words.insert(int(self.chance.integers(0, len(words))), piece)
        return " ".join(words)


def put_articles(layout: Layout, texts: list[str], prefix: str, months: list[int]) -> None:
    """Puts texts into the archive, each in one of some months."""
    rows = []
    for number, text in enumerate(texts):
        month = months[number % len(months)]
        published = datetime(2016 + month // 12, month % 12 + 1, 3, tzinfo=UTC)
        key = f"post.example/{prefix}/{number}"
        rows.append(
            {
                "article_id": hashlib.sha256(key.encode()).hexdigest()[:16],
                "source": "post",
                "url": f"https://{key}",
                "url_key": key,
                "published_at": published,
                "text": text,
                "text_digest": hashlib.sha256(text.encode()).hexdigest(),
                "capture_id": key,
                "fetched_at": published,
                "first_fetched_at": published,
                "version": 1,
                "reader_version": "simulated",
            }
        )
    commit_rows(layout, {"articles": make_frame("articles", rows)})


def measure(layout: Layout, name: str) -> None:
    """Collects passages, and prints what it takes and how many texts are read."""
    with mock.patch.object(passage_archive, "read_articles", wraps=read_articles) as reader:
        started, wall = time.process_time(), time.perf_counter()
        changed = collect_passages(layout)
        seconds = f"{time.perf_counter() - wall:.1f} s, {time.process_time() - started:.1f} CPU s"
    read = sum(call.args[1].height for call in reader.call_args_list)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name}: {seconds}, {memory:.0f} MiB at most, {read} texts read, {changed} rows changed")


def main() -> None:
    """Makes an archive, adds a night, and measures both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--held", type=int, default=60_000)
    parser.add_argument("--new", type=int, default=2_000)
    arguments = parser.parse_args()
    writer = Writer(arguments.held)
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        put_articles(layout, writer.write(arguments.held), "held", list(range(MONTHS)))
        measure(layout, f"{arguments.held} articles taken in")
        put_articles(layout, writer.write(arguments.new), "new", [MONTHS - 1])
        measure(layout, f"{arguments.new} new against {arguments.held}")
        held = sum(path.stat().st_size for path in layout.table("fingerprints").glob("**/*.parquet"))
        rows = {name: read_table(layout, name).height for name in ("passages", "passage_matches")}
        print(f"fingerprints: {held / (arguments.held + arguments.new):.0f} bytes an article; rows: {rows}")


if __name__ == "__main__":
    main()
