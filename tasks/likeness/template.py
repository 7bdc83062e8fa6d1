"""Whether two texts are alike only because both were made from one template, such as "TOWN receives grant".

Where a copy differs from its original, it differs at random: a word here, a paragraph there. Two releases made from one
template differ in the same places in the same way: one names Ashford wherever the other names Barham, and their sums
and dates differ. So the short gaps between what both share are laid side by side, by the two words before them:

- a filler is a word in such a gap that the other text has nowhere;
- two fillers are swapped where they stand in gaps after the same two words;
- two numbers are swapped where they stand after the same word and the other text has neither anywhere.

A template joins two texts where numbers are swapped in two places; where a word is swapped for the same word twice, and
another one is too or each text has a number that the other lacks; or where a word is swapped twice, for whatever words,
and a number is. It does too where both texts begin with dates that are more than a day apart, as no copy does. One word
swapped alone is a house style; what outlets are known to write each in their own way (Cllr for Councillor) is no
filler.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tasks.likeness.overlap import MEASURED_SHINGLE, HashedTexts
from tasks.likeness.words import HALF, MULTIPLIER, NUMBER_BIT, Hashes, Indices, Words, hash_words

#: Where a table tells hashes apart, it does so by 20 of their bits: one in some thousands is taken for another.
SLOTS = 2**20
#: The slot of what is no shingle, for it reaches into the next text: no two texts have it in common.
NO_SLOT = SLOTS
#: A longer stretch that one text has alone was added or cut; it fills no gap of a template.
LONGEST_GAP = 20
#: So many words before a gap tell which gap it is.
CONTEXT = 2
REPEATED = 2
#: A date among the first words of a text is that of the text.
HEAD_WORDS = 40
#: An article may be carried on the day after, under that day's date.
DAYS_APART = 1

HOUSE_STYLE = "ald alderman cllr cllrs coun councillor councillors cent pc per percent"
NUMBERS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
)
MONTHS = "january february march april may june july august september october november december"
DAYS = [f"{day} {day:02} {day}st {day}nd {day}rd {day}th" for day in range(1, 32)]


def find_slots(hashes: Hashes) -> Indices:
    """Finds the slots of hashes in a table."""
    slots = hashes >> HALF
    slots &= np.uint64(SLOTS - 1)
    return slots.view(np.int64)


def fill_table(*lists: str) -> NDArray[np.uint8]:
    """Fills a table by the slots of words: the number of the list, from 1 on, that has the word."""
    table = np.zeros(SLOTS, np.uint8)
    for number, words in enumerate(lists, 1):
        table[find_slots(hash_words([words]).hashes)] = number
    return table


IS_HOUSE_STYLE = fill_table(HOUSE_STYLE).view(np.bool_)
IS_NUMBER = fill_table(NUMBERS).view(np.bool_)
MONTH_NUMBERS = fill_table(*MONTHS.split())
DAY_NUMBERS = fill_table(*DAYS)
#: A word that is none, which keeps a date from reaching from one text into the next.
BETWEEN_TEXTS: Hashes = np.zeros(1, np.uint64)


class Side(NamedTuple):
    """One text of each of some pairs, their words one text after the other, and what the other text of the pair lacks.

    `starts` and `ends` are those of the texts, by pair; `is_covered` tells which words are part of a shared shingle;
    `own` has the places of the words that the other text has nowhere, and `pairs` the pair of each of these.
    """

    words: Hashes
    starts: Indices
    ends: Indices
    is_covered: NDArray[np.bool_]
    own: Indices
    pairs: Indices


def find_templates(texts: HashedTexts, pairs: Indices) -> NDArray[np.bool_]:
    """Finds which pairs of texts that are alike only a template joins; a pair is given by the numbers of two texts."""
    is_template = np.zeros(len(pairs), np.bool_)
    if not len(pairs):
        return is_template
    words, shingles = find_slots(texts.words.hashes), find_slots(texts.shingles)
    for distance in range(1, MEASURED_SHINGLE):
        shingles[texts.words.offsets[1:] - distance] = NO_SLOT
    slots = texts.words.split(words), texts.words.split(shingles)
    side, other = _stack(texts.words, *slots, pairs), _stack(texts.words, *slots, pairs[:, ::-1])
    is_template[find_swapped(side, other)] = True
    have_own = [np.bincount(one.pairs, minlength=len(pairs)) > 0 for one in (side, other)]
    left = np.flatnonzero(have_own[0] & have_own[1] & ~is_template)
    is_template[left[find_dated(texts.words, pairs[left])]] = True
    return is_template


def find_shared(slots: Sequence[Indices], pairs: Indices) -> Iterator[NDArray[np.bool_]]:
    """Finds which of the first text's slots the second has too, for each pair of texts, whose `slots` are given."""
    is_taken = np.zeros(NO_SLOT + 1, np.bool_)
    marked = slots[0][:0]
    for text, other in pairs.tolist():
        if slots[other] is not marked:
            is_taken[marked] = False
            marked = slots[other]
            is_taken[marked] = True
            is_taken[NO_SLOT] = False
        yield is_taken.take(slots[text])


