"""What the posts collections of WordPress sites list."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from storage.outcomes import Outcome
from tasks.discovery.listing import Ask, Listing, ListingError
from tasks.discovery.wordpress import parse_posts
from tasks.sources.load import load_sources

URL = "https://www.example.org/wp-json/wp/v2/posts"
PAST_THE_END = (400, '{"code": "rest_post_invalid_page_number", "message": "The page number is too large."}', {})


def make_posts(*numbers: int) -> str:
    """Makes a page of posts."""
    return json.dumps([{"link": f"https://www.example.org/{n}/", "title": {"rendered": f"Post {n}"}} for n in numbers])


class QueryAsk:
    """Answers by the search term and page of the query, and notes all queries."""

    def __init__(self, answers: dict[tuple[str | None, int], tuple[int, str, dict[str, str]]]) -> None:
        """Takes the answers by search term and page."""
        self.answers, self.queries = answers, []

    async def __call__(
        self, url: str, *, changed_at: datetime | None = None, allow: frozenset[int] = frozenset()
    ) -> Listing:
        """Answers as the fetching stage does."""
        assert changed_at is None
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.queries.append(query)
        status, body, headers = self.answers[query.get("search"), int(query["page"])]
        if status != 200 and status not in allow:
            raise ListingError(url, Outcome.SERVER_ERROR, str(status))
        return Listing(url, status, body.encode(), "application/json", headers)


def test_reads_a_post() -> None:
    """Times are in UTC without saying so; titles and excerpts are HTML."""
    body = json.dumps([
        {
            "id": 7,
            "link": "https://www.example.org/a/",
            "title": {"rendered": "&#8216;Weak&#8217; &amp; <em>slow</em>"},
            "excerpt": {"rendered": "<p>One\n two &hellip;</p>\n"},
            "date_gmt": "2019-07-22T10:04:00",
            "modified_gmt": "2019-07-23T00:00:01",
        }
    ]).encode()  # fmt: skip
    (listed,) = parse_posts(body, url=URL)
    assert listed.title == "\u2018Weak\u2019 & slow"
    assert listed.summary == "One two …"
    assert listed.published_at == datetime(2019, 7, 22, 10, 4, tzinfo=UTC)
    assert listed.published_precision == "second"
    assert listed.modified_at == datetime(2019, 7, 23, 0, 0, 1, tzinfo=UTC)
    assert (listed.url, listed.method, listed.listed_on_url) == ("https://www.example.org/a/", "wordpress", URL)


@pytest.mark.parametrize("stated", [None, "0000-00-00T00:00:00", "22/07/2019"])
def test_a_post_without_a_date_has_none(stated: str | None) -> None:
    """WordPress's zero date and other forms are null."""
    body = json.dumps([{"link": "/a", "title": {"rendered": ""}, "date_gmt": stated}]).encode()
    (listed,) = parse_posts(body, url=URL)
    assert (listed.url, listed.title) == ("https://www.example.org/a", None)
    assert (listed.published_at, listed.published_precision) == (None, None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html>Just a moment…</html>", "Invalid JSON"),
        ('{"code": "rest_disabled"}', "valid (list|array)"),
        ('[{"title": {"rendered": "x"}}]', "0.link Field required"),
        ('[{"link": "/a", "title": "x"}]', "0.title"),
    ],
)
def test_refuses_what_is_no_list_of_posts(body: str, reason: str) -> None:
    """Another structure is an error that names the place."""
    with pytest.raises(ListingError, match=reason) as caught:
        parse_posts(body.encode(), url=URL)
    assert caught.value.outcome is Outcome.UNREADABLE


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        pytest.param([(200, make_posts(1), {"x-wp-totalpages": "1"})], [1], id="one page"),
        pytest.param(
            [(200, make_posts(1), {"x-wp-totalpages": "2"}), (200, make_posts(2), {"x-wp-totalpages": "2"})],
            [1, 2],
            id="two",
        ),
        pytest.param([(200, "[]", {"x-wp-totalpages": "0"})], [], id="none"),
        pytest.param([(200, make_posts(1), {})], [1], id="no header, short page"),
        pytest.param(
            [(200, make_posts(*range(100)), {}), PAST_THE_END], list(range(100)), id="no header, past the end"
        ),
        pytest.param([(200, make_posts(1), {"x-wp-totalpages": "2"}), PAST_THE_END], [1], id="fewer pages than said"),
    ],
)
def test_turns_pages_to_the_end(
    make_source: Callable[..., Any], run: Callable[..., Any], pages: list[Any], expected: list[int]
) -> None:
    """The header, a short page or the API's own refusal is the end."""
    ask = QueryAsk({(None, number): page for number, page in enumerate(pages, 1)})
    found = run(make_source(method="wordpress", url=URL), ask)
    assert (found.problems, found.error) == ([], None)
    assert found.urls == [f"https://www.example.org/{number}/" for number in expected]
    assert len(ask.queries) == len(pages)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((400, '{"code": "rest_invalid_param", "message": "Invalid parameter(s): after"}', {}), "rest_invalid_param"),
        ((400, "<html>Bad request</html>", {}), "no words of WordPress"),
        ((403, "", {}), "403"),
    ],
)
def test_a_search_that_fails_is_a_problem_and_the_next_goes_on(
    make_source: Callable[..., Any], run: Callable[..., Any], answer: Any, reason: str
) -> None:
    """A refusal for another reason than the last page is told; other searches are not lost."""
    ask = QueryAsk({("Ofsted", 1): answer, ("care home", 1): (200, make_posts(1), {"x-wp-totalpages": "1"})})
    found = run(make_source(method="wordpress", url=URL, search=["Ofsted", "care home"]), ask)
    assert found.urls == ["https://www.example.org/1/"]
    assert [reason in str(problem) for problem in found.problems] == [True]


