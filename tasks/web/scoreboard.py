"""When each host may be asked next: one board for all sources of a run, so that a host feels one visitor."""

import asyncio
import math
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tasks.web.errors import HostUnreachableError, HostWaitingError
from tasks.web.settings import Clock

#: As many as one address is tried, so that a short outage is sat out first.
FAILURES_IN_A_ROW = 5
REST_S = 300.0


@dataclass(slots=True)
class Host:
    """What the board knows of one host; times in seconds of the clock."""

    last_start: float = -math.inf
    held_until: float = -math.inf
    resting_until: float = -math.inf
    failures: int = 0
    running: int = 0
    waiting: deque[asyncio.Event] = field(default_factory=deque)
    queue: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def take_slot(self, concurrency: int) -> None:
        """Waits until fewer requests than `concurrency` run, and counts one more."""
        while self.running >= concurrency:
            freed = asyncio.Event()
            self.waiting.append(freed)
            try:
                await freed.wait()
            except asyncio.CancelledError:
                self._leave(freed)
                raise
        self.running += 1

    def free_slot(self) -> None:
        """Counts one request less and wakes the one that waits longest: waking all takes long where many wait."""
        self.running -= 1
        self._wake_next()

    def _leave(self, freed: asyncio.Event) -> None:
        if freed.is_set():
            self._wake_next()
        else:
            self.waiting.remove(freed)

    def _wake_next(self) -> None:
        if self.waiting:
            self.waiting.popleft().set()


class Scoreboard:
    """Gives each request to a host its turn."""

    def __init__(self, clock: Clock, *, longest_hold_s: float) -> None:
        """Takes the longest Retry-After that requests wait out; a longer one fails them at once."""
        self._clock = clock
        self._longest_hold_s = longest_hold_s
        self._hosts: defaultdict[str, Host] = defaultdict(Host)

    @asynccontextmanager
    async def take_turn(self, name: str, *, interval_s: float, concurrency: int) -> AsyncIterator[None]:
        """Waits until the host may be asked, and counts the request as running until the block ends.

        At most `concurrency` requests run; each starts at least `interval_s` after the last.
        Raises HostWaitingError and HostUnreachableError.
        """
        host = self._hosts[name]
        await host.take_slot(concurrency)
        try:
            await self._wait(name, host, interval_s)
            yield
        finally:
            host.free_slot()

    def hold(self, name: str, seconds: float) -> None:
        """Lets no request to the host start for that long."""
        host = self._hosts[name]
        host.held_until = max(host.held_until, self._clock.count_seconds() + seconds)

    def note_connection(self, name: str, *, failed: bool) -> None:
        """Counts connections that failed in a row; after some of them the host is left alone for some minutes."""
        host = self._hosts[name]
        host.failures = host.failures + 1 if failed else 0
        if host.failures >= FAILURES_IN_A_ROW:
            host.failures = 0
            host.resting_until = self._clock.count_seconds() + REST_S

    async def _wait(self, name: str, host: Host, interval_s: float) -> None:
        # One request at a time stands at the door; a hold that arrives while it waits is seen when it wakes.
        async with host.queue:
            while True:
                now = self._clock.count_seconds()
                self._check(name, host, now)
                delay = max(host.last_start + interval_s, host.held_until) - now
                if delay <= 0:
                    break
                await self._clock.sleep(delay)
            host.last_start = now

    def _check(self, name: str, host: Host, now: float) -> None:
        if now < host.resting_until:
            raise HostUnreachableError(
                f"no connection to {name} {FAILURES_IN_A_ROW} times in a row; "
                f"not tried again for {host.resting_until - now:.0f} s"
            )
        if host.held_until - now > self._longest_hold_s:
            raise HostWaitingError(f"{name} asked for no requests for another {host.held_until - now:.0f} s")
