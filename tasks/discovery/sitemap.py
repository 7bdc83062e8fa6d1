"""Lists what a site's sitemaps hold, by the protocol of sitemaps.org and its extension for news."""

import gzip
import heapq
import io
import logging
import re
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import tzinfo

from lxml import etree
from protego import Protego

from storage.addresses import find_url_key, get_host
from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.dates import Moment, parse_w3c
from tasks.discovery.listing import Ask, ListingError
from tasks.discovery.markup import join_address, level_spaces
from tasks.sources.methods import Sitemap
from tasks.sources.model import Source

logger = logging.getLogger(__name__)

#: The protocol's limits for one file, unpacked, in bytes and in addresses.
MAX_BYTES = 50 * 1024 * 1024
MAX_ADDRESSES = 50_000
#: An index, indexes in it, and the sitemaps in those. The protocol has no indexes in indexes; some sites do.
MAX_DEPTH = 3
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a sitemap (a page) or of an index (a sitemap)."""

    url: str
    is_sitemap: bool
    modified: Moment | None
    title: str | None
    published: Moment | None


@dataclass(frozen=True, slots=True, order=True)
class Visit:
    """A sitemap to be asked for; those changed last come first, those that do not say come last."""

    age: float
    serial: int
    url: str
    modified: Moment | None
    depth: int


async def discover_sitemap(
    method: Sitemap, source: Source, ask: Ask, *, problems: list[ListingError]
) -> AsyncIterator[Listed]:
    """Lists the pages of all sitemaps below an address, or below those that robots.txt names, newest sitemap first.

    A sitemap that fails is added to the problems. Raises ListingError where robots.txt names none.
    """
    queue = Queue(method, source, problems)
    for url in [method.url] if method.url else await find_sitemaps(source, ask):
        queue.add(url, None, 1)
    while queue.visits:
        visit = heapq.heappop(queue.visits)
        try:
            listing = await ask(visit.url, changed_at=visit.modified.find_end() if visit.modified else None)
            for entry in parse_sitemap(listing.body, url=listing.url, zone=source.zone):
                if entry.is_sitemap:
                    queue.add(entry.url, entry.modified, visit.depth + 1)
                else:
                    yield _make_listed(entry, listing.url)
        except ListingError as error:
            problems.append(error)


async def find_sitemaps(source: Source, ask: Ask) -> list[str]:
    """Finds the sitemaps that robots.txt at the source's first host names; raises ListingError where it names none."""
    listing = await ask(f"https://{source.hosts[0]}/robots.txt")
    robots = Protego.parse(listing.body.decode("utf-8", "replace"))
    found = [join_address(listing.url, url) for url in robots.sitemaps]
    if not found:
        raise ListingError(
            listing.url, Outcome.UNREADABLE, "it names no sitemap; give the url of one in the source's file"
        )
    return found


class Queue:
    """The sitemaps still to be asked for, each once."""

    def __init__(self, method: Sitemap, source: Source, problems: list[ListingError]) -> None:
        """Starts empty."""
        self.visits: list[Visit] = []
        self._skip, self._hosts, self._problems = method.skip, source.allowed_hosts, problems
        self._seen: set[str] = set()

    def add(self, url: str, modified: Moment | None, depth: int) -> None:
        """Adds a sitemap, unless it is known or skipped; what may not be asked for becomes a problem."""
        if url in self._seen or any(re.search(pattern, url) for pattern in self._skip):
            return
        self._seen.add(url)
        if find_url_key(url) is None:
            self._problems.append(ListingError(url, Outcome.REFUSED_ADDRESS, "the sitemap has no address"))
        elif get_host(url) not in self._hosts:
            reason = "the sitemap lies on a host that is not among the hosts of the source"
            self._problems.append(ListingError(url, Outcome.OFF_SITE, reason))
        elif depth > MAX_DEPTH:
            reason = f"the sitemap lies under more than {MAX_DEPTH - 1} indexes"
            self._problems.append(ListingError(url, Outcome.UNREADABLE, reason))
        else:
            age = -modified.at.timestamp() if modified else float("inf")
            heapq.heappush(self.visits, Visit(age, len(self._seen), url, modified, depth))


def parse_sitemap(body: bytes, *, url: str, zone: tzinfo) -> Iterator[Entry]:
    """Reads the entries of a sitemap or an index, packed or not, in any namespace or none, one at a time.

    Entries without an address are left out, with a warning. Raises ListingError, after the entries before it, where the
    XML breaks and at the protocol's limits; and where it is neither sitemap nor index.
    """
    content = unpack(body, url)
    # No entities, no network and lxml's own limits: a sitemap is anybody's XML.
    events = etree.iterparse(
        io.BytesIO(content),
        events=("end",),
        tag=("{*}url", "{*}sitemap"),
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    count = missing = 0
    try:
        for _, element in events:
            count += 1
            if count > MAX_ADDRESSES:
                raise ListingError(url, Outcome.TOO_LARGE, f"more than {MAX_ADDRESSES} addresses in one sitemap")
            entry = _read_entry(element, url, zone)
            if entry:
                yield entry
            missing += entry is None
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise ListingError(url, Outcome.UNREADABLE, f"broken XML after {count} entries: {error}") from error
    root = _get_name(events.root)
    if root not in ("urlset", "sitemapindex"):
        raise ListingError(url, Outcome.UNREADABLE, f"no sitemap: its root is {root!r}, not urlset or sitemapindex")
    if missing:
        logger.warning("%s: %d of %d entries have no address", url, missing, count)


def unpack(body: bytes, url: str) -> bytes:
    """Unpacks gzip, told by its first bytes; raises ListingError over the limit and where it is broken."""
    content = body
    if body.startswith(GZIP_MAGIC):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as packed:
                content = packed.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise ListingError(url, Outcome.UNREADABLE, f"broken gzip: {error}") from error
    if len(content) > MAX_BYTES:
        raise ListingError(url, Outcome.TOO_LARGE, f"more than {MAX_BYTES} bytes unpacked")
    return content


def _read_entry(element: etree._Element, url: str, zone: tzinfo) -> Entry | None:
    address = _read_child(element, "loc")
    if address is None:
        return None
    news = next((child for child in element if _get_name(child) == "news"), None)
    return Entry(
        url=join_address(url, address),
        is_sitemap=_get_name(element) == "sitemap",
        modified=parse_w3c(_read_child(element, "lastmod"), zone),
        title=None if news is None else _read_child(news, "title"),
        published=None if news is None else parse_w3c(_read_child(news, "publication_date"), zone),
    )


def _read_child(element: etree._Element, name: str) -> str | None:
    """Reads the text of a direct child: deeper ones of that name belong to an image or a video.

    None also where more than text is in it, such as an entity: the rest would be half of what is meant.
    """
    child = next((child for child in element if _get_name(child) == name), None)
    return level_spaces(child.text) if child is not None and not len(child) else None


def _get_name(element: etree._Element) -> str | None:
    """Returns an element's name without its namespace; None for a comment or an entity."""
    return etree.QName(element).localname if isinstance(element.tag, str) else None


def _forget(element: etree._Element) -> None:
    """Frees an element that was read and those before it, so that memory stays flat."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _make_listed(entry: Entry, listed_on_url: str) -> Listed:
    return Listed(
        url=entry.url,
        method="sitemap",
        listed_on_url=listed_on_url,
        title=entry.title,
        published_at=entry.published.at if entry.published else None,
        published_precision=entry.published.precision if entry.published else None,
        modified_at=entry.modified.at if entry.modified else None,
    )