@pytest.mark.parametrize("since", [datetime(2026, 3, 1, 2, 0, tzinfo=UTC), None])
def test_asks_for_a_window_oldest_first(
    make_source: Callable[..., Any], run: Callable[..., Any], since: datetime | None
) -> None:
    """The window begins a day before the last run; for the first run `days` ago."""
    ask = QueryAsk({(None, 1): (200, "[]", {"x-wp-totalpages": "0"})})
    run(make_source(method="wordpress", url=f"{URL}?categories=5", days=7), ask, since=since)
    (query,) = ask.queries
    after = datetime.fromisoformat(query.pop("after"))
    expected = since - timedelta(days=1) if since else datetime.now(UTC) - timedelta(days=7)
    assert abs(after - expected) < timedelta(minutes=1)
    fields = query.pop("_fields").split(",")
    assert fields == ["link", "title", "excerpt", "date_gmt", "modified_gmt"]
    assert query == {"categories": "5", "per_page": "100", "orderby": "date", "order": "asc", "page": "1"}


@pytest.mark.parametrize(
    ("since", "count"), [(datetime(2019, 1, 1, tzinfo=UTC), 2), (datetime(2019, 6, 1, tzinfo=UTC), 1), (None, 0)]
)
def test_the_recorded_collection_lists_the_posts_of_the_window(
    recorded_ask: Ask, run: Callable[..., Any], since: datetime | None, count: int
) -> None:
    """Community Care's recorded posts, of 2019 and 2020, are listed since a day; none is of the last month."""
    source = load_sources()["community-care"]
    method = source.discover[1].model_copy(update={"search": ()})
    found = run(source.model_copy(update={"discover": (method,)}), recorded_ask, since=since)
    assert (found.problems, found.error) == ([], None)
    assert len(found.listed) == count


def test_the_recorded_collection_is_searched_for_each_term(run_recorded: Callable[..., Any]) -> None:
    """The packaged source asks once for each of its terms."""
    found, ask = run_recorded("community-care", 1)
    assert (found.problems, found.error, found.listed, ask.requests) == ([], None, [], 2)
