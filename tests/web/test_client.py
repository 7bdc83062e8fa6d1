"""Fetching through the whole client: statuses, retries, limits, redirects, and the headers really sent."""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from storage.outcomes import Outcome
from storage.records import Validators
from tasks.web.client import make_conditions
from tasks.web.robots import RememberedRobots
from tasks.web.settings import ClientSettings

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PAGE = "https://news.test/a"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, None),
        (204, Outcome.SERVER_ERROR),
        (300, Outcome.SERVER_ERROR),
        (301, Outcome.SERVER_ERROR),
        (304, Outcome.SERVER_ERROR),
        (400, Outcome.SERVER_ERROR),
        (401, Outcome.BLOCKED),
        (403, Outcome.BLOCKED),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (418, Outcome.SERVER_ERROR),
        (451, Outcome.BLOCKED),
        (999, Outcome.SERVER_ERROR),
    ],
)
def test_status_means_an_outcome_and_is_not_retried(site: Any, fetch: Any, status: int, outcome: Outcome) -> None:
    """Each status ends in the outcome that its rule names, after one request."""
    site.answer(PAGE, status=status, body=b"")
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, fetched.statuses) == (outcome, [status])
    assert fetched.exchanges[0].outcome == outcome
    assert (fetched.answer.reason is None) == (outcome is None)


def test_usable_answer_tells_all(site: Any, fetch: Any) -> None:
    """A 200 gives the unpacked body, media type and charset; the exchange keeps what went over the wire."""
    packed = gzip.compress(b"<p>caf\xe9</p>", mtime=0)
    headers = {"Content-Type": 'Text/HTML; charset="ISO-8859-1"', "Content-Encoding": "gzip", "ETag": '"1"'}
    site.answer(PAGE, body=packed, headers=headers)
    answer = fetch(PAGE, accept="text/html").answer
    assert (answer.url, answer.final_url, answer.body) == (PAGE, PAGE, b"<p>caf\xe9</p>")
    assert (answer.media_type, answer.charset) == ("text/html", "iso-8859-1")
    exchange = answer.exchange
    assert (exchange.body, exchange.reason, exchange.protocol) == (packed, "OK", "http/1.1")
    assert (exchange.ip_address, exchange.header("etag")) == ("127.0.0.1", '"1"')
    assert exchange.requested_at.isoformat() == "2026-11-21T12:00:01+00:00"


def test_request_headers_are_those_sent(site: Any, fetch: Any) -> None:
    """The exchange keeps the very headers that the server got, Host and User-Agent with them."""
    site.answer(PAGE)
    exchange = fetch(PAGE).exchanges[0]
    sent = {name.lower(): value for name, value in exchange.request_headers}
    assert sent == site.requests[-1][1]
    assert sent["host"] == "news.test"
    assert sent["user-agent"] == "inspection-news/0.1 (+tests)"
    assert sent["accept-encoding"] == "gzip, deflate"


def test_body_of_a_failure_is_kept(site: Any, fetch: Any) -> None:
    """Callers of listings read why a request was refused."""
    site.answer(PAGE, status=400, body=zlib.compress(b'{"code":"x"}'), headers={"Content-Encoding": "deflate"})
    answer = fetch(PAGE).answer
    assert (answer.outcome, answer.exchange.status, answer.body) == (Outcome.SERVER_ERROR, 400, b'{"code":"x"}')


def test_cookies_are_not_kept(site: Any, fetch: Any) -> None:
    """What one page sets is not sent for the next."""
    site.answer(PAGE, headers={"Set-Cookie": "seen=1; Path=/"})
    fetch(PAGE, PAGE)
    assert all("cookie" not in headers for _, headers in site.requests)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 521])
def test_server_error_is_retried(site: Any, fetch: Any, status: int) -> None:
    """A server that recovers is waited for, and every exchange is recorded."""
    site.answer(PAGE, status=status)
    site.answer(PAGE)
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, fetched.statuses) == (None, [status, 200])
    assert fetched.exchanges[0].outcome is Outcome.SERVER_ERROR


