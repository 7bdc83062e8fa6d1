"""Ways to ask in tests: canned answers, and the recorded web on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.listing import Ask, Listing, ListingError
from tasks.discovery.methods import discover
from tasks.sources.load import load_sources
from tasks.sources.model import Source

OK = 200


@dataclass
class CannedAsk:
    """Answers from a table of bodies and notes what it was asked; what it does not have is gone."""

    answers: Mapping[str, bytes | str | tuple[int, str, dict[str, str]] | ListingError]
    asked: list[tuple[str, datetime | None]] = field(default_factory=list)

    async def __call__(
        self, url: str, *, changed_at: datetime | None = None, allow: frozenset[int] = frozenset()
    ) -> Listing:
        """Answers as the fetching stage does."""
        self.asked.append((url, changed_at))
        answer = self.answers.get(url)
        if answer is None:
            raise ListingError(url, Outcome.GONE, "404")
        if isinstance(answer, ListingError):
            raise answer
        status, body, headers = answer if isinstance(answer, tuple) else (OK, answer, {})
        if status != OK and status not in allow:
            raise ListingError(url, Outcome.SERVER_ERROR, str(status))
        return Listing(url, status, body.encode() if isinstance(body, str) else body, None, headers)


@dataclass
class RecordedAsk:
    """Asks the recorded web, and notes when each listing is said to have changed."""

    address: str
    asked: list[tuple[str, datetime | None]] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return len(self.asked)

    async def __call__(
        self, url: str, *, changed_at: datetime | None = None, allow: frozenset[int] = frozenset()
    ) -> Listing:
        """Asks over loopback, with the host in its header."""
        parts = urlsplit(url)
        target = f"http://{self.address}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        self.asked.append((url, changed_at))
        async with httpx.AsyncClient(verify=False) as client:  # noqa: S501 - plain HTTP; loads no certificates
            response = await client.get(target, headers={"Host": parts.netloc})
        if response.status_code != OK and response.status_code not in allow:
            raise ListingError(url, Outcome.GONE, str(response.status_code))
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Listing(url, response.status_code, response.content, None, headers)


@dataclass
class Found:
    """What a method listed before it ended, its problems, and the error it ended with."""

    listed: list[Listed]
    problems: list[ListingError]
    error: ListingError | None = None

    @property
    def urls(self) -> list[str]:
        """The addresses, in order."""
        return [listed.url for listed in self.listed]


@pytest.fixture
def canned() -> type[CannedAsk]:
    """Makes an Ask of a table of answers."""
    return CannedAsk


@pytest.fixture
def make_source() -> Callable[..., Source]:
    """Makes a source of one method."""

    def make(**method: Any) -> Source:
        return Source.model_validate(
            {
                "name": "example",
                "title": "Example",
                "publisher": "Example Press",
                "kind": "news",
                "hosts": ["www.example.org", "example.org", "files.ofsted.gov.uk", "files.api.ofsted.gov.uk"],
                "notes": "written for a test",
                "discover": [method],
            }
        )

    return make


Run = Callable[..., Found]


@pytest.fixture
def run() -> Run:
    """Runs one method of a source to its end."""

    def run_method(source: Source, ask: Ask, *, number: int = 0, since: datetime | None = None) -> Found:
        found = Found([], [])

        async def collect(listing: AsyncIterator[Listed]) -> None:
            try:
                async for listed in listing:
                    found.listed.append(listed)
            except ListingError as error:
                found.error = error

        asyncio.run(collect(discover(source.discover[number], source, ask, problems=found.problems, since=since)))
        return found

    return run_method


@pytest.fixture
def recorded_ask(serve_recorded_web: str) -> RecordedAsk:
    """Asks the recorded web."""
    return RecordedAsk(serve_recorded_web)


@pytest.fixture
def run_recorded(recorded_ask: RecordedAsk, run: Run) -> Callable[..., tuple[Found, RecordedAsk]]:
    """Runs one method of a packaged source on the recorded web."""

    def run_source(name: str, number: int = 0, since: datetime | None = None) -> tuple[Found, RecordedAsk]:
        return run(load_sources()[name], recorded_ask, number=number, since=since), recorded_ask

    return run_source
