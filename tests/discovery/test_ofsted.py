"""What Ofsted's site lists."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from storage.outcomes import Outcome
from tasks.discovery import ofsted
from tasks.discovery.dates import Moment
from tasks.discovery.listing import ListingError, set_query
from tasks.discovery.ofsted_pages import Provider, parse_provider_page, parse_search_page

HOST = "https://www.example.org"
HOSTS = frozenset({"files.ofsted.gov.uk", "files.api.ofsted.gov.uk"})
SEARCH = f"{HOST}/search?q=&level_2_types[]=12"
PAGE = f"{HOST}/provider/44/1"


def make_instant(year: int, month: int, day: int) -> datetime:
    """Makes a midnight in UTC."""
    return datetime(year, month, day, tzinfo=UTC)


PROVIDER = Provider(PAGE, "Example Council", "80001", Moment(make_instant(2024, 7, 15), "day"))


def make_result(number: int, latest: str | None = "15 July 2024") -> str:
    """Makes one search result."""
    report = f"<li>Latest report: <strong><time>{latest}</time></strong></li>" if latest else ""
    return (
        '<li class="search-result"><h3 class="search-result__title">'
        f'<a href="/provider/44/{number}">Council\n {number}</a></h3>'
        f"<ul>{report}<li>URN: <strong>{number}</strong></li></ul></li>"
    )


def make_search(*results: str, count: str = "1") -> str:
    """Makes a page of search results."""
    return (
        f'<html><h2><strong class="results-count">{count}</strong> results</h2>'
        f'<ul class="results-list">{"".join(results)}</ul></html>'
    )


def make_link(text: str, href: str = "https://files.ofsted.gov.uk/v1/file/1") -> str:
    """Makes one link to a report."""
    return (
        f'<div class="event"><span class="event__title">An event: a council</span>'
        f'<a class="publication-link" href="{href}">seen<span class="nonvisual">{text}</span></a></div>'
    )


REPORT = make_link("Focused visit, pdf - 15 July 2024")


def get_page_url(start: int) -> str:
    """Gives the address of a page of the search."""
    return set_query(SEARCH, sort="date", order="desc", start=start, rows=ofsted.ROWS)


@pytest.mark.parametrize(
    ("text", "link_text", "published_at"),
    [
        ("Area SEND full inspection, pdf - 15 July 2024", "Area SEND full inspection", make_instant(2024, 7, 15)),
        ("Visit, monitoring, pdf - 05 May 2021", "Visit, monitoring", make_instant(2021, 5, 5)),
        (
            "Children&#039;s services \n inspection, PDF \u2013 1 May 2021",
            "Children's services inspection",
            make_instant(2021, 5, 1),
        ),
        ("Letter, pdf - 05/06/2021", "Letter, pdf - 05/06/2021", None),
        ("Letter", "Letter", None),
    ],
)
def test_reads_a_publication(text: str, link_text: str, published_at: datetime | None) -> None:
    """The link's hidden text gives the kind and the day of publication; what does not fit stays whole and undated."""
    head = "<h1>The Council</h1><p>URN: <strong>80002</strong></p><p>Region: <strong> North\nWest</strong></p>"
    listed = parse_provider_page((head + make_link(text) + REPORT).encode(), url=PAGE, provider=PROVIDER, hosts=HOSTS)[
        0
    ]
    assert (listed.link_text, listed.published_at) == (link_text, published_at)
    assert listed.published_precision == ("day" if published_at else None)
    assert (listed.url, listed.media_type) == ("https://files.ofsted.gov.uk/v1/file/1", "application/pdf")
    assert (listed.provider_name, listed.provider_urn, listed.provider_region) == ("The Council", "80002", "North West")
    assert (listed.title, listed.method, listed.listed_on_url) == ("An event: a council", "ofsted", PAGE)


def test_the_search_fills_what_a_page_does_not_say() -> None:
    """Name and URN come from the search where the page has none; the region is null."""
    bare = '<a class="publication-link" href="https://files.api.ofsted.gov.uk/v1/file/2">Letter, pdf - 1 May 2021</a>'
    (listed,) = parse_provider_page(bare.encode(), url=PAGE, provider=PROVIDER, hosts=HOSTS)
    assert (listed.provider_name, listed.provider_urn, listed.provider_region) == ("Example Council", "80001", None)
    assert (listed.title, listed.link_text) == (None, "Letter")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body>Sorry</body></html>", "no report at 'a.publication-link'"),
        (make_link("Guide, pdf - 1 May 2021", "https://www.gov.uk/guide.pdf"), "no report at 'a.publication-link'"),
        (make_link("Inspection report 15/07/2024"), "ends in ', pdf - DAY MONTH YEAR'"),
    ],
)
def test_a_page_that_no_longer_fits_is_an_error(body: str, reason: str) -> None:
    """Where the search knows of a report, a page without one names the selector that finds nothing."""
    with pytest.raises(ListingError, match=reason) as caught:
        parse_provider_page(body.encode(), url=PAGE, provider=PROVIDER, hosts=HOSTS)
    assert caught.value.outcome is Outcome.UNREADABLE


