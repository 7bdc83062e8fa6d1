"""Measures the duplicate finder: what it finds, how fast it is beside other libraries, and a night in a large archive.

    python tests/benchmarks/measure_duplicates.py quality
    python tests/benchmarks/measure_duplicates.py speed --peers PEERS/bin/python [--runs N]
    python tests/benchmarks/measure_duplicates.py night [--held N] [--new N] [--archive FOLDER]

`quality`: recall of each way to copy a text, among the pairs that exact comparison calls alike; clusters (texts joined
by pairs that no template makes) against pairs of one origin, and releases that are really one, where two readers said
so apart from each other (judged_duplicates.csv; they agreed on 58 of 76 pairs, and what one alone calls the same does
not count); and measures against ones made plainly here. Texts are cut in halves by the digest of a
text of their cluster in the truth: rules may be tuned on the `developed` half only.

`speed`: CPU seconds for the same texts, ours until pairs are verified and put in order, and until candidates are known,
which is all that the others do. They run in an environment of their own:

    python -m venv PEERS && PEERS/bin/pip install -r tests/benchmarks/peers/duplicates.txt

`night`: an archive of so many articles in 120 months, sketches and texts in files, and a night of new ones, of which a
tenth are copies of older ones; wall and CPU seconds and the most memory of `deduplicate_articles`.
"""

import argparse
import csv
import hashlib
import json
import resource
import subprocess
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl

from storage.layout import Layout
from storage.schemas import TABLES
from tasks.deduplicate import deduplicate_articles, describe_texts, find_pairs
from tasks.likeness.candidates import Entries, find_candidates
from tasks.likeness.shingles import hash_batches
from tasks.reading.text import normalise_text

PROJECT = Path(__file__).resolve().parents[2]
DEDUP = PROJECT.parent / "shared" / "dedup"
TEXTS = DEDUP / "near_duplicates_10k.parquet"
TRUTH = DEDUP / "near_duplicates_10k_truth.parquet"
JUDGED = Path(__file__).with_name("judged_duplicates.csv")
HALVES = ("developed", "kept-aside")
Pairs = set[tuple[str, str]]


