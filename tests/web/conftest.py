"""A web of our own on loopback that misbehaves as told, and a clock that does not wait."""

import asyncio
import socketserver
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import responses
from typing import Any
from urllib.parse import urlsplit

import pytest

from storage.records import Answer, Exchange
from tasks.web.client import Client
from tasks.web.settings import ClientSettings, Clock

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Scripted:
    """One scripted answer; `cut` ends the connection after so many bytes of body, `close` before any answer."""

    status: int = 200
    body: bytes = b"fine"
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    close: bool = False
    delay: float = 0.0
    delay_within: float = 0.0

    def render(self) -> tuple[bytes, bytes]:
        """Writes the answer as it goes over the wire: head, body."""
        lines = [f"HTTP/1.1 {self.status} {responses.get(self.status, 'Odd')}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("utf-8"), self.body if self.cut is None else self.body[: self.cut]


class Site:
    """Every host of the web: the Host header chooses, answers come in the order they were scripted, the last stays."""

    def __init__(self) -> None:
        """Begins empty: every address answers 404."""
        self.scripts: dict[tuple[str, str], list[Scripted]] = defaultdict(list)
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.connect_to = ""
        self.running = self.most_running = 0

    def answer(self, url: str, **script: Any) -> None:
        """Scripts one more answer for an address."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.scripts[parts.netloc, path].append(Scripted(**script))

    def take(self, host: str, path: str, headers: dict[str, str]) -> Scripted:
        """Takes the answer that is due."""
        self.requests.append((f"{host}{path}", headers))
        scripts = self.scripts.get((host, path))
        if not scripts:
            return Scripted(404, b"nothing here")
        return scripts.pop(0) if len(scripts) > 1 else scripts[0]

    @property
    def asked(self) -> list[str]:
        """What was asked for, in order, robots.txt aside."""
        return [address for address, _ in self.requests if not address.endswith("/robots.txt")]


class Handler(socketserver.StreamRequestHandler):
    """Answers requests on one connection until either side closes it."""

    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Reads requests and writes what was scripted."""
        while (line := self.rfile.readline()).strip():
            headers = {}
            while header := self.rfile.readline().strip().decode():
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            site: Site = self.server.site  # type: ignore[attr-defined]
            site.running += 1
            site.most_running = max(site.most_running, site.running)
            script = site.take(headers["host"], line.split()[1].decode(), headers)
            time.sleep(script.delay)
            site.running -= 1
            if script.close or not self.write(script):
                return

    def write(self, script: Scripted) -> bool:
        """Writes one answer, and tells whether the connection goes on."""
        head, body = script.render()
        try:
            self.wfile.write(head + body[:1])
            time.sleep(script.delay_within)
            self.wfile.write(body[1:])
        except OSError:
            return False
        return script.cut is None


class Server(socketserver.ThreadingTCPServer):
    """The loopback server of one test."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keeps quiet about clients that hang up."""


@pytest.fixture
def site() -> Iterator[Site]:
    """A web of scripted answers."""
    web = Site()
    with Server(("127.0.0.1", 0), Handler) as server:
        server.site = web  # type: ignore[attr-defined]
        web.connect_to = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
        thread.start()
        yield web
        server.shutdown()
        thread.join()


class FakeTime:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        """Begins at noon; the jitter draws its longest."""
        self.seconds = 0.0
        self.sleeps: list[float] = []
        self.clock = Clock(self.now, lambda: self.seconds, self.sleep, lambda: 1.0)

    def now(self) -> datetime:
        """Returns the time of day."""
        return NOON + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        """Lets the time pass at once."""
        if seconds > 0:
            self.sleeps.append(seconds)
        until = self.seconds + seconds
        await asyncio.sleep(0)
        self.seconds = max(self.seconds, until)


@pytest.fixture
def fake_time() -> FakeTime:
    """A clock that does not wait."""
    return FakeTime()


@dataclass
class Fetched:
    """What came of fetching: the answers, and all exchanges on the way."""

    answers: list[Answer]
    exchanges: list[Exchange]
    robots: list[Exchange]

    @property
    def answer(self) -> Answer:
        """The last answer."""
        return self.answers[-1]

    @property
    def statuses(self) -> list[int | None]:
        """The statuses of all exchanges."""
        return [exchange.status for exchange in self.exchanges]


@pytest.fixture
def make_client(site: Site, fake_time: FakeTime) -> Callable[..., Client]:
    """Makes clients of the scripted web, with settings and arguments of the test."""

    def make(settings: dict[str, Any] | None = None, **options: Any) -> Client:
        chosen = {"user_agent": "inspection-news/0.1 (+tests)", "connect_to": site.connect_to} | (settings or {})
        return Client(ClientSettings(**chosen), **({"record_robots": print, "clock": fake_time.clock} | options))

    return make


@pytest.fixture
def fetch(make_client: Callable[..., Client]) -> Callable[..., Fetched]:
    """Fetches addresses one after the other with one client."""

    def fetch_all(*urls: str, settings: dict[str, Any] | None = None, remember: Any = None, **options: Any) -> Fetched:
        fetched = Fetched([], [], [])
        wanted = {"hosts": frozenset(urlsplit(url).hostname or "" for url in urls), "record": fetched.exchanges.append}
        remembering = {"remember_robots": remember} if remember else {}

        async def run() -> None:
            async with make_client(settings, record_robots=fetched.robots.append, **remembering) as client:
                for url in urls:
                    fetched.answers.append(await client.fetch(url, **(wanted | options)))

        asyncio.run(run())
        return fetched

    return fetch_all
