"""What pairs of texts have in common word for word, but for small edits: found by shingles, extended to full length."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tasks.likeness.shingles import hash_batches, hash_shingles
from tasks.likeness.words import Hashes, Indices, Words, find_firsts, pair_equal

SHARED_SHINGLE = 6
#: Half of the shingles are in the sample, chosen by their hashes: so a shingle is in that of each text that has it, and
#: how many have it can be counted there, which it cannot where the lowest of each few neighbours is chosen.
SAMPLE_BIT = np.uint64(1)
#: Of a hash the upper 31 bits are kept: texts are looked at where several agree, each at its place.
KEPT_SHIFT = np.uint64(32)
#: A passage of more texts than these is boilerplate: a notice, a newsletter's footer.
MOST_TEXTS = 100
#: Shorter ones are turns of phrase.
FEWEST_WORDS = 12
#: From the first to the last shingle by which a match is found there are so many words, so that few texts are read that
#: have no more than a turn of phrase in common.
FEWEST_FOUND = 11
LEAST_SPAN = FEWEST_FOUND - SHARED_SHINGLE
#: An edit inside a passage: so many words apart at most, and after them so many the same again.
WIDEST_EDIT = 12
WIDEST_GAP = SHARED_SHINGLE + WIDEST_EDIT
WIDEST_STEP = 3
FEWEST_AFTER_EDIT = 3

#: So many texts are kept as lists while matches in them are extended.
KEPT_TEXTS = 5_000
SEEN = WIDEST_STEP + FEWEST_AFTER_EDIT
STEPS = sorted(product(range(WIDEST_STEP + 1), repeat=2), key=lambda step: (sum(step), step))[1:]

NO_HASHES: Hashes = np.empty(0, np.uint64)
NO_INDICES: Indices = np.empty(0, np.int64)
#: Two texts are compared where the weights with which they are asked about make this.
COMPARED = 2


@dataclass(frozen=True, slots=True)
class Corpus:
    """The words of many texts, and a sample of their shingles.

    `sample` has the hashes of the sampled shingles, and `places` the first word of each.
    """

    words: Words
    sample: Hashes
    places: Indices


class Stretch(NamedTuple):
    """A stretch of words of one text: the first, and the one after the last."""

    text: int
    start: int
    end: int

    @property
    def size(self) -> int:
        """The number of words."""
        return self.end - self.start


def hash_corpus(texts: Sequence[str]) -> Corpus:
    """Hashes the words of many texts, and samples their shingles."""
    hashes, counts, samples, places = [NO_HASHES], [NO_INDICES], [NO_HASHES], [NO_INDICES]
    start = 0
    for batch in hash_batches(texts):
        shingles = hash_shingles(batch.hashes, SHARED_SHINGLE)
        sampled = np.flatnonzero((shingles & SAMPLE_BIT) == 0)
        sampled = sampled[batch.starts_whole(sampled, SHARED_SHINGLE)]
        hashes.append(batch.hashes)
        counts.append(np.diff(batch.offsets))
        samples.append(shingles[sampled] >> KEPT_SHIFT)
        places.append(sampled + start)
        start += len(batch.hashes)
    words = Words(np.concatenate(hashes), np.cumsum(np.concatenate(([0], *counts))))
    return Corpus(words, np.concatenate(samples), np.concatenate(places))


def list_fingerprints(corpus: Corpus) -> pl.DataFrame:
    """Lists the sampled hashes of each text in order, each once (`fingerprint`), and the `places` of their words."""
    texts = corpus.words.find_texts(corpus.places)
    places = corpus.places - corpus.words.offsets[texts]
    hashes = pl.DataFrame({"text": texts, "fingerprint": corpus.sample.view(np.int64), "places": places})
    listed = hashes.unique(["text", "fingerprint"], keep="first", maintain_order=True).group_by("text").agg(pl.all())
    every = pl.DataFrame({"text": np.arange(len(corpus.words.offsets) - 1)})
    fingerprints = every.join(listed, on="text", how="left", maintain_order="left")
    return fingerprints.select(pl.col("fingerprint", "places").fill_null([]))


def find_common(corpus: Corpus) -> Hashes:
    """Finds the hashes of the sample that more than MOST_TEXTS texts have."""
    _, hashes = _sort_sample(corpus)
    firsts = np.flatnonzero(find_firsts(hashes))
    return hashes[firsts[np.diff(np.append(firsts, len(hashes))) > MOST_TEXTS]]


def find_matches(corpus: Corpus, common: Hashes, asked: Indices | None = None) -> list[tuple[Stretch, Stretch]]:
    """Finds what pairs of texts share, in order, by the sampled hashes that are not among the `common` ones.

    `asked` has 2 for a text that is compared with all others, 1 for one that is with the others of 1 and 2, 0 for one
    that is with those of 2; without it, all are compared. What two texts share depends on them and the common hashes.
    """
    places, others = _sort_seeds(corpus, *_find_seeds(corpus, common, asked))
    if not places.size:
        return []
    firsts = np.flatnonzero(_find_breaks(corpus, places, others))
    lasts = np.append(firsts[1:], len(places)) - 1
    is_long = places[lasts] - places[firsts] >= LEAST_SPAN
    firsts, lasts = firsts[is_long], lasts[is_long]
    stretches = _make_stretches(corpus, places[firsts], places[lasts])
    matched = _make_stretches(corpus, others[firsts], others[lasts])
    get_words = lru_cache(KEPT_TEXTS)(lambda text: corpus.words.get_text(text).tolist())
    matches = {
        extend_match(match, get_words(match[0].text), get_words(match[1].text))
        for match in zip(stretches, matched, strict=True)
    }
    return sorted(match for match in matches if match[0].size >= FEWEST_WORDS)


def extend_match(match: tuple[Stretch, Stretch], words: list[int], others: list[int]) -> tuple[Stretch, Stretch]:
    """Extends a match over all words that are the same before and behind it, and over small edits among them."""
    stretch, matched = match
    start, other_start = _walk(words, others, stretch.start - 1, matched.start - 1, -1)
    end, other_end = _walk(words, others, stretch.end, matched.end, 1)
    return Stretch(stretch.text, start + 1, end), Stretch(matched.text, other_start + 1, other_end)


def _make_stretches(corpus: Corpus, firsts: Indices, lasts: Indices) -> list[Stretch]:
    """Makes the stretches from the shingles at some places to those at others."""
    texts = corpus.words.find_texts(firsts)
    starts = corpus.words.offsets[texts]
    ends = zip(texts.tolist(), (firsts - starts).tolist(), (lasts - starts + SHARED_SHINGLE).tolist(), strict=True)
    return [Stretch(*values) for values in ends]


def _sort_sample(corpus: Corpus) -> tuple[Indices, Hashes]:
    """Sorts those of the sample that recur by hash and text, of each text the first; gives places and hashes."""
    order = np.argsort(corpus.sample)
    is_new = find_firsts(corpus.sample[order])
    order = order[~is_new | ~np.append(is_new[1:], True)[: len(is_new)]]
    # A stable order from the start would take three times as long, and few shingles are shared.
    order = order[np.lexsort((corpus.places[order], corpus.sample[order]))]
    hashes, places = corpus.sample[order], corpus.places[order]
    is_text_first = find_firsts(hashes) | find_firsts(corpus.words.find_texts(places))
    return places[is_text_first], hashes[is_text_first]


def _find_seeds(corpus: Corpus, common: Hashes, asked: Indices | None) -> tuple[Indices, Indices]:
    """Finds the places of shingles that two texts have, for each two texts."""
    places, hashes = _sort_sample(corpus)
    is_rare = np.isin(hashes, common, invert=True)
    places, hashes = places[is_rare], hashes[is_rare]
    weights = None if asked is None else asked[corpus.words.find_texts(places)]
    lefts, rights = [NO_INDICES], [NO_INDICES]
    for left, right in pair_equal(hashes):
        is_wanted = slice(None) if weights is None else weights[left] + weights[right] >= COMPARED
        lefts.append(places[left[is_wanted]])
        rights.append(places[right[is_wanted]])
    return np.concatenate(lefts), np.concatenate(rights)


def _sort_seeds(corpus: Corpus, places: Indices, others: Indices) -> tuple[Indices, Indices]:
    order = np.lexsort((others, places, corpus.words.find_texts(others), corpus.words.find_texts(places)))
    return places[order], others[order]


def _find_breaks(corpus: Corpus, places: Indices, others: Indices) -> NDArray[np.bool_]:
    """Finds the seeds with which another match begins: of other texts, far from the last, or not in step with it."""
    shifts = others - places
    is_apart = np.diff(places, prepend=places[:1]) > WIDEST_GAP
    is_out_of_step = np.abs(np.diff(shifts, prepend=shifts[:1])) > WIDEST_STEP
    find_texts = corpus.words.find_texts
    return find_firsts(find_texts(places)) | find_firsts(find_texts(others)) | is_apart | is_out_of_step


def _walk(words: list[int], others: list[int], place: int, other: int, way: int) -> tuple[int, int]:
    """Walks through both lists, forth (1) or back (-1), to the first places where they differ for good."""
    while True:
        while 0 <= place < len(words) and 0 <= other < len(others) and words[place] == others[other]:
            place, other = place + way, other + way
        step = _find_step(_look(words, place, way), _look(others, other, way))
        if step is None:
            return place, other
        place, other = place + way * step[0], other + way * step[1]


def _look(words: list[int], place: int, way: int) -> list[int]:
    """Looks at the next few words from a place on, in the way that is walked."""
    return words[place : place + SEEN] if way > 0 else words[max(place + 1 - SEEN, 0) : place + 1][::-1]


def _find_step(words: list[int], others: list[int]) -> tuple[int, int] | None:
    """Finds the shortest edit behind which two lists are the same again: how many words to leave out of each."""
    if set(words).isdisjoint(others):
        return None
    for step, other_step in STEPS:
        after = words[step : step + FEWEST_AFTER_EDIT]
        if len(after) == FEWEST_AFTER_EDIT and after == others[other_step : other_step + FEWEST_AFTER_EDIT]:
            return step, other_step
    return None
