"""What GOV.UK's Search API lists."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from storage.outcomes import Outcome
from tasks.discovery import govuk
from tasks.discovery.listing import Ask, Listing, ListingError
from tasks.sources.methods import Govuk
from tasks.sources.model import Source

URL = "https://www.example.org/api/search.json"
METHOD = {"method": "govuk", "url": URL, "organisations": ["ofsted"]}
SINCE = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)


def make_results(*numbers: int, total: int, start: int = 0) -> str:
    """Makes a page of results."""
    results = [{"link": f"/government/news/{n}", "title": f"News {n}", "es_score": None} for n in numbers]
    return json.dumps({"results": results, "total": total, "start": start, "suggested_queries": []})


class StartAsk:
    """Answers by the start of the query, and notes all queries."""

    def __init__(self, answers: dict[int, str | ListingError]) -> None:
        """Takes the answers by start."""
        self.answers, self.queries = answers, []

    async def __call__(
        self, url: str, *, changed_at: datetime | None = None, allow: frozenset[int] = frozenset()
    ) -> Listing:
        """Answers as the fetching stage does."""
        assert (changed_at, allow) == (None, frozenset())
        query = parse_qs(urlsplit(url).query)
        self.queries.append(query)
        answer = self.answers[int(query["start"][0])]
        if isinstance(answer, ListingError):
            raise answer
        return Listing(url, 200, answer.encode(), "application/json", {})


def test_reads_a_result(make_source: Callable[..., Any], run: Callable[..., Any]) -> None:
    """A document is listed as what the Content API has of it, with its last change and no publication."""
    result = {
        "link": "/government/news/a-visit",
        "title": " A  visit ",
        "description": "What was\nfound.",
        "public_timestamp": "2026-03-02T10:04:05+01:00",
    }
    ask = StartAsk({0: json.dumps({"results": [result], "total": 1, "start": 0})})
    (listed,) = run(make_source(**METHOD), ask, since=SINCE).listed
    assert listed.url == "https://www.example.org/api/content/government/news/a-visit"
    assert (listed.title, listed.summary) == ("A visit", "What was found.")
    assert listed.modified_at == datetime(2026, 3, 2, 9, 4, 5, tzinfo=UTC)
    assert (listed.published_at, listed.published_precision) == (None, None)
    assert (listed.method, listed.media_type) == ("govuk", "application/json")
    assert listed.listed_on_url.startswith(f"{URL}?")


def test_leaves_out_pages_that_are_elsewhere(
    make_source: Callable[..., Any], run: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """A link to another site is no document of GOV.UK; it is left out with a warning."""
    body = json.dumps({"results": [{"link": "https://www.elsewhere.example/a"}], "total": 1, "start": 0})
    found = run(make_source(**METHOD), StartAsk({0: body}), since=SINCE)
    assert (found.listed, found.problems, found.error) == ([], [], None)
    assert "https://www.elsewhere.example/a" in caplog.text


@pytest.mark.parametrize(
    ("since", "until", "window"),
    [
        (SINCE, None, "from:2026-02-28"),
        (SINCE, datetime(2026, 3, 31, 23, 59, tzinfo=UTC), "from:2026-02-28,to:2026-03-31"),
        (datetime(2026, 3, 2, 0, 30, tzinfo=UTC).astimezone(), None, "from:2026-03-01"),
    ],
)
def test_asks_for_a_window(since: datetime, until: datetime | None, window: str) -> None:
    """The window begins a day before `since`; filters may have several values, parameters are those the API knows."""
    method = Govuk(method="govuk", organisations=("ofsted", "care-quality-commission"), document_types=("news_story",))
    url = govuk.make_query(method, since, until, 1000)
    assert url.startswith("https://www.gov.uk/api/search.json?")
    assert parse_qs(urlsplit(url).query) == {
        "filter_organisations": ["ofsted", "care-quality-commission"],
        "filter_content_store_document_type": ["news_story"],
        "filter_public_timestamp": [window],
        "order": ["-public_timestamp"],
        "fields": ["link,title,description,public_timestamp"],
        "count": ["1000"],
        "start": ["1000"],
    }


def test_the_address_stays_the_same_through_a_month() -> None:
    """Without `since` the window begins with the month that `days` ago lies in."""
    url = govuk.make_query(Govuk(method="govuk", organisations=("ofsted",), days=40), None, None, 0)
    begin = datetime.now(UTC) - timedelta(days=40)
    assert f"filter_public_timestamp=from:{begin:%Y-%m}-01&" in url


@pytest.mark.parametrize(
    ("pages", "expected", "reason"),
    [
        pytest.param({0: make_results(total=0)}, [], None, id="none"),
        pytest.param({0: make_results(1, 2, total=2)}, [1, 2], None, id="one page"),
        pytest.param(
            {0: make_results(1, 2, total=3), 2: make_results(3, total=3, start=2)}, [1, 2, 3], None, id="two pages"
        ),
        pytest.param(
            {0: make_results(1, 2, total=2 + 1), 2: make_results(2, 3, total=4, start=2)}, [1, 2, 2, 3], None,
            id="one published meanwhile",
        ),
        pytest.param(
            {0: make_results(1, 2, total=3), 2: make_results(total=3, start=2)}, [1, 2], "no results, though 2 of 3",
            id="empty too early",
        ),
        pytest.param(
            {0: make_results(1, 2, total=3), 2: make_results(1, 2, total=3)}, [1, 2], "from 0 came", id="repeats"
        ),
        pytest.param(
            {0: make_results(1, 2, total=3), 2: ListingError(URL, Outcome.SERVER_ERROR, "503")}, [1, 2], "503",
            id="fails",
        ),
    ],
)  # fmt: skip
def test_turns_pages_to_the_end(
    make_source: Callable[..., Any], run: Callable[..., Any], pages: Any, expected: list[int], reason: str | None
) -> None:
    """Pages are turned until the total is reached; less is a problem, and what was found is listed."""
    ask = StartAsk(pages)
    found = run(make_source(**METHOD), ask, since=SINCE)
    assert [int(url.rpartition("/")[2]) for url in found.urls] == expected
    assert [reason in str(problem) for problem in found.problems] == ([True] if reason else [])
    assert (found.error, len(ask.queries)) == (None, len(pages))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<html>Sorry</html>", "no results of GOV.UK's search"),
        ('{"error": "Unexpected parameters: x"}', "no results of GOV.UK's search: total Field required"),
        ('{"results": [{"title": "A"}], "total": 1, "start": 0}', "results.0.link Field required"),
        ('{"results": [], "total": 3, "start": 0}', "no results, though 0 of 3"),
    ],
)
def test_what_is_no_page_of_results_is_an_error(
    make_source: Callable[..., Any], run: Callable[..., Any], body: str, reason: str
) -> None:
    """A first page that cannot be read names what is wrong; it is never taken for nothing new."""
    found = run(make_source(**METHOD), StartAsk({0: body}), since=SINCE)
    assert found.error is not None
    assert found.error.outcome is Outcome.UNREADABLE
    assert reason in found.error.reason


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "name organisations or document types"),
        ({"organisations": ["Ofsted"]}, "should match pattern"),
        ({"document_types": ["news story"]}, "should match pattern"),
    ],
)
def test_refuses_filters_that_find_all_or_nothing(more: dict[str, Any], message: str) -> None:
    """Without a filter all of GOV.UK would be listed; what is no slug finds nothing."""
    with pytest.raises(ValidationError, match=message):
        Govuk.model_validate({"method": "govuk"} | more)


@pytest.mark.parametrize(("since", "count"), [(2012, 6), (2015, 4), (2020, 0)])
def test_the_recorded_search_lists_the_documents_of_the_window(
    shared: Path, recorded_ask: Ask, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, since: int, count: int
) -> None:
    """The recorded documents of an organisation are listed, each under an address that has it."""
    monkeypatch.setattr(govuk, "COUNT", 2)
    source = Source.model_validate({
        "name": "govuk", "title": "GOV.UK", "publisher": "GOV.UK", "kind": "news", "hosts": ["www.gov.uk"],
        "notes": "written for a test", "discover": [{"method": "govuk", "organisations": ["department-for-transport"]}],
    })  # fmt: skip
    found = run(source, recorded_ask, since=datetime(since, 1, 2, tzinfo=UTC))
    recorded = [json.loads(path.read_bytes()) for path in (shared / "recorded_web" / "govuk").glob("*.json")]
    expected = {
        f"https://www.gov.uk/api/content{document['base_path']}"
        for document in recorded
        if any(
            link["base_path"].endswith("/department-for-transport")
            for link in document["links"].get("organisations", [])
        )
        and document["public_updated_at"] >= str(since)
    }
    assert (found.problems, found.error) == ([], None)
    assert set(found.urls) == expected
    assert len(found.urls) == count
