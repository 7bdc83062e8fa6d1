"""Dates of inspections, from the words that state them."""

from datetime import date

import pytest

from tasks.reading.report_dates import (
    InspectionDates,
    find_inspection_dates,
    find_letter_date,
    find_publication_date,
    find_wrong_weekdays,
    keep_coherent,
    parse_days,
)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("21 January 2019 to 1 February 2019", date(2019, 1, 21), date(2019, 2, 1)),
        ("6 to 10 February 2023", date(2023, 2, 6), date(2023, 2, 10)),
        ("25 February to 8 March 2019", date(2019, 2, 25), date(2019, 3, 8)),
        ("2 July 2014 \u2013 23 July 2014", date(2014, 7, 2), date(2014, 7, 23)),
        ("4 July 2016\u201328 July 2016", date(2016, 7, 4), date(2016, 7, 28)),
        ("20 June 2017 \u2500 13 July 2017", date(2017, 6, 20), date(2017, 7, 13)),
        ("9\u201324 November 2017", date(2017, 11, 9), date(2017, 11, 24)),
        ("16 and 17 September 2025", date(2025, 9, 16), date(2025, 9, 17)),
        ("30 September to 11 October 2024 and 13 to 16 January 2025", date(2024, 9, 30), date(2025, 1, 16)),
        ("19 November-11 December 2013 and 28 \u2013 30 January 2014", date(2013, 11, 19), date(2014, 1, 30)),
        ("16 December to 10 January 2020", date(2019, 12, 16), date(2020, 1, 10)),
        ("4 November 2019 to 8 November", date(2019, 11, 4), date(2019, 11, 8)),
        ("Monday 3rd to Friday 7th March 2025", date(2025, 3, 3), date(2025, 3, 7)),
        ("1, 2 and 9 Sept 2021", date(2021, 9, 1), date(2021, 9, 9)),
        ("12 March 2019", date(2019, 3, 12), date(2019, 3, 12)),
    ],
)
def test_days_share_months_and_years(words: str, first: date, last: date) -> None:
    """A day takes what it lacks from its neighbour; several visits give the first and the last day."""
    days = parse_days(words)
    assert days is not None
    assert (days[0], days[-1]) == (first, last)


@pytest.mark.parametrize(
    "words",
    [
        "5 to 16 December",
        "20 to 2 March 2019",
        "31 February 2019",
        "25 May to 6 April 2020",
        "7 December 2018 to 26 November 2018",
        "20 November 2019 to 3 January",
        "in the spring of 2019",
        "",
    ],
)
def test_days_that_make_no_sense_give_none(words: str) -> None:
    """Without a year, out of order or not in the calendar: no date rather than a guess."""
    assert parse_days(words) is None


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("Inspection dates: 6 to 10 May 2024\nLead inspector: A Bell", "6 to 10 May 2024"),
        (
            "Inspection date: 3 June 2013 \u2013 7\nJune 2013\nReport published: 1 August 2013",
            "3 June 2013 \u2013 7 June 2013",
        ),
        ("Inspection dates 9\u201310 November 2016\nOverall effectiveness Good", "9\u201310 November 2016"),
        ("Inspection dates: 6 to 10 May 2024\nDates of previous inspection: 1 to 2 May 2019", "6 to 10 May 2024"),
        ("Dates of previous inspection: 1 to 2 May 2019\nInspection dates: 6 to 10 May 2024", "6 to 10 May 2024"),
        ("12 July 2024\nDear all\nThis inspection took place from 6 to 10 May 2024. It was quick.", "6 to 10 May 2024"),
        (
            (
                "9 July 2019\nDear all\nBetween 6 and 10 May 2019, two inspectorates (one and two) undertook a joint\n"
                "inspection."
            ),
            "6 and 10 May 2019",
        ),
        (
            "This letter summarises the findings of the focused visit to Wexmouth on 5 and 6\nJune 2018.",
            "5 and 6 June 2018",
        ),
    ],
)
def test_dates_are_found_by_label_or_sentence(page: str, text: str) -> None:
    """The label wins; without it, the sentence that says when the inspection took place; the words are kept."""
    dates = find_inspection_dates([page])
    assert dates.text == text
    days = parse_days(text)
    assert days is not None
    assert (dates.started_on, dates.ended_on) == (days[0], days[-1])


