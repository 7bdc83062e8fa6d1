"""What robots.txt allows (RFC 9309), asked once per host and day.

| the answer | means |
|---|---|
| 200 | the rules in its first 500 KiB |
| 4xx, or more than five redirects | there are no rules: everything is allowed (2.3.1.2, 2.3.1.3) |
| 429, 5xx | everything is disallowed, asked again after ten minutes (2.3.1.4) |
| none, or none that can be read | nothing may be asked; the address ends as robots.txt did, to be asked for again |
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

import httpx
from protego import Protego

from storage.outcomes import Outcome
from storage.records import Exchange
from tasks.web.errors import FetchError, RobotsDeniedError, RobotsUnreachableError
from tasks.web.guard import check_address
from tasks.web.redirects import get_redirect_target
from tasks.web.send import Reply

PRODUCT_TOKEN = "inspection-news"  # noqa: S105 (the name that robots.txt knows this crawler by, no secret)
PARSE_LIMIT = 500 * 1024
MAX_REDIRECTS = 5
#: Section 2.4: not to be used for longer.
FRESH_FOR = timedelta(hours=24)
CLOSED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class RememberedRobots:
    """An answer to robots.txt that the archive has: status, body (unpacked), and when it was fetched."""

    status: int
    body: bytes
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host's robots.txt says until it expires; without `parser` nothing may be asked, `reason` says why."""

    expires_at: datetime
    parser: Protego | None
    outcome: Outcome = Outcome.ROBOTS_DENIED
    reason: str = ""

    def check(self, url: httpx.URL) -> None:
        """Raises RobotsDeniedError or RobotsUnreachableError where the address may not be asked."""
        if self.parser is None:
            raise RobotsUnreachableError(f"robots.txt unreachable: {self.reason}", self.outcome)
        if not self.parser.can_fetch(str(url), PRODUCT_TOKEN):
            raise RobotsDeniedError(f"robots.txt disallows {url}")

    @property
    def crawl_delay_s(self) -> float:
        """The seconds that the host asks for between two requests."""
        delay = self.parser.crawl_delay(PRODUCT_TOKEN) if self.parser else None
        return float(delay or 0)

    @property
    def sitemaps(self) -> list[str]:
        """The addresses of its Sitemap lines."""
        return list(self.parser.sitemaps) if self.parser else []


class Robots:
    """The rules of every host of a run."""

    def __init__(
        self,
        ask: Callable[[httpx.URL], Awaitable[Reply]],
        remember: Callable[[str], RememberedRobots | None],
        now: Callable[[], datetime],
    ) -> None:
        """Takes how to ask for an address, and what is remembered of an origin (`https://www.example.org`)."""
        self._ask = ask
        self._remember = remember
        self._now = now
        self._rules: dict[str, Rules] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get_rules(self, url: httpx.URL) -> Rules:
        """Returns the rules for an address, asking its host for them where none are fresh."""
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        async with self._locks[origin]:
            rules = self._rules.get(origin)
            if rules is None or rules.expires_at <= self._now():
                rules = self._recall(origin) or await self._fetch(origin)
                self._rules[origin] = rules
        return rules

    def _recall(self, origin: str) -> Rules | None:
        remembered = self._remember(origin)
        if remembered is None or remembered.fetched_at + FRESH_FOR <= self._now():
            return None
        if remembered.status == HTTPStatus.OK:
            return Rules(remembered.fetched_at + FRESH_FOR, parse_robots(remembered.body))
        if _is_unavailable(remembered.status):
            return Rules(remembered.fetched_at + FRESH_FOR, Protego.parse(""))
        return None

    async def _fetch(self, origin: str) -> Rules:
        try:
            return self._read(await self._follow(check_address(f"{origin}/robots.txt")))
        except FetchError as error:
            return Rules(self._now() + CLOSED_FOR, None, error.outcome, str(error))

    async def _follow(self, url: httpx.URL) -> Reply:
        reply = await self._ask(url)
        for _ in range(MAX_REDIRECTS):
            target = get_redirect_target(reply.exchange)
            if target is None:
                break
            reply = await self._ask(target)
        return reply

    def _read(self, reply: Reply) -> Rules:
        exchange = reply.exchange
        # Cut at the limit is fine, as no more is read anyway; cut and packed leaves nothing to read.
        is_cut_at_limit = exchange.truncated == "length" and bool(reply.body)
        if exchange.status == HTTPStatus.OK and (exchange.outcome is None or is_cut_at_limit):
            return Rules(self._now() + FRESH_FOR, parse_robots(reply.body))
        if exchange.status is not None and (_is_unavailable(exchange.status) or get_redirect_target(exchange)):
            return Rules(self._now() + FRESH_FOR, Protego.parse(""))
        return Rules(self._now() + CLOSED_FOR, None, *_explain_closure(exchange))


def parse_robots(body: bytes) -> Protego:
    """Parses the first 500 KiB of a robots.txt, whole lines only."""
    text = body[:PARSE_LIMIT]
    if len(body) >= PARSE_LIMIT:
        text = text[: max(text.rfind(b"\n"), text.rfind(b"\r")) + 1]
    return Protego.parse(text.decode("utf-8-sig", errors="replace"))


def _is_unavailable(status: int) -> bool:
    # 429 is a 4xx by number only: the host has rules and cannot tell them now.
    return 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS  # noqa: PLR2004 (the class of statuses)


def _explain_closure(exchange: Exchange) -> tuple[Outcome, str]:
    if exchange.outcome is not None and exchange.status in (None, HTTPStatus.OK):
        return exchange.outcome, exchange.error or "no answer"
    return Outcome.ROBOTS_DENIED, f"HTTP {exchange.status} from {exchange.url}"
