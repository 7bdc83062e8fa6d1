"""What pages made for people list."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from storage.outcomes import Outcome
from tasks.discovery.dates import parse_shown_date
from tasks.discovery.listing import ListingError
from tasks.discovery.listing_pages import ListingPage, parse_listing_page
from tasks.sources.methods import ListingPages

HOST = "https://www.example.org"
URL = f"{HOST}/news"
METHOD: dict[str, Any] = {
    "method": "listing",
    "url": URL,
    "link": "h2 a",
    "next": "a[rel=next]",
    "item": "li.item",
    "date": "time",
}
LONDON = ZoneInfo("Europe/London")


def make_item(number: int, date: str = "") -> str:
    """Makes one item of a page."""
    return f'<li class="item"><h2><a href="/a/{number}">Article {number}</a></h2>{date}</li>'


def make_page(*items: str, following: str = "") -> str:
    """Makes a page, with a link to the next where there is one."""
    more = f'<a rel="next" href="{following}">Next</a>' if following else ""
    return f'<html><a href="/about">About</a><ul>{"".join(items)}</ul>{more}</html>'


def parse(html: str, **method: Any) -> ListingPage:
    """Reads a page of London's time."""
    return parse_listing_page(html.encode(), url=URL, method=ListingPages(**METHOD | method), zone=LONDON)


def make_date(day: str) -> str:
    """Makes a date as pages show it."""
    return f"<time>{day}</time>"


@pytest.mark.parametrize(
    ("markup", "at", "precision"),
    [
        ('<time datetime="2019-07-22T10:04:05+01:00">Monday</time>', "2019-07-22T09:04:05", "second"),
        ('<time datetime="2019-07-22 10:04">Monday</time>', "2019-07-22T09:04", "minute"),
        ('<time datetime="yesterday">22 July 2019</time>', "2019-07-22", "day"),
        ("<time>Monday, 22nd\n July 2019</time>", "2019-07-22", "day"),
        ("<time>July 2019</time>", None, None),
        ("<time>07/08/2019</time>", None, None),
        ("<p>22 July 2019</p>", None, None),
    ],
)
def test_reads_the_date_in_the_item_of_a_link(markup: str, at: str | None, precision: str | None) -> None:
    """The date for machines comes first, then the one that is shown; what is ambiguous or elsewhere is null."""
    other = make_item(2, make_date("1 May 2001"))
    listed = parse(make_page(make_item(1, markup), other)).listed[0]
    assert listed.published_at == (datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None)
    assert listed.published_precision == precision


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1st May 2021", 1),
        ("Sun 2nd May 2021", 2),
        ("Monday, 3rd May 2021", 3),
        ("4TH May 2021", 4),
        ("5 May 2021", 5),
        ("May 6th, 2021", None),
        ("7 st May 2021", None),
        (None, None),
    ],
)
def test_reads_a_date_with_an_ordinal(text: str | None, day: int | None) -> None:
    """An ordinal behind the day changes nothing; what fits no form is null."""
    moment = parse_shown_date(text, LONDON)
    assert (moment and moment.at) == (datetime(2021, 5, day, tzinfo=UTC) if day else None)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param('<a href="/a/1">One</a>', [(f"{HOST}/a/1", "One")], id="relative"),
        pytest.param('<a href="a/1#top"> One\n more </a>', [(f"{HOST}/a/1", "One more")], id="fragment, spaces"),
        pytest.param('<a href="//example.org/1">One</a>', [("https://example.org/1", "One")], id="other host"),
        pytest.param('<a href="/1"><img></a><a href="/1">One</a>', [(f"{HOST}/1", "One")], id="picture first"),
        pytest.param('<a href="/1">One</a><a href="/1">More</a>', [(f"{HOST}/1", "One")], id="twice"),
        pytest.param('<a href="/1"><img></a>', [(f"{HOST}/1", None)], id="no text"),
        pytest.param(
            '<a href="http://[">A</a><a href="/1">One</a>', [(f"{HOST}/1", "One")], id="what is no address at all"
        ),
        pytest.param('<a href="mailto:a@example.org">A</a><a href="#b">B</a><a>C</a><a href="">D</a>', [], id="none"),
    ],
)
def test_reads_the_links(markup: str, expected: list[tuple[str, str | None]]) -> None:
    """Addresses are absolute, without fragment, each once with its text; what leads to no page is none."""
    listed = parse(f"<html><h2>{markup}</h2></html>").listed
    assert [(found.url, found.title) for found in listed] == expected
    assert all((found.method, found.listed_on_url, found.published_at) == ("listing", URL, None) for found in listed)


def test_honours_the_base_of_a_page() -> None:
    """Addresses are relative to the base that a page states."""
    page = parse(f'<html><head><base href="/b/"></head>{make_page()}<h2><a href="1">One</a></h2></html>')
    assert [listed.url for listed in page.listed] == [f"{HOST}/b/1"]


def test_expects_a_pdf_where_a_link_says_so() -> None:
    """A link to a PDF lists a report, with the text of the link, which names its kind."""
    (listed,) = parse('<h2><a href="/r/1.PDF?x=1">Inspection report</a></h2>').listed
    assert (listed.media_type, listed.link_text) == ("application/pdf", "Inspection report")


