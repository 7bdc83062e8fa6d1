"""What the API of the Care Quality Commission lists as changed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from storage.outcomes import Outcome
from tasks.discovery import cqc
from tasks.discovery.listing import Listing, ListingError
from tasks.sources.methods import Cqc

API = "https://www.example.org/public/v1"
METHOD = {"method": "cqc", "url": API}


def make_instant(day: int, hour: int = 0) -> datetime:
    """Makes an instant of October 2026 in UTC."""
    return datetime(2026, 10, day, hour, tzinfo=UTC)


def make_changes(*identifiers: str, page: int = 1, pages: int = 1) -> str:
    """Makes a page of changes."""
    return json.dumps({"total": 9, "page": page, "totalPages": pages, "perPage": 1000, "changes": list(identifiers)})


class DayAsk:
    """Answers by the day and page of the query, else with no changes, and notes each with when it changed last."""

    def __init__(self, answers: dict[tuple[str, int], str | ListingError]) -> None:
        """Takes the answers by first day and page."""
        self.answers, self.asked = answers, dict[tuple[str, int], datetime | None]()

    async def __call__(
        self, url: str, *, changed_at: datetime | None = None, allow: frozenset[int] = frozenset()
    ) -> Listing:
        """Answers as the fetching stage does."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        begin, end = (datetime.fromisoformat(query[name]) for name in ("startTimestamp", "endTimestamp"))
        assert allow == frozenset()
        assert (urlsplit(url).path, query["perPage"], end - begin) == (
            "/public/v1/changes/location",
            "1000",
            timedelta(days=1),
        )
        place = f"{begin:%Y-%m-%d}", int(query["page"])
        self.asked[place] = changed_at
        answer = self.answers.get(place, make_changes())
        if isinstance(answer, ListingError):
            raise answer
        return Listing(url, 200, answer.encode(), "application/json", {})


@pytest.fixture(autouse=True)
def _stop_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the morning of 8 October 2026."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Stopped":
            return cls(2026, 10, 8, 2, tzinfo=tz)

    monkeypatch.setattr(cqc, "datetime", Stopped)


def test_reads_a_change(make_source: Callable[..., Any], run: Callable[..., Any]) -> None:
    """A location is listed as its JSON, changed on the day of the window, with its identifier."""
    ask = DayAsk({("2026-10-06", 1): make_changes("1-125856395", "RX1AA")})
    listed, other = run(make_source(**METHOD), ask, since=make_instant(8)).listed
    assert (listed.url, other.url) == (f"{API}/locations/1-125856395", f"{API}/locations/RX1AA")
    assert (listed.modified_at, listed.published_at, listed.title) == (make_instant(6), None, None)
    assert (listed.method, listed.media_type, listed.provider_urn) == ("cqc", "application/json", "1-125856395")
    assert listed.listed_on_url.startswith(f"{API}/changes/location?startTimestamp=2026-10-06")


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        pytest.param(None, None, ["06", "07"], id="first night: as many days as the method says"),
        pytest.param(make_instant(7, 2), None, ["04", "05", "06", "07"], id="three days before the last success"),
        pytest.param(make_instant(4), make_instant(5), ["01", "02", "03", "04"], id="end of a window"),
        pytest.param(make_instant(8), make_instant(31), ["05", "06", "07"], id="never a day that is not over"),
    ],
)
def test_chooses_the_days(since: datetime | None, until: datetime | None, days: list[str]) -> None:
    """Days are those of UTC, whole, and over."""
    found = cqc.list_days(Cqc(method="cqc", days=2), since, until)
    assert [f"{day:%d}" for day in found] == days


def test_a_day_is_asked_for_until_it_is_long_over(make_source: Callable[..., Any], run: Callable[..., Any]) -> None:
    """An archived answer counts where it was made a day after the end of its day, since changes are told late."""
    ask = DayAsk({})
    run(make_source(**METHOD), ask, since=make_instant(8))
    assert ask.asked == {
        ("2026-10-05", 1): make_instant(7),
        ("2026-10-06", 1): make_instant(8),
        ("2026-10-07", 1): make_instant(9),
    }


FAILURE = ListingError(API, Outcome.SERVER_ERROR, "503")


@pytest.mark.parametrize(
    ("answers", "expected", "reason"),
    [
        pytest.param({}, [], None, id="nothing changed"),
        pytest.param(
            {("2026-10-05", 1): make_changes("1-1", pages=2), ("2026-10-05", 2): make_changes("1-2", page=2, pages=2)},
            ["1-1", "1-2"], None, id="two pages",
        ),
        pytest.param(
            {("2026-10-06", 1): FAILURE, ("2026-10-07", 1): make_changes("1-3")}, ["1-3"], "503",
            id="a later day fails",
        ),
        pytest.param(
            {("2026-10-06", 1): make_changes("1-1", pages=2), ("2026-10-06", 2): make_changes("1-1", pages=2)},
            ["1-1"], "page 2 was asked for, page 1 came", id="repeats",
        ),
        pytest.param(
            {("2026-10-06", 1): make_changes(pages=2)}, [], "no changes on page 1 of 2", id="empty too early"
        ),
    ],
)  # fmt: skip
def test_turns_pages_to_the_end(
    make_source: Callable[..., Any], run: Callable[..., Any], answers: Any, expected: list[str], reason: str | None
) -> None:
    """Every day's pages are turned to the last; less is a problem, and the other days are listed."""
    found = run(make_source(**METHOD), DayAsk(answers), since=make_instant(8))
    assert [url.rpartition("/")[2] for url in found.urls] == expected
    assert [reason in str(problem) for problem in found.problems] == ([True] if reason else [])
    assert found.error is None


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (ListingError(API, Outcome.BLOCKED, "HTTP 401"), "401"),
        ("<html>Sorry</html>", "no changes of CQC's API"),
        ('{"statusCode": 429, "message": "Rate limit is exceeded"}', "no changes of CQC's API: page Field required"),
        (make_changes("../providers/1"), "no changes of CQC's API: changes.0"),
    ],
)
def test_a_first_day_that_fails_is_an_error(
    make_source: Callable[..., Any], run: Callable[..., Any], first: Any, reason: str
) -> None:
    """A key that is refused, or an API that has changed, is never taken for a day without changes."""
    ask = DayAsk({("2026-10-05", 1): first})
    found = run(make_source(**METHOD), ask, since=make_instant(8))
    assert found.error is not None
    assert reason in str(found.error)
    assert len(ask.asked) == 1
