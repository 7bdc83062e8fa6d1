"""What Common Crawl's index lists."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from storage.outcomes import Outcome
from tasks.discovery.commoncrawl import COLLECTIONS, CrawlCapture, find_crawls, list_captures, parse_captures
from tasks.discovery.listing import Ask, Listing, ListingError

SCOPE = "www.example.org/news/"
START, END = date(2019, 3, 1), date(2019, 3, 31)
INDEX = "https://index.commoncrawl.org/CC-MAIN-{}-index"
NOTHING = (404, '{"message": "No Captures found for: www.example.org/news/"}', {})


def make_crawl(week: str, start: str | None, end: str | None) -> dict[str, Any]:
    """Makes one entry of the list of crawls; a crawl of the oldest may have no dates."""
    dates = {"from": f"{start}T21:10:55", "to": f"{end}T15:40:45"} if start and end else {}
    return {"id": f"CC-MAIN-{week}", "name": "An index", "cdx-api": INDEX.format(week)} | dates


CRAWLS = json.dumps([
    make_crawl("2019-18", "2019-04-18", "2019-04-26"),
    make_crawl("2019-13", "2019-03-18", "2019-03-27"),
    make_crawl("2019-09", "2019-02-15", "2019-03-01"),
    make_crawl("2019-04", "2019-01-15", "2019-01-24"),
])  # fmt: skip


def make_line(number: int, **more: Any) -> str:
    """Makes one line of an index, which has all numbers as text."""
    capture = {
        "urlkey": f"org,example)/news/{number}",
        "timestamp": "20190320100400",
        "url": f"https://www.example.org/news/{number}",
        "mime": "text/html",
        "mime-detected": "text/html",
        "status": "200",
        "digest": f"DIGEST{number}",
        "length": "1500",
        "offset": "300",
        "filename": "crawl-data/CC-MAIN-2019-13/segments/1/warc/CC-MAIN-1.warc.gz",
    }
    return json.dumps(capture | more) + "\n"


def read_line(line: str) -> CrawlCapture:
    """Reads one line of an index."""
    (capture,) = parse_captures(Listing("", 200, line.encode(), None, {}))
    return capture


class IndexAsk:
    """Answers the list of crawls, and each index by its week and page; `None` is the count of pages."""

    def __init__(self, answers: dict[tuple[str, int | None], Any]) -> None:
        """Takes the answers by week and page."""
        self.answers, self.queries = answers, []

    async def __call__(
        self, url: str, *, changed_at: datetime | None = None, allow: frozenset[int] = frozenset()
    ) -> Listing:
        """Answers as the fetching stage does."""
        assert changed_at is None
        if url == COLLECTIONS:
            return Listing(url, 200, CRAWLS.encode(), "application/json", {})
        self.queries.append(parse_qsl(urlsplit(url).query))
        query = dict(self.queries[-1])
        week = urlsplit(url).path.removeprefix("/CC-MAIN-").removesuffix("-index")
        answer = self.answers[week, None if "showNumPages" in query else int(query["page"])]
        status, body, headers = answer if isinstance(answer, tuple) else (200, answer, {})
        if status != 200 and status not in allow:
            raise ListingError(url, Outcome.SERVER_ERROR, str(status))
        return Listing(url, status, body.encode(), None, headers)


def collect(ask: Ask, start: date = START, end: date = END) -> list[CrawlCapture]:
    """Lists all captures of a prefix."""

    async def run() -> list[CrawlCapture]:
        return [capture async for capture in list_captures(SCOPE, start=start, end=end, ask=ask)]

    return asyncio.run(run())


def list_numbers(captures: list[CrawlCapture]) -> list[int]:
    """Gives the numbers of the pages that were captured."""
    return [int(capture.url.rpartition("/")[2]) for capture in captures]


def test_reads_a_capture() -> None:
    """A capture tells where its record lies, and the request that gives its bytes alone."""
    capture = read_line(make_line(1))
    assert (capture.url, capture.status, capture.mime) == ("https://www.example.org/news/1", 200, "text/html")
    assert capture.captured_at == datetime(2019, 3, 20, 10, 4, tzinfo=UTC)
    assert (capture.digest, capture.offset, capture.length, capture.truncated) == ("DIGEST1", 300, 1500, None)
    assert capture.filename == "crawl-data/CC-MAIN-2019-13/segments/1/warc/CC-MAIN-1.warc.gz"
    assert capture.record_url == f"https://data.commoncrawl.org/{capture.filename}"
    assert capture.range_header == "bytes=300-1799"


def test_tells_that_a_payload_was_cut() -> None:
    """Common Crawl cuts large payloads, and says so."""
    assert read_line(make_line(1, truncated="length")).truncated == "length"


@pytest.mark.parametrize(
    ("start", "end", "weeks"),
    [
        (date(2019, 3, 1), date(2019, 3, 31), ["2019-09", "2019-13"]),
        (date(2019, 3, 27), date(2019, 4, 18), ["2019-13", "2019-18"]),
        (date(2019, 3, 28), date(2019, 4, 17), []),
        (date(2019, 1, 1), date(2019, 12, 31), ["2019-04", "2019-09", "2019-13", "2019-18"]),
        (date(2008, 1, 1), date(2009, 12, 31), []),
    ],
)
def test_finds_the_crawls_that_ran_in_that_time(start: date, end: date, weeks: list[str]) -> None:
    """Crawls that overlap with the days are asked, the oldest first."""
    crawls = asyncio.run(find_crawls(start, end, IndexAsk({})))
    assert [(crawl.id, crawl.index) for crawl in crawls] == [(f"CC-MAIN-{week}", INDEX.format(week)) for week in weeks]


def test_asks_a_crawl_that_does_not_say_when_it_ran(canned: Callable[..., Any]) -> None:
    """The query's own dates decide then."""
    ask = canned({COLLECTIONS: json.dumps([make_crawl("2012", None, None)])})
    assert [crawl.id for crawl in asyncio.run(find_crawls(START, END, ask))] == ["CC-MAIN-2012"]


