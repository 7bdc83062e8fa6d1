"""Units of a backfill: what range they cover, which address falls into which, and when one is done."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.outcomes import Outcome
from storage.records import Listed
from storage.tables import commit_rows, make_frame
from tasks.done_units import find_open_units
from tasks.run import Run, Tally
from tasks.units import (
    Unit,
    assign_addresses,
    cut_units,
    describe_unit,
    explain_open_month,
    find_month,
)
from tasks.via import Via, check_request
from tests.stages.conftest import Nights

NOW = datetime.now(UTC)
TO_COME = NOW.date() + timedelta(days=2)
JANUARY = Unit("post", date(2019, 1, 1))


def make_listed(url: str = "https://www.post.example/a", **said: Any) -> Listed:
    """An address of a listing."""
    return Listed(url, "sitemap", "https://www.post.example/sitemap.xml", **said)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2019, 1, 1), date(2019, 1, 31), ["2019-01"]),
        (date(2019, 1, 31), date(2019, 2, 1), ["2019-01", "2019-02"]),
        (date(2018, 12, 5), date(2019, 2, 28), ["2018-12", "2019-01", "2019-02"]),
        (date(2020, 2, 29), date(2020, 2, 29), ["2020-02"]),
    ],
)
def test_a_range_is_cut_into_whole_months(start: date, end: date, months: list[str]) -> None:
    """Every month that a day of the range falls into is a unit, and no other."""
    assert [unit.unit_id for unit in cut_units(["post"], start, end)] == [f"live/post/{month}" for month in months]


@pytest.mark.parametrize(
    ("via", "start", "end", "path", "said"),
    [
        pytest.param(Via.LIVE, date(2020, 1, 1), date(2019, 1, 1), None, r"2019-01-01.*2020-01-01", id="order"),
        pytest.param(Via.LIVE, TO_COME, TO_COME, None, "is still to come: name a day up to today", id="to come"),
        pytest.param(Via.WAYBACK, date(2020, 1, 1), None, None, "wayback needs a first and a last day", id="no end"),
        pytest.param(Via.CC_NEWS, None, date(2020, 1, 1), None, "cc-news needs a first and a last", id="no start"),
        pytest.param(Via.CC_NEWS, date(2016, 1, 1), date(2016, 7, 31), None, "began in 2016-08", id="before CC-NEWS"),
        pytest.param(Via.WARC, None, None, None, "needs a path", id="no path"),
        pytest.param(Via.WARC, date(2020, 1, 1), None, Path("a.warc"), "imported whole", id="range of a file"),
        pytest.param(Via.LIVE, date(2020, 1, 1), date(2020, 1, 1), Path("a.warc"), "takes no path", id="path"),
    ],
)
def test_a_request_that_does_not_go_with_its_way_is_refused(
    via: Via, start: date | None, end: date | None, path: Path | None, said: str
) -> None:
    """The mistake is told, with both days where they are in the wrong order."""
    with pytest.raises(ValueError, match=said):
        check_request(via, start, end, path)


@pytest.mark.parametrize(
    ("via", "days", "reason"),
    [
        (Via.LIVE, 0, None),
        (Via.LIVE, -1, "the month was not over"),
        (Via.WAYBACK, 29, "its index may still grow"),
        (Via.WAYBACK, 30, None),
        (Via.COMMONCRAWL, 59, "its index may still grow"),
        (Via.CC_NEWS, 7, None),
    ],
)
def test_a_month_stays_open_until_its_index_is_whole(via: Via, days: int, reason: str | None) -> None:
    """Web archives add to a month for some time after it is over."""
    assert explain_open_month(via, date(2019, 3, 1), datetime(2019, 4, 1, tzinfo=UTC) + timedelta(days=days)) == reason


@pytest.mark.parametrize(
    ("found", "month"),
    [
        (make_listed(published_at=datetime(2019, 1, 31, 23, tzinfo=UTC), modified_at=NOW), (2019, 1)),
        (make_listed("https://www.post.example/2019/03/28/a/", modified_at=NOW), (2019, 3)),
        (make_listed(modified_at=datetime(2020, 5, 1, tzinfo=UTC)), (2020, 5)),
        (make_listed("https://www.post.example/2019/13/a"), None),
        (make_listed(), None),
    ],
)
def test_the_month_is_that_of_publication_where_it_is_known(found: Listed, month: tuple[int, int] | None) -> None:
    """Publication comes before the date in the address, and that before the last change."""
    assert find_month(found) == month


def test_addresses_of_other_months_are_left_out_and_undated_ones_are_not_lost() -> None:
    """Each address is in at most one unit; one without a date is in the first."""
    units = cut_units(["post"], date(2019, 1, 1), date(2019, 2, 1))
    listed = {
        "february": make_listed(published_at=datetime(2019, 2, 3, tzinfo=UTC)),
        "march": make_listed(published_at=datetime(2019, 3, 3, tzinfo=UTC)),
        "undated": make_listed(),
    }
    assigned = assign_addresses(listed, units, units[0])
    assert {unit.unit_id[-7:]: set(found) for unit, found in assigned.items()} == {
        "2019-01": {"undated"},
        "2019-02": {"february"},
    }


def test_what_has_no_date_stays_with_the_first_month_of_the_range() -> None:
    """A backfill that goes on after its first month was done does not take undated addresses up in a later one."""
    january, february = cut_units(["post"], date(2019, 1, 1), date(2019, 2, 28))
    assert assign_addresses({"undated": make_listed()}, [february], january) == {february: {}}


@pytest.mark.parametrize(
    ("unit", "outcomes", "problem", "is_done"),
    [
        (JANUARY, [Outcome.STORED, Outcome.GONE, Outcome.ROBOTS_DENIED], None, True),
        (JANUARY, [], None, True),
        (JANUARY, [Outcome.STORED, Outcome.TIMEOUT], None, False),
        (JANUARY, [None], None, False),
        (JANUARY, [Outcome.STORED], "the sitemap failed", False),
        (Unit("post", NOW.date().replace(day=1)), [Outcome.STORED], None, False),
    ],
)
def test_a_unit_is_done_when_nothing_of_it_can_come(
    unit: Unit, outcomes: list[Outcome | None], problem: str | None, *, is_done: bool, nights: Nights
) -> None:
    """Failures that may pass, a lost listing, and a month that is not over leave a unit open, with the reason."""
    tally = Tally("post", NOW, outcomes={str(n): outcome for n, outcome in enumerate(outcomes) if outcome})
    rows: list[dict[str, Any]] = []

    def describe(run: Run) -> None:
        rows.append(describe_unit(unit, map(str, range(len(outcomes))), tally, run, problem=problem))

    nights.run(before=describe)
    (row,) = rows
    assert (row["is_done"], row["reason"] is None) == (is_done, is_done)
    commit_rows(nights.layout, {"backfill_units": make_frame("backfill_units", [row])})
    assert find_open_units(nights.layout, [unit]) == ([] if is_done else [unit])
    assert row["finished_at"] - NOW < timedelta(minutes=5)
