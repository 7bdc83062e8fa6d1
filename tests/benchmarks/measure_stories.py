"""Measures how well and how fast stories are found.

    python tests/benchmarks/measure_stories.py [--speed] [--archive ARTICLES] [--new ARTICLES]

Without options: B-cubed precision, recall and F1 on the ECB+ topics beside the project, whose texts have neither title
nor date. Topics are cut in halves by the digest of their number: settings may be tuned on the `developed` half alone.
The peers are TF-IDF of words alone, with frequencies and threshold taken from the half itself, the threshold from the
developed one: single and average link.

With --speed: wall-clock time and peak memory of a night's new articles against an archive that is simulated. Its
`story_terms` have words and names from a vocabulary as skewed as that of a language; its stories have 3.5 articles
on average, which share half of their names and 30 words. Links and stories are those of its stories. Texts stand in its
newest month alone, since older ones are never read. The night runs in a process of its own; its articles have texts of
450 such words, and names and words of stories of that month.
"""

import argparse
import hashlib
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from storage.columns import INSTANT
from storage.layout import Layout
from storage.scan import get_table
from tasks.assign_stories import assign_stories
from tasks.stories import clusters
from tasks.stories.stories import find_stories
from tasks.stories.terms import STOP_WORDS, cut_words, get_weight, hash_term, load_shares

PROJECT = Path(__file__).resolve().parents[2]
ECB = PROJECT.parent / "shared" / "dedup" / "ecbplus_even_topics.parquet"
HALVES = ("developed", "kept-aside")
THRESHOLDS = [step / 100 for step in range(4, 61)]

NIGHT = 2000
NEWEST = datetime(2026, 11, 20, tzinfo=UTC)
WORDS, NAMES, TERMS_AN_ARTICLE, TEXT_WORDS = 60_000, 120_000, 160, 450
NAMES_AN_ARTICLE, COMMON_NAMES, STORY_WORDS = 12, 2, 30

Matrix = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Numbers = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Labels = Sequence[int | str]


def compute_bcubed(truth: Labels, found: Labels) -> tuple[float, float, float]:
    """Computes B-cubed precision, recall and F1."""
    both, true, guessed = Counter(zip(truth, found, strict=True)), Counter(truth), Counter(found)
    pairs = list(zip(truth, found, strict=True))
    precision = sum(both[pair] / guessed[pair[1]] for pair in pairs) / len(pairs)
    recall = sum(both[pair] / true[pair[0]] for pair in pairs) / len(pairs)
    return precision, recall, 2 * precision * recall / (precision + recall)


def load_halves() -> dict[str, pl.DataFrame]:
    """Loads both halves of the topics."""
    frame = pl.read_parquet(ECB).with_columns(article_id=pl.col("doc").cast(pl.String))
    kept = [int(hashlib.sha256(str(topic).encode()).hexdigest(), 16) % 2 for topic in frame["topic"]]
    return {name: frame.filter(pl.Series(kept) == number) for number, name in enumerate(HALVES)}


def compare_words(texts: Sequence[str]) -> Matrix:
    """Computes the cosines of texts by TF-IDF of their words, those of one text alone left out."""
    counts = [Counter(word for word, _ in cut_words(text) if word not in STOP_WORDS) for text in texts]
    frequencies = Counter(word for count in counts for word in count)
    numbers = {word: number for number, word in enumerate(word for word in frequencies if frequencies[word] > 1)}
    matrix = np.zeros((len(texts), len(numbers)))
    for row, count in enumerate(counts):
        for word, times in count.items():
            if word in numbers:
                idf = 1 + math.log((1 + len(texts)) / (1 + frequencies[word]))
                matrix[row, numbers[word]] = (1 + math.log(times)) * idf
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    cosines: Matrix = matrix @ matrix.T
    return cosines


def link_averages(cosines: Matrix, threshold: float) -> list[int]:
    """Clusters by average link, with the project's own code at another threshold."""
    kept, clusters.LEAST_SIMILARITY = clusters.LEAST_SIMILARITY, threshold
    pairs = np.argwhere(np.triu(cosines > 0, 1)).tolist()
    try:
        return clusters.cluster_articles(len(cosines), [(left, right, cosines[left, right]) for left, right in pairs])
    finally:
        clusters.LEAST_SIMILARITY = kept


def link_singles(cosines: Matrix, threshold: float) -> list[int]:
    """Clusters by single link: what chains of similar texts lead to."""
    labels = np.arange(len(cosines))
    while True:
        lowest = np.where(cosines >= threshold, labels, len(labels)).min(axis=1)
        if (lowest == labels).all():
            return [int(label) for label in labels]
        labels = np.minimum(lowest, labels)


