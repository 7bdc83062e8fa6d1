"""The days of a report, and what it or its listing says against them: told, never chosen in silence."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TypedDict

from tasks.reading.report_dates import (
    DAYS,
    InspectionDates,
    find_inspection_dates,
    find_letter_date,
    find_publication_date,
    find_wrong_weekdays,
    keep_coherent,
    parse_days,
)
from tasks.reading.report_evidence import Check, Part, note, weigh
from tasks.reading.text import squeeze_spaces

#: The running title of later pages: "Inspection of Wexmouth children's services / 6 to 10 May 2024 2", or the days
#: behind the place.
_RUNNING_TITLE = re.compile(
    rf"^(?:Inspection of\s[^\n]+\n|(?:Area SEND )?[Ii]nspection report:\s[^\n]+?(?:\n|,? ))"
    rf"({DAYS})(?:\s+\d+)?$",
    re.MULTILINE,
)


class Visit(TypedDict):
    """One visit of an inspection: its first and last day."""

    started_on: date
    ended_on: date


def read_days(pages: Sequence[str], *, listed_on: date | None, fetched_on: date) -> Part:
    """Reads the days that a report states.

    `listed_on` is the listing's word for the publication and goes before the report's own. Dates of the inspection that
    lie after its publication, or after the fetch where that is not known, are left out.
    """
    read = find_inspection_dates(pages)
    stated, letter = find_publication_date(pages), find_letter_date(pages)
    published = listed_on or stated
    not_after, bound = (published, "publication") if published else (fetched_on, "it was fetched")
    same, other = restate_dates(read, pages)
    about_dates = tuple(check_dates(read, other, not_after=not_after, bound=bound))
    about_publication = tuple(check_publication(listed_on, stated, letter, ended_on=read.ended_on))
    of_dates = weigh(confirmed=same, contested=bool(about_dates))
    of_publication = weigh(confirmed=bool(listed_on and listed_on == stated), contested=bool(about_publication))
    dates = keep_coherent(read, not_after=not_after)
    return Part(
        {
            "started_on": dates.started_on,
            "ended_on": dates.ended_on,
            "dates_text": dates.text,
            "visits": tuple(Visit(started_on=first, ended_on=last) for first, last in dates.visits),
            "published_on": published,
            "published_source": "page" if listed_on else "report" if stated else None,
            "report_dated_on": stated or letter,
        },
        (
            *note("dates", dates.rule, dates.page, of_dates),
            *note("published_on", "listing" if listed_on else "label" if stated else None, None, of_publication),
            *note("report_dated_on", "label" if stated else "letter_date" if letter else None, 1, of_publication),
        ),
        (*about_dates, *about_publication),
    )


def restate_dates(dates: InspectionDates, pages: Sequence[str]) -> tuple[bool, tuple[str, ...]]:
    """Tells whether running titles say the same days, and gives the words of those that say others."""
    titles = {squeeze_spaces(match[1]) for page in pages[1:] for match in _RUNNING_TITLE.finditer(page)}
    readings = {words: parse_days(words) for words in sorted(titles)}
    same = [
        words for words, days in readings.items() if days and (days[0], days[-1]) == (dates.started_on, dates.ended_on)
    ]
    return bool(same), tuple(words for words, days in readings.items() if days and words not in same)


def check_dates(dates: InspectionDates, restated: Sequence[str], *, not_after: date, bound: str) -> Iterator[Check]:
    """Checks an inspection's dates as they were read, before any is dropped; `bound` says what `not_after` is."""
    if dates.text and not dates.started_on:
        yield Check(name="dates", notes=f"no dates make sense of {dates.text!r}")
    if dates.ended_on and dates.ended_on > not_after:
        yield Check(name="dates", notes=f"{dates.text!r} ends after {bound} on {not_after}: the dates are left out")
    if dates.text and (wrong := find_wrong_weekdays(dates.text)):
        yield Check(name="dates", notes=f"no such weekday: {', '.join(wrong)}")
    if dates.started_on and restated:
        notes = f"page {dates.page} says {dates.text!r}, the running title {' and '.join(map(repr, restated))}"
        yield Check(name="dates", notes=notes)


def check_publication(
    listed: date | None, stated: date | None, letter: date | None, *, ended_on: date | None
) -> Iterator[Check]:
    """Checks the days of publication: that of the listing, that of the report, and that of a letter."""
    if listed and stated and listed != stated:
        yield Check(name="publication", notes=f"the listing says {listed}, the report {stated}")
    if listed and letter and letter > listed:
        yield Check(name="publication", notes=f"the letter is dated {letter}, but was published on {listed}")
    dated = stated or letter
    if dated and ended_on and dated < ended_on:
        yield Check(name="publication", notes=f"the report is dated {dated}, before the inspection ended on {ended_on}")
