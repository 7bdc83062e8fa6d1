"""What is expected of a source's nights: by what its file states, and by its own history.

A stated minimum counts from the first night on, and so does that some page may be asked for. History is silent until
there is enough of it: a first night is never judged by it. `night` is this night's row of `source_runs`, `past` the
rows of the nights before.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from math import ceil

import polars as pl

from storage.outcomes import Outcome
from storage.records import Row
from tasks.sources.model import Source
from tasks.verdicts import Check, has_missed

WEEK = timedelta(days=7)
FOUR_WEEKS = timedelta(days=28)
FEWEST_NIGHTS = 7
#: A listing that lists less than this share of the least that it ever listed is cut off, whatever the season.
CUT_OFF = 0.25

#: Ends of addresses that may not be asked for: each by a line of the source's file, or by the site.
BARRED = (Outcome.OFF_SITE, Outcome.REFUSED_ADDRESS, Outcome.ROBOTS_DENIED)
#: One link elsewhere, among pages that could be had, says nothing.
FEWEST_BARRED = 2

FEWEST_GAPS = 8
USUAL_QUANTILE = 0.95
USUAL_FACTOR = 2
SHORTEST_SILENCE = 7
#: The days without news of a source whose own gaps are not known yet.
LONGEST_SILENCE = 60


def check_listed(source: Source, night: Row, past: pl.DataFrame) -> Check:
    """Checks that the listings list what they should.

    Fewer than stated fails. A source that states no minimum is warned of where it lists nothing, from the second night
    on. Either way a source is warned of that lists less than a quarter of what any healthy night of the last four weeks
    listed, once there are seven of them: after four weeks, the new number is its usual one.
    """
    found, stated = night["found"], source.expect.listed_per_night
    lowest = find_lowest_listed(night, past)
    look = "look at the source's discovery addresses"
    if stated is not None and found < stated:
        notes = f"{found} addresses listed, at least {stated} are expected: {look}"
        return Check("listed_per_night", passed=False, found=found, expected=f"at least {stated}", notes=notes)
    if lowest is not None and found < lowest * CUT_OFF:
        least = ceil(lowest * CUT_OFF)
        notes = f"{found} addresses listed, in the last four weeks at least {lowest} every night: {look}"
    elif stated is None and found == 0 and not past.is_empty():
        least, notes = 1, f"nothing is listed: {look}, or state that quiet nights are usual (listed_per_night = 0)"
    else:
        expected = "any number" if stated is None else f"at least {stated}"
        return Check("listed_per_night", passed=True, found=found, expected=expected)
    return Check(
        "listed_per_night", passed=False, found=found, expected=f"at least {least}", notes=notes, severity="warned"
    )


def find_lowest_listed(night: Row, past: pl.DataFrame) -> int | None:
    """Finds the fewest addresses that a healthy night of the last four weeks listed; None where there are too few."""
    healthy = past.filter(
        pl.col("started_at") >= night["started_at"] - FOUR_WEEKS,
        pl.col("verdict") != "failed",
        ~has_missed("listed_per_night"),
        pl.col("found").is_not_null(),
    )
    return min(healthy["found"].to_list()) if healthy.height >= FEWEST_NIGHTS else None


def check_allowed(night: Row, past: pl.DataFrame) -> Iterator[Check]:
    """Checks that not every address is one that may not be asked for: off the source's hosts, or denied by robots.txt.

    A source of which nothing could be asked for yet is warned of in every night, also where all addresses are known by
    then; any other where at least two more are barred and no page was asked for.
    """
    before = past.select(outcome.value for outcome in Outcome).sum().row(0, named=True)
    barred = sum(night[outcome] for outcome in BARRED)
    if _count_answered(night):
        yield Check("allowed", passed=True, found=barred, expected="some page")
        return
    # What robots.txt denies is tried again in every night, and is no news in the next.
    denied_before = 0 if past.is_empty() else past.sort("started_at")[Outcome.ROBOTS_DENIED].last() or 0
    more = barred - min(denied_before, night[Outcome.ROBOTS_DENIED])
    was_ever = _count_answered(before) > 0
    ends = [outcome for outcome in BARRED if night[outcome] or (before[outcome] and not was_ever)]
    if more >= FEWEST_BARRED or (ends and not was_ever):
        told = "none of the new addresses may be asked for" if was_ever else "no address could be asked for yet"
        notes = f"{told} ({', '.join(ends)}): look at hosts in the source's file, and at the site's robots.txt"
        yield Check("allowed", passed=False, found=barred, expected="some page", notes=notes, severity="warned")


def check_week(source: Source, night: Row, past: pl.DataFrame) -> Iterator[Check]:
    """Checks that seven days bring as much that is new as is stated; once there was a night before these days."""
    stated, today = source.expect.new_per_week, get_day(night)
    counted = past.filter(pl.col("new").is_not_null()).select(pl.col("started_at").dt.date().alias("on"), "new")
    if stated is None or counted.filter(pl.col("on") <= today - WEEK).is_empty():
        return
    found = night["new"] + counted.filter(pl.col("on") > today - WEEK)["new"].sum()
    notes = f"{found} new in seven days, at least {stated} are expected: look at what became of its addresses"
    yield Check(
        "new_per_week",
        passed=found >= stated,
        found=found,
        expected=f"at least {stated}",
        notes=None if found >= stated else notes,
        severity="warned",
    )


def check_silence(source: Source, night: Row, past: pl.DataFrame) -> Iterator[Check]:
    """Checks that a source has not gone silent: the days since a night that brought something new.

    As many are allowed as the source states, else twice its usual longest gap (the 95th percentile of the gaps between
    nights with news) and at least seven; 60 where it has had fewer than eight gaps. Before the first news, the days
    since the first night count.
    """
    counted = past.filter(pl.col("new").is_not_null())
    if counted.is_empty():
        return
    today = get_day(night)
    news = sorted({*_list_days(counted.filter(pl.col("new") > 0)), *([today] if night["new"] else [])})
    since = news[-1] if news else min(_list_days(counted))
    silence, allowed = (today - since).days, source.expect.days_without_news or find_usual_silence(news)
    brought = f"nothing new for {silence} days" if news else f"nothing new ever, {silence} days since the first night"
    notes = f"{brought}, up to {allowed} are expected: look at the site, and at what became of its addresses"
    yield Check(
        "days_without_news",
        passed=silence <= allowed,
        found=silence,
        expected=f"at most {allowed}",
        notes=None if silence <= allowed else notes,
        severity="warned",
    )


def find_usual_silence(news: list[date]) -> int:
    """Finds how many days without news are usual, from the days that brought some; see check_silence."""
    gaps = [(later - earlier).days for earlier, later in pairwise(news)]
    if len(gaps) < FEWEST_GAPS:
        return LONGEST_SILENCE
    usual = pl.Series(gaps).quantile(USUAL_QUANTILE, "higher")
    return max(SHORTEST_SILENCE, ceil(USUAL_FACTOR * (usual or 0)))


def get_day(night: Row) -> date:
    """Gives the day of a night, in UTC."""
    day: date = night["started_at"].date()
    return day


def _count_answered(counts: Row) -> int:
    """Counts the addresses that were asked for, whatever the answer was."""
    unasked = (*BARRED, Outcome.KNOWN, Outcome.DEFERRED)
    return sum(counts[outcome] or 0 for outcome in Outcome if outcome not in unasked)


def _list_days(nights: pl.DataFrame) -> list[date]:
    return nights["started_at"].dt.date().to_list()