def measure_quality() -> None:
    """Prints a line for each way of finding stories and each half."""
    halves = load_halves()
    for name, half in halves.items():
        found = find_stories(half.select("article_id", "text")).join(half, on="article_id")
        show("ours", name, compute_bcubed(found["story"].to_list(), found["story_id"].to_list()))
    cosines = {name: compare_words(half["text"].to_list()) for name, half in halves.items()}
    peers: dict[str, Callable[..., list[int]]] = {"words, average": link_averages, "words, single": link_singles}
    for peer, link in peers.items():

        def score(name: str, threshold: float, link: Callable[..., list[int]] = link) -> tuple[float, float, float]:
            return compute_bcubed(halves[name]["story"].to_list(), link(cosines[name], threshold))

        best = max(THRESHOLDS, key=lambda threshold: score(HALVES[0], threshold)[2])
        for name in HALVES:
            show(f"{peer} ({best})", name, score(name, best))


def show(way: str, half: str, scores: tuple[float, float, float]) -> None:
    """Prints scores."""
    precision, recall, f1 = scores
    print(f"{way:24} {half:10} B-cubed precision {precision:.3f} recall {recall:.3f} F1 {f1:.3f}", flush=True)


class Simulation:
    """An archive drawn at random, always the same one."""

    def __init__(self, layout: Layout, nights: int) -> None:
        """Starts with an archive of so many nights before NEWEST."""
        self._layout, self._nights = layout, nights
        self._draw = np.random.default_rng(1)
        known = sorted(load_shares(), key=lambda word: -load_shares()[word])
        self._words = known + [f"w{number}" for number in range(len(known), WORDS)]
        self._names = [f"Name{number}" for number in range(NAMES)]
        levelled = [word.lower() for word in self._words + self._names]
        self._hashes = np.array([hash_term(word) for word in levelled])
        self._weights = np.array([get_weight(word) for word in levelled])

    def write(self) -> None:
        """Writes the tables month by month."""
        dates = [NEWEST - timedelta(days=night) for night in range(1, self._nights + 1)]
        for month in sorted({(date.year, date.month) for date in dates}):
            self._write_month(month, [date for date in dates if (date.year, date.month) == month])

    def _write_month(self, month: tuple[int, int], dates: list[datetime]) -> None:
        count = len(dates) * NIGHT
        story = np.sort(self._draw.integers(0, count * 2 // 7, count))
        ids = [hashlib.sha256(f"{month} {number}".encode()).hexdigest()[:16] for number in range(count)]
        has_text = month == (NEWEST.year, NEWEST.month)
        base = pl.DataFrame(
            {
                "article_id": ids,
                "story_id": [f"{month} {number}" for number in story.tolist()],
                "published_at": pl.Series([date for date in dates for _ in range(NIGHT)], dtype=INSTANT),
                "title": "title",
                "text": [" ".join(self._draw_text(number)) if has_text else "" for number in story.tolist()],
            }
        ).with_columns(first_fetched_at="published_at")
        digested = base.with_columns(text_digest=pl.col("article_id").str.pad_end(64, "0"))
        self._put("articles", month, digested)
        self._put("stories", month, base)
        self._put("story_links", month, self._draw_links(base))
        keys = digested["text_digest"].str.head(15).str.to_integer(base=16, dtype=pl.Int64)
        self._put("story_terms", month, base.with_columns(self._draw_terms(story), text_key=keys))

    def _draw_terms(self, story: Numbers) -> list[pl.Series]:
        count = len(story)
        names = WORDS + self._draw_names(story)
        known = np.concatenate((self._draw_words(story, TERMS_AN_ARTICLE // 2), names), axis=1)
        pairs = self._draw.integers(-(2**62), 2**62, (count, TERMS_AN_ARTICLE - known.shape[1]))
        terms = np.concatenate((self._hashes[known], pairs), axis=1)
        weights = np.concatenate((self._weights[known], np.full_like(pairs, self._weights.max())), axis=1)
        lists = {"terms": terms, "weights": weights, "names": self._hashes[names]}
        return [pl.Series(name, values).arr.to_list() for name, values in lists.items()]

    def _draw_words(self, story: Numbers, count: int) -> Numbers:
        """Draws the words of articles: those of the story first, then any."""
        own = (story[:, None] * 15_485_863 + np.arange(STORY_WORDS) * 7907) % WORDS
        return np.concatenate((own, self._draw_skewed(WORDS, (len(story), count - STORY_WORDS))), axis=1)

    def _draw_names(self, story: Numbers) -> Numbers:
        """Draws the names of articles: half are those of the story, the others any, two of them rather common."""
        own = (story[:, None] * 7919 + np.arange(NAMES_AN_ARTICLE // 2) * 104_729) % NAMES
        common = self._draw_skewed(NAMES, (len(story), COMMON_NAMES))
        others = self._draw.integers(0, NAMES, (len(story), NAMES_AN_ARTICLE - own.shape[1] - COMMON_NAMES))
        return np.concatenate((own, common, others), axis=1)

    def _draw_skewed(self, count: int, shape: tuple[int, int]) -> Numbers:
        """Draws numbers below `count`, the n-th about 1/n as often as the first."""
        drawn: Numbers = (count ** self._draw.random(shape)).astype(np.int64) - 1
        return drawn

    def _draw_text(self, story: int) -> list[str]:
        words = [self._words[number] for number in self._draw_words(np.array([story]), TEXT_WORDS)[0]]
        words[3:195:16] = [self._names[number] for number in self._draw_names(np.array([story]))[0]]
        return words

    def _draw_links(self, base: pl.DataFrame) -> pl.DataFrame:
        other = base.select("story_id", other_id="article_id")
        pairs = base.join(other, on="story_id").filter(pl.col("article_id") < pl.col("other_id"))
        return pairs.with_columns(
            name_similarity=0.5, overlap=pl.lit(40_000, pl.Int64), article_weight=pl.lit(400_000, pl.Int64),
            other_weight=pl.lit(400_000, pl.Int64), similarity=0.5,
        )  # fmt: skip

    def _put(self, name: str, month: tuple[int, int], rows: pl.DataFrame) -> None:
        table = get_table(name)
        whole = rows.with_columns(pl.lit(None, dtype).alias(column) for column, dtype in table.schema.items()
                                  if column not in rows.columns)  # fmt: skip
        path = self._layout.partition(name, *month)
        path.parent.mkdir(parents=True, exist_ok=True)
        whole.select(table.schema.names()).sort(table.key).write_parquet(path)

    def add_night(self, count: int) -> None:
        """Puts a night's new articles into `articles`, most of them with names of this month's stories."""
        path = self._layout.partition("articles", NEWEST.year, NEWEST.month)
        older = pl.read_parquet(path)
        stories = self._draw.integers(0, older.height * 2 // 7, count).tolist()
        texts = [" ".join(self._draw_text(story)) for story in stories]
        new = older.head(1).select(pl.all().repeat_by(count).explode()).with_columns(
            article_id=pl.Series([f"new{number:013d}" for number in range(count)]),
            text=pl.Series(texts),
            text_digest=pl.Series([hashlib.sha256(text.encode()).hexdigest() for text in texts]),
            published_at=pl.lit(NEWEST, INSTANT),
        )  # fmt: skip
        pl.concat([older, new]).sort("article_id").write_parquet(path)


def measure_speed(archive: int, new: int) -> None:
    """Builds the archive, runs the night in a process of its own, and prints its time and memory."""
    with tempfile.TemporaryDirectory(prefix="stories-") as folder:
        layout = Layout(Path(folder))
        simulation = Simulation(layout, archive // NIGHT)
        simulation.write()
        simulation.add_night(new)
        command = [sys.executable, __file__, "--night", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        result = json.loads(done.stdout)
        held = sum(path.stat().st_size for path in layout.table("story_terms").glob("**/*.parquet"))
        print(
            f"{new} new against {archive} simulated: {result['seconds']:.1f} s wall clock, {result['cpu']:.1f} s CPU, "
            f"{result['megabytes']} MB at most; {result['assigned']} rows of stories changed; "
            f"story_terms {held / archive:.0f} bytes an article",
            flush=True,
        )


def run_night(folder: Path) -> None:
    """Brings the stories of an archive up to date and prints what that took, as JSON."""
    started, started_cpu = time.perf_counter(), time.process_time()
    assigned = assign_stories(Layout(folder))
    result = {
        "seconds": time.perf_counter() - started,
        "cpu": time.process_time() - started_cpu,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "assigned": assigned,
    }
    print(json.dumps(result))


def main() -> None:
    """Parses the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--speed", action="store_true", help="measure time and memory instead of quality")
    parser.add_argument("--archive", type=int, default=1_000_000, help="articles of the simulated archive")
    parser.add_argument("--new", type=int, default=NIGHT, help="new articles of the night")
    parser.add_argument("--night", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.night:
        run_night(arguments.night)
    elif arguments.speed:
        measure_speed(arguments.archive, arguments.new)
    elif not ECB.is_file():
        parser.error(f"needs the ECB+ topics at {ECB}")
    else:
        measure_quality()


if __name__ == "__main__":
    main()
