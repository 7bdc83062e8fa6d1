"""How much two texts have in common, measured exactly on their word-3-shingles."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tasks.likeness.shingles import BATCH_TEXTS, hash_shingles
from tasks.likeness.words import Hashes, find_firsts, hash_words

MEASURED_SHINGLE = 3
#: From these on, two texts are alike.
NEAR_JACCARD = 0.5
CONTAINED_CONTAINMENT = 0.8
#: So many pairs are measured before their texts are let go.
BATCH_PAIRS = 4_000

#: Gives the texts of some keys.
FetchTexts = Callable[[Collection[int]], Mapping[int, str]]


@dataclass(frozen=True)
class HashedText:
    """One text, hashed: its words in order, and its shingles, of which the first begins with the first word."""

    words: Hashes
    shingles: Hashes

    @cached_property
    def word_set(self) -> Hashes:
        """The words, each once, rising."""
        return make_set(self.words)

    @cached_property
    def shingle_set(self) -> Hashes:
        """The shingles, each once, rising."""
        return make_set(self.shingles)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share: of all their shingles (`jaccard`), and of those of the one with fewer (`containment`)."""

    jaccard: float
    containment: float

    @property
    def is_alike(self) -> bool:
        """Whether the two are alike enough to be told of."""
        return self.jaccard >= NEAR_JACCARD or self.containment >= CONTAINED_CONTAINMENT

    @property
    def kind(self) -> str:
        """In which way two texts are alike that are: `near` or `contained`."""
        return "near" if self.jaccard >= NEAR_JACCARD else "contained"


def hash_texts(texts: Mapping[int, str]) -> Iterator[tuple[int, HashedText]]:
    """Hashes texts under their keys."""
    keys = list(texts)
    for start in range(0, len(keys), BATCH_TEXTS):
        batch = keys[start : start + BATCH_TEXTS]
        words = hash_words([texts[key] for key in batch])
        shingles = hash_shingles(words.hashes, MEASURED_SHINGLE)
        offsets = words.offsets.tolist()
        for key, first, end in zip(batch, offsets[:-1], offsets[1:], strict=True):
            last = max(end - MEASURED_SHINGLE + 1, first)
            yield key, HashedText(words.hashes[first:end], shingles[first:last])


def measure_overlap(text: HashedText, other: HashedText) -> Overlap | None:
    """Measures the overlap of two texts; None where one of them is too short for a shingle."""
    sizes = text.shingle_set.size, other.shingle_set.size
    if not all(sizes):
        return None
    shared = find_shared(text.shingle_set, other.shingle_set).size
    return Overlap(shared / (sum(sizes) - shared), shared / min(sizes))


def make_set(hashes: Hashes) -> Hashes:
    """Makes a set of hashes: each once, rising."""
    rising = hashes.copy()
    rising.sort()
    unique: Hashes = rising[find_firsts(rising)]
    return unique


def find_shared(hashes: Hashes, others: Hashes) -> Hashes:
    """Finds what two sets share, as a set; sorting both together is the fastest way for sets of this size."""
    together = np.concatenate((hashes, others))
    together.sort()
    shared: Hashes = together[1:][together[1:] == together[:-1]]
    return shared


def find_members(hashes: Hashes, members: Hashes) -> NDArray[np.bool_]:
    """Finds which of the hashes are in a set."""
    if not members.size:
        return np.zeros(hashes.size, np.bool_)
    places = members.searchsorted(hashes)
    places[places == members.size] = 0
    found: NDArray[np.bool_] = members[places] == hashes
    return found


def pair_hashed(
    pairs: Iterable[tuple[int, int]], fetch: FetchTexts
) -> Iterator[tuple[int, int, HashedText, HashedText]]:
    """Gives each pair of keys with their texts, hashed, holding few at a time."""
    ordered = sorted(pairs)
    for start in range(0, len(ordered), BATCH_PAIRS):
        batch = ordered[start : start + BATCH_PAIRS]
        hashed = dict(hash_texts(fetch({key for pair in batch for key in pair})))
        for left, right in batch:
            yield left, right, hashed[left], hashed[right]
