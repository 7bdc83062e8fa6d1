"""Backfills from CC-NEWS: the WARC files of a month, read over the network slice by slice, one of which is held."""

import asyncio
import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO

from storage.outcomes import Outcome
from storage.records import Answer, Exchange, Row
from storage.tables import make_frame
from tasks.captures import OK
from tasks.discovery.ccnews import list_files
from tasks.discovery.listing import Listing, ListingError
from tasks.run import Run
from tasks.units import FileUnit, Unit, cut_months, describe_outcomes
from tasks.via import CC_NEWS_BEGAN, Via
from tasks.web_archives import ARCHIVES

SLICE_BYTES = 8_000_000
ARCHIVE = ARCHIVES[Via.COMMONCRAWL]
#: The position of a part in the whole (RFC 9110, section 14.4).
CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


class UnreachableError(OSError):
    """A part of a file cannot be had from its web archive."""


def cut_month_units(start: date, end: date, sources: frozenset[str]) -> list[Unit]:
    """Cuts a range of days into months of CC-NEWS for some sources, by their names; there are none before it began.

    Each is done when all its files are.
    """
    return [Unit(None, month, Via.CC_NEWS, sources) for month in cut_months(start, end) if month >= CC_NEWS_BEGAN]


async def list_month(unit: Unit, run: Run) -> dict[FileUnit, str]:
    """Lists the files of a month, each a unit for the same sources, with their addresses; raises ListingError."""

    async def ask(url: str, *, changed_at: object = None, allow: frozenset[int] = frozenset()) -> Listing:  # noqa: ARG001 - the list grows until the month is over
        answer = await fetch(url, run)
        if answer.outcome is not None:
            raise ListingError(url, answer.outcome, answer.reason or "")
        return Listing(answer.final_url, OK, answer.body, answer.media_type, {})

    month = unit.month
    urls = await list_files(month, ask)
    return {FileUnit(unit.via, f"{month:%Y-%m}/{url.rpartition('/')[2]}", unit.sources, month): url for url in urls}


async def note_month(unit: Unit, files: Sequence[Row | None], run: Run, *, problem: str | None = None) -> Row:
    """Notes a month as done where all the files gone through are, and none can be added; gives its row.

    A file has no row where an error kept it from one.
    """
    left = sum(not (row and row["is_done"]) for row in files)
    problem = problem or (f"{left} files are still to be had" if left else None)
    row = describe_outcomes(unit, [], run, problem=problem, skipped=None)
    await run.commit({"backfill_units": make_frame("backfill_units", [row])})
    return row


async def fetch(url: str, run: Run, part: range | None = None) -> Answer:
    """Fetches a file, or a part of it; the request is counted only, since what it brings is archived page by page."""

    def record(exchange: Exchange) -> None:
        run.recorder.count(exchange, source=None)

    return await run.client.fetch(url, hosts=ARCHIVE.hosts, interval_s=ARCHIVE.interval_s, record=record, part=part)


class RemoteFile:
    """A file on the web that a thread reads from beginning to end, while the event loop fetches it slice by slice."""

    def __init__(self, url: str, run: Run) -> None:
        """Begins at the file's start; made where the event loop runs."""
        self._url, self._run = url, run
        self._loop = asyncio.get_running_loop()
        self._slice = BytesIO()
        self._offset = 0
        self._size: int | None = None

    def read(self, size: int = -1, /) -> bytes:
        """Reads at most so many bytes; raises UnreachableError where they cannot be had."""
        content = self._slice.read(size)
        if not content and self._offset != self._size:
            self._slice = BytesIO(asyncio.run_coroutine_threadsafe(self._fetch_slice(), self._loop).result())
            content = self._slice.read(size)
        return content

    async def _fetch_slice(self) -> bytes:
        end = min(self._offset + SLICE_BYTES, self._size or self._offset + SLICE_BYTES)
        answer = await fetch(self._url, self._run, range(self._offset, end))
        if answer.outcome is not None or answer.exchange is None:
            raise UnreachableError(f"{self._url}: {answer.outcome or Outcome.NETWORK_ERROR}: {answer.reason}")
        place = CONTENT_RANGE.fullmatch(answer.exchange.header("Content-Range") or "")
        if place is None or int(place[1]) != self._offset or not answer.exchange.body:
            raise UnreachableError(f"{self._url}: not the part from {self._offset} on that was asked for")
        self._size = int(place[2])
        self._offset += len(answer.exchange.body)
        return answer.exchange.body