def test_retries_are_used_up_with_growing_waits(site: Any, fetch: Any, fake_time: Any) -> None:
    """The backoff doubles to its cap, and the last answer counts."""
    site.answer(PAGE, status=500)
    fetched = fetch(PAGE, settings={"pace": 0, "attempts": 5, "backoff_cap_s": 5})
    assert (fetched.answer.outcome, fetched.statuses) == (Outcome.SERVER_ERROR, [500] * 5)
    assert fake_time.sleeps == [1, 2, 4, 5]
    assert fetched.answer.reason == "HTTP 500 Internal Server Error"


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7), ("Sat, 21 Nov 2026 12:00:09 GMT", 9), ("Saturday, 21-Nov-26 12:00:09 GMT", 9)]
)
def test_retry_after_is_waited_out(site: Any, fetch: Any, fake_time: Any, value: str, seconds: int) -> None:
    """Both forms of Retry-After are kept, even with no pace of our own."""
    site.answer(PAGE, status=429, headers={"Retry-After": value})
    site.answer(PAGE)
    fetched = fetch(PAGE, settings={"pace": 0})
    assert (fetched.statuses, fake_time.sleeps) == ([429, 200], [seconds])


@pytest.mark.parametrize(("status", "outcome"), [(429, Outcome.RATE_LIMITED), (503, Outcome.SERVER_ERROR)])
def test_long_retry_after_ends_it_for_the_host(
    site: Any, fetch: Any, fake_time: Any, status: int, outcome: Outcome
) -> None:
    """A wait over the cap is not waited out, and the host's other addresses are not asked for meanwhile."""
    site.answer(PAGE, status=status, headers={"Retry-After": "3600"})
    fetched = fetch(PAGE, "https://news.test/b", settings={"pace": 0})
    assert [answer.outcome for answer in fetched.answers] == [outcome, Outcome.RATE_LIMITED]
    assert fetched.answer.exchange is None
    assert "another 3600 s" in fetched.answer.reason
    assert (site.asked, fake_time.sleeps) == (["news.test/a"], [])


def test_rate_limit_without_a_time_backs_off(site: Any, fetch: Any, fake_time: Any) -> None:
    """429 alone is waited out by backoff, in the end it is rate_limited."""
    site.answer(PAGE, status=429)
    fetched = fetch(PAGE, settings={"pace": 0, "attempts": 3})
    assert (fetched.answer.outcome, fetched.statuses) == (Outcome.RATE_LIMITED, [429] * 3)
    assert fake_time.sleeps == [1, 2]


def test_cut_body_is_retried_and_kept(site: Any, fetch: Any) -> None:
    """What came before the server hung up is recorded as cut; the retry gives the whole."""
    site.answer(PAGE, body=b"0123456789", cut=4)
    site.answer(PAGE, body=b"0123456789")
    fetched = fetch(PAGE)
    first, second = fetched.exchanges
    assert (first.status, first.body, first.truncated, first.outcome) == (
        200,
        b"0123",
        "disconnect",
        Outcome.NETWORK_ERROR,
    )
    assert "peer closed connection" in first.error
    assert (second.truncated, fetched.answer.body) == (None, b"0123456789")


def test_body_cut_every_time_is_a_network_error(site: Any, fetch: Any) -> None:
    """A body that never comes whole is never taken for one."""
    site.answer(PAGE, body=b"0123456789", cut=4)
    answer = fetch(PAGE, settings={"attempts": 2}).answer
    assert (answer.outcome, answer.exchange.truncated) == (Outcome.NETWORK_ERROR, "disconnect")


def test_closed_connection_is_retried(site: Any, fetch: Any) -> None:
    """A connection closed without an answer is an exchange without a status."""
    site.answer(PAGE, close=True)
    site.answer(PAGE)
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, fetched.statuses) == (None, [None, 200])
    assert fetched.exchanges[0].outcome is Outcome.NETWORK_ERROR
    assert "disconnected" in fetched.exchanges[0].error


@pytest.mark.parametrize(
    ("script", "setting", "truncated"),
    [
        ({"delay": 1.5}, "read_timeout_s", None),
        ({"delay": 1.5}, "total_timeout_s", None),
        ({"delay_within": 1.5}, "read_timeout_s", "time"),
        ({"delay_within": 1.5}, "total_timeout_s", "time"),
    ],
)
def test_slow_answer_is_a_timeout(site: Any, fetch: Any, script: Any, setting: str, truncated: str | None) -> None:
    """Neither a slow start nor a body that dawdles holds up the run."""
    site.answer(PAGE, **script)
    no_robots = RememberedRobots(404, b"", NOON)
    answer = fetch(PAGE, settings={setting: 0.3, "attempts": 1}, remember=lambda _: no_robots).answer
    assert (answer.outcome, answer.exchange.truncated) == (Outcome.TIMEOUT, truncated)
    assert answer.exchange.body == (b"f" if truncated else b"")


