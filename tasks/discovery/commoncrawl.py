"""Lists what Common Crawl holds of a site, through its index server, which answers as pywb's CDXJ server does.

See index.commoncrawl.org and pywb.readthedocs.io/en/latest/manual/cdxserver_api.html.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from storage.errors import name_first_mistake
from storage.outcomes import Outcome
from tasks.discovery.listing import Ask, Listing, ListingError
from tasks.discovery.wayback import TIMESTAMP

COLLECTIONS = "https://index.commoncrawl.org/collinfo.json"
DATA = "https://data.commoncrawl.org/"
#: A regular expression that the media type must begin with.
MEDIA_TYPES = r"(text/html|application/xhtml\+xml|application/pdf)"
NOT_FOUND = 404
NO_CAPTURES = b"No Captures found"


class Crawl(BaseModel):
    """One crawl: its name, the address of its index, and when it ran (UTC); the oldest may not say."""

    id: str
    index: str = Field(alias="cdx-api")
    started_at: datetime | None = Field(alias="from", default=None)
    ended_at: datetime | None = Field(alias="to", default=None)

    def overlaps(self, start: date, end: date) -> bool:
        """Tells whether it may have captures of those days."""
        begins_in_time = self.started_at is None or self.started_at.date() <= end
        return begins_in_time and (self.ended_at is None or self.ended_at.date() >= start)


class CrawlCapture(BaseModel):
    """One capture, and where its record lies: WARC file, byte offset and length of its gzip member.

    `timestamp` has 14 digits, in UTC; `digest` is the SHA-1 of the payload in base32; `truncated` says why the payload
    was cut (length, disconnect, time).
    """

    model_config = ConfigDict(frozen=True)

    url: str
    timestamp: str = Field(pattern=r"^\d{14}$")
    status: int
    mime: str | None = None
    digest: str
    filename: str
    offset: int
    length: int
    truncated: str | None = None

    @property
    def captured_at(self) -> datetime:
        """When it was captured."""
        return datetime.strptime(self.timestamp, TIMESTAMP).replace(tzinfo=UTC)

    @property
    def record_url(self) -> str:
        """The address of the WARC file, to be asked for with `range_header`."""
        return DATA + self.filename

    @property
    def range_header(self) -> str:
        """The Range header that gives this record alone."""
        return f"bytes={self.offset}-{self.offset + self.length - 1}"


class PageCount(BaseModel):
    """How many pages of the index a query has."""

    pages: int


CRAWLS = TypeAdapter(list[Crawl])


async def list_captures(scope: str, *, start: date, end: date, ask: Ask) -> AsyncIterator[CrawlCapture]:
    """Lists the good captures of pages and PDFs at a host, or under a prefix, made from `start` to `end`.

    A scope with a slash is a prefix, `www.example.org/news/`. Every crawl that ran in that time is asked, the oldest
    first; a payload of an address that was listed already is left out. Raises ListingError where an answer cannot be
    had or is no index.
    """
    seen: set[tuple[str, str]] = set()
    for crawl in await find_crawls(start, end, ask):
        async for capture in _list_crawl(make_query(crawl, scope, start, end), ask):
            if (capture.url, capture.digest) not in seen:
                seen.add((capture.url, capture.digest))
                yield capture


async def find_crawls(start: date, end: date, ask: Ask) -> list[Crawl]:
    """Finds the crawls that ran in that time, the oldest first."""
    listing = await ask(COLLECTIONS)
    try:
        crawls = CRAWLS.validate_json(listing.body)
    except ValidationError as error:
        raise _make_error(listing, "list of crawls", error) from error
    return sorted((crawl for crawl in crawls if crawl.overlaps(start, end)), key=lambda crawl: crawl.id)


def make_query(crawl: Crawl, scope: str, start: date, end: date) -> str:
    """Makes the address of a query of one crawl's index; both days are included."""
    parameters = [
        ("url", scope),
        ("matchType", "prefix" if "/" in scope else "host"),
        ("from", f"{start:%Y%m%d}000000"),
        ("to", f"{end:%Y%m%d}235959"),
        ("output", "json"),
        ("filter", "=status:200"),
        ("filter", f"~mime:{MEDIA_TYPES}"),
    ]
    return f"{crawl.index}?{urlencode(parameters)}"


def parse_captures(listing: Listing) -> list[CrawlCapture]:
    """Reads one page of an index, JSON line by line; raises ListingError where a line is no capture."""
    try:
        return [CrawlCapture.model_validate_json(line) for line in listing.body.splitlines() if line.strip()]
    except ValidationError as error:
        raise _make_error(listing, "index of captures", error) from error


async def _list_crawl(query: str, ask: Ask) -> AsyncIterator[CrawlCapture]:
    counted = await _ask_index(f"{query}&showNumPages=true", ask)
    if counted is None:
        return
    try:
        pages = PageCount.model_validate_json(counted.body).pages
    except ValidationError as error:
        raise _make_error(counted, "count of pages", error) from error
    for page in range(pages):
        # A page on which the filters leave nothing is "not found", and the next may have captures again.
        listing = await _ask_index(f"{query}&page={page}", ask)
        for capture in parse_captures(listing) if listing else []:
            yield capture


async def _ask_index(url: str, ask: Ask) -> Listing | None:
    """Asks an index; None where it says that it has no such capture, which it does with status 404."""
    listing = await ask(url, allow=frozenset({NOT_FOUND}))
    if listing.status != NOT_FOUND:
        return listing
    if NO_CAPTURES in listing.body:
        return None
    raise ListingError(url, Outcome.GONE, f"404, without {NO_CAPTURES.decode()!r}")


def _make_error(listing: Listing, what: str, error: ValidationError) -> ListingError:
    reason = f"no {what}: {name_first_mistake(error)}; it begins with {listing.body[:40]!r}"
    return ListingError(listing.url, Outcome.UNREADABLE, reason)
