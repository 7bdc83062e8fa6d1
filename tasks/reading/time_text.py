"""Dates and times as pages write them: ISO 8601 with its usual mistakes, RFC 2822, and prose."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from tasks.reading.months import make_months

MONTHS = make_months()
#: A word that may be a month; which it is, the table says: one long alternation of all names would be slow.
NAME = r"((?:(?:meán|deireadh) )?[^\W\d_]{3,})"
YEAR = r"((?:19|20)\d\d)"
ISO = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(-|/|)([01]\d)\2([0-3]\d)"
    r"(?:[T ]\s*(\d{1,2}):?(\d\d)(?::?(\d{1,2})(?:[.,:]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|"
    r"[+-]\d\d)?(?:\[[\w/]+\])?)?(?!\d)",
    re.IGNORECASE,
)
DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th|er|ain|fed|[.ºª])?[\s.,-]*(?:of\s+|de\s+|d['’])?{NAME}\.?,?[\s-]*(?:del?\s+)?{YEAR}",
    re.IGNORECASE,
)
MONTH_FIRST = re.compile(rf"\b{NAME}\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+{YEAR}", re.IGNORECASE)
#: "Tue Sep 15 10:01:41 EDT 2020", as Java and Unix print it.
UNIX = re.compile(rf"\b{NAME}\s+(\d{{1,2}})\s+\d\d:\d\d:\d\d\s+\w+\s+{YEAR}", re.IGNORECASE)
YEAR_FIRST = re.compile(rf"(?<![\d.]){YEAR}\s?(?:[年년./])\s?(\d{{1,2}})\s?(?:[月월./])\s?(\d{{1,2}})(?!\d)")
DOTTED = re.compile(rf"(?<![\d.])(\d{{1,2}})\.(\d{{1,2}})\.{YEAR}(?!\d)")
SLASHED = re.compile(rf"(?<![\d/])(\d{{1,2}})([/-])(\d{{1,2}})\2{YEAR}(?![\d/-])")
CLOCK = re.compile(
    r"(?<![\d:.])(\d{1,2})[:.](\d\d)(?::(\d\d))?\s*([ap]\.?m\b\.?)?|(?<![\d:.])(\d{1,2})\s*([ap]\.?m\b)\.?",
    re.IGNORECASE,
)
OFFSET = re.compile(r"\d\s*(Z|[+-]\d\d:?\d\d)\b|\b(BST|GMT|UTC|CEST|CET|EDT|EST|CDT|CST|PDT|PST|IST)\b([+-]\d{1,2})?")
#: Abbreviations that mean one offset; IST (Irish or Indian) is left to the source's zone.
ZONES = {
    "Z": 0,
    "GMT": 0,
    "UTC": 0,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EDT": -4,
    "EST": -5,
    "CDT": -5,
    "CST": -6,
    "PDT": -7,
    "PST": -8,
}
#: The largest offset of any zone, in the Line Islands.
LARGEST_OFFSET = timedelta(hours=14)
WEEKDAY = re.compile(r"\b(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,?\s*$", re.IGNORECASE)
NOON = 12
LAST_MONTH = 12


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the zone it was written in, with its precision; a day alone is midnight UTC.

    `zone` is "stated", "assumed", or None where only the day is known.
    """

    at: datetime
    precision: str
    zone: str | None

    @property
    def day(self) -> date:
        """The day as it was written."""
        return self.at.date()


def parse_moment(text: str, zone: ZoneInfo, *, day_first: bool = False) -> Moment | None:
    """Parses the first date of a text, with the time beside it where there is one.

    A time without an offset is taken to be in `zone`. Midnight sharp counts as no time: it is how systems write a
    day. A date such as 05/04/2025, which has two readings, is none unless the page is known to put the day first.
    """
    if not _has_year(text):
        return None
    match = ISO.search(text)
    if match:
        return _read_iso(match, zone)
    found = _find_day(text, day_first=day_first)
    if found is None:
        return None
    day, start, end = found
    rest = text[:start] + " " + text[end:]
    clock = CLOCK.search(rest)
    return _combine(day, _read_clock(clock), _read_offset(rest), zone, has_seconds=bool(clock and clock[3]))