@pytest.mark.parametrize(
    ("more", "since", "expected"),
    [
        pytest.param({}, None, [1, 2, 3, 4], id="last page"),
        pytest.param({"pages": 2}, None, [1, 2, 3], id="as many pages as allowed"),
        pytest.param({"next": None}, None, [1, 2], id="one page"),
        pytest.param({}, datetime(2021, 5, 3, tzinfo=UTC), [1, 2, 3], id="all older"),
        pytest.param({}, datetime(2021, 5, 2, 12, tzinfo=UTC), [1, 2, 3, 4], id="day not over"),
        pytest.param({"date": None}, datetime(2021, 5, 3, tzinfo=UTC), [1, 2, 3, 4], id="no dates"),
    ],
)
def test_turns_pages(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any], more: Any, since: Any,
    expected: list[int],
) -> None:  # fmt: skip
    """Pages are turned up to the last, the limit, or after the first on which everything is older than asked for."""
    ask = canned({
        URL: make_page(make_item(1, make_date("9 May 2021")), make_item(2), following="?page=2"),
        f"{URL}?page=2": make_page(make_item(3, make_date("2 May 2021")), following="?page=3"),
        f"{URL}?page=3": make_page(make_item(4, make_date("1 May 2021"))),
    })  # fmt: skip
    method = {key: value for key, value in (METHOD | more).items() if value is not None}
    found = run(make_source(**method), ask, since=since)
    assert (found.problems, found.error) == ([], None)
    assert found.urls == [f"{HOST}/a/{number}" for number in expected]


def test_an_undated_article_does_not_end_the_walk(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """Where one article has no date, older ones on the page do not tell that all are old."""
    ask = canned({
        URL: make_page(make_item(1, make_date("1 May 2021")), make_item(2), following="?page=2"),
        f"{URL}?page=2": make_page(make_item(3)),
    })  # fmt: skip
    found = run(make_source(**METHOD), ask, since=datetime(2026, 1, 1, tzinfo=UTC))
    assert len(found.urls) == 3


@pytest.mark.parametrize(
    ("second", "expected", "requests"),
    [
        pytest.param(make_page(make_item(1), following="?page=3"), [1], 2, id="repeats"),
        pytest.param(make_page(make_item(1), make_item(2), following="?page=3"), [1, 2, 3], 3, id="one is new"),
        pytest.param(make_page(following="?page=3"), [1], 2, id="empty"),
    ],
)
def test_stops_where_nothing_is_new(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any], second: str,
    expected: list[int], requests: int,
) -> None:  # fmt: skip
    """A page past the end that repeats what came before, or is empty, ends the walk without a complaint."""
    ask = canned({
        URL: make_page(make_item(1), following="?page=2"),
        f"{URL}?page=2": second,
        f"{URL}?page=3": make_page(make_item(3)),
    })  # fmt: skip
    method = {key: value for key, value in METHOD.items() if key != "date"}
    found = run(make_source(**method), ask)
    assert (found.problems, found.error) == ([], None)
    assert found.urls == [f"{HOST}/a/{number}" for number in expected]
    assert len(ask.asked) == requests


@pytest.mark.parametrize(
    ("first", "outcome", "reason"),
    [
        (make_page(), Outcome.UNREADABLE, "no link at 'h2 a'"),
        (ListingError(URL, Outcome.BLOCKED, "403"), Outcome.BLOCKED, "403"),
    ],
)
def test_a_first_page_without_links_is_an_error(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any], first: Any,
    outcome: Outcome, reason: str,
) -> None:  # fmt: skip
    """Nothing on the first page is never taken for nothing new: the error names the selector."""
    found = run(make_source(**METHOD), canned({URL: first}))
    assert found.error is not None
    assert (found.error.outcome, found.error.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("following", "outcome"),
    [("?page=2", Outcome.GONE), ("https://elsewhere.example.net/news", Outcome.OFF_SITE)],
)
def test_a_later_page_that_fails_is_a_problem(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any], following: str,
    outcome: Outcome,
) -> None:  # fmt: skip
    """What the first page lists stays; a page on another host is not asked for."""
    ask = canned({URL: make_page(make_item(1, make_date("1 May 2021")), following=following)})
    found = run(make_source(**METHOD), ask)
    assert found.urls == [f"{HOST}/a/1"]
    assert [problem.outcome for problem in found.problems] == [outcome]
    assert not any("elsewhere" in url for url, _ in ask.asked)


def test_dates_that_cannot_be_read_are_a_problem(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """Where no date on the first page can be read, the selectors are named and the articles are listed all the same."""
    ask = canned({URL: make_page(make_item(1, make_date("01/05/2021")))})
    found = run(make_source(**METHOD), ask)
    assert found.urls == [f"{HOST}/a/1"]
    assert ["'time' within 'li.item'" in str(problem) for problem in found.problems] == [True]


def test_a_date_needs_an_item() -> None:
    """A date's selector without that of the item around link and date is refused."""
    with pytest.raises(ValidationError, match="it needs item"):
        ListingPages(method="listing", url=URL, link="a", date="time")