def test_body_over_the_limit_is_cut(site: Any, fetch: Any) -> None:
    """Reading stops at the limit, and the exchange says so."""
    site.answer(PAGE, body=b"x" * 500_000)
    fetched = fetch(PAGE, settings={"body_limit": 1000})
    assert (fetched.answer.outcome, len(fetched.exchanges)) == (Outcome.TOO_LARGE, 1)
    assert (len(fetched.exchanges[0].body), fetched.exchanges[0].truncated) == (1000, "length")


def test_body_at_the_limit_is_whole(site: Any, fetch: Any) -> None:
    """The limit itself is allowed."""
    site.answer(PAGE, body=b"x" * 1000)
    answer = fetch(PAGE, settings={"body_limit": 1000}).answer
    assert (answer.outcome, answer.exchange.truncated, len(answer.body)) == (None, None, 1000)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_bomb_is_too_large(site: Any, fetch: Any, pack: Callable[[bytes], bytes]) -> None:
    """A small body that unpacks to more than the limit is given up, as it came."""
    packed = pack(bytes(5_000_000))
    site.answer(PAGE, body=packed, headers={"Content-Encoding": "gzip" if pack is gzip.compress else "deflate"})
    answer = fetch(PAGE, settings={"unpacked_limit": 100_000}).answer
    assert (answer.outcome, answer.body, answer.exchange.body) == (Outcome.TOO_LARGE, b"", packed)
    assert answer.exchange.outcome is Outcome.TOO_LARGE


def test_broken_packing_is_retried(site: Any, fetch: Any) -> None:
    """A body that does not unpack is a broken answer."""
    site.answer(PAGE, body=gzip.compress(b"text" * 99, mtime=0)[:-9], headers={"Content-Encoding": "gzip"})
    site.answer(PAGE, body=gzip.compress(b"text", mtime=0), headers={"Content-Encoding": "gzip"})
    fetched = fetch(PAGE)
    assert [exchange.outcome for exchange in fetched.exchanges] == [Outcome.NETWORK_ERROR, None]
    assert fetched.answer.body == b"text"


def test_packing_that_was_not_asked_for_is_a_wrong_type(site: Any, fetch: Any) -> None:
    """Brotli sent to a client that asked for gzip is named, not guessed at."""
    site.answer(PAGE, body=b"\x0b\x02\x80", headers={"Content-Encoding": "br"})
    answer = fetch(PAGE).answer
    assert (answer.outcome, answer.reason) == (
        Outcome.WRONG_TYPE,
        "Content-Encoding 'br', which was not asked for",
    )


def test_unchanged_page_is_asked_for_conditionally(site: Any, fetch: Any) -> None:
    """Validators go out as they were given, and 304 is `unchanged`."""
    site.answer(PAGE, status=304, body=b"")
    validators = Validators('W/"x"', "Sat, 21 Nov 2026 07:28:00 GMT")
    answer = fetch(PAGE, validators=validators).answer
    assert answer.outcome is Outcome.UNCHANGED
    headers = site.requests[-1][1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == ('W/"x"', validators.last_modified)


def test_validator_that_no_header_can_hold_is_left_out() -> None:
    """Then the full answer is asked for."""
    assert make_conditions(Validators('"é"', "a\r\nb: c")) == ()


def test_redirects_are_followed_and_recorded(site: Any, fetch: Any) -> None:
    """Each hop is an exchange; conditions go to the first alone; the final address is the last asked."""
    site.answer(PAGE, status=301, headers={"Location": "/b?x=1#part"})
    site.answer("https://news.test/b?x=1", status=302, headers={"Location": "//m.news.test/ü"})
    site.answer("https://m.news.test/%C3%BC", body=b"here")
    hosts = frozenset({"news.test", "m.news.test"})
    fetched = fetch(PAGE, hosts=hosts, validators=Validators('"1"'))
    assert (fetched.answer.outcome, fetched.answer.body) == (None, b"here")
    assert (fetched.answer.url, fetched.answer.final_url) == (PAGE, "https://m.news.test/%C3%BC")
    assert [(exchange.status, exchange.outcome) for exchange in fetched.exchanges] == [
        (301, None),
        (302, None),
        (200, None),
    ]
    sent = [headers.get("if-none-match") for address, headers in site.requests if "robots" not in address]
    assert sent == ['"1"', None, None]


@pytest.mark.parametrize(
    ("location", "outcome"),
    [
        ("https://elsewhere.test/a", Outcome.OFF_SITE),
        ("https://sub.news.test/a", Outcome.OFF_SITE),
        ("http://127.0.0.1/admin", Outcome.REFUSED_ADDRESS),
        ("http://169.254.169.254/latest/meta-data/", Outcome.REFUSED_ADDRESS),
        ("http://2130706433/", Outcome.REFUSED_ADDRESS),
        ("http://[::ffff:10.0.0.1]/", Outcome.REFUSED_ADDRESS),
        ("http://localhost/", Outcome.REFUSED_ADDRESS),
        ("https://news.test:8443/a", Outcome.REFUSED_ADDRESS),
        ("https://user:word@news.test/b", Outcome.REFUSED_ADDRESS),
        ("file:///etc/passwd", Outcome.REFUSED_ADDRESS),
        ("javascript:alert(1)", Outcome.REFUSED_ADDRESS),
        ("http://xn--/", Outcome.REFUSED_ADDRESS),
    ],
)
def test_redirect_that_may_not_be_followed(site: Any, fetch: Any, location: str, outcome: Outcome) -> None:
    """Nothing is asked of where it leads; the redirect itself is the last exchange, and the reason names the target."""
    site.answer(PAGE, status=302, headers={"Location": location})
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, site.asked) == (outcome, ["news.test/a"])
    assert fetched.answer.exchange.status == 302
    assert location.rpartition("/")[2] in fetched.answer.reason


