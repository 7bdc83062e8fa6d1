"""Reads single pages and reports, from files or an address, and prints what is read as JSON."""

import asyncio
import gzip
import json
import sys
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.console import print_json, write_value
from flows.days import parse_instant
from flows.files import check_file
from flows.settings import Settings
from storage.addresses import get_host, make_url_key
from storage.outcomes import Outcome
from storage.records import Exchange, MediaType
from tasks.reading.capture import BodyJob, Expectation, Reading, read_body
from tasks.reading.page import Article, ReadingRules, Rejected
from tasks.reading.workers import Failure, ReaderPool
from tasks.rules import make_rules
from tasks.sources.load import load_sources
from tasks.sources.model import Source
from tasks.web.sniff import JSON, PDF, detect_media_type

GZIP_MAGIC = b"\x1f\x8b"
#: What a line of a list of pages is.
NEEDED = "needs a JSON object with id and file (and url, fetched_at)"


def check_options(page: str | None, pages: Path | None, url: str | None, fetched_at: str | None) -> None:
    """Raises ValueError where what is given to the command does not go together."""
    if (page is None) == (pages is None):
        raise ValueError("give either FILE|URL or --list")
    if (url or fetched_at) and (page is None or is_address(page)):
        raise ValueError("--url and --fetched-at are for a FILE: a URL says it itself, a list in each of its lines")


def read_one(page: str, url: str | None, fetched_at: str | None) -> int:
    """Reads one page, from a file or its address, and prints it; gives 1 where it is neither article nor report."""
    settings = Settings()
    check_url("--url", url)
    fetched = parse_moment(fetched_at)
    sources = load_sources(settings.source_folders)
    if is_address(page):
        fetched_job = asyncio.run(fetch_job(page, settings, sources))
        reading = Reading(fetched_job) if isinstance(fetched_job, Rejected) else read_body(fetched_job)
    else:
        reading = read_body(make_job(read_file(Path(page)), url or "", fetched, sources))
    described = describe_reading(reading)
    print_json(described)
    return 1 if described.get("outcome") else 0


def read_list(pages: Path) -> int:
    """Reads many pages with all workers and prints one JSON object a line, in the list's order."""
    settings = Settings()
    sources = load_sources(settings.source_folders)
    lines = list(parse_list(pages))
    jobs = (make_job(read_file(file), url, fetched, sources) for _, file, url, fetched in lines)
    with ReaderPool(settings.workers) as readers:
        for (identifier, *_), reading in zip(lines, readers.read(read_body, jobs), strict=True):
            described = {"id": identifier, **describe_reading(reading)}
            sys.stdout.write(json.dumps(described, default=write_value, ensure_ascii=False) + "\n")
    return 0


def parse_list(pages: Path) -> Iterator[tuple[Any, Path, str, datetime]]:
    """Parses a list of pages; raises ValueError naming the line that is not one, repeats an id or misses its file."""
    check_file(pages)
    try:
        lines = pages.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{pages}: is not text in UTF-8: {error}; needs JSON lines") from error
    places: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                parsed = parse_line(line, pages.parent)
            except ValueError as error:
                raise ValueError(f"{pages}:{number}: {error}") from error
            # As JSON, for any value may be an id, and 1 is not true.
            identifier = json.dumps(parsed[0], sort_keys=True)
            if (first := places.setdefault(identifier, number)) != number:
                raise ValueError(f"{pages}:{number}: id {identifier} is that of line {first}; give each page its own")
            yield parsed


def parse_line(line: str, folder: Path) -> tuple[Any, Path, str, datetime]:
    """Parses a line of a list of pages, whose files may be named from the list's folder; raises ValueError."""
    row = parse_object(line)
    for name in ("file", "url", "fetched_at"):
        if not isinstance(row.get(name), str | None):
            raise ValueError(f"{name} is {json.dumps(row[name])}, but text in quotes is needed")  # noqa: TRY004 - a user's
    url, fetched_at = row.get("url") or "", parse_moment(row.get("fetched_at"))
    check_url("url", url)
    beside = folder / row["file"]
    file = beside if beside.exists() else Path(row["file"])
    check_file(file)
    return row["id"], file, url, fetched_at


