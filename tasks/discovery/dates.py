"""Reads the dates of listings by strict forms: none of them leaves open which number is the day and which the month.

What fits no form is null. So is what lies before the web or beyond this century: such dates (1 January 1900, 1970 or
year 1; the end of 9999) stand for "none".
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from storage.records import Precision

FIRST_YEAR, LAST_YEAR = 1990, 2099

W3C = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)"
    r"([T ](?P<time>\d\d:\d\d(?P<second>:\d\d(\.\d+)?)?) ?(?P<zone>Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII | re.IGNORECASE,
)
RFC_822 = re.compile(
    r"([A-Z]{3,9},?\s+)?(?P<day>\d{1,2})\s+(?P<month>[A-Z]{3,9})\s+(?P<year>\d{4})"
    r"(\s+(?P<time>\d\d:\d\d(?P<second>:\d\d)?)(\s*(?P<zone>[A-Z]{1,5}|[+-]\d\d:?\d\d))?)?",
    re.ASCII | re.IGNORECASE,
)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
MONTH_NUMBERS = {name: number for number, month in enumerate(MONTHS, 1) for name in (month, month[:3])}
ORDINAL = re.compile(r"(?<=\d)(st|nd|rd|th)\b", re.ASCII | re.IGNORECASE)
UTC_NAMES = frozenset({"Z", "UT", "UTC", "GMT"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A stated date: the instant in UTC at which it begins, and how precise it is."""

    at: datetime
    precision: Precision

    def find_end(self) -> datetime:
        """Finds the instant at which the stated second, minute, day, month or year is over."""
        match self.precision:
            case "second":
                return self.at + timedelta(seconds=1)
            case "minute":
                return self.at + timedelta(minutes=1)
            case "day":
                return self.at + timedelta(days=1)
            case "month":
                return (self.at + timedelta(days=31)).replace(day=1)
            case "year":
                return self.at.replace(year=self.at.year + 1)


def parse_date(text: str | None, zone: tzinfo) -> Moment | None:
    """Reads a date in either of the forms that feeds use; `zone` is assumed where a time states none."""
    return parse_w3c(text, zone) or parse_rfc_822(text, zone)


def parse_shown_date(text: str | None, zone: tzinfo) -> Moment | None:
    """Reads a date as pages show it: in the forms of feeds, or with an ordinal, `Tuesday, 23rd July 2019`."""
    return parse_date(ORDINAL.sub("", text or "", count=1), zone)


def parse_w3c(text: str | None, zone: tzinfo) -> Moment | None:
    """Reads a date as sitemaps and Atom state it, from `2019` to `2019-07-22T10:04:00.5+01:00` (W3C-DTF, RFC 3339)."""
    match = W3C.fullmatch((text or "").strip().upper())
    if match is None:
        return None
    year, month, day = match["year"], match["month"], match["day"]
    precision: Precision = "day" if day else "month" if month else "year"
    clock = match["time"] and f"{match['time']}{match['zone'] or ''}"
    return _make_moment(
        f"{year}-{month or '01'}-{day or '01'}", clock, zone, _get_clock_precision(match) if clock else precision
    )


def parse_rfc_822(text: str | None, zone: tzinfo) -> Moment | None:
    """Reads a date as RSS states it, `Mon, 22 Jul 2019 10:04:00 GMT`, with or without weekday, time and zone.

    A zone's name counts where it is one of UTC, or what `zone` itself is called at that time (BST in London).
    """
    match = RFC_822.fullmatch((text or "").strip())
    month = MONTH_NUMBERS.get(match["month"].lower()) if match else None
    if match is None or month is None:
        return None
    day, name = f"{match['year']}-{month:02d}-{int(match['day']):02d}", (match["zone"] or "").upper()
    if not match["time"]:
        return _make_moment(day, None, zone, "day")
    offset = name if name[:1] in ("+", "-") else "+00:00" if name in UTC_NAMES else ""
    moment = _make_moment(day, match["time"] + offset, zone, _get_clock_precision(match))
    if moment and name and not offset and moment.at.astimezone(zone).tzname() != name:
        return None
    return moment


def parse_day(text: str | None) -> Moment | None:
    """Reads a day as people write it, `15 July 2024`."""
    moment = parse_rfc_822(text, UTC)
    return moment if moment and moment.precision == "day" else None


def _get_clock_precision(match: re.Match[str]) -> Precision:
    return "second" if match["second"] else "minute"


def _make_moment(day: str, clock: str | None, zone: tzinfo, precision: Precision) -> Moment | None:
    """Makes a moment of ISO parts; None for a day or time that no calendar or clock has."""
    try:
        stated = datetime.fromisoformat(f"{day}T{clock or '00:00Z'}")
    except ValueError:
        return None
    if not FIRST_YEAR <= stated.year <= LAST_YEAR:
        return None
    return Moment((stated if stated.tzinfo else stated.replace(tzinfo=zone)).astimezone(UTC), precision)
