"""Following pages to the files attached to them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.outcomes import Outcome
from tasks.discovery.listing import ListingError

HOST = "https://www.example.org"
LIST = f"{HOST}/reports"
METHOD = {
    "method": "listing", "url": LIST, "link": "a.card", "item": "li", "date": "time",
    "attachments": "main a[href$='.pdf' i]",
}  # fmt: skip
PUBLISHED = datetime(2026, 9, 2, tzinfo=UTC)


def make_list(*names: str) -> str:
    """Makes the list of pages, all of one day."""
    day = '<time datetime="2026-09-02">2 September 2026</time>'
    return "".join(f'<li><a class="card" href="/reports/{name}">Report on {name}</a>{day}</li>' for name in names)


def make_page(*links: str) -> str:
    """Makes a page with files attached, and one in the footer."""
    attached = "".join(f'<a href="{link}">Report\n (PDF)</a>' for link in links)
    return f"<main><a href='/about'>About</a>{attached}</main><footer><a href='/privacy.pdf'>Privacy</a></footer>"


def test_lists_the_file_in_place_of_its_page(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """The file has the page's title and day, and the page as where it is listed; the page itself is not listed."""
    ask = canned({LIST: make_list("a"), f"{LIST}/a": make_page("/files/a.PDF#page=2", f"{HOST}/files/a.PDF")})
    (listed,) = run(make_source(**METHOD), ask).listed
    assert (listed.url, listed.media_type) == (f"{HOST}/files/a.PDF", "application/pdf")
    assert (listed.title, listed.link_text, listed.listed_on_url) == ("Report on a", "Report (PDF)", f"{LIST}/a")
    assert (listed.published_at, listed.published_precision) == (PUBLISHED, "day")
    assert listed.method == "listing"


@pytest.mark.parametrize(
    ("link", "file"),
    [
        pytest.param("../files/b.pdf", f"{HOST}/files/b.pdf", id="relative"),
        pytest.param("/files/b.PDF?v=2", f"{HOST}/files/b.PDF?v=2", id="with a query"),
        pytest.param("http://[/b.pdf", None, id="no address"),
        pytest.param("mailto:press@example.org?subject=b.pdf", None, id="no page"),
    ],
)
def test_finds_where_a_link_leads(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any], link: str, file: str | None
) -> None:
    """Links are joined to their page; one that leads nowhere does not lose the file beside it."""
    method = METHOD | {"attachments": "main a[href*='.pdf' i]"}
    ask = canned({LIST: make_list("a"), f"{LIST}/a": make_page(link, "/a.pdf")})
    found = run(make_source(**method), ask)
    assert found.urls == [url for url in (file, f"{HOST}/a.pdf") if url]
    assert (found.problems, found.error) == ([], None)


def test_links_are_relative_to_the_base_that_a_page_states(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """Where a page says what its links are relative to, that counts, and not the page's own address."""
    ask = canned({LIST: make_list("a"), f"{LIST}/a": "<base href='/files/'>" + make_page("a.pdf")})
    assert run(make_source(**METHOD), ask).urls == [f"{HOST}/files/a.pdf"]


def test_a_page_is_asked_for_again_only_where_it_is_new(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """An archived copy made two days after publication will do; of a page without a date, any copy will."""
    ask = canned({LIST: make_list("a") + "<a class='card' href='/reports/b'>B</a>", f"{LIST}/a": make_page("/a.pdf")})
    run(make_source(**METHOD), ask)
    asked = dict(ask.asked)
    assert asked[f"{LIST}/a"] == PUBLISHED + timedelta(days=2)
    assert asked[f"{LIST}/b"] == datetime.min.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("page", "outcome", "reason"),
    [
        pytest.param(ListingError(f"{LIST}/b", Outcome.GONE, "404"), Outcome.GONE, "404", id="gone"),
        pytest.param(
            make_page("https://files.example.net/b.pdf"), Outcome.OFF_SITE, "files.example.net", id="file elsewhere"
        ),
        pytest.param(make_page(), None, "no file is attached", id="no file"),
    ],
)
def test_a_page_that_fails_does_not_lose_the_others(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any],
    caplog: pytest.LogCaptureFixture, page: Any, outcome: Outcome | None, reason: str,
) -> None:  # fmt: skip
    """A page that is gone, or whose file lies on another host, is a problem; one without a file is told."""
    ask = canned({
        LIST: make_list("a", "b", "c"), f"{LIST}/a": make_page("/a.pdf"), f"{LIST}/b": page,
        f"{LIST}/c": make_page("/c.pdf", "https://files.example.net/easy-read.pdf"),
    })  # fmt: skip
    found = run(make_source(**METHOD), ask)
    assert (found.urls, found.error) == ([f"{HOST}/a.pdf", f"{HOST}/c.pdf"], None)
    assert [problem.outcome for problem in found.problems] == ([outcome] if outcome else [])
    assert reason in (str(found.problems) + caplog.text)


def test_pages_of_which_none_has_a_file_are_an_error(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """A selector that fits no page any more is named; it is never taken for nothing new."""
    ask = canned({LIST: make_list("a", "b"), f"{LIST}/a": make_page(), f"{LIST}/b": make_page()})
    found = run(make_source(**METHOD), ask)
    assert found.error is not None
    assert (found.error.url, found.error.outcome) == (f"{LIST}/b", Outcome.UNREADABLE)
    assert "main a[href$='.pdf' i]" in found.error.reason
