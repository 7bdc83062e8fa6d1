"""The ways of a backfill: where the pages of the past are looked for, and for which days."""

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path


class Via(StrEnum):
    """Where a backfill looks for pages."""

    LIVE = "live"
    WAYBACK = "wayback"
    COMMONCRAWL = "commoncrawl"
    CC_NEWS = "cc-news"
    WARC = "warc"


CC_NEWS_BEGAN = date(2016, 8, 1)
#: There are no pages of before: the day of the first web site.
WEB_BEGAN = date(1991, 8, 6)


def check_request(via: Via, start: date | None, end: date | None, path: Path | None) -> None:
    """Raises ValueError where the range or the path of a backfill does not go with its way."""
    if via is Via.WARC:
        if path is None:
            raise ValueError("via warc needs a path: name a WARC file, or a folder of them")
        if start or end:
            raise ValueError("a WARC file is imported whole: leave out the first and the last day (--from, --to)")
        return
    if path is not None:
        raise ValueError(f"via {via} takes no path: leave it out, or import it with --via warc")
    if start is None or end is None:
        raise ValueError(f"via {via} needs a first and a last day: --from 2019-01 --to 2019-12")
    check_range(start, end)
    if via is Via.CC_NEWS and end < CC_NEWS_BEGAN:
        raise ValueError(f"CC-NEWS began in {CC_NEWS_BEGAN:%Y-%m}: earlier pages may be had --via wayback")


def check_range(start: date | None, end: date | None) -> None:
    """Raises ValueError where a range of days ends before it starts, or starts after today (in UTC)."""
    if start and end and end < start:
        raise ValueError(f"the range ends ({end}) before it starts ({start})")
    if start and start > datetime.now(UTC).date():
        raise ValueError(f"--from {start} is still to come: name a day up to today")
    if start and start < WEB_BEGAN:
        raise ValueError(f"--from {start} is before there was a web: name a day from {WEB_BEGAN} on")


def name_months(start: date | None, end: date | None) -> str:
    """Names the months of a range, which a backfill goes through as a whole; empty where there is none."""
    if start is None or end is None:
        return ""
    first, last = f"{start:%Y-%m}", f"{end:%Y-%m}"
    return first if first == last else f"{first} to {last}"