def join_pairs(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Joins pairs into clusters; gives the head of each text."""
    heads: dict[str, str] = {}

    def find(text: str) -> str:
        while heads.setdefault(text, text) != text:
            text = heads[text]
        return text

    for left, right in pairs:
        first, second = sorted((find(left), find(right)))
        heads[second] = first
    return {text: find(text) for text in list(heads)}


def list_cluster_pairs(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """Lists all pairs of texts that are in one cluster."""
    clusters = defaultdict(list)
    for text, head in join_pairs(pairs).items():
        clusters[head].append(text)
    return {tuple(sorted(pair)) for texts in clusters.values() for pair in combinations(texts, 2)}  # type: ignore[misc]


def choose_half(text: str) -> str:
    """Chooses the half of a text by digest."""
    return HALVES[hashlib.sha256(text.encode()).digest()[0] % 2]


def measure_quality() -> None:
    """Prints recall, precision and exactness for both halves."""
    texts = pl.read_parquet(TEXTS)
    names = texts["id"].to_list()
    truth = {
        tuple(sorted((names[left], names[right])))
        for left, right in pl.read_parquet(TRUTH).select("left", "right").iter_rows()
    }
    origin = {text: source or text for text, source in texts.select("id", "src").iter_rows()}
    variants = {
        tuple(sorted((text, source))): kind
        for text, source, kind in texts.select("id", "src", "kind").iter_rows()
        if source
    }
    found = find_pairs(texts.select("text", article_id="id"))
    joined = {
        tuple(sorted(pair)) for pair in found.filter(~pl.col("is_template")).select("article_id", "other_id").rows()
    }
    labelled = {tuple(sorted(pair)) for pair in found.filter("is_template").select("article_id", "other_id").rows()}
    with JUDGED.open() as file:
        same = {
            tuple(sorted((row["left"], row["right"])))
            for row in csv.DictReader(file)
            if row["is_same"] == row["is_same_again"] == "true"
        }
    heads = join_pairs(truth | variants.keys())
    half_of = {text: choose_half(heads.get(text, text)) for text in names}
    clustered, everything = list_cluster_pairs(joined), list_cluster_pairs(joined | labelled)
    print(f"{found.height} pairs, {len(labelled)} of them labelled as templates; {check_measures(texts, found)}")
    for half in HALVES:

        def choose(pairs: Iterable[tuple[str, ...]], half: str = half) -> set[tuple[str, ...]]:
            return {pair for pair in pairs if half_of[pair[0]] == half}

        ours, alike, made = choose(clustered), choose(truth), choose(variants)
        right = {pair for pair in ours if is_same(pair, origin, same)}
        strict = {pair for pair in ours if origin[pair[0]] == origin[pair[1]]}
        wanted = made & alike
        total = choose(everything)
        print(f"\n{half}: {len(wanted)} pairs of copy and source that are alike, {len(ours)} pairs in clusters")
        print(f"  clusters: precision {len(right) / len(ours):.3f}, recall {len(wanted & ours) / len(wanted):.3f}")
        print(f"  without what was judged by eye: precision {len(strict) / len(ours):.3f}")
        print(f"  clusters that are alike by exact comparison: {len(ours & alike) / len(ours):.3f}")
        print(
            f"  with labelled pairs, against all that is alike: precision {len(total & alike) / len(total):.3f}, "
            f"recall {len(total & alike) / len(alike):.3f}"
        )
        shares = Counter(variants[pair] for pair in wanted)  # type: ignore[index]
        in_clusters = Counter(variants[pair] for pair in wanted & ours)  # type: ignore[index]
        direct = Counter(variants[pair] for pair in wanted & joined)  # type: ignore[index]
        for kind, count in sorted(shares.items()):
            together, apart = in_clusters[kind] / count, direct[kind] / count
            print(f"  {kind:10} {count:4}  in one cluster {together:.3f}, joined directly {apart:.3f}")


def is_same(pair: tuple[str, ...], origin: dict[str, str], same: set[tuple[str, ...]]) -> bool:
    """Tells whether two texts are of one origin, or of two that were judged to be one release."""
    origins = tuple(sorted(origin[text] for text in pair))
    return origins[0] == origins[1] or origins in same


def check_measures(texts: pl.DataFrame, found: pl.DataFrame) -> str:
    """Measures every pair again, plainly, and tells the largest difference."""

    def cut(text: str) -> set[tuple[str, ...]]:
        words = normalise_text(text).split()
        return set(zip(words, words[1:], words[2:], strict=False))

    contents = dict(texts.select("id", "text").iter_rows())
    worst = 0.0
    for left, right, jaccard, containment in found.select(
        "article_id", "other_id", "jaccard", "containment"
    ).iter_rows():
        first, second = cut(contents[left]), cut(contents[right])
        shared = len(first & second)
        worst = max(worst, abs(jaccard - shared / len(first | second)))
        worst = max(worst, abs(containment - shared / min(len(first), len(second))))
    return f"measures are exact but for {worst:.1e}"


def measure_speed(peers: str | None, runs: int) -> None:
    """Prints CPU seconds, the best of some runs each, in turns."""
    texts = pl.read_parquet(TEXTS).select("text", article_id="id")
    seconds: dict[str, list[float]] = defaultdict(list)
    for _ in range(runs):
        for name, run in (("ours, verified", find_pairs), ("ours, candidates", find_all_candidates)):
            started = time.process_time()
            run(texts)
            seconds[name].append(time.process_time() - started)
        for peer in ("datasketch", "rensa", "fastsketch") if peers else ():
            seconds[peer].append(run_peer(peers or "", peer))
    if peers:
        seconds["datasketch-update"].append(run_peer(peers, "datasketch-update"))
    best = {name: min(values) for name, values in seconds.items()}
    for name, value in best.items():
        shares = ", ".join(f"{value / best[ours]:.1f} x {ours}" for ours in ("ours, verified", "ours, candidates"))
        print(f"{name:18} {value:7.2f} CPU s   {shares}")


def find_all_candidates(texts: pl.DataFrame) -> None:
    """Finds the candidates of all texts, and verifies none."""
    sketches = describe_texts(texts, list(hash_batches(texts["text"])))["sketch"]
    sizes = sketches.list.len().cast(pl.Int64).to_numpy()
    hashes = sketches.explode(empty_as_null=False).to_numpy().view(np.uint64)
    find_candidates(Entries(hashes, np.repeat(np.arange(len(sizes)), sizes), sizes), np.ones(len(sizes), np.bool_))


def run_peer(python: str, peer: str) -> float:
    """Runs a peer in its environment; gives its CPU seconds."""
    script = Path(__file__).parent / "peers" / "find_near_duplicates.py"
    done = subprocess.run([python, str(script), str(TEXTS), peer], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1])["cpu"])


def measure_night(held: int, new: int, folder: Path) -> None:
    """Makes an archive, adds a night to it, and measures how long its duplicates take."""
    layout = Layout(folder)
    if not layout.table("sketches").exists():
        make_archive(layout, held)
    originals = add_night(layout, new)
    before, started, wall = resource.getrusage(resource.RUSAGE_SELF), time.process_time(), time.perf_counter()
    changed = deduplicate_articles(layout)
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = f"{time.perf_counter() - wall:.1f} s, {time.process_time() - started:.1f} CPU s"
    memory = f"{after.ru_maxrss / 1024:.0f} MiB at most ({before.ru_maxrss / 1024:.0f} before)"
    print(
        f"{new} new articles, {originals} of them copies, against {held}: {seconds}, {memory}, {changed} pairs changed"
    )


def make_archive(layout: Layout, held: int) -> None:
    """Makes an archive of articles whose words are real and in random order, and their sketches, in 120 months."""
    vocabulary = np.array(" ".join(pl.read_parquet(TEXTS)["text"].head(500)).split(), dtype=object)
    chance = np.random.default_rng(1)
    for month in range(120):
        published = datetime(2016 + month // 12, month % 12 + 1, 1, tzinfo=UTC)
        words = vocabulary[chance.integers(0, len(vocabulary), (held // 120, 450))]
        frame = make_articles([" ".join(row) for row in words], f"{month:03d}", published)
        write_month(layout, "articles", frame, published)
        described = describe_texts(frame, list(hash_batches(frame["text"])))
        key = pl.col("text_digest").str.head(15).str.to_integer(base=16, dtype=pl.Int64)
        sketches = frame.select(
            "article_id", key.alias("text_key"), described["sketch"], "published_at", "first_fetched_at"
        )
        write_month(layout, "sketches", sketches, published)


def add_night(layout: Layout, new: int) -> int:
    """Adds articles to the last month, every tenth a copy of an older one, most of those of the last months."""
    vocabulary = np.array(" ".join(pl.read_parquet(TEXTS)["text"].head(500)).split(), dtype=object)
    chance = np.random.default_rng(2)
    texts = [" ".join(row) for row in vocabulary[chance.integers(0, len(vocabulary), (new, 450))]]
    files = sorted(layout.table("articles").glob("**/data.parquet"))
    months = [files[-1 - int(age)] for age in np.minimum(chance.exponential(4, new // 10), len(files) - 1)]
    for number, path in enumerate(months):
        older = pl.read_parquet(path, columns=["text"], hive_partitioning=False)["text"]
        words = older[number % len(older)].split()
        texts[number * 10] = " ".join(word for word in words[: len(words) * 3 // 4] if chance.random() > 0.03)
    published = datetime(2025, 12, 1, tzinfo=UTC)
    kept = {}
    for name in ("articles", "sketches"):
        rows = pl.read_parquet(layout.partition(name, 2025, 12), hive_partitioning=False)
        kept[name] = rows.filter(~pl.col("article_id").str.starts_with("new"))
    write_month(layout, "articles", pl.concat([kept["articles"], make_articles(texts, "new", published)]), published)
    write_month(layout, "sketches", kept["sketches"], published)
    layout.partition("overlaps", None, None).unlink(missing_ok=True)
    layout.partition("duplicates", None, None).unlink(missing_ok=True)
    return len(months)


def make_articles(texts: list[str], prefix: str, published: datetime) -> pl.DataFrame:
    """Makes rows of articles."""
    table = TABLES["articles"]
    rows = pl.DataFrame({"text": texts}).with_columns(
        article_id=pl.Series([f"{prefix}{number:013d}" for number in range(len(texts))]),
        text_digest=pl.Series([hashlib.sha256(text.encode()).hexdigest() for text in texts]),
        url_key=pl.Series([f"post.example/{prefix}/{number}" for number in range(len(texts))]),
        canonical_url=pl.Series([f"https://www.post.example/{prefix}/{number}" for number in range(len(texts))]),
        published_at=pl.lit(published + timedelta(days=3)).cast(table.schema["published_at"]),
        first_fetched_at=pl.lit(published + timedelta(days=4)).cast(table.schema["first_fetched_at"]),
        word_count=pl.lit(450, pl.Int64),
    )
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in table.schema.items() if name not in rows.columns]
    return rows.with_columns(missing).select(table.schema.names())


def write_month(layout: Layout, name: str, frame: pl.DataFrame, published: datetime) -> None:
    """Writes one partition."""
    path = layout.partition(name, published.year, published.month)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.sort("article_id").write_parquet(path, compression="zstd")


def main() -> None:
    """Measures what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("quality")
    speed = commands.add_parser("speed")
    speed.add_argument("--peers", help="the Python of an environment with the other libraries")
    speed.add_argument("--runs", type=int, default=3)
    night = commands.add_parser("night")
    night.add_argument("--held", type=int, default=1_000_000)
    night.add_argument("--new", type=int, default=2_000)
    night.add_argument("--archive", type=Path, help="a folder to make the archive in and to keep; else one that goes")
    arguments = parser.parse_args()
    if arguments.command == "quality":
        measure_quality()
    elif arguments.command == "speed":
        measure_speed(arguments.peers, arguments.runs)
    elif arguments.archive:
        measure_night(arguments.held, arguments.new, arguments.archive)
    else:
        with tempfile.TemporaryDirectory() as folder:
            measure_night(arguments.held, arguments.new, Path(folder))


if __name__ == "__main__":
    main()
