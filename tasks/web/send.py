"""One request and its answer, or the failure in its place; never more, and never an exception for a bad network."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus

import httpx

from storage.outcomes import Outcome
from storage.records import Exchange, Headers, Truncation
from tasks.web.body import decode_body
from tasks.web.errors import BodyError
from tasks.web.redirects import is_redirect
from tasks.web.settings import ClientSettings, Clock

OUTCOMES: dict[int, Outcome] = {
    HTTPStatus.UNAUTHORIZED: Outcome.BLOCKED,
    HTTPStatus.FORBIDDEN: Outcome.BLOCKED,
    HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS: Outcome.BLOCKED,
    HTTPStatus.NOT_FOUND: Outcome.GONE,
    HTTPStatus.GONE: Outcome.GONE,
    HTTPStatus.TOO_MANY_REQUESTS: Outcome.RATE_LIMITED,
}
CONDITIONS = frozenset({"if-none-match", "if-modified-since"})
PART = HTTPStatus.PARTIAL_CONTENT
GOOD = frozenset({HTTPStatus.OK, PART})
PROTOCOLS = {"HTTP/2": "h2"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An exchange with its body unpacked; the body is empty where it does not unpack.

    `is_unconnected` tells that not even a connection came about.
    """

    exchange: Exchange
    body: bytes = b""
    is_unconnected: bool = False


@dataclass(slots=True)
class Received:
    """What has come so far of one answer, and what ended it early."""

    limit: int
    response: httpx.Response | None = None
    body: bytearray = field(default_factory=bytearray)
    truncated: Truncation | None = None
    failure: Outcome | None = None
    error: str | None = None
    is_unconnected: bool = False

    async def receive(self, transport: httpx.AsyncBaseTransport, request: httpx.Request) -> None:
        """Reads the answer up to the limit, raw as it is on the wire."""
        self.response = await transport.handle_async_request(request)
        try:
            async for chunk in self.response.aiter_raw():
                self.body += chunk[: self.limit - len(self.body) + 1]
                if len(self.body) > self.limit:
                    self.cut()
                    break
        finally:
            await self.response.aclose()

    def cut(self) -> None:
        """Cuts the body at the limit."""
        del self.body[self.limit :]
        self.truncated, self.failure = "length", Outcome.TOO_LARGE
        self.error = f"the body is over {self.limit} bytes"

    def fail(self, error: Exception) -> None:
        """Notes the failure that ended the answer."""
        is_late = isinstance(error, TimeoutError | httpx.TimeoutException)
        self.failure = Outcome.TIMEOUT if is_late else Outcome.NETWORK_ERROR
        self.error = describe_failure(error)
        self.is_unconnected = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        if self.response is not None:
            self.truncated = "time" if is_late else "disconnect"


async def send_request(
    transport: httpx.AsyncBaseTransport,
    url: httpx.URL,
    headers: Headers,
    settings: ClientSettings,
    clock: Clock,
    *,
    body_limit: int,
    secrets: Headers = (),
) -> Reply:
    """Sends one GET and receives its answer, at most `body_limit` bytes of body within the total timeout.

    The exchange has the request's headers without the `secrets`, which are sent and told nobody else.

    The transport is used without httpx's client around it, which would keep cookies and judge redirects.
    Raises RefusedAddressError where the host leads to no public address; nothing was asked then.
    """
    timeout = httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s, pool=None)
    request = httpx.Request("GET", url, headers=[*headers, *secrets], extensions={"timeout": timeout.as_dict()})
    requested_at, started = clock.now(), clock.count_seconds()
    received = Received(body_limit)
    try:
        async with asyncio.timeout(settings.total_timeout_s):
            await received.receive(transport, request)
    except (httpx.TransportError, TimeoutError) as error:
        received.fail(error)
    withheld = {name.lower() for name, _ in secrets}
    sent = tuple(pair for pair in decode_headers(request.headers.raw) if pair[0].lower() not in withheld)
    exchange = _make_exchange(str(url), requested_at, sent, received)
    exchange = replace(exchange, duration_ms=round((clock.count_seconds() - started) * 1000))
    return _unpack(exchange, settings.unpacked_limit, is_unconnected=received.is_unconnected)


def judge_status(status: int, *, location: str | None, request_headers: Headers) -> Outcome | None:
    """Tells what a status means for its address; None for what was asked for and for a redirect that can be followed.

    A 304 to a request that set no condition is a server's error: there is nothing that it could be the same as. So are
    a part (206) that nobody asked for, and the whole (200) in place of a part.
    """
    named = {name.lower() for name, _ in request_headers}
    is_conditional, expected = bool(named & CONDITIONS), PART if "range" in named else HTTPStatus.OK
    if status == expected or is_redirect(status, location):
        return None
    if status == HTTPStatus.NOT_MODIFIED and is_conditional:
        return Outcome.UNCHANGED
    return OUTCOMES.get(status, Outcome.SERVER_ERROR)


def describe_failure(error: BaseException) -> str:
    """Says what failed, and the cause at the bottom of it, in one line."""
    kind, cause = type(error).__name__, error
    while (inner := _get_cause(cause)) is not None:
        cause = inner
    return f"{kind}: {cause}" if str(cause) else kind


def _get_cause(error: BaseException) -> BaseException | None:
    # httpcore drops the cause of what it raises, but keeps the cause itself as the message.
    return error.__cause__ or next((part for part in error.args if isinstance(part, BaseException)), None)


def decode_headers(raw: Sequence[tuple[bytes, bytes]]) -> Headers:
    """Turns headers into text, each byte into one character, so that no byte is lost."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)


def _make_exchange(url: str, requested_at: datetime, request_headers: Headers, received: Received) -> Exchange:
    response = received.response
    if response is None:
        return Exchange(url, requested_at, request_headers, error=received.error, outcome=received.failure)
    exchange = Exchange(
        url,
        requested_at,
        request_headers,
        status=response.status_code,
        reason=response.reason_phrase,
        protocol=PROTOCOLS.get(response.http_version, response.http_version.lower()),
        response_headers=decode_headers(response.headers.raw),
        body=bytes(received.body),
        truncated=received.truncated,
        error=received.error,
        ip_address=_get_ip_address(response),
    )
    outcome = judge_status(response.status_code, location=exchange.header("location"), request_headers=request_headers)
    # A cut body spoils what is good but for it; any other status has said all that matters.
    is_good = outcome is None and response.status_code in GOOD
    return replace(exchange, outcome=received.failure if is_good else outcome)


def _unpack(exchange: Exchange, limit: int, *, is_unconnected: bool) -> Reply:
    try:
        return Reply(exchange, decode_body(exchange.body, exchange.response_headers, limit), is_unconnected)
    except BodyError as error:
        if exchange.status in GOOD and exchange.outcome is None:
            exchange = replace(exchange, outcome=error.outcome, error=str(error))
        return Reply(exchange)


def _get_ip_address(response: httpx.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream else None
    return str(address[0]) if address else None
