"""A site whose pages a test changes between nights, and a night of the real stages on it, without Prefect."""

import asyncio
import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from storage.addresses import make_url_key
from storage.layout import Layout
from storage.records import Listed
from tasks.fetch import cut_batches, fetch_batch
from tasks.plan import plan_source
from tasks.read import read_batch
from tasks.run import Run, Tally, open_run, report_nothing
from tasks.sources.model import Source
from tasks.web.settings import ClientSettings

Reply = tuple[int, dict[str, str], bytes]
PARAGRAPH = (
    "<p>Ofsted inspectors visited the council and rated its children's services inadequate overall after a full "
    "inspection of its help for children. The council said it accepts every finding of the report.</p>"
)


def make_page(title: str = "Ofsted rates council inadequate", more: str = "") -> Reply:
    """An article about an inspection."""
    body = f"<html lang='en'><head><title>{title}</title></head><body><article><h1>{title}</h1>"
    return 200, {}, f"{body}{PARAGRAPH * 6}<p>{more}</p></article></body></html>".encode()


class Site(ThreadingHTTPServer):
    """The site: `pages` by path, and the requests so far."""

    daemon_threads = True

    def __init__(self) -> None:
        """Listens on a free loopback port."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Reply] = {}
        self.requests: Counter[str] = Counter()


class Handler(BaseHTTPRequestHandler):
    """Answers with the pages of its site, and with 304 where the ETag is still theirs."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        """Answers one request."""
        self.server.requests[self.path] += 1
        status, headers, body = self.server.pages.get(self.path, (404, {}, b"nothing here"))
        etag = headers.get("ETag", f'"{hashlib.sha256(body).hexdigest()}"')
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", "ETag": etag, **headers}.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    """The site, without pages."""
    server = Site()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


#: The file of a source of the site.
SOURCE_FILE = """name = "post"
title = "The Post"
publisher = "Post Ltd"
kind = "news"
hosts = ["www.post.example"]
notes = "written for a test"

[[discover]]
method = "feed"
url = "https://www.post.example/rss"
"""


def make_source(name: str = "post", **values: Any) -> Source:
    """A source of the site; everything it lists is kept."""
    feed = {"method": "feed", "url": "https://www.post.example/rss"}
    return Source.model_validate(
        {
            "name": name,
            "title": "The Post",
            "publisher": "Post Ltd",
            "kind": "news",
            "hosts": ["www.post.example"],
            "notes": "written for a test",
            "discover": [feed],
            "relevance": {"required": False},
            **values,
        }
    )


class Nights:
    """An archive of the site, and nights on it."""

    def __init__(self, layout: Layout, site: Site) -> None:
        """Starts with an empty archive."""
        self.layout, self.site = layout, site

    def open(self, sources: Mapping[str, Source] | None = None) -> AbstractAsyncContextManager[Run]:
        """Opens a run that reads in this process and asks each address once; `sources` are all there are."""
        settings = ClientSettings("inspection-news/test", f"127.0.0.1:{self.site.server_port}", pace=0, attempts=1)
        return open_run(
            self.layout, "nightly", settings, operator=None, workers=0, report=report_nothing, sources=sources
        )

    def run(
        self, *paths: str, source: Source | None = None, before: Callable[[Run], None] | None = None, **said: Any
    ) -> Tally:
        """Runs one night of a source that lists these paths; `said` is what the listing says of each."""
        return asyncio.run(self._run(paths, source or make_source(), before, said))

    async def _run(
        self, paths: Sequence[str], source: Source, before: Callable[[Run], None] | None, said: dict[str, Any]
    ) -> Tally:
        listed = [
            Listed(f"https://www.post.example{path}", "feed", "https://www.post.example/rss", **said) for path in paths
        ]
        async with self.open() as run:
            tally = Tally(source.name, datetime.now(UTC))
            plan = await plan_source(source, {make_url_key(found.url): found for found in listed}, run, tally)
            if before:
                before(run)
            await self._read(source, plan.read, run, tally)
            for batch in cut_batches(plan.ask):
                await self._read(source, await fetch_batch(source, batch, run, tally), run, tally)
        return tally

    @staticmethod
    async def _read(source: Source, rows: list[dict[str, Any]], run: Run, tally: Tally) -> None:
        if rows:
            await read_batch(source, rows, run, tally)


@pytest.fixture
def nights(tmp_path: Path, site: Site) -> Nights:
    """Nights on the site, into an empty archive."""
    return Nights(Layout(tmp_path / "archive"), site)
