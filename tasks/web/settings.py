"""What the caller of the web decides, and the clock that tests replace."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Protocol

from tasks.web.body import UNPACKED_LIMIT


class KeyHeader(Protocol):
    """A header that a host needs to answer: its name, and the environment variable that has its value."""

    @property
    def host(self) -> str:
        """The only host that the header is sent to."""
        ...

    @property
    def header(self) -> str:
        """The header's name."""
        ...

    @property
    def environment(self) -> str:
        """The variable's name."""
        ...


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """How the web is asked: who asks, how fast, how often, how much; sizes in bytes, times in seconds.

    `connect_to` (`127.0.0.1:8765`) sends every connection to that loopback address, as plain HTTP with the Host header
    kept. `pace` is a factor on the sources' own intervals: 0 leaves only the waits that servers ask for themselves.
    `total_timeout_s` is for one request with its answer, without the waits before it; `retry_after_cap_s` is the
    longest wait that a host may ask for by Retry-After, or by Crawl-delay. `keys` has the secrets of hosts by the
    environment variable they came from; nothing prints them.
    """

    user_agent: str
    connect_to: str | None = None
    pace: float = 1.0
    attempts: int = 5
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 30.0
    total_timeout_s: float = 120.0
    body_limit: int = 50_000_000
    unpacked_limit: int = UNPACKED_LIMIT
    backoff_base_s: float = 1.0
    backoff_cap_s: float = 60.0
    retry_after_cap_s: float = 300.0
    keys: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)

    def __post_init__(self) -> None:
        """Raises ValueError for a user agent or a key that cannot stand in a header."""
        if not (self.user_agent.isascii() and self.user_agent.isprintable() and self.user_agent.strip()):
            raise ValueError(f"the user agent is printable ASCII, not {self.user_agent!r}")
        for name, key in self.keys.items():
            if not (key.isascii() and key.isprintable()) or " " in key:
                raise ValueError(f"{name} is no key: it may hold printable ASCII without spaces only")


def parse_connect_to(text: str) -> tuple[str, int]:
    """Reads `127.0.0.1:8765` or `[::1]:8765`.

    Raises ValueError where the address is no loopback IP address or the port is missing.
    """
    host, _, port = text.rpartition(":")
    try:
        address, number = ip_address(host.strip("[]")), int(port)
    except ValueError:
        address, number = None, 0
    if address is None or not address.is_loopback or not 0 < number < 65536:  # noqa: PLR2004 (ports have 16 bits)
        raise ValueError(f"connect_to is a loopback IP address and a port, such as 127.0.0.1:8765, not {text!r}")
    return str(address), number


def read_time() -> datetime:
    """Returns the time of day in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time, waits and draws the jitter: all that makes one run differ from another."""

    now: Callable[[], datetime] = read_time
    count_seconds: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    draw: Callable[[], float] = random.random
