"""Which texts may be alike, judged by their sketches alone.

Two texts are candidates where their sketches share at least two hashes that at most MOST_TEXTS texts have, and so large
a share of all hashes of the smaller sketch that their overlap may matter. That depends on the set of texts and on
nothing else: neither on their order nor on when each came.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.likeness.words import Hashes, Indices, find_firsts, pair_equal

#: A shingle of more texts than these is boilerplate; alone it makes no candidates.
MOST_TEXTS = 256
FEWEST_HITS = 2
#: A sketch is a sample: texts with half of their shingles in common rarely share less than this of it.
LEAST_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Entries:
    """Which text has which sketch hash, one pair each: `hashes[i]` is in the sketch of text `texts[i]`.

    Texts are numbered from 0; `sizes` has the number of hashes in each one's whole sketch.
    """

    hashes: Hashes
    texts: Indices
    sizes: Indices


def find_candidates(entries: Entries, is_asked: NDArray[np.bool_]) -> Indices:
    """Finds the pairs of candidates of which at least one is asked about, a row each: lower number, higher number.

    `entries` must hold every entry of every text whose hash one of the asked texts has.
    """
    hashes, texts = _list_shared(entries)
    is_common = _count_equal(hashes) > MOST_TEXTS
    is_shared = ~is_common
    pairs, hits = _pair_texts(hashes[is_shared], texts[is_shared], is_asked)
    hits += _count_common(pairs, hashes[is_common], texts[is_common])
    is_enough = hits >= LEAST_SHARE * entries.sizes[pairs].min(axis=1, initial=np.iinfo(np.int64).max)
    found: Indices = pairs[is_enough]
    return found


def _list_shared(entries: Entries) -> tuple[Indices, Indices]:
    """Lists the entries of hashes that several texts have, by hash and text; a hash is given as a number from 0 on."""
    order = np.argsort(entries.hashes)
    order = order[_count_equal(entries.hashes[order]) > 1]
    numbers = np.cumsum(find_firsts(entries.hashes[order])) - 1
    codes = numbers * len(entries.sizes) + entries.texts[order]
    codes.sort()
    return np.divmod(codes, len(entries.sizes))


def _count_equal(ordered: Hashes | Indices) -> Indices:
    starts = np.flatnonzero(find_firsts(ordered))
    counts = np.diff(np.append(starts, len(ordered)))
    return np.repeat(counts, counts)


def _pair_texts(hashes: Indices, texts: Indices, is_asked: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """Pairs the texts of each hash with one another; gives the pairs that come up FEWEST_HITS times, and how often."""
    is_wanted, leading = is_asked[texts], texts * len(is_asked)
    listed = [np.empty(0, np.int64)]
    for left, right in pair_equal(hashes):
        codes = leading[left] + texts[right]
        listed.append(codes[is_wanted[left] | is_wanted[right]])
    codes, hits = np.unique(np.concatenate(listed), return_counts=True)
    is_enough = hits >= FEWEST_HITS
    return np.stack(np.divmod(codes[is_enough], len(is_asked)), axis=1), hits[is_enough]


def _count_common(pairs: Indices, hashes: Indices, texts: Indices) -> Indices:
    """Counts the hashes that each pair shares among those that too many texts have."""
    order = np.argsort(texts, kind="stable")
    texts, hashes = texts[order], hashes[order]
    bounds = np.searchsorted(texts, np.stack((pairs, pairs + 1), axis=2))
    counts = np.zeros(len(pairs), np.int64)
    for pair in np.flatnonzero((bounds[:, :, 0] < bounds[:, :, 1]).all(axis=1)):
        left, right = (hashes[start:end] for start, end in bounds[pair].tolist())
        counts[pair] = np.intersect1d(left, right, assume_unique=True).size
    return counts
