"""Lists what an RSS, Atom or RDF feed holds."""

import io
import logging
import re
from collections.abc import AsyncIterator
from datetime import tzinfo
from typing import Any
from xml.sax import SAXException

import feedparser

from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.dates import parse_date
from tasks.discovery.listing import Ask, ListingError
from tasks.discovery.markup import join_address, level_spaces, read_fragment
from tasks.sources.methods import Feed
from tasks.sources.model import Source

logger = logging.getLogger(__name__)

#: Where dc:date, which feedparser takes for an update, is the only date an item has: its publication.
RDF_VERSIONS = frozenset({"rss090", "rss10"})
#: GOV.UK serves a retired feed with one entry of such an identifier.
ENDED = "/feed-ended"
#: The end tag of a whole feed; what caches write comes behind it.
END_TAG = re.compile(rb"</(\w+:)?(rss|feed|rdf)\s*>", re.IGNORECASE)


async def discover_feed(
    method: Feed, source: Source, ask: Ask, *, problems: list[ListingError]
) -> AsyncIterator[Listed]:
    """Lists a feed's entries; raises ListingError where it cannot be had, is no feed, or is retired.

    That it was cut short is added to the problems.
    """
    listing = await ask(method.url)
    for listed in parse_feed(listing.body, url=listing.url, zone=source.zone, problems=problems):
        yield listed


def parse_feed(body: bytes, *, url: str, zone: tzinfo, problems: list[ListingError]) -> list[Listed]:
    """Reads a feed's entries; broken XML counts as long as it shows entries. `zone` is that of dates without one.

    Entries without an address are left out, with a warning; that a feed ends before its end tag is added to the
    problems. Raises ListingError where it is no feed, where it breaks off before the first entry, where no entry has an
    address, and where the feed is retired.
    """
    # A stream, since feedparser fetches or opens what it is given as text.
    feed = feedparser.parse(io.BytesIO(body))
    if not feed.get("version"):
        raise ListingError(url, Outcome.UNREADABLE, f"no feed; it begins with {_quote_start(body)}")
    is_broken = isinstance(feed.get("bozo_exception"), SAXException)
    if not feed.entries and is_broken:
        raise ListingError(url, Outcome.UNREADABLE, f"broken before its first entry: {feed.bozo_exception}")
    if any(entry.get("id", "").endswith(ENDED) for entry in feed.entries):
        raise ListingError(url, Outcome.GONE, "the feed is retired: its only entry says that it has ended")
    listed = [
        _read_entry(entry, link, feed.version, url, zone) for entry in feed.entries if (link := find_link(entry, url))
    ]
    if missing := len(feed.entries) - len(listed):
        if not listed:
            raise ListingError(url, Outcome.UNREADABLE, f"none of its {missing} entries has an address")
        logger.warning("%s: %d of %d entries have no address", url, missing, len(feed.entries))
    if is_broken and not END_TAG.search(body):
        reason = f"the feed is cut short: it ends before its end tag, after {len(feed.entries)} entries"
        problems.append(ListingError(url, Outcome.UNREADABLE, reason))
    return listed


def find_link(entry: Any, url: str) -> str | None:  # noqa: ANN401 - feedparser has no types
    """Finds an entry's address: its link, made absolute; else its identifier, where that is declared an address."""
    links = [link["href"] for link in entry.get("links", ()) if link.get("rel") == "alternate" and link.get("href")]
    identifier = entry.get("id", "") if entry.get("guidislink") else ""
    link = join_address(url, links[0].strip()) if links else identifier
    return link if link.startswith(("http://", "https://")) else None


def _read_entry(entry: Any, link: str, version: str, url: str, zone: tzinfo) -> Listed:  # noqa: ANN401 - the same
    published = parse_date(entry.get("published"), zone)
    # Asked with `in`, since feedparser hands out the publication for an update that is missing.
    modified = parse_date(entry["updated"], zone) if "updated" in entry else None
    if published is None and version in RDF_VERSIONS:
        published, modified = modified, None
    return Listed(
        url=link,
        method="feed",
        listed_on_url=url,
        title=_read_text(entry, "title"),
        summary=_read_text(entry, "summary"),
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        modified_at=modified.at if modified else None,
    )


def _read_text(entry: Any, key: str) -> str | None:  # noqa: ANN401 - the same
    is_plain = entry.get(f"{key}_detail", {}).get("type") == "text/plain"
    return level_spaces(entry.get(key)) if is_plain else read_fragment(entry.get(key))


def _quote_start(body: bytes) -> str:
    return repr(body[:40].decode("utf-8", "replace"))
