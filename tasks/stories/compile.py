"""Compiles word_shares.csv: how common the words of news and of inspections are, from tables of texts.

    python -m tasks.stories.compile TEXTS.parquet [TEXTS.parquet ...]

Each table holds texts of one kind, in a column `text`. They are cut into passages of as many words as a story is told
by; a word's share is that of the passages that have it, in the kind of text where it is most common. Nothing of a text
but these counts is kept, and only of words that are common.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from tasks.stories.terms import DATA, LEAD_WORDS, STOP_WORDS, cut_words

#: A word of fewer passages is rare; how rare, a small collection cannot tell.
LEAST_SHARE = 0.005


def main(tables: Sequence[Path]) -> None:
    """Writes the list anew from these tables."""
    shares: dict[str, float] = {}
    for table in tables:
        for word, share in count_shares(pl.read_parquet(table)["text"].drop_nulls()):
            shares[word] = max(share, shares.get(word, 0.0))
    with DATA.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["word", "share"])
        writer.writerows([word, f"{shares[word]:.4f}"] for word in sorted(shares))


def count_shares(texts: Iterable[str]) -> Iterator[tuple[str, float]]:
    """Counts in which share of all passages each common word stands."""
    passages = [passage for text in texts for passage in cut_passages(text)]
    counts = Counter(word for passage in passages for word in passage)
    for word, count in counts.items():
        share = count / len(passages)
        if share >= LEAST_SHARE and word not in STOP_WORDS and not word[0].isdigit():
            yield word, share


def cut_passages(text: str) -> Iterator[set[str]]:
    """Cuts a text into passages of LEAD_WORDS words, each as the set of its words; a short rest is left out."""
    words = [word.levelled for word in cut_words(text)]
    for start in range(0, len(words), LEAD_WORDS):
        passage = words[start : start + LEAD_WORDS]
        if len(passage) >= LEAD_WORDS // 2:
            yield set(passage)


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
