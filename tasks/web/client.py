"""Fetching one address: robots.txt, pace, retries and redirects together."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from types import TracebackType
from typing import Self

import httpx

from storage.outcomes import Outcome
from storage.records import Answer, Exchange, Headers, Validators
from tasks.web.body import ACCEPT_ENCODING, read_content_type
from tasks.web.errors import FetchError, HostWaitingError, RedirectError
from tasks.web.guard import check_address, check_host, get_ascii_host
from tasks.web.redirects import MAX_REDIRECTS, get_redirect_target
from tasks.web.retries import compute_backoff, is_worth_retrying, read_retry_after
from tasks.web.robots import PARSE_LIMIT, PRODUCT_TOKEN, RememberedRobots, Robots
from tasks.web.scoreboard import Scoreboard
from tasks.web.send import Reply, send_request
from tasks.web.settings import ClientSettings, Clock, KeyHeader
from tasks.web.transport import Transport

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
ACCEPT_ROBOTS = "text/plain,*/*;q=0.8"


@dataclass(slots=True)
class Call:
    """One address on its way through retries and redirects: how it is asked, and the last exchange so far."""

    record: Callable[[Exchange], None]
    headers: Headers
    body_limit: int
    interval_s: float = 0.0
    concurrency: int = 1
    key: KeyHeader | None = None
    last: Exchange | None = None

    def note(self, exchange: Exchange) -> None:
        """Records an exchange and keeps it as the last."""
        self.last = exchange
        self.record(exchange)


def remember_nothing(_origin: str) -> RememberedRobots | None:
    """Answers that no robots.txt is remembered."""
    return None


class Client:
    """Asks the web for all sources of a run; an asynchronous context manager that closes its connections."""

    def __init__(
        self,
        settings: ClientSettings,
        *,
        record_robots: Callable[[Exchange], None],
        remember_robots: Callable[[str], RememberedRobots | None] = remember_nothing,
        clock: Clock | None = None,
    ) -> None:
        """Takes who hears of robots.txt exchanges, and what is remembered of an origin's robots.txt.

        Raises ValueError where `connect_to` is not a loopback address with a port.
        """
        self._settings = settings
        self._clock = clock or Clock()
        self._record_robots = record_robots
        self._scoreboard = Scoreboard(self._clock, longest_hold_s=settings.retry_after_cap_s)
        self._robots = Robots(self._ask_for_robots, remember_robots, self._clock.now)
        self._transport = Transport(settings.connect_to)

    async def __aenter__(self) -> Self:
        """Opens the connection pool."""
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Closes all connections."""
        await self._transport.__aexit__(kind, error, traceback)

    async def fetch(
        self,
        url: str,
        *,
        hosts: frozenset[str],
        interval_s: float = 1.0,
        concurrency: int = 1,
        validators: Validators | None = None,
        record: Callable[[Exchange], None],
        accept: str | None = None,
        key: KeyHeader | None = None,
        part: range | None = None,
    ) -> Answer:
        """Fetches an address, following redirects within `hosts`; every exchange on the way goes to `record`.

        A `key` is sent to its own host alone, over https, and no exchange has it. With `part`, those bytes of the
        address alone are asked for (RFC 9110, section 14): a good answer has status 206 then.

        Never raises for what an address or its server does: the answer's `outcome` says it. The requests to a host
        start `interval_s` apart (times the settings' pace) or as its Crawl-delay asks, whichever is longer.
        """
        headers = self._make_headers(accept or ACCEPT, ACCEPT_ENCODING if part is None else "identity")
        body_limit = self._settings.body_limit
        if part is not None:
            headers = (*headers, ("Range", f"bytes={part[0]}-{part[-1]}"))
            # A server that knows no ranges sends all of it: no more is read than was asked for.
            body_limit = len(part)
        call = Call(record, headers, body_limit, interval_s * self._settings.pace, concurrency, key)
        try:
            reply = await self._follow(url, hosts, call, make_conditions(validators))
        except FetchError as error:
            final_url = call.last.url if call.last else url
            return Answer(url, final_url, call.last, outcome=error.outcome, reason=str(error))
        return make_answer(url, reply)

    def has_key(self, key: KeyHeader) -> bool:
        """Tells whether the settings have the value of a header."""
        return key.environment in self._settings.keys

    async def list_sitemaps(self, url: str) -> list[str]:
        """Lists the Sitemap lines in the robots.txt of an address's host; none where robots.txt cannot be had.

        A line that begins as a path and is none is left out. Raises RefusedAddressError for an address that may not be
        asked.
        """
        host = check_address(url)
        rules = await self._robots.get_rules(host)
        return list(_complete_paths(host, rules.sitemaps))

    async def _follow(self, address: str, hosts: frozenset[str], call: Call, conditions: Headers) -> Reply:
        url, seen = check_address(address), set[httpx.URL]()
        while url not in seen and len(seen) <= MAX_REDIRECTS:
            seen.add(url)
            check_host(url, hosts)
            rules = await self._robots.get_rules(url)
            rules.check(url)
            self._check_delay(url, rules.crawl_delay_s)
            reply = await self._ask(url, call, conditions, crawl_delay_s=rules.crawl_delay_s)
            target = get_redirect_target(reply.exchange)
            if target is None:
                return reply
            # Validators belong to the address they came from.
            url, conditions = target, ()
        raise RedirectError(f"redirects in a circle or more than {MAX_REDIRECTS} times, last to {url}")

    def _check_delay(self, url: httpx.URL, crawl_delay_s: float) -> None:
        longest_s = self._settings.retry_after_cap_s
        if crawl_delay_s > longest_s:
            raise HostWaitingError(
                f"robots.txt of {get_ascii_host(url)} asks for a Crawl-delay of {crawl_delay_s:.0f} s, and at most "
                f"{longest_s:.0f} s are waited: ask the site for a shorter one for {PRODUCT_TOKEN}, or leave it out"
            )

    async def _ask(self, url: httpx.URL, call: Call, conditions: Headers = (), *, crawl_delay_s: float = 0.0) -> Reply:
        host, headers = get_ascii_host(url), (*call.headers, *conditions)
        interval_s = max(call.interval_s, crawl_delay_s)
        for attempt in count(1):
            async with self._scoreboard.take_turn(host, interval_s=interval_s, concurrency=call.concurrency):
                reply = await self._send(url, headers, call)
                self._scoreboard.note_connection(host, failed=reply.is_unconnected)
            call.note(reply.exchange)
            delay_s = self._plan_next_attempt(host, reply.exchange, attempt)
            if delay_s is None:
                break
            await self._clock.sleep(delay_s)
        return reply

    async def _send(self, url: httpx.URL, headers: Headers, call: Call) -> Reply:
        secrets = self._get_secrets(url, call.key)
        limit = call.body_limit
        return await send_request(
            self._transport, url, headers, self._settings, self._clock, body_limit=limit, secrets=secrets
        )

    def _get_secrets(self, url: httpx.URL, key: KeyHeader | None) -> Headers:
        if key is None or url.scheme != "https" or get_ascii_host(url) != key.host or not self.has_key(key):
            return ()
        return ((key.header, self._settings.keys[key.environment]),)

    def _plan_next_attempt(self, host: str, exchange: Exchange, attempt: int) -> float | None:
        """Returns the seconds to wait before the next attempt, None where there is none; holds a host that asks."""
        if not is_worth_retrying(exchange):
            return None
        retry_after_s = read_retry_after(exchange, self._clock.now())
        backoff_s = compute_backoff(attempt, self._settings, self._clock)
        if retry_after_s is not None or exchange.outcome is Outcome.RATE_LIMITED:
            self._scoreboard.hold(host, backoff_s if retry_after_s is None else retry_after_s)
            backoff_s = 0.0
        if attempt >= self._settings.attempts or (retry_after_s or 0.0) > self._settings.retry_after_cap_s:
            return None
        return backoff_s

    async def _ask_for_robots(self, url: httpx.URL) -> Reply:
        # Not packed, so that a file cut at the limit can still be read.
        headers = self._make_headers(ACCEPT_ROBOTS, "identity")
        return await self._ask(url, Call(self._record_robots, headers, PARSE_LIMIT))

    def _make_headers(self, accept: str, accept_encoding: str) -> Headers:
        agent = self._settings.user_agent
        return (("User-Agent", agent), ("Accept", accept), ("Accept-Encoding", accept_encoding))


def _complete_paths(host: httpx.URL, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        with suppress(httpx.InvalidURL):
            yield str(host.join(line)) if line.startswith("/") else line


def make_conditions(validators: Validators | None) -> Headers:
    """Makes the headers of a conditional request.

    A validator that is not ASCII is left out: a full answer is always right.
    """
    if validators is None:
        return ()
    conditions = (("If-None-Match", validators.etag), ("If-Modified-Since", validators.last_modified))
    return tuple((name, value) for name, value in conditions if value and value.isascii() and value.isprintable())


def make_answer(url: str, reply: Reply) -> Answer:
    """Makes the answer for an address from the last reply on its way."""
    exchange = reply.exchange
    media_type, charset = read_content_type(exchange.header("content-type"))
    reason = None
    if exchange.outcome is not None:
        reason = exchange.error or f"HTTP {exchange.status} {exchange.reason}".rstrip()
    return Answer(url, exchange.url, exchange, reply.body, media_type, charset, exchange.outcome, reason)
