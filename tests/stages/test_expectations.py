"""What is expected of a source, judged on histories written by hand."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from tasks.expectations import check_allowed, check_listed, check_silence, check_week
from tests.stages.conftest import make_source
from tests.stages.histories import TODAY, make_check, make_night, make_past, repeat_nights

NEVER: list[dict[str, Any]] = []
CUT_OFF = make_check("listed_per_night", passed=False)


def bring_news(*ages: int, over: int) -> pl.DataFrame:
    """A night each day over so many days before today, with news on the nights that are so many days ago."""
    return make_past(make_night(TODAY - timedelta(days=age), new=int(age in ages)) for age in range(over, 0, -1))


@pytest.mark.parametrize(
    ("stated", "found", "past", "verdict"),
    [
        pytest.param(10, 10, NEVER, "ok", id="first night with the stated minimum"),
        pytest.param(10, 9, NEVER, "failed", id="first night below it"),
        pytest.param(0, 0, NEVER, "ok", id="a stated nothing"),
        pytest.param(None, 0, NEVER, "ok", id="an empty listing on the first night"),
        pytest.param(None, 0, repeat_nights(1, found=0), "warned", id="an empty listing on the second night"),
        pytest.param(0, 0, repeat_nights(7, found=0), "ok", id="quiet nights that are stated"),
        pytest.param(1, 9, repeat_nights(6), "ok", id="fewer than before, history too short"),
        pytest.param(1, 9, repeat_nights(7), "warned", id="fewer than a quarter of any night of a week"),
        pytest.param(1, 10, repeat_nights(7), "ok", id="a quarter"),
        pytest.param(10, 9, repeat_nights(7), "failed", id="fewer than stated comes first"),
        pytest.param(1, 3, [*repeat_nights(13), make_night(found=12)], "ok", id="a quarter of the quietest night"),
        pytest.param(
            1, 9, [*repeat_nights(7), make_night(found=9, checks=[CUT_OFF])], "warned", id="the second night of it"
        ),
        pytest.param(1, 9, [*repeat_nights(7), make_night(found=0, verdict="failed")], "warned", id="after a failure"),
        pytest.param(
            1, 9, [make_night(TODAY - timedelta(days=29 + n)) for n in range(9)], "ok", id="weeks ago is no measure"
        ),
        pytest.param(1, 9, repeat_nights(7, found=None), "ok", id="nights of an older version"),
    ],
)
def test_listings_are_judged_by_what_is_stated_then_by_history(
    stated: int | None, found: int, past: list[dict[str, Any]], verdict: str
) -> None:
    """Fewer than stated fails from the first night on; fewer than usual warns, once it is known what is usual."""
    expect = {} if stated is None else {"listed_per_night": stated}
    check = check_listed(make_source(expect=expect), make_night(found=found), make_past(past))
    assert ("ok" if check.passed else check.severity) == verdict
    assert (check.notes is None) == check.passed


@pytest.mark.parametrize(
    ("tonight", "past", "verdict"),
    [
        pytest.param({"off_site": 1}, NEVER, "warned", id="first night, all off the hosts"),
        pytest.param({"robots_denied": 3, "deferred": 9}, NEVER, "warned", id="first night, all denied"),
        pytest.param({"refused_address": 1, "off_site": 1}, NEVER, "warned", id="first night, both"),
        pytest.param({"known": 1}, repeat_nights(1, off_site=1), "warned", id="all known, and nothing ever asked"),
        pytest.param({"off_site": 9, "stored": 1}, NEVER, "ok", id="one that may be asked for"),
        pytest.param({"off_site": 9, "server_error": 1}, NEVER, "ok", id="one that was asked for in vain"),
        pytest.param({}, NEVER, None, id="nothing listed"),
        pytest.param({"known": 40}, repeat_nights(9, stored=1), None, id="a quiet night"),
        pytest.param({"off_site": 1, "known": 40}, repeat_nights(9, stored=1), None, id="one link elsewhere"),
        pytest.param({"off_site": 2, "known": 40}, repeat_nights(9, stored=1), "warned", id="all that is new is off"),
        pytest.param({"robots_denied": 3}, repeat_nights(9, stored=1, robots_denied=3), None, id="denied as ever"),
        pytest.param({"robots_denied": 5}, repeat_nights(9, stored=1, robots_denied=3), "warned", id="two more denied"),
        pytest.param({"off_site": 2}, repeat_nights(9, stored=1, robots_denied=3), "warned", id="denied no more"),
    ],
)
def test_a_source_of_which_nothing_may_be_asked_for_is_warned_of(
    tonight: dict[str, int], past: list[dict[str, Any]], verdict: str | None
) -> None:
    """Where no address may be asked for, a wrong file or a closed site is told, from the first night on."""
    checks = list(check_allowed(make_night(**tonight), make_past(past)))
    assert [("ok" if check.passed else check.severity) for check in checks] == ([verdict] if verdict else [])
    assert all("look at hosts" in check.notes for check in checks if check.notes)


@pytest.mark.parametrize(
    ("stated", "tonight", "past", "expected"),
    [
        pytest.param(7, 0, NEVER, None, id="first night"),
        pytest.param(7, 0, repeat_nights(6, new=0), None, id="no full week yet"),
        pytest.param(7, 1, repeat_nights(7, new=1), (True, 7), id="a full week"),
        pytest.param(7, 0, repeat_nights(7, new=1), (False, 6), id="one too few"),
        pytest.param(7, 0, [make_night(TODAY - timedelta(days=7), new=500)], (False, 0), id="the week before"),
        pytest.param(7, 0, repeat_nights(9, new=None), None, id="nights of an older version"),
        pytest.param(None, 0, repeat_nights(9, new=0), None, id="none stated"),
    ],
)
def test_a_week_brings_what_is_stated(
    stated: int | None, tonight: int, past: list[dict[str, Any]], expected: tuple[bool, int] | None
) -> None:
    """Seven days are counted once there was a night before them; too few warn."""
    source = make_source(expect={} if stated is None else {"new_per_week": stated})
    checks = list(check_week(source, make_night(new=tonight), make_past(past)))
    assert [(check.passed, check.found) for check in checks] == ([expected] if expected else [])
    assert all(check.severity == "warned" for check in checks)


def count_weekdays(over: int) -> list[int]:
    """The ages of the working days of so many days before today, a Saturday."""
    return [age for age in range(1, over + 1) if (TODAY - timedelta(days=age)).weekday() < 5]


@pytest.mark.parametrize(
    ("stated", "past", "silence", "allowed"),
    [
        pytest.param(None, bring_news(1, over=1), 1, 60, id="second night"),
        pytest.param(None, bring_news(*count_weekdays(28), over=28), 1, 7, id="weekends of a daily outlet"),
        pytest.param(None, bring_news(*range(8, 30), over=30), 8, 7, id="a daily outlet that went silent"),
        pytest.param(None, bring_news(*range(7, 30), over=30), 7, 7, id="a daily outlet's quiet week"),
        pytest.param(None, bring_news(*range(14, 85, 7), over=90), 14, 14, id="a weekly outlet that left out a week"),
        pytest.param(None, bring_news(*range(15, 85, 7), over=90), 15, 14, id="a weekly outlet that went silent"),
        pytest.param(None, bring_news(*range(10, 50), 90, over=90), 10, 7, id="one long gap is not usual"),
        pytest.param(None, bring_news(61, over=61), 61, 60, id="one night with news, long ago"),
        pytest.param(None, bring_news(over=61), 61, 60, id="never any news"),
        pytest.param(None, bring_news(over=30), 30, 60, id="no news yet"),
        pytest.param(3, bring_news(4, over=4), 4, 3, id="fewer days stated"),
        pytest.param(45, bring_news(*range(40, 90), over=90), 40, 45, id="a summer break that is stated"),
    ],
)
def test_silence_is_judged_by_the_sources_own_gaps(
    stated: int | None, past: pl.DataFrame, silence: int, allowed: int
) -> None:
    """As many days without news are allowed as stated, or as twice the usual gap."""
    source = make_source(expect={} if stated is None else {"days_without_news": stated})
    (check,) = check_silence(source, make_night(new=0), past)
    assert (check.found, check.expected) == (silence, f"at most {allowed}")
    assert (check.passed, check.severity) == (silence <= allowed, "warned")


@pytest.mark.parametrize("past", [NEVER, repeat_nights(3, new=None)], ids=["first night", "of an older version"])
def test_silence_needs_a_history(past: Iterable[dict[str, Any]]) -> None:
    """A first night says nothing of silence, nor one after nights that did not count what is new."""
    assert list(check_silence(make_source(), make_night(new=0), make_past(past))) == []


def test_news_of_tonight_ends_the_silence() -> None:
    """A source that was silent and brings something is as it should be."""
    (check,) = check_silence(make_source(), make_night(new=1), bring_news(*range(60, 90), over=90))
    assert (check.passed, check.found, check.notes) == (True, 0, None)


def test_two_runs_on_one_day_are_no_gap() -> None:
    """Repeated runs of a day count as one day, so that trying a source out teaches nothing of its gaps."""
    runs = [make_night(date(2026, 11, 20), run_id=f"run-{number}") for number in range(20)]
    (check,) = check_silence(make_source(), make_night(new=0), make_past(runs))
    assert check.expected == "at most 60"
