"""The dates of an inspection, from the words that state them: null rather than a guess."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from tasks.reading.report_evidence import find_page
from tasks.reading.text import squeeze_spaces

LONGEST_INSPECTION = timedelta(days=366)  # two visits are months apart; a longer span is a misprint

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_DAY = rf"(?:{_WEEKDAY},?\s+)?\b\d{{1,2}}(?:st|nd|rd|th)?(?!\w)"
_YEAR = r"(?:,?\s+(?:20|19)\d\d\b)"
_FULL_DAY = rf"{_DAY}\s+{_MONTH}{_YEAR}?"
_SEPARATOR = r"(?:\s*(?:[,;&\u2010-\u2015\u2212\u2500-]|\band\b|\bto\b|\buntil\b))+\s*"
#: Days that share months and years: "6 to 10 February 2023", "19-30 November 2013 and 28-30 January 2014".
DAYS = rf"(?:{_DAY}(?:\s+{_MONTH}{_YEAR}?)?{_SEPARATOR})*{_FULL_DAY}"

_PARTS = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?!\w)(?:\s+({_MONTH})(?:,?\s+(\d{{4}}))?)?")
_WEEKDAYS = re.compile(rf"(?:({_WEEKDAY}),?\s+)?{_PARTS.pattern}")
_JOINED = re.compile(r"[\u2010-\u2015\u2212\u2500-]|\b(?:to|until)\b")
_LABELLED = re.compile(r"^(?:re-?)?inspection dates?\s*:?\s*(.*(?:\n.*)?)", re.IGNORECASE | re.MULTILINE)
_LABELLED_DAYS = re.compile(rf"\s*(?:from\s+)?({DAYS})")
_STATED = (
    re.compile(
        rf"\b(?:inspection|visit|review)\s+(?:took\s+place|was\s+carried\s+out)\s+(?:from|between|on)\s+({DAYS})"
    ),
    re.compile(rf"\bBetween\s+({DAYS}),?\s[^.]{{0,400}}?\b(?:undertook|carried\s+out|conducted|revisited)\b"),
    re.compile(rf"\bFollowing\s+(?:my|our)\s+visit\s+to\s[^.]{{1,200}}?\bon\s+({DAYS})"),
    re.compile(
        rf"\bfindings\s+of\s+the\s[^.]{{0,200}}?\b(?:visit|inspection)\b[^.]{{0,200}}?\b(?:from|between|on)\s+({DAYS})"
    ),
)
_PUBLISHED = re.compile(rf"^(?:Report\s+)?published\s*:?\s*({_FULL_DAY})", re.IGNORECASE | re.MULTILINE)
_LETTER_DATE = re.compile(rf"^{_FULL_DAY}$", re.MULTILINE)
_SALUTATION = re.compile(r"^Dear ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class InspectionDates:
    """First and last day of an inspection, over all its visits, those of each visit, and the words that say so.

    `rule` is what the words were found by (label, sentence), `page` where they stand.
    """

    started_on: date | None = None
    ended_on: date | None = None
    text: str | None = None
    visits: tuple[tuple[date, date], ...] = ()
    rule: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class _Day:
    day: int
    month: int | None
    year: int | None


def find_inspection_dates(pages: Sequence[str]) -> InspectionDates:
    """Finds the inspection's dates on the first two pages: after their label, else in the sentence that states them.

    Where the words are found but do not make sense as dates, they are kept without dates.
    """
    opening = "\n".join(pages[:2])
    for label in _LABELLED.finditer(opening):
        page = find_page(pages, label.start())
        if days := _LABELLED_DAYS.match(label[1]):
            return replace(_make_dates(days[1]), rule="label", page=page)
        if re.search(r"\d", label[1]):
            return InspectionDates(text=label[1].split("\n")[0].strip(), rule="label", page=page)
    for pattern in _STATED:
        if stated := pattern.search(opening):
            return replace(_make_dates(stated[1]), rule="sentence", page=find_page(pages, stated.start(1)))
    return InspectionDates()


def find_publication_date(pages: Sequence[str]) -> date | None:
    """Finds the publication date that the report itself states on its first page."""
    match = _PUBLISHED.search(pages[0])
    return _read_single_day(match[1]) if match else None


def find_letter_date(pages: Sequence[str]) -> date | None:
    """Finds the date that stands alone on a line above a letter's salutation."""
    salutation = _SALUTATION.search(pages[0])
    match = _LETTER_DATE.search(pages[0], 0, salutation.start()) if salutation else None
    return _read_single_day(match[0]) if match else None