def find_swapped(side: Side, other: Side) -> pl.Series:
    """Finds the pairs whose words and numbers are swapped as in a template."""
    gaps, other_gaps = list_gaps(side), list_gaps(other)
    mine = _count_gaps(gaps.join(other_gaps, on="gap", how="semi"))
    theirs = _count_gaps(other_gaps.join(gaps, on="gap", how="semi"))
    fillers = mine.join(theirs.drop("pair"), on="gap", suffix="_other")
    same = _find_repeated(fillers.with_columns(pl.min_horizontal("gaps", "gaps_other")), "word", "word_other")
    names = same.group_by("pair").agg(names=pl.max_horizontal(pl.n_unique("word"), pl.n_unique("word_other")))
    numbers, other_numbers = list_numbers(side), list_numbers(other)
    swapped = numbers.join(other_numbers, on=("pair", "before")).group_by("pair").agg(numbers=pl.len())
    found = [
        swapped.filter(pl.col("numbers") >= REPEATED),
        names.filter(pl.col("names") >= REPEATED),
        names.join(numbers, on="pair", how="semi").join(other_numbers, on="pair", how="semi"),
        *(_find_repeated(changed, "word").join(swapped, on="pair", how="semi") for changed in (mine, theirs)),
    ]
    return pl.concat([pairs["pair"] for pairs in found])


def list_gaps(side: Side) -> pl.DataFrame:
    """Lists the words that fill short gaps: `pair`, the `start` of the gap, and `word`.

    `gap` is a hash of the pair and the two words before the gap.
    """
    # Between the bounds around all words, each place counts one more.
    covered = np.flatnonzero(np.concatenate(([True], side.is_covered, [True])))
    following = np.searchsorted(covered, side.own + 1)
    text_starts, text_ends = side.starts[side.pairs], side.ends[side.pairs]
    starts = np.maximum(covered[following - 1], text_starts)
    ends = np.minimum(covered[following] - 1, text_ends)
    is_short = (ends - starts <= LONGEST_GAP) & (starts - text_starts >= CONTEXT)
    starts, pairs = starts[is_short], side.pairs[is_short]
    before = side.words[starts - 2] * MULTIPLIER + side.words[starts - 1]
    gap = before * MULTIPLIER + pairs.view(np.uint64)
    return pl.DataFrame({"pair": pairs, "start": starts, "gap": gap, "word": side.words[side.own[is_short]]})


def _count_gaps(gaps: pl.DataFrame) -> pl.DataFrame:
    """Counts in how many `gaps` after the same two words a word stands, of the words that recur in their pair."""
    repeated = gaps.filter(pl.struct("pair", "word").is_duplicated())
    return repeated.unique(("start", "word")).group_by("gap", "word").agg(pl.first("pair"), gaps=pl.len())


def list_numbers(side: Side) -> pl.DataFrame:
    """Lists the words, none of its own, after which a text has numbers of its own: `pair` and `before`."""
    own = side.words[side.own]
    is_number = (own & NUMBER_BIT > 0) | IS_NUMBER[find_slots(own)]
    is_behind_shared = (np.diff(side.own, prepend=-2) > 1) & (side.own > side.starts[side.pairs])
    chosen = is_number & is_behind_shared
    return pl.DataFrame({"pair": side.pairs[chosen], "before": side.words[side.own[chosen] - 1]}).unique()


def find_dated(words: Words, pairs: Indices) -> list[int]:
    """Finds the pairs whose texts begin with dates that are apart, where neither has that of the other anywhere."""
    texts = words.split(words.hashes)
    numbers = np.unique(pairs).tolist()
    heads = dict(zip(numbers, list_days([texts[text][:HEAD_WORDS] for text in numbers]), strict=True))
    found = []
    for pair, (one, other) in enumerate(pairs.tolist()):
        if min((abs(day - other_day) for day in heads[one] for other_day in heads[other]), default=0) > DAYS_APART:
            days, other_days = list_days([texts[one], texts[other]])
            if heads[one].isdisjoint(other_days) and heads[other].isdisjoint(days):
                found.append(pair)
    return found


def list_days(texts: Sequence[Hashes]) -> list[set[int]]:
    """Lists the dates in each text, given by its words, as days of a year whose months have 31 days."""
    slots = find_slots(np.concatenate([BETWEEN_TEXTS, *(part for text in texts for part in (text, BETWEEN_TEXTS))]))
    ends = np.cumsum([len(text) + 1 for text in texts])
    months = np.flatnonzero(MONTH_NUMBERS[slots])
    numbers = MONTH_NUMBERS[slots[months]].tolist()
    days: list[set[int]] = [set() for _ in texts]
    for beside in months - 1, months + 1:
        of_text = np.searchsorted(ends, months).tolist()
        for text, month, day in zip(of_text, numbers, DAY_NUMBERS[slots[beside]].tolist(), strict=True):
            if day:
                days[text].add(31 * month + day)
    return days


def _stack(words: Words, slots: Sequence[Indices], shingles: Sequence[Indices], pairs: Indices) -> Side:
    """Puts the first texts of pairs one after the other; given are the slots of each text's words and shingles."""
    texts = words.split(words.hashes)
    stacked = np.concatenate([texts[text] for text in pairs[:, 0].tolist()])
    ends = np.cumsum(np.diff(words.offsets)[pairs[:, 0]])
    is_shared = np.concatenate(list(find_shared(shingles, pairs)))
    is_covered = is_shared.copy()
    for distance in range(1, MEASURED_SHINGLE):
        is_covered[distance:] |= is_shared[:-distance]
    own = np.flatnonzero(~np.concatenate(list(find_shared(slots, pairs))))
    own = own[~IS_HOUSE_STYLE[find_slots(stacked[own])]]
    owners = np.searchsorted(ends, own, side="right")
    return Side(stacked, np.append(0, ends[:-1]), ends, is_covered, own, owners)


def _find_repeated(fillers: pl.DataFrame, *words: str) -> pl.DataFrame:
    """Finds the words, or pairs of words, that stand in several gaps."""
    return fillers.group_by("pair", *words).agg(pl.sum("gaps")).filter(pl.col("gaps") >= REPEATED)
