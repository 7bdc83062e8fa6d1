"""How much texts have in common, two by two, measured exactly on their word-3-shingles."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.likeness.shingles import hash_shingles
from tasks.likeness.words import Hashes, Indices, Words, find_firsts

MEASURED_SHINGLE = 3
#: Words that are none, with which the last shingles are filled.
BEHIND_TEXTS: Hashes = np.zeros(MEASURED_SHINGLE - 1, np.uint64)

#: Gives the words of the texts of some keys, as `hash_words` hashes them.
FetchWords = Callable[[Collection[int]], Mapping[int, Hashes]]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HashedTexts:
    """Some texts, hashed: their words, the shingle at each word, and the set of shingles of each text, rising.

    A shingle at one of the last words of a text reaches into the next text, and is in no set.
    """

    words: Words
    shingles: Hashes
    sets: Sequence[Hashes]


def hash_texts(texts: Sequence[Hashes]) -> HashedTexts:
    """Hashes texts that are given by their words."""
    hashes = np.concatenate([*texts, BEHIND_TEXTS])
    words = Words(hashes[: -BEHIND_TEXTS.size], np.cumsum([0, *map(len, texts)]))
    shingles = hash_shingles(hashes, MEASURED_SHINGLE)
    return HashedTexts(words, shingles, _make_sets(words, shingles))


def measure_overlaps(texts: HashedTexts, pairs: Indices) -> tuple[Floats, Floats]:
    """Measures what pairs of texts share: of all their shingles (Jaccard), and of those of the one with fewer.

    `pairs` has the numbers of two texts in each row. Both shares are 0 where a text is too short for a shingle.
    """
    shared = np.array([_count_shared(texts.sets[one], texts.sets[other]) for one, other in pairs.tolist()], np.int64)
    sizes = np.array([len(shingles) for shingles in texts.sets])[pairs]
    return shared / np.maximum(sizes.sum(axis=1) - shared, 1), shared / np.maximum(sizes.min(axis=1), 1)


def _make_sets(words: Words, shingles: Hashes) -> list[Hashes]:
    ordered = shingles.copy()
    texts = [text[: 1 - MEASURED_SHINGLE] for text in words.split(ordered)]
    for text in texts:
        text.sort()
    is_first = words.split(find_firsts(ordered))
    for flags in is_first:
        flags[:1] = True
    return [text[flags[: text.size]] for text, flags in zip(texts, is_first, strict=True)]


def _count_shared(one: Hashes, other: Hashes) -> int:
    """Counts what two sets share."""
    both = np.concatenate((one, other))
    both.sort()
    return int(np.count_nonzero(both[1:] == both[:-1]))
