"""What two texts share is measured exactly, and a template is told from a copy."""

import numpy as np
import polars as pl
import pytest

from storage.likeness_schemas import OVERLAPS
from tasks.likeness.index import KEYS, measure_pairs
from tasks.likeness.overlap import hash_texts, measure_overlaps
from tasks.likeness.template import find_templates
from tasks.likeness.words import hash_words
from tests.likeness.texts import keep_start, replace_words, write_release, write_text

RELEASE = write_release("Ashford", 20_000, 12)
BOTH = np.array([[0, 1]])


def measure(text: str, other: str) -> tuple[float, float]:
    """The measures of two texts."""
    jaccard, containment = measure_overlaps(hash_texts([hash_words([one]).hashes for one in (text, other)]), BOTH)
    return jaccard[0], containment[0]


def joins_template(text: str, other: str) -> bool:
    """Whether only a template joins two texts; it makes no difference which comes first."""
    texts = hash_texts([hash_words([one]).hashes for one in (text, other)])
    first, second = find_templates(texts, np.concatenate((BOTH, BOTH[:, ::-1])))
    assert first == second
    return bool(first)


@pytest.mark.parametrize(
    ("text", "other", "jaccard", "containment"),
    [
        ("a b c d", "A b, c d", 1, 1),
        ("a b c d", "a b c e", 1 / 3, 1 / 2),
        ("a b c", "a b c d e", 1 / 3, 1),
        ("a b c a b c a b c", "a b c a b", 1, 1),
        ("a b c", "d e f", 0, 0),
        ("a b", "a b c", 0, 0),
        ("", "a b c", 0, 0),
    ],
)
def test_overlap_is_measured_exactly(text: str, other: str, jaccard: float, containment: float) -> None:
    """Jaccard and containment are shares of word-3-shingles, each counted once; a text too short for one has none."""
    assert measure(text, other) == (jaccard, containment)


def test_many_pairs_are_measured_as_each_alone() -> None:
    """Pairs measured together have the measures of sets of their words in threes."""
    texts = [replace_words(write_text(1, 30 + place), place / 50, place) for place in range(50)]
    pairs = np.array([(left, right) for right in range(50) for left in range(right)])
    jaccard, containment = measure_overlaps(hash_texts([hash_words([text]).hashes for text in texts]), pairs)
    cut = [set(zip(words, words[1:], words[2:], strict=False)) for words in map(str.split, texts)]
    for place, (left, right) in enumerate((cut[left], cut[right]) for left, right in pairs):
        shared = len(left & right)
        assert jaccard[place] == shared / len(left | right)
        assert containment[place] == shared / min(len(left), len(right))


def test_pairs_that_are_alike_are_told_of() -> None:
    """Half of all shingles in common, or most of the shorter text's, make a pair; less of both does not."""
    texts = {1: write_text(1, 100), 2: write_text(1, 55), 3: write_text(1, 20), 4: write_text(2, 100)}
    texts[5] = f"{keep_start(texts[1], 0.4)} {write_text(3, 60)}"
    pairs = pl.DataFrame([(1, other) for other in (5, 4, 3, 2)], schema=KEYS, orient="row")
    found = measure_pairs(pairs, lambda keys: {key: hash_words([texts[key]]).hashes for key in keys})
    assert found.schema == OVERLAPS.schema
    assert found["other_key"].to_list() == [2, 3]
    assert found["jaccard"].to_list() == pytest.approx([53 / 98, 18 / 98])
    assert found["containment"].to_list() == [1, 1]
    assert measure_pairs(pairs.clear(), lambda _: {}).schema == OVERLAPS.schema


@pytest.mark.parametrize(
    "other",
    [
        write_release("Barham", 31_500, 12),
        write_release("Great Barham", 20_000, 19),
        "By our reporter. " + write_release("Barham", 31_500, 19),
    ],
)
def test_a_template_joins_releases_about_other_towns(other: str) -> None:
    """A release that names another town wherever this one names its own, and another amount, is no copy."""
    assert measure(RELEASE, other)[0] >= 0.5
    assert joins_template(RELEASE, other)


