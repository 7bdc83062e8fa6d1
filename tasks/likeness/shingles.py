"""Shingles, which are runs of so many words, hashed; and sketches, the samples of them by which texts are found.

The hash of a shingle is our own too: with the hashes w of its words, ((w1·M + w2)·M + w3)… modulo 2**64, its bits then
spread by the last step of splitmix64 (Steele, Lea and Flood, 2014), the lowest bit dropped so that it fits an Int64.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import polars as pl

from tasks.likeness.words import MULTIPLIER, Hashes, Indices, Words, find_firsts, hash_words

#: So many texts are cut at a time and so many shingles hashed, which keeps the arrays in the processor's cache.
BATCH_TEXTS = 100
BLOCK_SHINGLES = 2**16

SKETCH_SHINGLE = 5
#: A shingle is in the sketch where its hash lies in the lowest 1/16 of all, a sample that is the same in every text;
#: of a text that would have fewer in its sketch than about 20, in a larger share of all.
SKETCH_SHARE = 1 / 16
SKETCH_FEWEST = 20
HASH_LIMIT = 2**63


def hash_shingles(hashes: Hashes, size: int) -> Hashes:
    """Hashes each run of `size` words; where the words are of several texts, some runs reach into the next text."""
    count = max(len(hashes) - size + 1, 0)
    combined = hashes[:count].copy()
    for first in range(0, count, BLOCK_SHINGLES):
        block = combined[first : first + BLOCK_SHINGLES]
        for place in range(first + 1, first + size):
            block *= MULTIPLIER
            block += hashes[place : place + len(block)]
        _spread(block)
    return combined


def hash_batches(texts: Sequence[str] | pl.Series) -> Iterator[Words]:
    """Hashes the words of many texts, a batch at a time."""
    for start in range(0, len(texts), BATCH_TEXTS):
        yield hash_words(list(texts[start : start + BATCH_TEXTS]))


def make_sketches(batches: Iterable[Words]) -> pl.Series:
    """Makes the sketch of each text: its sampled word-5-shingle hashes, each once, rising, as a list of Int64.

    Each hash fits, as its highest bit is never set.
    """
    sketched = [_sketch_batch(words) for words in batches]
    if not sketched:
        return pl.Series("sketch", [], dtype=pl.List(pl.Int64))
    sizes = np.concatenate([sizes for _, sizes in sketched])
    hashes = pl.lit(pl.Series(np.concatenate([hashes for hashes, _ in sketched]).view(np.int64))).implode()
    slices = pl.DataFrame({"start": np.cumsum(sizes) - sizes, "size": sizes})
    return slices.select(sketch=hashes.list.slice("start", "size")).to_series()


def _sketch_batch(words: Words) -> tuple[Hashes, Indices]:
    """Makes the sketches of a batch of texts, one after the other, and gives the size of each."""
    counts = words.count()
    shingles = hash_shingles(words.hashes, SKETCH_SHINGLE)
    limits = np.repeat(_limit_hashes(counts), counts)[: len(shingles)]
    low = np.flatnonzero(shingles < limits)
    low = low[words.starts_whole(low, SKETCH_SHINGLE)]
    hashes, texts = shingles[low], words.find_texts(low)
    order = np.argsort(hashes)
    # Numbers this small are sorted by their digits, which is fast, and which leaves the hashes of one text in order.
    order = order[np.argsort(texts[order].astype(np.uint16), kind="stable")]
    hashes, texts = hashes[order], texts[order]
    is_first = find_firsts(hashes) | find_firsts(texts)
    return hashes[is_first], np.bincount(texts[is_first], minlength=len(counts))


def _limit_hashes(counts: Indices) -> Hashes:
    """Gives below which hash the shingles of a text are in its sketch, from its number of words."""
    shares = np.maximum(SKETCH_SHARE, SKETCH_FEWEST / np.maximum(counts - SKETCH_SHINGLE + 1, 1))
    return (np.minimum(shares, 1.0) * HASH_LIMIT).astype(np.uint64)


def _spread(hashes: Hashes) -> None:
    """Spreads the bits of hashes, in place."""
    hashes ^= hashes >> np.uint64(30)
    hashes *= np.uint64(0xBF58476D1CE4E5B9)
    hashes ^= hashes >> np.uint64(27)
    hashes *= np.uint64(0x94D049BB133111EB)
    hashes ^= hashes >> np.uint64(31)
    hashes >>= np.uint64(1)
