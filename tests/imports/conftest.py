"""Web archives of our own on loopback, which answer as the real ones do, and backfills from them without Prefect."""

import asyncio
import gzip
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.layout import Layout
from storage.records import Row
from storage.tables import make_frame
from storage.warc import digest_payload
from tasks.check import describe_running
from tasks.done_units import find_open_units
from tasks.run import Run, Tally, open_run, report_nothing
from tasks.sources.model import Source
from tasks.units import Unit
from tasks.via import Via
from tasks.warc_import import WarcImport, find_warc_files
from tasks.web.settings import ClientSettings
from tasks.web_archives import ARCHIVES, ArchiveAsker, import_month
from tests.stages.conftest import make_page, make_source, nights, site  # noqa: F401 - two are fixtures

CRAWL = "CC-MAIN-2019-13"
CRAWL_FILE = "crawl-data/CC-MAIN-2019-13/segments/1/warc/part-00000.warc.gz"
NEWS_LIST = "/crawl-data/CC-NEWS/2019/03/warc.paths.gz"
NEWS_FILE = "crawl-data/CC-NEWS/2019/03/CC-NEWS-20190302000000-00001.warc.gz"
#: Rows that the stand-in's index hands out at once.
INDEX_ROWS = 2
MARCH = date(2019, 3, 1)
FIRST = datetime(2019, 3, 2, 10, 30, tzinfo=UTC)


@dataclass
class Capture:
    """One capture that a web archive has."""

    url: str
    body: bytes = field(default_factory=lambda: make_page()[2])
    at: datetime = FIRST
    mime: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)
    truncated: str | None = None

    @property
    def timestamp(self) -> str:
        """Its time as the indexes write it."""
        return f"{self.at:%Y%m%d%H%M%S}"

    @property
    def digest(self) -> str:
        """Its payload's digest as the indexes write it."""
        return digest_payload(self.body).removeprefix("sha1:")

    @property
    def key(self) -> str:
        """Its address as indexes compare it."""
        return self.url.partition("://")[2].removeprefix("www.")


def write_warc(captures: Sequence[Capture], *, packed: bool = True) -> tuple[bytes, list[tuple[int, int]]]:
    """Writes a WARC file by warcio's own writer; gives it with the offset and length of each record."""
    buffer, places = BytesIO(), []
    writer = WARCWriter(buffer, gzip=packed)
    for capture in captures:
        start = buffer.tell()
        headers = [("Content-Type", capture.mime), ("ETag", '"theirs"'), *capture.headers.items()]
        stated = {"WARC-Date": f"{capture.at:%Y-%m-%dT%H:%M:%SZ}", "WARC-Record-ID": f"<urn:uuid:{UUID(int=start)}>"}
        if capture.truncated:
            stated["WARC-Truncated"] = capture.truncated
        record = writer.create_warc_record(
            capture.url,
            "response",
            payload=BytesIO(capture.body),
            warc_headers_dict=stated,
            http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
        )
        writer.write_record(record)
        places.append((start, buffer.tell() - start))
    return buffer.getvalue(), places