def keep_coherent(dates: InspectionDates, *, not_after: date) -> InspectionDates:
    """Drops dates that lie after `not_after` (publication, or the fetch where that is not known); keeps the words."""
    if dates.ended_on and dates.ended_on > not_after:
        return InspectionDates(text=dates.text, rule=dates.rule, page=dates.page)
    return dates


def parse_days(words: str) -> tuple[date, ...] | None:
    """Parses days that share months and years, in order; None where one of them is incomplete, impossible or too early.

    A day takes the month and year that it lacks from the next day: "28 November to 9 December 2019" is one year, except
    that autumn before winter is the year before ("16 December to 10 January 2020"). A last day without a year takes
    it from the day before.
    """
    days = [
        _Day(int(day), _number_month(month), int(year) if year else None) for day, month, year in _PARTS.findall(words)
    ]
    try:
        dates = tuple(_complete_days(days))
    except ValueError:
        return None
    in_order = all(earlier <= later for earlier, later in pairwise(dates))
    return dates if dates and in_order else None


def find_wrong_weekdays(words: str) -> tuple[str, ...]:
    """Finds the days whose weekday, as written beside them, is not that of the calendar: "Monday 4 March 2025"."""
    written = [match[1] for match in _WEEKDAYS.finditer(words)]
    days = zip(written, parse_days(words) or (), strict=False)
    return tuple(f"{weekday} {day}" for weekday, day in days if weekday and weekday != f"{day:%A}")


def _complete_days(days: list[_Day]) -> Iterator[date]:
    """Yields the days as dates; raises ValueError where one is incomplete or not in the calendar."""
    if len(days) > 1 and days[-1].year is None:
        days = [*days[:-1], replace(days[-1], year=days[-2].year)]
    completed: list[_Day] = []
    for day in reversed(days):
        following = completed[-1] if completed else day
        month = day.month or following.month
        completed.append(_Day(day.day, month, day.year or _infer_year(month, following)))
    for day in reversed(completed):
        if day.month is None or day.year is None:
            raise ValueError("a day without month or year")
        yield date(day.year, day.month, day.day)


def _infer_year(month: int | None, following: _Day) -> int | None:
    if following.year and following.month and month and month >= 10 and following.month <= 3:  # noqa: PLR2004 - October, March
        return following.year - 1
    return following.year


def _make_dates(words: str) -> InspectionDates:
    text = squeeze_spaces(words)
    days = parse_days(text)
    if not days or days[-1] - days[0] > LONGEST_INSPECTION:
        return InspectionDates(text=text)
    return InspectionDates(days[0], days[-1], text, _cut_visits(text, days))


def _cut_visits(words: str, days: Sequence[date]) -> tuple[tuple[date, date], ...]:
    """Cuts days into visits: "to" and dashes join two days, "and" and commas part them where anything joins."""
    marks = list(_PARTS.finditer(words))
    joined = [bool(_JOINED.search(words, one.end(), other.start())) for one, other in pairwise(marks)]
    if not any(joined):
        return ((days[0], days[-1]),)
    starts = [0, *(number for number, joins in enumerate(joined, start=1) if not joins), len(days)]
    return tuple((days[start], days[end - 1]) for start, end in pairwise(starts))


def _read_single_day(words: str) -> date | None:
    days = parse_days(words)
    return days[0] if days and len(days) == 1 else None


def _number_month(name: str) -> int | None:
    return _MONTHS.index(name[:3].lower()) + 1 if name else None
