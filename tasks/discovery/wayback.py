"""Lists what the Wayback Machine holds of a site, through its CDX server.

The API is that of github.com/internetarchive/wayback/tree/master/wayback-cdx-server.
"""

import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from pydantic import TypeAdapter, ValidationError

from storage.errors import name_first_mistake
from storage.outcomes import Outcome
from tasks.discovery.listing import Ask, ListingError

logger = logging.getLogger(__name__)

SERVER = "https://web.archive.org/cdx/search/cdx"
FIELDS = ["timestamp", "original", "mimetype", "digest", "length"]
#: A regular expression that the whole media type must match.
MEDIA_TYPES = r"text/html|application/xhtml\+xml|application/pdf"
#: Rows that one answer holds at most.
LIMIT = 5000
TIMESTAMP = "%Y%m%d%H%M%S"
TIMESTAMP_LENGTH = 14
ROWS = TypeAdapter(list[list[str]])


@dataclass(frozen=True, slots=True)
class WebArchiveCapture:
    """One capture: of which address, when (14 digits, UTC), and the SHA-1 of its payload in base32.

    `length` is that of the compressed record, in bytes; None where the index does not know it.
    """

    url: str
    timestamp: str
    media_type: str
    digest: str
    length: int | None

    @property
    def captured_at(self) -> datetime:
        """When it was captured."""
        return datetime.strptime(self.timestamp, TIMESTAMP).replace(tzinfo=UTC)

    @property
    def raw_url(self) -> str:
        """Where the payload is served as it was captured, without the archive's toolbar and rewritten links."""
        return f"https://web.archive.org/web/{self.timestamp}id_/{self.url}"


async def list_captures(scope: str, *, start: date, end: date, ask: Ask) -> AsyncIterator[WebArchiveCapture]:
    """Lists the good captures of pages and PDFs at a host, or under a prefix, made from `start` to `end`.

    A scope with a slash is a prefix, `www.example.org/news/`. The server is asked month by month, since it gives up on
    large queries, and for the first capture of each address in a month; a payload of an address that was listed
    already is left out. Raises ListingError where an answer cannot be had or is no index.
    """
    seen: set[tuple[str, str]] = set()
    for first, last in cut_months(start, end):
        async for capture in _list_window(scope, first, last, ask):
            if (capture.url, capture.digest) not in seen:
                seen.add((capture.url, capture.digest))
                yield capture


def cut_months(start: date, end: date) -> Iterator[tuple[date, date]]:
    """Cuts the days from `start` to `end`, both included, at the ends of months."""
    while start <= end:
        following = (start.replace(day=1) + timedelta(days=31)).replace(day=1)
        yield start, min(following - timedelta(days=1), end)
        start = following


async def _list_window(scope: str, first: date, last: date, ask: Ask) -> AsyncIterator[WebArchiveCapture]:
    resume_key: str | None = None
    while True:
        url = make_query(scope, first, last, resume_key)
        listing = await ask(url)
        captures, following = parse_index(listing.body, url=listing.url)
        for capture in captures:
            yield capture
        if following is None:
            return
        if following == resume_key:
            raise ListingError(url, Outcome.UNREADABLE, f"the server resumes at {resume_key!r} over and over")
        resume_key = following


def make_query(scope: str, first: date, last: date, resume_key: str | None) -> str:
    """Makes the address of one query; both days are included."""
    parameters = [
        ("url", scope),
        ("matchType", "prefix" if "/" in scope else "host"),
        ("from", f"{first:%Y%m%d}000000"),
        ("to", f"{last:%Y%m%d}235959"),
        ("output", "json"),
        ("fl", ",".join(FIELDS)),
        ("filter", "statuscode:200"),
        ("filter", f"mimetype:{MEDIA_TYPES}"),
        ("collapse", "urlkey"),
        ("limit", LIMIT),
        ("showResumeKey", "true"),
    ]
    # The key comes escaped and is escaped once more here: the server undoes both.
    return f"{SERVER}?{urlencode([*parameters, ('resumeKey', resume_key)] if resume_key else parameters)}"


def parse_index(body: bytes, *, url: str) -> tuple[list[WebArchiveCapture], str | None]:
    """Reads an answer: its captures, and the key at which the next one resumes, None where this is the last.

    Captures with a time that no clock shows are left out, with a warning: the archive cannot be asked for them.
    Raises ListingError where it is no index, or is cut short.
    """
    try:
        rows = ROWS.validate_json(body)
    except ValidationError as error:
        reason = f"no index of captures: {name_first_mistake(error)}; it begins with {body[:40]!r}"
        raise ListingError(url, Outcome.UNREADABLE, reason) from error
    if not rows:
        return [], None
    header, *rows = rows
    # An empty row and the key stand at the end where there is more.
    resume_key = rows[-1][0] if len(rows) > 1 and not rows[-2] and len(rows[-1]) == 1 else None
    rows = rows[:-2] if resume_key else rows
    if header != FIELDS or any(len(row) != len(FIELDS) for row in rows):
        raise ListingError(url, Outcome.UNREADABLE, f"rows of {FIELDS} were asked for, {header} came")
    captures = [_make_capture(row) for row in rows if _is_timestamp(row[0])]
    if missing := len(rows) - len(captures):
        logger.warning("%s: %d of %d captures have a time that is none", url, missing, len(rows))
    return captures, resume_key


def _make_capture(row: list[str]) -> WebArchiveCapture:
    timestamp, original, media_type, digest, length = row
    return WebArchiveCapture(original, timestamp, media_type, digest, int(length) if length.isdecimal() else None)


def _is_timestamp(text: str) -> bool:
    try:
        datetime.strptime(text, TIMESTAMP).replace(tzinfo=UTC)
    except ValueError:
        return False
    return len(text) == TIMESTAMP_LENGTH
