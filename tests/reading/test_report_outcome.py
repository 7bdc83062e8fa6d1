"""Reports without grades say an outcome in a sentence, or have a theme."""

import pytest

from tasks.reading.report_outcome import find_outcome, find_theme

POSITIVE = (
    "The local area partnership’s arrangements typically lead to positive experiences\nand outcomes for children."
)
INCONSISTENT = "The partnership’s arrangements lead to inconsistent experiences and outcomes for children."
FAILINGS = "There are widespread and/or systemic failings leading to\nsignificant concerns about the experiences."


@pytest.mark.parametrize(("sentence", "rank"), [(POSITIVE, 1), (INCONSISTENT, 2), (FAILINGS, 3)])
def test_the_stock_sentences_are_the_outcomes(sentence: str, rank: int) -> None:
    """The sentence under the heading tells the outcome, whole and with its page."""
    pages = [
        "Area SEND inspection of Harwick Local Area Partnership",
        f"Inspection outcome\n{sentence}\nThe next is due.",
    ]
    found = find_outcome("area_send", pages)
    assert found
    assert (found.rank, found.sentence, found.page) == (rank, " ".join(sentence.split()), 2)


@pytest.mark.parametrize(
    "page",
    [
        f"In 2019 we found this. {INCONSISTENT}",
        "Inspection outcome\nThe partnership must act.",
        f"Inspection outcome\nOnce {POSITIVE[:-1]}, and now {INCONSISTENT}",
        "Inspection outcome",
    ],
)
def test_other_sentences_are_no_outcome(page: str) -> None:
    """Without the heading, or with a sentence that is none or two of the stock ones, there is no outcome."""
    assert find_outcome("area_send", [page]) is None


def test_other_kinds_have_no_outcome() -> None:
    """A report of another kind that quotes the sentence has no such outcome."""
    assert find_outcome("ilacs", [f"Inspection outcome\n{FAILINGS}"]) is None


def test_a_letter_of_before_2023_asks_for_a_written_statement() -> None:
    """What the older letters decide is kept as a sentence, without one of the three ranks."""
    sentence = "HMCI has determined that a Written Statement of\nAction is required because of weaknesses."
    found = find_outcome(
        "area_send", [f"Joint area SEND inspection in Harwick\nBetween. As a result, {sentence} Next."]
    )
    assert found
    assert (found.rank, found.page) == (None, 1)
    assert found.sentence.endswith("is required because of weaknesses.")


def test_an_ungraded_school_inspection_has_a_sentence() -> None:
    """The sentence under "Outcome" is kept where there is no table of grades."""
    found = find_outcome("school", ["Outcome\nHarwick School continues to be a good\nschool.\nWhat is it like"])
    assert found
    assert (found.rank, found.sentence) == (None, "Harwick School continues to be a good school.")


LETTER = "Pat Lee, Director\nDear Harwick Partnership\n{title}\nThis letter is about the {words}. It took place."


@pytest.mark.parametrize(
    ("title", "words", "theme"),
    [
        (
            "Joint targeted area inspection of Harwick",
            "multi-agency response to youth\nviolence in Harwick",
            "youth violence",
        ),
        ("Inspection of the multi-agency response to neglect in the Harwick Borough Council", "x", "neglect"),
        (
            "Inspection of the multi-agency response to children in Harwick who need help",
            "multi-agency response to something else in Harwick",
            "children who need help",
        ),
        ("Inspection of the multi-agency response to abuse in the family in Harwick", "x", "abuse in the family"),
        ("Joint targeted area inspection", "agencies in Harwick", None),
    ],
)
def test_the_theme_stands_in_title_or_first_sentence(title: str, words: str, theme: str | None) -> None:
    """The theme is what the response is to, without the place; the title comes first."""
    assert find_theme("jtai", [LETTER.format(title=title, words=words)], "Harwick")[0] == theme


def test_other_kinds_have_no_theme() -> None:
    """Only a joint inspection has a theme, and only a letter says it."""
    letter = LETTER.format(title="x", words="multi-agency response to neglect")
    assert find_theme("ilacs", [letter], None) == (None, None)
    assert find_theme("jtai", [letter], None) == ("neglect", "sentence")
    assert find_theme("jtai", ["the multi-agency response to neglect"], None) == (None, None)