@pytest.mark.parametrize(
    "page",
    [
        "31 January 2025\nDear all\nThe last inspection was in November 2018.",
        "Between 5 and 11 children were seen by 3 June 2019.",
        "A meeting took place on 5 May 2019.",
        "Report published: 5 May 2019",
    ],
)
def test_other_dates_are_not_the_inspection(page: str) -> None:
    """The letter's date, publication and events in the text are not taken for the inspection."""
    assert find_inspection_dates([page]) == InspectionDates()


@pytest.mark.parametrize("words", ["31 to 32 March 2019", "7 May 2018 to 11 May 2020"])
def test_words_without_sense_are_kept_without_dates(words: str) -> None:
    """Impossible days, and spans of years, keep their words and no dates."""
    assert find_inspection_dates([f"Inspection dates: {words}"]) == InspectionDates(text=words, rule="label", page=1)


def test_dates_after_publication_are_dropped() -> None:
    """An inspection cannot end after its report: no dates then, but the words stay."""
    dates = find_inspection_dates(["Inspection dates: 6 to 10 May 2024"])
    assert keep_coherent(dates, not_after=date(2024, 5, 10)) == dates
    assert keep_coherent(dates, not_after=date(2024, 5, 9)) == InspectionDates(
        text="6 to 10 May 2024", rule="label", page=1
    )


@pytest.mark.parametrize(
    ("page", "rule", "number"),
    [
        ("Inspection dates: 6 to 10 May 2024", "label", 2),
        ("Following my visit to the school with Eve Fox, Ofsted Inspector, on 10 May 2024, I write", "sentence", 2),
        (
            "Between 6 May 2019 and 10 May 2019, Ofsted and the Care Quality Commission (CQC) revisited it",
            "sentence",
            2,
        ),
    ],
)
def test_dates_say_where_they_were_found(page: str, rule: str, number: int) -> None:
    """Rule and page come with the dates."""
    found = find_inspection_dates(["Cover", page])
    assert found.ended_on
    assert (found.rule, found.page) == (rule, number)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("Monday 3rd to Friday 7th March 2025", ()),
        ("Tuesday 3rd to Friday 7th March 2025", ("Tuesday 2025-03-03",)),
        ("3 March and Sunday, 9 March 2025", ()),
        ("Monday 31 to 32 March 2019", ()),
    ],
)
def test_weekdays_are_held_against_the_calendar(words: str, wrong: tuple[str, ...]) -> None:
    """A weekday that is not that of its date is named; words that are no dates are another matter."""
    assert find_wrong_weekdays(words) == wrong


def test_publication_is_the_reports_own_statement() -> None:
    """Only a labelled date on the first page is the report's publication."""
    assert find_publication_date(["Report published: 8 September 2014"]) == date(2014, 9, 8)
    assert find_publication_date(["Age group: All\nPublished: 23 August 2013"]) == date(2013, 8, 23)
    assert find_publication_date(["Inspection dates: 6 to 10 May 2024", "Report published: 1 May 2024"]) is None


def test_a_letters_date_stands_above_its_salutation() -> None:
    """The lone date above "Dear" dates the letter; in a report without one, or in the text, it is no letter's date."""
    assert find_letter_date(["1\n01 December 2017\nSome Person, Director\nDear partnership"]) == date(2017, 12, 1)
    assert find_letter_date(["Inspection of Wexmouth\n11 July 2022\nInspection dates: 11 to 22 July 2022"]) is None
    assert find_letter_date(["Dear partnership\n1 December 2017"]) is None


@pytest.mark.parametrize(
    ("words", "visits"),
    [
        ("6 to 10 February 2023", [("2023-02-06", "2023-02-10")]),
        (
            "19 November-11 December 2013 and 28 – 30 January 2014",
            [("2013-11-19", "2013-12-11"), ("2014-01-28", "2014-01-30")],
        ),
        ("6–17 June and 4 July 2022", [("2022-06-06", "2022-06-17"), ("2022-07-04", "2022-07-04")]),
        ("27 February and 3 March 2017", [("2017-02-27", "2017-03-03")]),
        ("5, 6 and 7 March 2013", [("2013-03-05", "2013-03-07")]),
        ("9 May 2024", [("2024-05-09", "2024-05-09")]),
    ],
)
def test_each_visit_has_its_days(words: str, visits: list[tuple[str, str]]) -> None:
    """Days that "to" or a dash joins are a visit; without either, all days are one."""
    found = find_inspection_dates([f"Inspection dates: {words}"]).visits
    assert [(str(first), str(last)) for first, last in found] == visits