def test_circle_of_redirects_ends(site: Any, fetch: Any) -> None:
    """A circle is left at its first repetition."""
    site.answer(PAGE, status=302, headers={"Location": "/b"})
    site.answer("https://news.test/b", status=302, headers={"Location": "/a"})
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, fetched.statuses) == (Outcome.SERVER_ERROR, [302, 302])


def test_long_chain_of_redirects_ends(site: Any, fetch: Any) -> None:
    """Ten redirects are followed, an eleventh is not."""
    for step in range(20):
        site.answer(f"https://news.test/{step}", status=302, headers={"Location": f"/{step + 1}"})
    fetched = fetch("https://news.test/0")
    assert (fetched.answer.outcome, len(fetched.exchanges)) == (Outcome.SERVER_ERROR, 11)
    site.answer("https://news.test/15", status=200)
    del site.scripts["news.test", "/15"][0]
    assert fetch("https://news.test/5").answer.outcome is None


def test_address_on_a_foreign_host_is_not_asked_for(site: Any, fetch: Any) -> None:
    """The source's hosts hold for the first address, too."""
    fetched = fetch("https://elsewhere.test/", hosts=frozenset({"news.test"}))
    assert (fetched.answer.outcome, site.requests, fetched.answer.exchange) == (Outcome.OFF_SITE, [], None)


def test_connections_that_fail_in_a_row_rest_the_host(fetch: Any) -> None:
    """After five refused connections the next address fails at once, and the reason says so."""
    no_robots = RememberedRobots(404, b"", NOON)
    dead = {"connect_to": "127.0.0.1:1", "pace": 0}
    fetched = fetch(PAGE, "https://news.test/b", settings=dead, remember=lambda _: no_robots)
    assert [answer.outcome for answer in fetched.answers] == [Outcome.NETWORK_ERROR] * 2
    assert [exchange.status for exchange in fetched.exchanges] == [None] * 5
    assert "Connect call failed" in fetched.exchanges[0].error
    assert fetched.answer.exchange is None
    assert fetched.answer.reason == "no connection to news.test 5 times in a row; not tried again for 300 s"


def test_requests_to_one_host_stay_within_its_concurrency(site: Any, make_client: Any) -> None:
    """However many addresses are fetched at once, no more run than allowed, and all come through."""
    urls = [f"https://news.test/{number}" for number in range(12)]
    for url in urls:
        site.answer(url, delay=0.02)

    async def run() -> list[Any]:
        async with make_client({"pace": 0}) as client:
            wanted = {"hosts": frozenset({"news.test"}), "record": lambda _: None, "concurrency": 3}
            return await asyncio.gather(*(client.fetch(url, **wanted) for url in urls))

    answers = asyncio.run(run())
    assert [answer.outcome for answer in answers] == [None] * 12
    assert site.most_running == 3


def test_environment_proxies_are_ignored(site: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment gets nothing of ours."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    site.answer(PAGE)
    assert fetch(PAGE).answer.outcome is None


def test_user_agent_is_checked() -> None:
    """A user agent that no header can hold is refused at once."""
    with pytest.raises(ValueError, match="printable ASCII"):
        ClientSettings(user_agent="inspection\nnews")
