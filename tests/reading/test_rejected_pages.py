"""Pages without an article are named for what they are; articles that sound like them are articles."""

import pytest

from storage.outcomes import Outcome
from tasks.reading.page import Article, Rejected
from tests.reading.written_pages import TEXT, read


@pytest.mark.parametrize(
    ("html", "outcome"),
    [
        ("", Outcome.NOT_AN_ARTICLE),
        ("<!-- nothing -->", Outcome.NOT_AN_ARTICLE),
        ("<html><body></body></html>", Outcome.NOT_AN_ARTICLE),
        ("<title>Watch the debate</title><h1>Watch the debate</h1><video src=a.mp4></video>", Outcome.NOT_AN_ARTICLE),
        (
            "<title>App</title><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>",
            Outcome.NOT_AN_ARTICLE,
        ),
        (
            "<title>News</title>"
            + "".join(
                f"<p><a href=/{n}>Council number {n} told to improve its services for children by inspectors</a></p>"
                for n in range(30)
            ),
            Outcome.NOT_AN_ARTICLE,
        ),
        ("<title>Just a moment...</title><p>Checking your browser before you go on.</p>", Outcome.BLOCKED),
        (
            "<title>Access Denied</title><h1>Access Denied</h1><p>You do not have permission to see this page.</p>",
            Outcome.BLOCKED,
        ),
        (
            (
                "<title>Gazette</title><h1>Before you continue</h1><p>We and our partners store data.</p>"
                "<button>Accept all</button>"
            ),
            Outcome.BLOCKED,
        ),
        (
            (
                "<title>Council told to improve</title><h1>Council told to improve</h1><p>Register to "
                "continue reading.</p>"
            ),
            Outcome.BLOCKED,
        ),
        ("<title>Page not found - Gazette</title><h1>404</h1><p>Sorry.</p>", Outcome.SOFT_404),
        ("<title>Gazette</title><h1>Sorry, we can't find that page</h1>", Outcome.SOFT_404),
        (
            "<title>Gazette</title><h1>Report not found</h1><p>The report you asked for does not exist.</p>",
            Outcome.SOFT_404,
        ),
        ("<title>Gazette</title><h1>This page has moved</h1>", Outcome.SOFT_404),
        ("<title>Gazette</title><p>This article is no longer available.</p>", Outcome.SOFT_404),
    ],
)
def test_a_page_without_an_article_is_named_for_what_it_is(html: str, outcome: Outcome) -> None:
    """Empty pages, videos, shells, lists, challenges, walls and soft 404s are rejected with outcome and reason."""
    rejected = read(html)
    assert isinstance(rejected, Rejected), rejected
    assert rejected.outcome == outcome
    assert rejected.reason


@pytest.mark.parametrize(
    "title",
    [
        "Missing children 'not found for days', report says",
        "404 homes to be built",
        "Access denied to care leavers",
        "Council blocked from adoption",
    ],
)
def test_an_article_about_missing_things_is_an_article(title: str) -> None:
    """The words of an error page in the headline of a real article reject nothing."""
    assert isinstance(read(f"<title>{title}</title><article><h1>{title}</h1>{TEXT}</article>"), Article)