class WebArchives(ThreadingHTTPServer):
    """The Wayback Machine and Common Crawl: what they have, what fails, and what was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        """Listens on a free loopback port."""
        super().__init__(("127.0.0.1", 0), Handler)
        self.captures: list[Capture] = []
        self.failing: dict[str, int] = {}
        self.requests: list[str] = []

    def count(self, part: str) -> int:
        """Counts the requests whose host and path have a part."""
        return sum(part in request for request in self.requests)


class Handler(BaseHTTPRequestHandler):
    """Answers by host."""

    protocol_version = "HTTP/1.1"
    server: WebArchives

    def do_GET(self) -> None:
        """Answers one request."""
        host = self.headers["Host"]
        self.server.requests.append(host + self.path)
        path, _, text = self.path.partition("?")
        query = {name: values[0] for name, values in parse_qs(text).items()}
        for part, status in self.server.failing.items():
            if part in host + self.path:
                return self.send(status, b"not now")
        if path == "/robots.txt":
            return self.send(404, b"")
        if host == "web.archive.org":
            return self.answer_index(query) if path.startswith("/cdx/") else self.answer_memento()
        if host == "index.commoncrawl.org":
            return self.answer_crawl_index(path, query)
        return self.answer_data(path)

    def find(self, query: dict[str, str]) -> list[Capture]:
        """Finds what an index query is for."""
        scope = query["url"].removeprefix("www.")
        return sorted(
            (
                capture
                for capture in self.server.captures
                if (capture.key if query["matchType"] == "prefix" else capture.key.partition("/")[0]).startswith(scope)
                and query["from"] <= capture.timestamp <= query["to"]
            ),
            key=lambda capture: (capture.key, capture.timestamp),
        )

    def answer_index(self, query: dict[str, str]) -> None:
        """Answers as the CDX server: rows of text under a header, collapsed, and a key where there is more."""
        first = {capture.key: capture for capture in reversed(self.find(query))}
        found = sorted(first.values(), key=lambda capture: capture.key)
        start = int(query.get("resumeKey", "0"))
        fields = query["fl"].split(",")
        assert fields == ["timestamp", "original", "mimetype", "digest", "length"]
        rows = [[c.timestamp, c.url, c.mime, c.digest, str(len(c.body))] for c in found[start : start + INDEX_ROWS]]
        more: list[list[str]] = [[], [str(start + INDEX_ROWS)]] if len(found) > start + INDEX_ROWS else []
        self.send(200, json.dumps([fields, *rows, *more] if rows else []).encode())

    def answer_memento(self) -> None:
        """Answers with the payload as it was captured, or redirects to the capture of another time."""
        timestamp, _, url = self.path.removeprefix("/web/").partition("id_/")
        found = [capture for capture in self.server.captures if capture.url == url]
        exact = next((capture for capture in found if capture.timestamp == timestamp), None)
        if exact is None:
            place = f"https://web.archive.org/web/{found[0].timestamp}id_/{url}" if found else ""
            return self.send(302, b"", {"Location": place}) if found else self.send(404, b"no capture")
        original = {"content-type": exact.mime, "etag": '"theirs"', **exact.headers}
        headers = {f"x-archive-orig-{name}": value for name, value in original.items()}
        headers |= {"Memento-Datetime": format_datetime(exact.at, usegmt=True), "Server": "nginx"}
        body = exact.body
        if "gzip" in self.headers["Accept-Encoding"]:
            headers["Content-Encoding"], body = "gzip", gzip.compress(body, mtime=0)
        return self.send(200, body, headers | {"Content-Type": exact.mime})

    def answer_crawl_index(self, path: str, query: dict[str, str]) -> None:
        """Answers as pywb's server: JSON line by line, page by page, and 404 where nothing is found."""
        if path == "/collinfo.json":
            crawl = {
                "id": CRAWL, "name": "March 2019", "cdx-api": f"https://index.commoncrawl.org/{CRAWL}-index",
                "from": "2019-03-01T00:00:00", "to": "2019-03-31T00:00:00",
            }  # fmt: skip
            return self.send(200, json.dumps([crawl]).encode())
        if query.get("showNumPages"):
            return self.send(200, b'{"pages": 1, "pageSize": 5, "blocks": 1}')
        _, places = write_warc(self.server.captures)
        found = self.find(query)
        lines = [
            json.dumps(
                {
                    "urlkey": capture.key,
                    "url": capture.url,
                    "timestamp": capture.timestamp,
                    "status": "200",
                    "mime": capture.mime,
                    "digest": capture.digest,
                    "filename": CRAWL_FILE,
                    "offset": str(offset),
                    "length": str(length),
                    **({"truncated": capture.truncated} if capture.truncated else {}),
                }
            )
            for capture, (offset, length) in zip(self.server.captures, places, strict=True)
            if capture in found
        ]
        if not lines:
            return self.send(404, b'{"message": "No Captures found for: example"}')
        return self.send(200, "\n".join(lines).encode())

    def answer_data(self, path: str) -> None:
        """Answers with the list of CC-NEWS, or a file or the part of it that is asked for."""
        if path == NEWS_LIST:
            return self.send(200, gzip.compress(f"{NEWS_FILE}\n".encode(), mtime=0))
        if path not in (f"/{CRAWL_FILE}", f"/{NEWS_FILE}"):
            return self.send(403, b"AccessDenied")
        content, _ = write_warc(self.server.captures)
        first, _, last = self.headers.get("Range", "").removeprefix("bytes=").partition("-")
        if not first:
            return self.send(200, content)
        part = content[int(first) : int(last) + 1]
        place = f"bytes {first}-{int(first) + len(part) - 1}/{len(content)}"
        return self.send(206, part, {"Content-Range": place, "Content-Type": "application/octet-stream"})

    def send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        """Sends one answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def archives() -> Iterator[WebArchives]:
    """The web archives, with nothing in them."""
    server = WebArchives()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@dataclass
class Backfills:
    """An archive, and backfills into it from the web archives on loopback."""

    layout: Layout
    port: int

    def run_with(self, work: Callable[[Run], Any]) -> Any:
        """Does something in a run that reads in this process and asks for each address once."""

        async def go() -> Any:
            settings = ClientSettings("inspection-news/test", f"127.0.0.1:{self.port}", pace=0, attempts=1)
            async with open_run(
                self.layout, "backfill", settings, operator=None, workers=0, report=report_nothing
            ) as run:
                # Reading again goes by when a run had its captures, which the runs' rows say.
                await run.commit({"runs": make_frame("runs", [describe_running(run, [], "0")])})
                return await work(run)

        return asyncio.run(go())

    def import_month(
        self, via: Via = Via.WAYBACK, *, month: date = MARCH, source: Source | None = None, again: bool = False
    ) -> Tally:
        """Imports a month of a source, where it is not done."""
        source = source or make_source()
        unit = Unit(source.name, month, via)

        async def work(run: Run) -> Tally:
            tally = Tally(source.name, datetime.now(UTC))
            if again or find_open_units(self.layout, [unit]):
                await import_month(source, unit, ArchiveAsker(ARCHIVES[via], source, run), run, tally)
            return tally

        tally: Tally = self.run_with(work)
        return tally

    def import_warc(self, path: Path, *sources: Source) -> list[Row]:
        """Imports WARC files, where they are not done; gives the rows of their units."""
        chosen = sources or (make_source(),)

        async def work(run: Run) -> list[Row]:
            tallies = {source.name: Tally(source.name, datetime.now(UTC)) for source in chosen}
            importer = WarcImport(chosen, tallies, run)
            files = {file.make_unit(importer.source_names): file for file in find_warc_files(path)}
            left = find_open_units(self.layout, list(files))
            rows = [await importer.import_file(files[unit].path, unit) for unit in left]
            assert all(tally.check_balance() is None for tally in tallies.values())
            return rows

        rows: list[Row] = self.run_with(work)
        return rows


@pytest.fixture
def backfills(tmp_path: Path, archives: WebArchives) -> Backfills:
    """Backfills into an empty archive."""
    return Backfills(Layout(tmp_path / "archive"), archives.server_port)