@pytest.mark.parametrize(
    "other",
    [
        RELEASE,
        keep_start(RELEASE, 0.6),
        replace_words(RELEASE, 0.1),
        f"{RELEASE} {write_text(1, 60)}",
        f"{write_text(2, 40)} {keep_start(replace_words(RELEASE, 0.05), 0.8)}",
        RELEASE.replace("minister", "secretary").replace("Minister", "Secretary"),
        RELEASE.replace("20,000", "21,000").replace("12 March", "13 March"),
    ],
    ids=["same", "cut", "edited", "boilerplate", "mixed", "house style", "corrected"],
)
def test_a_copy_is_no_template(other: str) -> None:
    """A cut, edited, corrected or lengthened copy is a copy, and so is one in another house style."""
    assert not joins_template(RELEASE, other)


def test_titles_in_another_house_style_are_no_template() -> None:
    """What outlets are known to write each in their own way is no other name, though a date was corrected too."""
    text = RELEASE.replace("minister", "Cllr Ashworth")
    other = RELEASE.replace("minister", "Councillor Ashworth").replace("12 March", "13 March")
    assert not joins_template(text, other)


@pytest.mark.parametrize(
    "other",
    [
        RELEASE.replace("Ashford", "Barham").replace("minister", "secretary"),
        RELEASE.replace("20000", "31500").replace("12 March", "19 March"),
        RELEASE.replace("20000", "a sum of 31500").replace("Ashford", "Barham"),
    ],
    ids=["two names", "two numbers", "a name, and numbers elsewhere"],
)
def test_each_sign_of_a_template_is_enough(other: str) -> None:
    """Two names, two numbers, or a name and a number that are swapped tell a template."""
    assert joins_template(RELEASE, other)


def test_numbers_in_words_are_numbers() -> None:
    """Two releases that count in words are of one template as those are that count in digits."""
    text = f"{RELEASE} It is one of seven grants to councils."
    other = f"{RELEASE.replace('Ashford', 'Barham')} It is one of seventeen grants to councils."
    assert joins_template(text, other)
    assert not joins_template(text, text.replace("Ashford", "Barham"))


def test_a_name_that_becomes_several_others_tells_a_template() -> None:
    """A release that has another name each time where this one repeats its own, and another sum, is no copy."""
    other = RELEASE.replace("20000", "31500")
    for name in ("Barham", "Cobham", "Deal", "Eastry"):
        other = other.replace("Ashford", name, 1)
    assert joins_template(RELEASE, other)
    assert not joins_template(RELEASE, RELEASE.replace("20000", "31500"))


@pytest.mark.parametrize(
    ("head", "other_head", "expected"),
    [
        ("May 17, 2007", "June 21, 2007", True),
        ("17 May", "19th May", True),
        ("17 May", "18 May", False),
        ("17 May", "The council said", False),
        ("17 May", "On 3 June, as on 17 May", False),
    ],
)
def test_texts_that_begin_with_other_dates_are_no_copies(head: str, other_head: str, *, expected: bool) -> None:
    """What begins with a date more than a day from the other's is no copy; a date of one text alone says nothing."""
    body = write_text(5)
    assert joins_template(f"{head}: {body}", f"{other_head}: {body}") is expected


def test_a_date_before_a_copy_is_not_that_of_the_copy() -> None:
    """An edited copy may stand behind other words with a date of their own, as long as it has the original's too."""
    edited = replace_words(write_text(5), 0.05)
    assert not joins_template(
        f"17 May: {write_text(5)} End.", f"Printed again 3 June. {write_text(6, 60)} 17 May: {edited}"
    )


def test_a_date_further_down_is_not_that_of_a_text() -> None:
    """A copy in which a date further down was corrected is a copy."""
    text = f"{write_text(5)} on 17 May"
    assert not joins_template(text, text.replace("17 May", "3 June"))
