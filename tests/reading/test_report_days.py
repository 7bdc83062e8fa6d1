"""The days of a report, and the checks that tell where they contradict one another."""

from datetime import date

import pytest

from tasks.reading.report_days import read_days
from tasks.reading.report_evidence import Part

TITLE = "Inspection of Wexmouth children\u2019s services\n{} 2\nText"
BOARD = "Inspection date: 3 June 2015 to 5 June 2015\nReport published: {}"


def read(*pages: str, listed_on: date | None = None) -> Part:
    """Reads the days of a report that was fetched at the end of 2026."""
    return read_days(pages, listed_on=listed_on, fetched_on=date(2026, 12, 31))


def weigh(part: Part) -> dict[str, tuple[str, str]]:
    """Gives rule and confidence of each fact."""
    return {one["fact"]: (one["rule"], one["confidence"]) for one in part.evidence}


def test_days_that_agree_are_confirmed() -> None:
    """The running title says the inspection's days again, and the listing the day of publication."""
    pages = (BOARD.format("4 August 2015"), TITLE.format("3 to 5 June 2015"))
    part = read(*pages, listed_on=date(2015, 8, 4))
    assert weigh(part) == {
        "dates": ("label", "confirmed"),
        "published_on": ("listing", "confirmed"),
        "report_dated_on": ("label", "confirmed"),
    }
    assert part.checks == ()


@pytest.mark.parametrize(
    "title",
    [
        "Area SEND inspection report: Wexmouth Local Area Partnership, 3 to 5 June 2015 7",
        "Area SEND Inspection report: Wexmouth Local Area Partnership 3 to 5 June\n2015 7",
        "Inspection report: Wexmouth Local Area Partnership\n3 to 5 June 2015 7",
    ],
)
def test_running_titles_of_areas_confirm_the_days(title: str) -> None:
    """The days stand on a line of their own, or behind the place."""
    assert weigh(read("Inspection dates: 3 to 5 June 2015", title))["dates"] == ("label", "confirmed")


@pytest.mark.parametrize(
    ("pages", "listed_on", "name", "words", "fact"),
    [
        (("Inspection dates: 6 to 10 May 2027",), None, "dates", "ends after it was fetched", "dates"),
        (
            ("Inspection dates: 6 to 10 May 2024",),
            date(2024, 5, 9),
            "dates",
            "after publication on 2024-05-09",
            "dates",
        ),
        (("Inspection dates: 31 to 32 March 2019",), None, "dates", "no dates make sense of", "dates"),
        (("Inspection dates: Monday 7 to 10 May 2024",), None, "dates", "no such weekday: Monday 2024-05-07", "dates"),
        (
            ("Inspection dates: 11 \u2013 22 July 2022", TITLE.format("11 July 2022")),
            None,
            "dates",
            "page 1 says '11 \u2013 22 July 2022', the running title '11 July 2022'",
            "dates",
        ),
        (
            (BOARD.format("4 August 2015"),),
            date(2015, 8, 10),
            "publication",
            "the listing says 2015-08-10, the report 2015-08-04",
            "published_on",
        ),
        (
            ("7 August 2019\nDear Ada\nThe inspection took place from 6 to 10 May 2019.",),
            date(2019, 8, 1),
            "publication",
            "the letter is dated 2019-08-07, but was published on 2019-08-01",
            "report_dated_on",
        ),
        (
            ("7 May 2019\nDear Ada\nThe inspection took place from 6 to 10 May 2019.",),
            None,
            "publication",
            "dated 2019-05-07, before the inspection ended on 2019-05-10",
            "report_dated_on",
        ),
    ],
    ids=["future", "publication", "no dates", "weekday", "running title", "listing", "letter", "letter in between"],
)
def test_days_that_contradict_are_told(
    pages: tuple[str, ...], listed_on: date | None, name: str, words: str, fact: str
) -> None:
    """Each contradiction is one check with both sides in words, and what it is about is contested."""
    part = read(*pages, listed_on=listed_on)
    [check] = part.checks
    assert check["name"] == name
    assert words in check["notes"]
    assert weigh(part)[fact][1] == "contested"


def test_a_report_without_days_has_no_evidence_of_them() -> None:
    """What was not found has no rule."""
    part = read("The annual report")
    assert (part.evidence, part.checks) == ((), ())


def test_dates_after_publication_are_left_out_and_told() -> None:
    """The columns are null then, the words stay, and the check says that dates were left out."""
    part = read("Inspection dates: 6 to 10 May 2024", listed_on=date(2024, 5, 9))
    assert (part.columns["started_on"], part.columns["dates_text"]) == (None, "6 to 10 May 2024")
    assert "left out" in part.checks[0]["notes"]
