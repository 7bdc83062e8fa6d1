"""Whether two texts are alike only because both were made from one template, such as "TOWN receives grant".

Where a copy differs from its original, it differs at random: a word here, a paragraph there. Two releases made from one
template differ in the same places in the same way: one names Ashford wherever the other names Barham, and their sums
and dates differ. So the short gaps between what both share are laid side by side, by the two words before them:

- a filler is a word in such a gap that the other text has nowhere;
- two fillers are swapped where they stand in gaps after the same two words;
- a template joins the two where a word is swapped for the same word twice, and either another one is too or each has a
  number that the other lacks; or where such numbers stand after the same word in two places. One word swapped alone
  is a house style; what outlets are known to write each in their own way (Cllr for Councillor) fills no gap.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from tasks.likeness.overlap import MEASURED_SHINGLE, HashedText, find_members, make_set
from tasks.likeness.words import NUMBER_BIT, Hashes, Indices, hash_words

#: A longer stretch that one text has alone was added or cut; it fills no slot.
LONGEST_GAP = 20
#: So many words before a gap tell which gap it is.
CONTEXT = 2
REPEATED = 2
HOUSE_STYLE = make_set(hash_words(["ald alderman cllr cllrs coun councillor councillors cent pc per percent"]).hashes)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What one text has that another has not: its own words, each once, and the places where they stand, in order."""

    words: Hashes
    places: Indices

    @property
    def has_numbers(self) -> bool:
        """Whether any of them is a number."""
        return bool((self.words & NUMBER_BIT).any())

    @property
    def may_fill(self) -> bool:
        """Whether they are enough to be told from a template: one of them twice, or two numbers."""
        return self.places.size > self.words.size or int(np.count_nonzero(self.words & NUMBER_BIT)) >= REPEATED


def joins_template(text: HashedText, other: HashedText) -> bool:
    """Tells whether only a template joins two texts that are alike."""
    own = find_own_words(text, other)
    if not own.may_fill:
        return False
    other_own = find_own_words(other, text)
    if not other_own.may_fill:
        return False
    numbers = len(_find_number_places(text, own) & _find_number_places(other, other_own))
    fillers, other_fillers = _list_fillers(text, other, own), _list_fillers(other, text, other_own)
    swapped: Counter[tuple[int, int]] = Counter()
    for place in fillers.keys() & other_fillers.keys():
        swapped.update((mine, theirs) for mine in fillers[place] for theirs in other_fillers[place])
    repeated = [pair for pair, count in swapped.items() if count >= REPEATED]
    names = max((len(set(side)) for side in zip(*repeated, strict=True)), default=0)
    has_numbers = own.has_numbers and other_own.has_numbers
    return numbers >= REPEATED or names >= REPEATED or (names > 0 and has_numbers)


def find_own_words(text: HashedText, other: HashedText) -> OwnWords:
    """Finds the words of a text that another has nowhere, but for those of a house style."""
    is_common = find_members(text.words, other.word_set) | find_members(text.words, HOUSE_STYLE)
    places = np.flatnonzero(~is_common)
    return OwnWords(make_set(text.words[places]), places)


def _find_number_places(text: HashedText, own: OwnWords) -> set[int]:
    """Finds the words, none of its own, after which a text has numbers of its own."""
    numbers = own.places[(text.words[own.places] & NUMBER_BIT) > 0]
    before = text.words[numbers[numbers > 0] - 1]
    return set(before[~find_members(before, own.words)].tolist())


def _list_fillers(text: HashedText, other: HashedText, own: OwnWords) -> dict[tuple[int, int], set[int]]:
    """Lists the fillers of all short gaps by the two words before the gap."""
    is_shared = find_members(text.shingles, other.shingle_set)
    is_covered = np.ones(text.words.size + 2, np.bool_)
    is_covered[1:-1] = False
    for place in range(1, MEASURED_SHINGLE + 1):
        is_covered[place : place + is_shared.size] |= is_shared
    covered = np.flatnonzero(is_covered) - 1
    following = np.searchsorted(covered, own.places)
    starts, ends = covered[following - 1] + 1, covered[following]
    fillers: dict[tuple[int, int], set[int]] = defaultdict(set)
    short = (ends - starts <= LONGEST_GAP) & (starts >= CONTEXT)
    starts, words = starts[short], text.words[own.places[short]]
    before, last = text.words[starts - 2].tolist(), text.words[starts - 1].tolist()
    for filler in zip(before, last, words.tolist(), strict=True):
        fillers[filler[:2]].add(filler[2])
    return fillers
