"""Measures how many quotes that were planted into real texts are found again as shared passages.

    python tests/benchmarks/measure_passages.py [--quotes N] [--articles N] [--seed N]

A quote is 15 to 60 words from a text kept out of the articles, planted between sentences of two to five articles, each
time with a speaker beside it. Half of the quotes are planted exactly; of the others, every article has its own edit: a
word in 16 is left out or replaced, and up to a fifth is cut from an end. A pair of articles counts as found where one
passage covers at least 80 % of an exact quote in both, or half of an edited one, since two edits of it have no more in
common; `speaker` counts those for which it names the right one too. The rest of the
articles are made of words in random order, so that nothing else is shared there; CPU time is for all of them. How
precise passages are that nobody planted, sample_passages.py tells.
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import polars as pl

from tasks.likeness.passages import find_passages

PROJECT = Path(__file__).resolve().parents[2]
TEXTS = PROJECT.parent / "shared" / "dedup" / "near_duplicates_10k.parquet"
NAMES = ("Cllr Jane Ashworth", "Coun Peter Barlow", "Dr Amina Khan", "Sarah O'Neill", "Mark Whitfield-Green")
ROLES = ("leader of the council", "who chairs the board", "the region’s director", "of the opposition")
COVERED = {"exact": 0.8, "edited": 0.5}
Planted = tuple[str, int, int]


def edit_quote(words: list[str], vocabulary: list[str], chance: random.Random) -> list[str]:
    """Edits a quote: leaves out or replaces a word in 16, and cuts up to a fifth from an end."""
    edited = [word for word in words if chance.random() > 1 / 32]
    edited = [chance.choice(vocabulary) if chance.random() < 1 / 32 else word for word in edited]
    cut = chance.randrange(len(edited) // 5 + 1)
    return edited[cut:] if chance.random() < 0.5 else edited[: len(edited) - cut]


def plant(text: str, quote: str, name: str, chance: random.Random) -> tuple[str, int, int]:
    """Plants a quote with its speaker between two sentences; gives the text and where the quote stands in it."""
    breaks = [place + 2 for place in range(len(text) - 2) if text[place : place + 2] == ". "] or [len(text)]
    place = chance.choice(breaks)
    role = chance.choice(ROLES)
    lead, tail = chance.choice(
        (
            (f"\n\n{name}, {role}, said: “", ".”\n\n"),
            (f"\n\n{name} said: ‘", ".’\n\n"),
            ("\n\n“", f",” said {name}, {role}.\n\n"),
        )
    )
    start = place + len(lead)
    return text[:place] + lead + quote + tail + text[place:], start, start + len(quote)


def plant_quotes(
    articles: dict[str, str], donors: list[str], quotes: int, chance: random.Random
) -> dict[tuple[int, str], list[Planted]]:
    """Plants quotes into the articles, each article taking one at most; gives where each stands, by number and kind."""
    hosts = chance.sample(sorted(articles), len(articles))
    vocabulary = " ".join(donors[:200]).split()
    planted: dict[tuple[int, str], list[Planted]] = {}
    for number in range(quotes):
        source = chance.choice(donors).split()
        start = chance.randrange(max(len(source) - 60, 1))
        words = source[start : start + chance.randint(15, 60)]
        kind = ("exact", "edited")[number % 2]
        name = NAMES[number % len(NAMES)]
        places = planted[number, kind] = []
        for _ in range(min(chance.randint(2, 5), len(hosts))):
            host = hosts.pop()
            said = words if kind == "exact" else edit_quote(words, vocabulary, chance)
            articles[host], first, end = plant(articles[host], " ".join(said), name, chance)
            places.append((host, first, end))
    return planted


def make_fillers(donors: list[str], count: int, chance: random.Random) -> dict[str, str]:
    """Makes articles of real words in random order."""
    vocabulary = " ".join(donors).split()
    return {f"filler-{number:07d}": " ".join(chance.choices(vocabulary, k=450)) for number in range(count)}


def score(planted: dict[tuple[int, str], list[Planted]], passages: pl.DataFrame) -> dict[str, Counter[str]]:
    """Counts pairs of articles with the same quote, pairs found, and passages with the right speaker."""
    carried: dict[str, list[tuple[str, int, int, str | None]]] = defaultdict(list)
    for row in passages.iter_rows(named=True):
        carried[row["article_id"]].append((row["passage_id"], row["start"], row["end"], row["speaker"]))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for (number, kind), places in planted.items():
        speaker = NAMES[number % len(NAMES)].removeprefix("Cllr ").removeprefix("Coun ").removeprefix("Dr ")
        covering = {host: find_covering(carried[host], first, end, COVERED[kind]) for host, first, end in places}
        for host, other in combinations(covering, 2):
            counts[kind]["pairs"] += 1
            shared = covering[host].keys() & covering[other].keys()
            counts[kind]["found"] += bool(shared)
            counts[kind]["speaker"] += any(covering[host][one] == speaker for one in shared)
    return counts


def find_covering(
    carried: list[tuple[str, int, int, str | None]], first: int, end: int, least: float
) -> dict[str, str | None]:
    """Finds the passages that cover most of a stretch of a text, with their speakers."""
    return {
        passage: speaker
        for passage, start, stop, speaker in carried
        if min(stop, end) - max(start, first) >= least * (end - first)
    }


def main() -> None:
    """Plants, finds, and prints the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quotes", type=int, default=1_000)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)  # noqa: S311 - a benchmark, no secret
    texts = (
        pl.read_parquet(TEXTS).filter(pl.col("kind") == "base").sample(fraction=1, shuffle=True, seed=arguments.seed)
    )
    donors = texts["text"].head(1_000).to_list()
    articles = dict(texts.slice(1_000).select("id", "text").head(arguments.articles).iter_rows())
    planted = plant_quotes(articles, donors, arguments.quotes, chance)
    articles |= make_fillers(donors, max(arguments.articles - len(articles), 0), chance)
    frame = pl.DataFrame({"article_id": list(articles), "text": list(articles.values())})
    started = time.process_time()
    passages = find_passages(frame)
    seconds = time.process_time() - started
    print(f"{frame.height} articles: {seconds:.1f} CPU s, {seconds / frame.height * 100_000:.1f} s per 100,000")
    for kind, counts in score(planted, passages).items():
        shares = {name: f"{counts[name] / counts['pairs']:.3f}" for name in ("found", "speaker")}
        print(f"{kind}: {counts['pairs']} pairs, {shares}")


if __name__ == "__main__":
    main()
