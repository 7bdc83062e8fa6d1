"""The one verdict of a source, since when it is so, and its words."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest

from tasks.verdicts import Check, date_checks, decide_verdict, explain_verdict, sort_by_verdict
from tests.stages.histories import TODAY, make_check, make_night, make_past

FAILED = Check("discovery", passed=False, found=1, expected="no listing fails", notes="the feed answers 500")
WARNED = Check("days_without_news", passed=False, found=21, expected="at most 7", severity="warned")
PASSED = Check("balance", passed=True, found=3, expected="3 outcomes")


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [([], "ok"), ([PASSED], "ok"), ([PASSED, WARNED], "warned"), ([WARNED, FAILED, PASSED], "failed")],
)
def test_the_gravest_check_decides(checks: list[Check], verdict: str) -> None:
    """A source has one verdict: failed, else warned, else ok."""
    assert decide_verdict(checks) == verdict


@pytest.mark.parametrize(
    ("told", "since_on", "nights"),
    [
        pytest.param([], TODAY, 1, id="first night"),
        pytest.param([True], TODAY, 1, id="passed yesterday"),
        pytest.param([False, False], date(2026, 11, 19), 3, id="third night"),
        pytest.param([False, True, False], date(2026, 11, 20), 2, id="an earlier failure is over"),
        pytest.param([None, False], date(2026, 11, 19), 2, id="a night that could not judge"),
    ],
)
def test_a_failure_is_dated(told: list[bool | None], since_on: date, nights: int) -> None:
    """What did not pass says since when, and for how many nights in a row; the newest night of `told` comes first."""
    past = make_past(
        make_night(
            TODAY - timedelta(days=age),
            checks=[make_check("balance", passed=True)]
            + ([] if passed is None else [make_check("discovery", passed=passed)]),
        )
        for age, passed in enumerate(told, start=1)
    )
    failed, passed = date_checks([FAILED, PASSED], past, TODAY)
    assert (failed.since_on, failed.nights) == (since_on, nights)
    assert (passed.since_on, passed.nights) == (None, None)


@pytest.mark.parametrize(
    ("name", "told"), [("finished", "not finished: torn"), ("asked", "not asked: torn"), ("balance", "balance: torn")]
)
def test_what_was_missed_is_not_told_as_if_it_was_met(name: str, told: str) -> None:
    """A check whose name says what is well is named by the contrary."""
    check = Check(name, passed=False, found=1, expected="no error", notes="torn")
    assert explain_verdict({"checks": [asdict(check)]}) == [told]


def test_runs_of_one_day_are_one_night() -> None:
    """A source that is tried ten times a day fails for one night."""
    past = make_past(
        make_night(run_id=f"run-{number}", checks=[make_check("discovery", passed=False)]) for number in range(10)
    )
    assert date_checks([FAILED], past, TODAY)[0].nights == 1


def test_nights_without_checks_are_read() -> None:
    """A night whose row has no checks neither counts nor breaks anything."""
    past = make_past([make_night(TODAY - timedelta(days=1), checks=None)])
    assert date_checks([FAILED], past, TODAY)[0].nights == 1


def test_reasons_are_words_the_gravest_first() -> None:
    """Each reason has its name, its notes or figures, and since when; what passed is not told."""
    dated = asdict(FAILED) | {"since_on": date(2026, 11, 19), "nights": 3}
    assert explain_verdict({"checks": [asdict(PASSED), asdict(WARNED), dated]}) == [
        "discovery: the feed answers 500 (for 3 nights, since 2026-11-19)",
        "days_without_news: found 21, expected at most 7",
    ]
    assert explain_verdict({"checks": None}) == []


def test_checks_of_older_versions_are_explained() -> None:
    """Rows without severity and dates, as older versions wrote them, are read as failures."""
    old: dict[str, Any] = asdict(FAILED) | {"severity": None, "since_on": None, "nights": None}
    assert explain_verdict({"checks": [old]}) == ["discovery: the feed answers 500"]


def test_the_gravest_source_comes_first() -> None:
    """Failed sources come first, then those warned of, each in order of their names."""
    verdicts = {"d": "ok", "c": "failed", "b": "warned", "a": "failed"}
    rows = [{"source": source, "verdict": verdict} for source, verdict in verdicts.items()]
    assert [row["source"] for row in sort_by_verdict(rows)] == ["a", "c", "b", "d"]
