"""Dates and times in text: what they say, how precisely, and in which zone."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from tasks.reading.time_text import find_date_span, parse_moment

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "at", "precision", "zone"),
    [
        ("Jane Doe 23 July 2019", "2019-07-23T00:00:00", "day", None),
        ("Tuesday, September 9, 2014", "2014-09-09T00:00:00", "day", None),
        ("Tuesday, 23rd July 2019, 9:40 pm", "2019-07-23T20:40:00", "minute", "assumed"),
        ("Published: Tuesday, 22nd January 2019, 11:04 am", "2019-01-22T11:04:00", "minute", "assumed"),
        ("12.30am, 1 June 2020", "2020-05-31T23:30:00", "minute", "assumed"),
        ("30 August 2023 • 4:45pm", "2023-08-30T15:45:00", "minute", "assumed"),
        ("16 Jul, 2024 at 10.30am", "2024-07-16T09:30:00", "minute", "assumed"),
        ("Last updated at 13:01 BST, 4 June 2012", "2012-06-04T12:01:00", "minute", "stated"),
        ("2019-03-28T15:02:11+00:00", "2019-03-28T15:02:11", "second", "stated"),
        ("2019-03-28T15:02:11.123Z", "2019-03-28T15:02:11", "second", "stated"),
        ("2019-07-28 15:02", "2019-07-28T14:02:00", "minute", "assumed"),
        ("2020-12-05T23:15:0Z", "2020-12-05T23:15:00", "second", "stated"),
        ("20201123T11:02:35Z", "2020-11-23T11:02:35", "second", "stated"),
        ("2023-08-30T16:45+0100", "2023-08-30T15:45:00", "minute", "stated"),
        ("2023-08-30T16:45-6030", "2023-08-30T15:45:00", "minute", "assumed"),
        ("Wed, 30 Aug 2023 16:45 GMT+36", "2023-08-30T15:45:00", "minute", "assumed"),
        ("2019-07-23T00:00:00+01:00", "2019-07-23T00:00:00", "day", None),
        ("2019-07-23T00:00:00Z", "2019-07-23T00:00:00", "day", None),
        ("2019-07-23", "2019-07-23T00:00:00", "day", None),
        ("Sun, 11 Oct 2020 07:34:36 GMT", "2020-10-11T07:34:36", "second", "stated"),
        ("Fri Apr 28 19:20:36 CEST 2023", "2023-04-28T17:20:36", "second", "stated"),
        ("Thu, 09/25/2025 - 11:38", "2025-09-25T10:38:00", "minute", "assumed"),
        ("25/09/2025", "2025-09-25T00:00:00", "day", None),
        ("27. Januar 2026", "2026-01-27T00:00:00", "day", None),
        ("Nawfed o Fai; 9 Mai 2024", "2024-05-09T00:00:00", "day", None),
        ("Dydd Iau, 12 Gorffennaf 2018 09:15", "2018-07-12T08:15:00", "minute", "assumed"),
        ("3 Meán Fómhair 2021", "2021-09-03T00:00:00", "day", None),
        ("on 04-ago-2021 5:11:10", "2021-08-04T04:11:10", "second", "assumed"),
        (", 20 septembrie 2020 16:20", "2020-09-20T15:20:00", "minute", "assumed"),
        ("3 de março de 2022", "2022-03-03T00:00:00", "day", None),
        ("2024年04月24日23:52", "2024-04-24T22:52:00", "minute", "assumed"),
        ("2025년 6월 3일", "2025-06-03T00:00:00", "day", None),
        ("Room 7 Block 1999, 4 May 2024", "2024-05-04T00:00:00", "day", None),
        ("2025-06-04T02:37:08+09:00", "2025-06-03T17:37:08", "second", "stated"),
        ("31.12.2020 09:34 Uhr", "2020-12-31T09:34:00", "minute", "assumed"),
    ],
)
def test_a_moment_is_read_as_written(text: str, at: str, precision: str, zone: str | None) -> None:
    """A date with or without a time is read in UTC, with its precision and whether its zone is stated."""
    moment = parse_moment(text, LONDON)
    assert moment is not None
    assert (moment.at.astimezone(UTC).isoformat(), moment.precision, moment.zone) == (at + "+00:00", precision, zone)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "May 2023",
        "05/04/2025",
        "2025-13-40",
        "99 July 2019",
        "30 February 2020",
        "20191301",
        "in 2019",
        "9:40 pm",
        "1 2 3",
        "July 23",
    ],
)
def test_no_date_is_read_where_none_is_certain(text: str) -> None:
    """A text without a whole date, with an impossible one, or with one of two readings gives nothing."""
    assert parse_moment(text, LONDON) is None


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("05/04/2025", True, "2025-04-05"),
        ("05-04-2025", True, "2025-04-05"),
        ("05/04/2025", False, None),
        ("25/04/2025", False, "2025-04-25"),
        ("04/25/2025", True, "2025-04-25"),
        ("04/04/2025", False, "2025-04-04"),
    ],
)
def test_a_date_of_two_readings_needs_a_page_that_puts_the_day_first(
    text: str, *, day_first: bool, day: str | None
) -> None:
    """5 April and May 4 are told apart only where the page's country is known."""
    moment = parse_moment(text, LONDON, day_first=day_first)
    assert (moment and moment.day.isoformat()) == day


def test_the_day_is_the_one_that_was_written() -> None:
    """The instant keeps its zone: past midnight in Seoul is not yet midnight in UTC."""
    moment = parse_moment("2025-06-04T02:37:08+09:00", LONDON)
    assert moment is not None
    assert moment.day.isoformat() == "2025-06-04"


def test_the_span_of_a_date_takes_its_weekday_along() -> None:
    """What is left of a byline without its date is the name."""
    text = "Jane Doe, Tuesday, 23rd July 2019, 9:40 pm"
    span = find_date_span(text)
    assert span is not None
    assert text[: span[0]] == "Jane Doe, "
