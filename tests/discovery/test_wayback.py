"""What the Wayback Machine's CDX server lists."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from storage.outcomes import Outcome
from tasks.discovery.listing import Ask, ListingError
from tasks.discovery.wayback import FIELDS, WebArchiveCapture, cut_months, list_captures, make_query, parse_index

SCOPE = "www.example.org"
MARCH, APRIL = (date(2019, 3, 1), date(2019, 3, 31)), (date(2019, 4, 1), date(2019, 4, 30))
KEY = "org%2Cexample%29%2Fa%3Fb%3D1+20190301000000%21"
HTML = "<html><body>The Wayback Machine is overloaded</body></html>"


def make_row(number: int, digest: str | None = None, timestamp: str = "20190301100400", length: str = "812") -> Any:
    """Makes one row of the index."""
    return [timestamp, f"http://www.example.org:80/{number}", "text/html", digest or f"DIGEST{number}", length]


def make_index(*rows: Any, resume_key: str | None = None) -> str:
    """Makes an answer of the server."""
    return json.dumps([FIELDS, *rows, *([[], [resume_key]] if resume_key else [])])


def collect(ask: Ask, start: date, end: date) -> list[WebArchiveCapture]:
    """Lists all captures of a host."""

    async def run() -> list[WebArchiveCapture]:
        return [capture async for capture in list_captures(SCOPE, start=start, end=end, ask=ask)]

    return asyncio.run(run())


def list_numbers(captures: list[WebArchiveCapture]) -> list[int]:
    """Gives the numbers of the pages that were captured."""
    return [int(capture.url.rpartition("/")[2]) for capture in captures]


def test_reads_a_capture() -> None:
    """A capture has its address as it was asked for, its time, and the address of the payload as it was captured."""
    (capture,), resume_key = parse_index(make_index(make_row(1)).encode(), url="")
    assert resume_key is None
    assert (capture.url, capture.digest, capture.length) == ("http://www.example.org:80/1", "DIGEST1", 812)
    assert (capture.timestamp, capture.media_type) == ("20190301100400", "text/html")
    assert capture.captured_at == datetime(2019, 3, 1, 10, 4, tzinfo=UTC)
    assert capture.raw_url == "https://web.archive.org/web/20190301100400id_/http://www.example.org:80/1"


@pytest.mark.parametrize(
    ("body", "count", "resume_key"),
    [
        pytest.param("[]", 0, None, id="nothing"),
        pytest.param("[]\n", 0, None, id="nothing, and a line break"),
        pytest.param(make_index(), 0, None, id="header only"),
        pytest.param(make_index(make_row(1), make_row(2)), 2, None, id="the last"),
        pytest.param(make_index(make_row(1), resume_key=KEY), 1, KEY, id="more to come"),
        pytest.param(make_index(resume_key=KEY), 0, KEY, id="only the filter's leavings, more to come"),
    ],
)
def test_reads_an_answer(body: str, count: int, resume_key: str | None) -> None:
    """The key to resume at stands behind an empty row; without it the answer is the last."""
    captures, found = parse_index(body.encode(), url="")
    assert (len(captures), found) == (count, resume_key)


def test_a_length_that_is_not_known_is_null() -> None:
    """The index writes a dash for what it does not know."""
    ((capture,), _) = parse_index(make_index(make_row(1, length="-")).encode(), url="")
    assert capture.length is None


@pytest.mark.parametrize("timestamp", ["20190300100400", "20190301", "20191301100400", "yesterday"])
def test_leaves_out_a_capture_without_a_time(timestamp: str, caplog: pytest.LogCaptureFixture) -> None:
    """A time that no clock shows is told, and the captures around it are kept."""
    captures, _ = parse_index(make_index(make_row(1, timestamp=timestamp), make_row(2)).encode(), url="the address")
    assert list_numbers(captures) == [2]
    assert "the address: 1 of 2 captures" in caplog.text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "no index of captures"),
        (HTML, "it begins with b'<html><body>The Wayback"),
        (make_index(make_row(1))[:-3], "no index of captures"),
        ('{"message": "overloaded"}', "no index of captures"),
        (json.dumps([["urlkey", "timestamp"], ["org,example)/", "20190301100400"]]), "were asked for"),
        (json.dumps([FIELDS, ["20190301100400", "http://www.example.org/"]]), "were asked for"),
    ],
)
def test_refuses_what_is_no_index(body: str, reason: str) -> None:
    """A page in place of JSON, JSON that is cut short, and other columns are errors, never an empty index."""
    with pytest.raises(ListingError, match=reason) as caught:
        parse_index(body.encode(), url="https://web.archive.org/cdx/search/cdx?url=x")
    assert caught.value.outcome is Outcome.UNREADABLE
    assert caught.value.url == "https://web.archive.org/cdx/search/cdx?url=x"


@pytest.mark.parametrize(
    ("scope", "match_type"), [("www.example.org", "host"), ("www.example.org/", "prefix"), ("example.org/a/", "prefix")]
)
def test_asks_for_good_captures_of_some_days(scope: str, match_type: str) -> None:
    """A query names the scope, first and last second, what is wanted, and that it may be continued."""
    query = parse_qsl(urlsplit(make_query(scope, *MARCH, None)).query)
    assert query == [
        ("url", scope),
        ("matchType", match_type),
        ("from", "20190301000000"),
        ("to", "20190331235959"),
        ("output", "json"),
        ("fl", "timestamp,original,mimetype,digest,length"),
        ("filter", "statuscode:200"),
        ("filter", r"mimetype:text/html|application/xhtml\+xml|application/pdf"),
        ("collapse", "urlkey"),
        ("limit", "5000"),
        ("showResumeKey", "true"),
    ]


def test_escapes_the_key_once_more() -> None:
    """The server, which gives the key escaped, undoes the escapes of the address and then its own."""
    assert parse_qsl(urlsplit(make_query(SCOPE, *MARCH, KEY)).query)[-1] == ("resumeKey", KEY)


@pytest.mark.parametrize(
    ("start", "end", "windows"),
    [
        (date(2019, 3, 1), date(2019, 4, 30), [MARCH, APRIL]),
        (date(2019, 3, 31), date(2019, 4, 1), [(date(2019, 3, 31),) * 2, (date(2019, 4, 1),) * 2]),
        (date(2019, 3, 5), date(2019, 3, 5), [(date(2019, 3, 5),) * 2]),
        (date(2019, 12, 31), date(2020, 1, 1), [(date(2019, 12, 31),) * 2, (date(2020, 1, 1),) * 2]),
        (date(2020, 2, 28), date(2020, 2, 29), [(date(2020, 2, 28), date(2020, 2, 29))]),
        (date(2019, 3, 2), date(2019, 3, 1), []),
    ],
)
def test_cuts_at_the_ends_of_months(start: date, end: date, windows: Any) -> None:
    """Windows have every day once."""
    assert list(cut_months(start, end)) == windows


def test_lists_all_windows_and_all_their_parts(canned: Callable[..., Any]) -> None:
    """Each month is asked for until no key comes; a payload of an address that was listed already is left out."""
    ask = canned({
        make_query(SCOPE, *MARCH, None): make_index(make_row(1), make_row(2), resume_key=KEY),
        make_query(SCOPE, *MARCH, KEY): make_index(make_row(3), make_row(4, "DIGEST1")),
        make_query(SCOPE, *APRIL, None): make_index(make_row(1), make_row(2, "CHANGED"), make_row(5)),
    })  # fmt: skip
    assert list_numbers(collect(ask, MARCH[0], APRIL[1])) == [1, 2, 3, 4, 2, 5]
    assert len(ask.asked) == 3


def test_a_server_that_resumes_at_one_place_is_an_error(canned: Callable[..., Any]) -> None:
    """A key that comes again would be followed for ever."""
    answer = make_index(make_row(1), resume_key=KEY)
    ask = canned({make_query(SCOPE, *MARCH, None): answer, make_query(SCOPE, *MARCH, KEY): answer})
    with pytest.raises(ListingError, match="over and over"):
        collect(ask, *MARCH)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((503, HTML, {}), Outcome.SERVER_ERROR),
        (ListingError("", Outcome.BLOCKED, "403"), Outcome.BLOCKED),
        (HTML, Outcome.UNREADABLE),
    ],
)
def test_a_window_that_fails_is_an_error(canned: Callable[..., Any], answer: Any, outcome: Outcome) -> None:
    """What cannot be had is never taken for an empty archive."""
    ask = canned({make_query(SCOPE, *MARCH, None): make_index(make_row(1)), make_query(SCOPE, *APRIL, None): answer})
    with pytest.raises(ListingError) as caught:
        collect(ask, MARCH[0], APRIL[1])
    assert caught.value.outcome is outcome
