"""Which columns the newest pages have, judged on histories written by hand."""

from datetime import timedelta
from typing import Any

import pytest

from tasks.fill import check_fill
from tasks.verdicts import Check
from tests.stages.conftest import make_source
from tests.stages.histories import TODAY, make_check, make_night, make_past, repeat_nights

STATED = {"expect": {"fill": {"section": 0.8}}}
LOST = make_check("fill_section", passed=False)


def fill(filled: int, pages: int) -> list[dict[str, Any]]:
    """What a night counted of the column of sections."""
    return [{"column": "section", "filled": filled, "pages": pages}]


def check(tonight: list[dict[str, Any]], past: list[dict[str, Any]], **said: Any) -> list[Check]:
    """Checks a night."""
    return list(check_fill(make_source(**said), make_night(fill=tonight), make_past(past)))


@pytest.mark.parametrize(
    ("tonight", "past", "verdict"),
    [
        pytest.param(fill(5, 5), [], "ok", id="first night"),
        pytest.param(fill(3, 5), [], "failed", id="too few on the first night"),
        pytest.param(fill(0, 4), [], None, id="too few pages"),
        pytest.param([], [], None, id="no pages"),
        pytest.param(fill(1, 2), repeat_nights(1, fill=fill(3, 3)), "ok", id="pages of two nights"),
        pytest.param(fill(0, 2), repeat_nights(1, fill=fill(3, 3)), "failed", id="too few on two nights"),
        pytest.param([], repeat_nights(1, fill=fill(0, 9)), "warned", id="no newer pages to judge by"),
        pytest.param(fill(5, 5), repeat_nights(1, fill=fill(0, 9)), "ok", id="the newest pages count"),
        pytest.param([], [make_night(TODAY - timedelta(days=29), fill=fill(0, 9))], None, id="pages of weeks ago"),
    ],
)
def test_a_stated_share_is_held_by_the_newest_pages(
    tonight: list[dict[str, Any]], past: list[dict[str, Any]], verdict: str | None
) -> None:
    """The newest nights that together stored five pages are judged; without pages tonight they can only warn."""
    found = ["ok" if each.passed else each.severity for each in check(tonight, past, **STATED)]
    assert found == ([verdict] if verdict else [])


@pytest.mark.parametrize(
    ("tonight", "past", "passed"),
    [
        pytest.param(fill(0, 5), [], None, id="first night"),
        pytest.param(fill(0, 5), repeat_nights(3, fill=fill(5, 5)), None, id="fifteen pages"),
        pytest.param(fill(2, 5), repeat_nights(4, fill=fill(5, 5)), False, id="a selector that broke"),
        pytest.param(fill(3, 5), repeat_nights(4, fill=fill(5, 5)), True, id="more than half"),
        pytest.param(fill(0, 5), repeat_nights(4, fill=fill(4, 5)), None, id="never a column of this source"),
        pytest.param(
            fill(0, 5),
            [*repeat_nights(6, fill=fill(5, 5))[:4], make_night(fill=fill(0, 9), checks=[LOST])],
            False,
            id="still broken",
        ),
        pytest.param(fill(0, 5), repeat_nights(4, fill=None), None, id="nights of an older version"),
        pytest.param(
            fill(0, 5),
            [make_night(TODAY - timedelta(days=91 + n), fill=fill(5, 5)) for n in range(4)],
            None,
            id="months ago",
        ),
    ],
)
def test_a_column_that_was_there_and_is_lost_is_warned_of(
    tonight: list[dict[str, Any]], past: list[dict[str, Any]], *, passed: bool | None
) -> None:
    """Without a stated share, a column that nearly all pages had, and most of the newest lack, warns."""
    checks = check(tonight, past)
    assert [each.passed for each in checks] == ([] if passed is None else [passed])
    assert all(each.severity == "warned" for each in checks)


def test_a_stated_nothing_accepts_the_loss() -> None:
    """A column that a site has given up is stated as 0, and no more warned of."""
    (found,) = check(fill(0, 5), repeat_nights(4, fill=fill(5, 5)), expect={"fill": {"section": 0.0}})
    assert found.passed