def test_a_provider_without_reports_lists_none() -> None:
    """Where the search knows of no report either, an empty page is no error."""
    provider = Provider(PAGE, "Example Council", "80001", None)
    assert parse_provider_page(b"<html><h1>Example Council</h1></html>", url=PAGE, provider=provider, hosts=HOSTS) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html><body>We'll be back</body></html>", "no count of results"),
        (make_search('<li class="search-result"><h3>Council</h3></li>'), "h3.search-result__title a"),
        (make_search(make_result(1).replace("Council\n 1", " ")), "h3.search-result__title a"),
    ],
)
def test_a_search_page_that_no_longer_fits_is_an_error(body: str, reason: str) -> None:
    """A result without a link, or a page without a count, names the selector."""
    with pytest.raises(ListingError, match=reason):
        parse_search_page(body.encode(), url=SEARCH)


def test_asks_a_provider_by_the_day_of_its_latest_report(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """A page is asked for with the end of that day and one more; without a day it is always asked for."""
    ask = canned({
        get_page_url(0): make_search(make_result(1), make_result(2, None), count="2"),
        f"{HOST}/provider/44/1": REPORT,
        f"{HOST}/provider/44/2": "",
    })  # fmt: skip
    found = run(make_source(method="ofsted", url=SEARCH), ask)
    assert (found.problems, found.error, len(found.listed)) == ([], None, 1)
    assert dict(ask.asked)[f"{HOST}/provider/44/1"] == make_instant(2024, 7, 17)
    assert dict(ask.asked)[f"{HOST}/provider/44/2"] is None


def test_a_provider_that_fails_does_not_lose_the_others(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """A page that is gone or changed is a problem each; the next providers are listed."""
    ask = canned({
        get_page_url(0): make_search(make_result(1), make_result(2), make_result(3), count="3"),
        f"{HOST}/provider/44/2": "<html>changed</html>",
        f"{HOST}/provider/44/3": REPORT,
    })  # fmt: skip
    found = run(make_source(method="ofsted", url=SEARCH), ask)
    assert [problem.outcome for problem in found.problems] == [Outcome.GONE, Outcome.UNREADABLE]
    assert [listed.listed_on_url for listed in found.listed] == [f"{HOST}/provider/44/3"]


@pytest.mark.parametrize(
    ("second", "found_as"),
    [
        pytest.param(make_search(make_result(3), count="3"), (None, 3), id="all pages"),
        pytest.param(make_search(count="3"), ("no result at", 2), id="empty page too early"),
        pytest.param(make_search(make_result(1), make_result(2), count="3"), ("repeats", 2), id="page that repeats"),
        pytest.param(ListingError(SEARCH, Outcome.BLOCKED, "403"), ("403", 2), id="page that fails"),
    ],
)
def test_finds_as_many_providers_as_the_search_counts(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any], second: Any, found_as: Any
) -> None:
    """Pages are turned until the count is reached; less is a problem, and what was found is listed."""
    reason, count = found_as
    ask = canned({
        get_page_url(0): make_search(make_result(1), make_result(2), count="3"),
        get_page_url(2): second,
    } | {f"{HOST}/provider/44/{number}": REPORT for number in (1, 2, 3)})  # fmt: skip
    found = run(make_source(method="ofsted", url=SEARCH), ask)
    assert len(found.listed) == count
    assert [reason in str(problem) for problem in found.problems] == ([True] if reason else [])


@pytest.mark.parametrize("first", [make_search(count="153"), make_search(count="0"), "<html></html>"])
def test_a_search_without_results_is_an_error(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any], first: str
) -> None:
    """Nothing on the first page is never taken for nothing new."""
    found = run(make_source(method="ofsted", url=SEARCH), canned({get_page_url(0): first}))
    assert found.error is not None
    assert found.error.outcome is Outcome.UNREADABLE


def test_reads_a_real_search_page(shared: Path) -> None:
    """A saved page of 2023 gives what a third party read from it."""
    folder = shared / "inspections" / "html"
    url = "https://reports.ofsted.gov.uk/search"
    total, providers = parse_search_page((folder / "search_results_folkestone_2023.html").read_bytes(), url=url)
    assert total == len(providers) == 61
    read = {
        provider.url: (provider.urn, provider.latest_report and f"{provider.latest_report.at:%d %B %Y}")
        for provider in providers
    }
    expected = json.loads((folder / "search_results_folkestone_expected.json").read_text(encoding="utf-8"))
    known = [school["ofsted"] for school in expected.values() if school["ofsted"]]
    assert len(known) == 34
    for school in known:
        assert read[urljoin(url, school["url"])] == (school["urn"], school["date"])


def test_the_recorded_search_lists_every_report(shared: Path, run_recorded: Callable[..., Any]) -> None:
    """All recorded reports are listed with day, kind, name, URN and region, in one request per page."""
    found, ask = run_recorded("ofsted-reports")
    web = json.loads((shared / "recorded_web" / "web.json").read_text(encoding="utf-8"))
    assert (found.problems, found.error) == ([], None)
    assert ask.requests == 1 + len(web["authorities"])
    authorities = {authority["urn"]: authority for authority in web["authorities"]}
    expected = {
        f"https://files.ofsted.gov.uk/v1/file/{report['file_id']}": (
            report["published"],
            report["title"],
            authorities[report["urn"]]["name"],
            report["urn"],
            authorities[report["urn"]]["region"],
        )
        for report in web["reports"]
    }
    assert len(found.listed) == len(web["reports"])
    assert {
        listed.url: (
            f"{listed.published_at:%Y-%m-%d}",
            listed.link_text,
            listed.provider_name,
            listed.provider_urn,
            listed.provider_region,
        )
        for listed in found.listed
    } == expected