def find_date_span(text: str) -> tuple[int, int] | None:
    """Finds where the first date of a text begins and ends, with the weekday before it."""
    if not _has_year(text):
        return None
    match = ISO.search(text)
    found = _find_day(text, day_first=True)
    if match:
        start, end = match.span()
    elif found:
        _, start, end = found
    else:
        return None
    weekday = WEEKDAY.search(text, 0, start)
    return (weekday.start() if weekday else start), end


def _has_year(text: str) -> bool:
    """Tells whether a text may hold a date: all have the year in full. Most texts hold none, and this is quick."""
    return "20" in text or "19" in text


def _read_iso(match: re.Match[str], zone: ZoneInfo) -> Moment | None:
    year, _, month, day, hour, minute, second, offset = match.groups()
    try:
        written = date(int(year), int(month), int(day))
        clock = time(int(hour), int(minute), min(int(second or 0), 59)) if hour else None
    except ValueError:
        return None
    return _combine(written, clock, _parse_offset(offset), zone, has_seconds=second is not None)


def _combine(day: date, clock: time | None, offset: timedelta | None, zone: ZoneInfo, *, has_seconds: bool) -> Moment:
    if clock is None or clock == time():
        return Moment(datetime.combine(day, time(), UTC), "day", None)
    at = datetime.combine(day, clock, zone if offset is None else timezone(offset))
    return Moment(at, "second" if has_seconds else "minute", "assumed" if offset is None else "stated")


def _find_day(text: str, *, day_first: bool) -> tuple[date, int, int] | None:
    for pattern in (DAY_FIRST, MONTH_FIRST, UNIX, YEAR_FIRST, DOTTED, SLASHED):
        for match in pattern.finditer(text):
            day = _read_day(pattern, match, day_first=day_first)
            if day:
                # Java and Unix print the time between day and year: only the date's own words may go.
                return day, match.start(), match.start() if pattern is UNIX else match.end()
    return None


def _read_day(pattern: re.Pattern[str], match: re.Match[str], *, day_first: bool) -> date | None:
    parts = [group for group in match.groups() if group not in ("/", "-")]
    numbers = [int(part) if part.isdecimal() else MONTHS.get(part.lower(), 0) for part in parts]
    if pattern is YEAR_FIRST:
        year, month, day = numbers
    elif pattern in (MONTH_FIRST, UNIX):
        month, day, year = numbers
    else:
        day, month, year = numbers
    if pattern is SLASHED:
        if not day_first and day != month and max(day, month) <= LAST_MONTH:
            return None
        day, month = (month, day) if month > LAST_MONTH else (day, month)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_clock(match: re.Match[str] | None) -> time | None:
    if match is None:
        return None
    hour, minute, second = int(match[1] or match[5]), int(match[2] or 0), int(match[3] or 0)
    half = (match[4] or match[6] or "").lower()
    if half:
        hour = hour % NOON + (NOON if half.startswith("p") else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _read_offset(text: str) -> timedelta | None:
    match = OFFSET.search(text)
    if match is None:
        return None
    if match[2] and match[3]:
        return _check_offset(timedelta(hours=int(match[3])))
    return _parse_offset(match[1] or match[2])


def _parse_offset(text: str | None) -> timedelta | None:
    if not text:
        return None
    if text.upper() in ZONES:
        return timedelta(hours=ZONES[text.upper()])
    match = re.fullmatch(r"([+-])(\d\d):?(\d\d)?", text)
    if match is None:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return _check_offset(-size if match[1] == "-" else size)


def _check_offset(offset: timedelta) -> timedelta | None:
    """Gives an offset that some zone could have; a larger one is a misprint."""
    return offset if abs(offset) <= LARGEST_OFFSET else None
