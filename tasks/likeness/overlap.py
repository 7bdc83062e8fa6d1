"""How much texts have in common, two by two, measured exactly on their word-3-shingles."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.likeness.shingles import hash_shingles
from tasks.likeness.words import Hashes, Indices, Words, find_firsts

MEASURED_SHINGLE = 3

#: So many sets are sorted together, each marked by the first bits of its hashes: few enough for the processor's cache.
#: The 60 bits that are left of a hash tell the shingles of two texts apart.
SETS_TOGETHER = 16
HASH_LIMIT = np.uint64(2**60)
DROPPED_BITS = np.uint64(3)

#: Gives the words of the texts of some keys, as `hash_words` hashes them.
FetchWords = Callable[[Collection[int]], Mapping[int, Hashes]]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HashedTexts:
    """Some texts, hashed: their words, the shingle at each word, and the set of shingles of each text.

    A shingle at one of the last words of a text reaches into the next text, and is in no set.
    """

    words: Words
    shingles: Hashes
    sets: Words


def hash_texts(texts: Sequence[Hashes]) -> HashedTexts:
    """Hashes texts that are given by their words."""
    words = Words(np.concatenate(texts), np.cumsum([0, *(text.size for text in texts)]))
    shingles = np.append(hash_shingles(words.hashes, MEASURED_SHINGLE), np.zeros(MEASURED_SHINGLE - 1, np.uint64))
    kept = shingles >> DROPPED_BITS
    starts = words.offsets[:-1]
    ends = np.maximum(words.offsets[1:] - MEASURED_SHINGLE + 1, starts)
    whole = [kept[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    made = [_make_sets(whole[first : first + SETS_TOGETHER]) for first in range(0, len(whole), SETS_TOGETHER)]
    hashes, sizes = (np.concatenate(parts) for parts in zip(*made, strict=True))
    return HashedTexts(words, shingles, Words(hashes, np.append(0, np.cumsum(sizes))))


def measure_overlaps(texts: HashedTexts, pairs: Indices) -> tuple[Floats, Floats]:
    """Measures what pairs of texts share: of all their shingles (Jaccard), and of those of the one with fewer.

    `pairs` has the numbers of two texts in each row. Both shares are 0 where a text is too short for a shingle.
    """
    sets = texts.sets.split(texts.sets.hashes)
    batches = (pairs[first : first + SETS_TOGETHER] for first in range(0, len(pairs), SETS_TOGETHER))
    shared = np.concatenate([_count_shared([sets[text] for text in batch.ravel().tolist()]) for batch in batches])
    sizes = np.diff(texts.sets.offsets)[pairs]
    return shared / np.maximum(sizes.sum(axis=1) - shared, 1), shared / np.maximum(sizes.min(axis=1), 1)


def _make_sets(shingles: Sequence[Hashes]) -> tuple[Hashes, Indices]:
    """Makes the sets of several texts, one after the other, and gives the size of each."""
    marked, bounds = _sort_marked(shingles, 1)
    firsts = np.flatnonzero(find_firsts(marked))
    return marked[firsts] & (HASH_LIMIT - np.uint64(1)), np.diff(np.searchsorted(firsts, bounds))


def _count_shared(sets: Sequence[Hashes]) -> Indices:
    """Counts what the first and second set share, the third and fourth, and so on."""
    marked, bounds = _sort_marked(sets, 2)
    return np.diff(np.searchsorted(np.flatnonzero(marked[1:] == marked[:-1]), bounds))


def _sort_marked(arrays: Sequence[Hashes], count: int) -> tuple[Hashes, Indices]:
    """Sorts arrays, always `count` of them together; gives them one after the other, marked, and where each begins."""
    sizes = np.array([array.size for array in arrays]).reshape(-1, count).sum(axis=1)
    marked: Hashes = np.concatenate(arrays) | np.repeat(np.arange(len(sizes), dtype=np.uint64) * HASH_LIMIT, sizes)
    marked.sort()
    return marked, np.append(0, np.cumsum(sizes))