def parse_object(line: str) -> dict[str, Any]:
    """Parses a line as a JSON object with what each must have; raises ValueError."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"{NEEDED}: this is no JSON from column {error.colno} on") from error
    if not isinstance(row, dict):
        raise ValueError(f"{NEEDED}: this is another value")  # noqa: TRY004 - a user's file
    missing = [name for name in ("id", "file") if row.get(name) is None]
    if missing:
        raise ValueError(f"{NEEDED}: {' and '.join(missing)} missing")
    return row


def is_address(page: str) -> bool:
    """Tells whether a page is named by its address; raises ValueError where that is none that can be asked for."""
    if not page.startswith(("http://", "https://")):
        return False
    try:
        make_url_key(page)
    except ValueError as error:
        raise ValueError(f"{page} is no address of a page: {error}") from error
    return True


def check_url(name: str, url: object) -> None:
    """Raises ValueError where what a user names as the address of a file, if anything, is none of a page."""
    if url and not (isinstance(url, str) and is_address(url)):
        raise ValueError(f"{name} {url}: is no address of a page")


def parse_moment(text: str | None) -> datetime:
    """Parses an instant; now where there is none. Raises ValueError where the text is none."""
    return parse_instant(text) if text else datetime.now(UTC)


def read_file(path: Path) -> bytes:
    """Reads a file, unpacked where it is gzipped; raises ValueError where there is none or it is torn."""
    check_file(path)
    content = path.read_bytes()
    try:
        return gzip.decompress(content) if content.startswith(GZIP_MAGIC) else content
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: cannot be unpacked: {error}; get a whole copy") from error


def make_job(
    body: bytes, url: str, fetched_at: datetime, sources: Mapping[str, Source], sent: str | None = None
) -> BodyJob:
    """Makes the job of reading a body by the rules of the source whose host it comes from, or by none."""
    source = find_source(url, sources)
    expected = Expectation(
        url=url,
        fetched_at=fetched_at,
        media_type=choose_media_type(body),
        rules=make_rules(source, fetched_at.date()) if source else ReadingRules(),
        terms=tuple(source.relevance.terms) if source else (),
        must_be_relevant=False,
    )
    return BodyJob(body, sent, expected)


def choose_media_type(body: bytes) -> MediaType:
    """Chooses as what a body is read: a report, a document of GOV.UK's API, or, whatever else it is, a page."""
    found = detect_media_type(body)
    if found == PDF:
        return "application/pdf"
    return "application/json" if found == JSON else "text/html"


def find_source(url: str, sources: Mapping[str, Source]) -> Source | None:
    """Finds the first source whose host an address is at."""
    return next((source for source in sources.values() if get_host(url) in source.hosts), None)


def forget(_exchange: Exchange) -> None:
    """Keeps no exchange: a single page that is read is not archived."""


async def fetch_job(url: str, settings: Settings, sources: Mapping[str, Source]) -> BodyJob | Rejected:
    """Fetches an address as politely as a run does; gives the job of reading it, or why there is none."""
    from tasks.web.client import Client

    async with Client(settings.make_client_settings(), record_robots=forget) as client:
        answer = await client.fetch(url, hosts=frozenset({get_host(url)}), record=forget)
    if answer.outcome is not None:
        return Rejected(answer.outcome, answer.reason or "", None)
    sent = answer.exchange.header("Content-Type") if answer.exchange else None
    return make_job(answer.body, answer.final_url, datetime.now(UTC), sources, sent)


def describe_reading(reading: Reading | Failure) -> dict[str, Any]:
    """Describes a reading with the columns of its table; outcome and reason say why it is no article or report."""
    if isinstance(reading, Failure):
        return {"outcome": Outcome.UNREADABLE.value, "reason": reading.reason}
    content = reading.content
    if isinstance(content, Rejected):
        return {"outcome": content.outcome.value, "reason": content.reason, "title": content.title}
    described = {"outcome": None, "reason": None, **asdict(content)}
    if isinstance(content, Article) and reading.relevance:
        described |= {"relevance_score": reading.relevance.score, "relevance_terms": reading.relevance.terms}
    return described