def test_lists_all_pages_of_all_crawls() -> None:
    """Pages without a match come as 404 and are passed over; what was listed already of an address is left out."""
    ask = IndexAsk({
        ("2019-09", None): '{"pages": 1, "pageSize": 5, "blocks": 1}',
        ("2019-09", 0): make_line(1),
        ("2019-13", None): '{"pages": 3, "pageSize": 5, "blocks": 11}',
        ("2019-13", 0): make_line(1) + make_line(2),
        ("2019-13", 1): NOTHING,
        ("2019-13", 2): make_line(3) + "\n" + make_line(4, digest="DIGEST2"),
    })  # fmt: skip
    assert list_numbers(collect(ask)) == [1, 2, 3, 4]
    assert ask.queries[-1] == [
        ("url", SCOPE),
        ("matchType", "prefix"),
        ("from", "20190301000000"),
        ("to", "20190331235959"),
        ("output", "json"),
        ("filter", "=status:200"),
        ("filter", r"~mime:(text/html|application/xhtml\+xml|application/pdf)"),
        ("page", "2"),
    ]


@pytest.mark.parametrize("count", [NOTHING, '{"pages": 0, "pageSize": 5, "blocks": 0}'])
def test_a_crawl_without_captures_is_empty(count: Any) -> None:
    """A site that a crawl did not visit is no error."""
    ask = IndexAsk({("2019-13", None): count})
    assert collect(ask, date(2019, 3, 20), date(2019, 3, 20)) == []
    assert len(ask.queries) == 1


@pytest.mark.parametrize(
    ("count", "page", "outcome", "reason"),
    [
        ((404, "<html>Not Found</html>", {}), "", Outcome.GONE, "without 'No Captures found'"),
        ((503, "<html>Slow down</html>", {}), "", Outcome.SERVER_ERROR, "503"),
        ("<html>Slow down</html>", "", Outcome.UNREADABLE, "no count of pages"),
        ('{"pages": 1}', (504, "", {}), Outcome.SERVER_ERROR, "504"),
        ('{"pages": 1}', "<html>Slow down</html>", Outcome.UNREADABLE, "begins with b'<html>Slow"),
        ('{"pages": 1}', make_line(1) + make_line(2)[:-9], Outcome.UNREADABLE, "no index of captures"),
        ('{"pages": 1}', make_line(1, offset="-"), Outcome.UNREADABLE, "no index of captures: offset"),
        ('{"pages": 1}', make_line(1, timestamp="2019"), Outcome.UNREADABLE, "no index of captures: timestamp"),
    ],
)
def test_an_index_that_cannot_be_read_is_an_error(count: Any, page: Any, outcome: Outcome, reason: str) -> None:
    """A failure, a page in place of JSON, and a line that is cut short are never taken for an empty index."""
    with pytest.raises(ListingError, match=reason) as caught:
        collect(IndexAsk({("2019-13", None): count, ("2019-13", 0): page}), date(2019, 3, 20), date(2019, 3, 20))
    assert caught.value.outcome is outcome


@pytest.mark.parametrize("body", ["<html></html>", '[{"id": "CC-MAIN-2019-13"}]', "[{"])
def test_a_list_of_crawls_that_cannot_be_read_is_an_error(canned: Callable[..., Any], body: str) -> None:
    """Without the list nothing is known to be empty."""
    with pytest.raises(ListingError, match="no list of crawls"):
        collect(canned({COLLECTIONS: body}))
