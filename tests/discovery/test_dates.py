"""Reading the dates of listings."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tasks.discovery.dates import parse_date, parse_day, parse_w3c

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2019", "2019-01-01T00:00", "year"),
        ("2019-07", "2019-07-01T00:00", "month"),
        ("2019-07-22", "2019-07-22T00:00", "day"),
        ("2019-07-22T10:04Z", "2019-07-22T10:04", "minute"),
        ("2019-07-22T10:04:05Z", "2019-07-22T10:04:05", "second"),
        ("2019-07-22T10:04:05.123456789Z", "2019-07-22T10:04:05.123456", "second"),
        ("2019-07-22T10:04:05+01:00", "2019-07-22T09:04:05", "second"),
        ("2019-07-22T10:04:05+0100", "2019-07-22T09:04:05", "second"),
        ("2019-07-22t10:04:05z", "2019-07-22T10:04:05", "second"),
        (" 2019-07-22 10:04:05 ", "2019-07-22T09:04:05", "second"),
        ("2019-01-22T10:04:05", "2019-01-22T10:04:05", "second"),
        ("Mon, 22 Jul 2019 10:04:05 GMT", "2019-07-22T10:04:05", "second"),
        ("Mon, 22 Jul 2019 10:04:05 +0100", "2019-07-22T09:04:05", "second"),
        ("Mon, 22 Jul 2019 10:04:05 -0000", "2019-07-22T10:04:05", "second"),
        ("Mon, 22 Jul 2019 10:04:05 BST", "2019-07-22T09:04:05", "second"),
        ("Mon, 22 Jul 2019 10:04 BST", "2019-07-22T09:04", "minute"),
        ("Monday 22 July 2019 10:04:05", "2019-07-22T09:04:05", "second"),
        ("22 Jul 2019 10:04:05 Z", "2019-07-22T10:04:05", "second"),
        ("Mon, 22 Jul 2019", "2019-07-22T00:00", "day"),
        ("2 July 2019", "2019-07-02T00:00", "day"),
    ],
)
def test_reads_a_stated_date(text: str, at: str, precision: str) -> None:
    """Each form gives the instant in UTC and what it states; London is assumed where no zone stands."""
    moment = parse_date(text, LONDON)
    assert moment is not None
    assert moment.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert moment.precision == precision


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        "22/07/2019",
        "07/08/2019 10:00",
        "07-08-2019",
        "July 22, 2019",
        "2019-13-01",
        "2019-02-30",
        "2019-07-22T25:00Z",
        "20190722",
        "2019-W30-1",
        "1563789845",
        "22 Jul 19",
        "31 Feb 2019",
        "22 Foo 2019",
        "Mon, 22 Jul 2019 10:04:05 EST",
        "Tue, 22 Jan 2019 10:04:05 BST",
        "Mon, 22 Jul 2019 10:04 am",
        "0001-01-01T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "1900-01-01",
        "0000-00-00T00:00:00",
        "2100-01-01",
        "9999-12-31",
        "9999-12-31T23:59:59-01:00",
        "Fri, 31 Dec 9999 23:59:59 -0100",
    ],
)
def test_gives_none_rather_than_a_guess(text: str | None) -> None:
    """What could be read in two ways, states no real time, or stands for "none" is null."""
    assert parse_date(text, LONDON) is None


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2019", "2020-01-01T00:00"),
        ("2099", "2100-01-01T00:00"),
        ("2019-12", "2020-01-01T00:00"),
        ("2019-02", "2019-03-01T00:00"),
        ("2020-02-28", "2020-02-29T00:00"),
        ("2019-07-22T10:04Z", "2019-07-22T10:05"),
        ("2019-07-22T10:04:05Z", "2019-07-22T10:04:06"),
    ],
)
def test_finds_the_end_of_what_is_stated(text: str, end: str) -> None:
    """A change on a stated day may lie at any moment before the next."""
    moment = parse_w3c(text, UTC)
    assert moment is not None
    assert moment.find_end() == datetime.fromisoformat(end).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day"),
    [("15 July 2024", 15), ("08 July 2024", 8), ("15 July 2024 10:00", None), ("2024-07-15", None), (None, None)],
)
def test_reads_a_day_as_people_write_it(text: str | None, day: int | None) -> None:
    """Only a day, with its month as a word, counts."""
    moment = parse_day(text)
    assert (moment and moment.at) == (datetime(2024, 7, day, tzinfo=UTC) if day else None)
