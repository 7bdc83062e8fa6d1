"""What two texts share is measured exactly, and a template is told from a copy."""

import pytest

from tasks.likeness.overlap import HashedText, Overlap, hash_texts, measure_overlap
from tasks.likeness.template import joins_template
from tests.likeness.texts import keep_start, replace_words, write_release, write_text

RELEASE = write_release("Ashford", 20_000, 12)


def hash_pair(text: str, other: str) -> tuple[HashedText, HashedText]:
    """Two texts, hashed."""
    hashed = dict(hash_texts({1: text, 2: other}))
    return hashed[1], hashed[2]


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("a b c d", "A b, c d", Overlap(1.0, 1.0)),
        ("a b c d", "a b c e", Overlap(1 / 3, 1 / 2)),
        ("a b c", "a b c d e", Overlap(1 / 3, 1.0)),
        ("a b c a b c a b c", "a b c a b", Overlap(1.0, 1.0)),
        ("a b", "a b c", None),
        ("", "a b c", None),
    ],
)
def test_overlap_is_measured_exactly(text: str, other: str, expected: Overlap | None) -> None:
    """Jaccard and containment are shares of word-3-shingles, each counted once; a text too short for one has none."""
    assert measure_overlap(*hash_pair(text, other)) == expected


@pytest.mark.parametrize(
    ("jaccard", "containment", "expected"), [(0.5, 0.7, "near"), (0.9, 1.0, "near"), (0.3, 0.8, "contained")]
)
def test_kinds(jaccard: float, containment: float, expected: str) -> None:
    """Half of all shingles in common is near; most of the shorter text's alone is contained."""
    assert Overlap(jaccard, containment).is_alike
    assert Overlap(jaccard, containment).kind == expected


def test_little_in_common_is_not_alike() -> None:
    """Less of both makes no pair."""
    assert not Overlap(0.49, 0.79).is_alike


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
    overlap = measure_overlap(*hash_pair(RELEASE, other))
    assert overlap is not None
    assert overlap.is_alike
    assert joins_template(*hash_pair(RELEASE, other))
    assert joins_template(*hash_pair(other, RELEASE))


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
    assert not joins_template(*hash_pair(RELEASE, other))


def test_titles_in_another_house_style_are_no_template() -> None:
    """What outlets are known to write each in their own way is no other name, though a date was corrected too."""
    text = RELEASE.replace("minister", "Cllr Ashworth")
    other = RELEASE.replace("minister", "Councillor Ashworth").replace("12 March", "13 March")
    assert not joins_template(*hash_pair(text, other))
