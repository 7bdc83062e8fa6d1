"""Text as it is compared and counted."""

import pytest

from tasks.reading.text import compute_text_digest, count_words, normalise_text, squeeze_spaces


@pytest.mark.parametrize(
    "text",
    [
        "Children's services ‘inadequate’ - again",
        "children’s  services 'Inadequate' – again.",
        "CHILDREN'S\nSERVICES\u00a0“inadequate” — again!",
        "chil\u00addren's services, inadequate: again\u200b",
    ],
)
def test_typography_makes_no_difference(text: str) -> None:
    """Case, quotes, dashes, punctuation, spaces, soft hyphens and what prints nothing are levelled."""
    assert normalise_text(text) == "children s services inadequate again"
    assert compute_text_digest(text) == compute_text_digest("Children's services inadequate again")


def test_words_make_a_difference() -> None:
    """Another word, or another order, is another text."""
    assert len({compute_text_digest(text) for text in ("good council", "council good", "good councils", "")}) == 4


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("one", 1),
        ("children's 12-week plan", 3),
        ("£1,200 a week – 5.5%", 4),
        ("a\n\nb - c", 3),
        ("chil\u00addren", 1),
    ],
)
def test_words_are_counted(text: str, count: int) -> None:
    """A word is what stands between spaces, punctuation alone is none."""
    assert count_words(text) == count


def test_a_line_has_single_spaces() -> None:
    """Every run of spaces becomes one."""
    assert squeeze_spaces("  a\u00a0\n b\u200b\tc ") == "a b c"
