"""Words and sketches: one hash a word whatever its typography, and the same hash for ever."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.likeness import shingles
from tasks.likeness.shingles import SKETCH_FEWEST, hash_batches, hash_shingles, make_sketches
from tasks.likeness.word_spans import locate_words
from tasks.likeness.words import NUMBER_BIT, hash_words, make_keys, pair_equal
from tasks.reading.text import normalise_text

TEXT = " ".join(f"word{number} of report {number * 7}" for number in range(300))
EXPECTED_WORDS = [
    13937170932293561348,
    18415020936663956898,
    14290733662726088338,
    1363374989027185466,
    1300103808601220072,
    1597982881842440962,
    16633418752152173089,
    2468896633911730038,
]
EXPECTED_SHINGLES = [253860106644285068, 6886807880830807324, 4054941755967012314, 4331074409688897733]
TEXTS = st.text(st.sampled_from("aZéÉßİ½ﬁ_-’'“…·®\ufffd\u00ad\u200b\u0301\u00a0 \n7９Ж中£."), max_size=40)


@given(st.lists(TEXTS, max_size=6))
def test_words_are_those_of_the_normalised_text(texts: list[str]) -> None:
    """Each text has the words that normalise_text leaves of it: as many, and equal hashes for equal words alone."""
    words = hash_words(texts)
    expected = [normalise_text(text).split() for text in texts]
    assert np.diff(words.offsets).tolist() == list(map(len, expected))
    flat = [word for text in expected for word in text]
    assert len(set(zip(words.hashes.tolist(), flat, strict=True))) == len(set(flat)) == len(set(words.hashes.tolist()))


@given(TEXTS)
def test_words_are_located_in_the_text_as_it_stands(text: str) -> None:
    """What stands at a word's place in the text is that word, once levelled; or no word has a place."""
    spans = locate_words(text).tolist()
    words = normalise_text(text).split()
    assert len(spans) in {0, len(words)}
    if all(character not in "½\u0301ﬁİ" for character in text):
        assert [normalise_text(text[start:end]) for start, end in spans] == words


@pytest.mark.parametrize("length", [1, 7, 8, 9, 16, 17, 40])
def test_words_of_any_length_are_told_apart(length: int) -> None:
    """A word is hashed to its last letter, and the words around it make no difference."""
    word = "a" * length
    hashes = hash_words([f"{word} {word}b x{word} {word}"]).hashes
    assert hashes[0] == hashes[3]
    assert len(set(hashes.tolist())) == 3


def test_hashes_stay_as_they_are() -> None:
    """The hashes that archives keep are these; where they must change, every archive's sketches are to be made anew."""
    hashes = hash_words(["Ofsted rates children's services at 2 councils"]).hashes
    assert hashes.tolist() == EXPECTED_WORDS
    assert hash_shingles(hashes, 5).tolist() == EXPECTED_SHINGLES


def test_shingles_are_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many shingles are hashed at a time makes no difference."""
    hashes = hash_words([TEXT]).hashes
    expected = hash_shingles(hashes, 5).tolist()
    monkeypatch.setattr(shingles, "BLOCK_SHINGLES", 7)
    assert hash_shingles(hashes, 5).tolist() == expected


def test_equal_values_are_paired_each_with_each() -> None:
    """Every two places of one value are a pair, the nearest first; nothing makes none."""
    pairs = [
        list(zip(left.tolist(), right.tolist(), strict=True)) for left, right in pair_equal(np.array([4, 4, 4, 7]))
    ]
    assert pairs == [[(0, 1), (1, 2)], [(0, 2)]]
    assert list(pair_equal(np.array([], np.int64))) == []


def test_a_number_is_known_by_its_hash() -> None:
    """A word that begins with a digit is a number, and no other is."""
    hashes = hash_words(["£5m for 12 schools, the 2nd of A10"]).hashes
    assert [bool(word & NUMBER_BIT) for word in hashes] == [True, False, True, False, False, True, False, False]


def test_a_sketch_is_a_sample_of_what_texts_share() -> None:
    """The sketch of a part of a text is in that of the whole, but for the seams; each hash once, in order."""
    whole, part = make_sketches(hash_batches([TEXT, TEXT[len(TEXT) // 2 :]])).to_list()
    dense = set(hash_shingles(hash_words([TEXT]).hashes, 5).tolist())
    assert set(whole) <= dense
    shared = [one for one in whole if one in set(part)]
    assert len(shared) >= 0.3 * len(whole)
    assert all(one < following for one, following in pairwise(part))


def test_a_short_text_has_a_sketch_too() -> None:
    """A text of 20 words keeps all of its shingles; one without a shingle has an empty sketch."""
    short, nothing, long = make_sketches(hash_batches([" ".join("abcdefghijklmnopqrst"), "a b c d", TEXT])).to_list()
    assert len(short) == 16 <= SKETCH_FEWEST
    assert nothing == []
    assert len(long) > SKETCH_FEWEST


def test_the_sketch_of_a_text_does_not_depend_on_those_beside_it() -> None:
    """Texts sketched together, in one batch or in several, have the sketches that each has alone."""
    texts = [" ".join(TEXT.split()[start : start + 40]) for start in range(450)]
    together = make_sketches(hash_batches(texts)).to_list()
    assert together == [make_sketches(hash_batches([text])).to_list()[0] for text in texts]
    assert make_sketches([]).to_list() == []


def test_the_key_of_a_text_is_that_of_its_words() -> None:
    """Texts of the same words in the same order share a key, and no others."""
    keys = make_keys(hash_words(["One, two!", "“ONE” two", "two one", "one two three", "", "a b c b a", "b a c a b"]))
    assert keys[0] == keys[1]
    assert len(set(keys)) == 6
    assert make_keys(hash_words([])) == []
