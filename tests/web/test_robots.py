"""What robots.txt allows, and what becomes of addresses when it cannot be asked for."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.outcomes import Outcome
from tasks.web.errors import RefusedAddressError
from tasks.web.robots import PARSE_LIMIT, RememberedRobots, parse_robots

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ROBOTS = "https://news.test/robots.txt"
PAGE = "https://news.test/a"


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow: /b", True),
        ("User-agent: *\nDisallow: /\nAllow: /a", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: Inspection-News\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        ("User-agent: inspection-news\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*?x=", True),
        ("\ufeffUser-agent: *\nDisallow: /", False),
        ("<html>not robots at all</html>", True),
        ("", True),
    ],
)
def test_rules_decide(site: Any, fetch: Any, rules: str, *, allowed: bool) -> None:
    """The rules for our product token, else those for all, decide; a denied page is never asked for."""
    site.answer(ROBOTS, body=rules.encode())
    site.answer(PAGE)
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, site.asked) == ((None, ["news.test/a"]) if allowed else (Outcome.ROBOTS_DENIED, []))
    assert [exchange.status for exchange in fetched.robots] == [200]
    if not allowed:
        assert fetched.answer.reason == f"robots.txt disallows {PAGE}"


@pytest.mark.parametrize(
    ("status", "outcome", "attempts"),
    [
        (401, None, 1),
        (403, None, 1),
        (404, None, 1),
        (410, None, 1),
        (429, Outcome.ROBOTS_DENIED, 5),
        (500, Outcome.ROBOTS_DENIED, 5),
        (503, Outcome.ROBOTS_DENIED, 5),
    ],
)
def test_status_of_robots_decides(site: Any, fetch: Any, status: int, outcome: Outcome | None, attempts: int) -> None:
    """No robots.txt allows everything; a server that cannot tell its rules allows nothing."""
    site.answer(ROBOTS, status=status)
    site.answer(PAGE)
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, len(fetched.robots)) == (outcome, attempts)
    if outcome:
        assert fetched.answer.reason == f"robots.txt unreachable: HTTP {status} from {ROBOTS}"
        assert site.asked == []


def test_no_connection_for_robots_is_a_network_error(site: Any, fetch: Any) -> None:
    """A host that is down has denied nothing: its addresses stay to be asked for again."""
    site.answer(ROBOTS, close=True)
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, fetched.answer.exchange, site.asked) == (Outcome.NETWORK_ERROR, None, [])
    assert fetched.answer.reason.startswith("robots.txt unreachable: RemoteProtocolError")


def test_robots_that_cannot_be_unpacked_closes_the_host(site: Any, fetch: Any) -> None:
    """Rules that are there but cannot be read are not taken for none."""
    site.answer(ROBOTS, body=b"\x0b\x02", headers={"Content-Encoding": "br"})
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, site.asked) == (Outcome.WRONG_TYPE, [])


def test_robots_is_asked_once_a_day(site: Any, make_client: Any, fake_time: Any) -> None:
    """One request serves a host for 24 hours; another host, or another scheme, is asked for its own."""
    wanted = {"hosts": frozenset({"news.test", "b.test"}), "record": lambda _: None}

    async def run() -> None:
        async with make_client() as client:
            await asyncio.gather(*(client.fetch(f"https://news.test/{number}", **wanted) for number in range(4)))
            await client.fetch("https://b.test/", **wanted)
            await client.fetch("http://news.test/", **wanted)
            fake_time.seconds = 23 * 3600
            await client.fetch(PAGE, **wanted)
            fake_time.seconds = 25 * 3600
            await client.fetch(PAGE, **wanted)

    asyncio.run(run())
    asked = [address for address, _ in site.requests if address.endswith("robots.txt")]
    assert asked == ["news.test/robots.txt", "b.test/robots.txt", "news.test/robots.txt", "news.test/robots.txt"]


def test_unreachable_robots_is_asked_again_after_ten_minutes(site: Any, make_client: Any, fake_time: Any) -> None:
    """A host whose robots.txt comes back is open again in the same run."""
    site.answer(ROBOTS, status=500)
    site.answer(PAGE)
    outcomes = []

    async def run() -> None:
        async with make_client({"attempts": 1}) as client:
            for minutes in (0, 9, 11):
                fake_time.seconds = minutes * 60
                answer = await client.fetch(PAGE, hosts=frozenset({"news.test"}), record=print)
                outcomes.append(answer.outcome)
                if minutes == 9:
                    site.scripts["news.test", "/robots.txt"][0].status = 404

    asyncio.run(run())
    assert outcomes == [Outcome.ROBOTS_DENIED, Outcome.ROBOTS_DENIED, None]


@pytest.mark.parametrize(
    ("age", "status", "outcome", "asked"),
    [
        (timedelta(hours=23), 200, Outcome.ROBOTS_DENIED, 0),
        (timedelta(hours=23), 404, None, 0),
        (timedelta(hours=25), 200, None, 1),
        (timedelta(hours=1), 500, None, 1),
        (timedelta(hours=1), 301, None, 1),
    ],
)
def test_remembered_robots_is_used_while_fresh(
    site: Any, fetch: Any, *, age: timedelta, status: int, outcome: Outcome | None, asked: int
) -> None:
    """An answer of the last 24 hours that tells the rules is not asked for again."""
    site.answer(PAGE)
    known = {"https://news.test": RememberedRobots(status, b"User-agent: *\nDisallow: /", NOON - age)}
    fetched = fetch(PAGE, remember=known.get)
    assert (fetched.answer.outcome, len(fetched.robots)) == (outcome, asked)


def test_robots_redirects_are_followed_to_any_host(site: Any, fetch: Any) -> None:
    """Up to five redirects count, even to another host (RFC 9309, 2.3.1.2)."""
    for step in range(4):
        site.answer(f"https://news.test/{step or 'robots.txt'}", status=301, headers={"Location": f"/{step + 1}"})
    site.answer("https://news.test/4", status=302, headers={"Location": "https://other.test/robots.txt"})
    site.answer("https://other.test/robots.txt", body=b"User-agent: *\nDisallow: /a")
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, len(fetched.robots)) == (Outcome.ROBOTS_DENIED, 6)


def test_endless_robots_redirects_count_as_no_rules(site: Any, fetch: Any) -> None:
    """A sixth redirect is not followed, and everything is allowed."""
    site.answer(ROBOTS, status=301, headers={"Location": "/robots.txt"})
    site.answer(PAGE)
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, len(fetched.robots)) == (None, 6)


def test_robots_redirect_to_a_private_address_closes_the_host(site: Any, fetch: Any) -> None:
    """It is not followed, and nothing else is asked."""
    site.answer(ROBOTS, status=301, headers={"Location": "http://10.0.0.1/robots.txt"})
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, site.asked) == (Outcome.REFUSED_ADDRESS, [])


def test_redirect_hops_obey_robots(site: Any, fetch: Any) -> None:
    """A redirect into a disallowed place is not followed."""
    site.answer(ROBOTS, body=b"User-agent: *\nDisallow: /private")
    site.answer(PAGE, status=302, headers={"Location": "/private/a"})
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, site.asked) == (Outcome.ROBOTS_DENIED, ["news.test/a"])


def test_crawl_delay_is_kept_without_a_pace_of_our_own(site: Any, fetch: Any, fake_time: Any) -> None:
    """Crawl-delay counts where it is longer than the source's interval, whatever the settings' pace."""
    site.answer(ROBOTS, body=b"User-agent: *\nCrawl-delay: 10")
    site.answer(PAGE)
    fetch(PAGE, PAGE, interval_s=1, settings={"pace": 0})
    assert fake_time.sleeps == [10, 10]


def test_crawl_delay_does_not_shorten_the_interval(site: Any, fetch: Any, fake_time: Any) -> None:
    """The longer of the two counts."""
    site.answer(ROBOTS, body=b"User-agent: *\nCrawl-delay: 1")
    site.answer(PAGE)
    fetch(PAGE, PAGE, interval_s=3)
    assert fake_time.sleeps == [3, 3]


def test_crawl_delay_over_the_cap_is_not_waited_out(site: Any, fetch: Any, fake_time: Any) -> None:
    """No page is asked for sooner than robots.txt allows, nor a night spent on waiting: the reason says what to do."""
    site.answer(ROBOTS, body=b"User-agent: *\nCrawl-delay: 86400")
    site.answer(PAGE)
    fetched = fetch(PAGE)
    assert (fetched.answer.outcome, site.asked, fake_time.sleeps) == (Outcome.RATE_LIMITED, [], [])
    assert "news.test asks for a Crawl-delay of 86400 s, and at most 300 s are waited: ask" in fetched.answer.reason


def test_only_the_first_500_kib_are_read(site: Any, fetch: Any) -> None:
    """A huge robots.txt is cut while it streams; a line that the limit cuts is not read."""
    filler = b"# " + b"x" * (PARSE_LIMIT - 29) + b"\n"
    body = b"User-agent: *\n" + filler + b"Disallow: /abc\nDisallow: /"
    assert body[:PARSE_LIMIT].endswith(b"Disallow: /a")
    site.answer(ROBOTS, body=body)
    site.answer(PAGE)
    fetched = fetch(PAGE)
    assert fetched.answer.outcome is None
    assert (len(fetched.robots[0].body), fetched.robots[0].truncated) == (PARSE_LIMIT, "length")


def test_rules_before_the_limit_count() -> None:
    """What stands whole within 500 KiB is kept."""
    rules = parse_robots(b"User-agent: *\nDisallow: /a\n" + b"# filler\n" * 100_000)
    assert not rules.can_fetch("https://news.test/a", "inspection-news")


def test_sitemaps_are_listed(site: Any, make_client: Any) -> None:
    """Sitemap lines are given as they stand, paths made absolute, or left out; a host without robots.txt has none."""
    lines = b"Sitemap: https://cdn.test/s.xml\nUser-agent: *\nDisallow: /\nSitemap: /\x00\nSitemap: /t.xml"
    site.answer(ROBOTS, body=lines)

    async def run() -> list[list[str]]:
        async with make_client() as client:
            return [await client.list_sitemaps(url) for url in (PAGE, "https://b.test")]

    assert asyncio.run(run()) == [["https://cdn.test/s.xml", "https://news.test/t.xml"], []]


def test_sitemaps_of_a_private_address_are_refused(make_client: Any) -> None:
    """The guard stands before robots.txt, too."""

    async def run() -> None:
        async with make_client() as client:
            await client.list_sitemaps("http://127.0.0.1/")

    with pytest.raises(RefusedAddressError, match="private"):
        asyncio.run(run())
