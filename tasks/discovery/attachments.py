"""Follows pages to the files attached to them: many reports are published as a page with hardly more than a PDF."""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from bs4 import BeautifulSoup

from storage.addresses import get_host
from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.links import find_base_url, get_address
from tasks.discovery.listing import Ask, Listing, ListingError
from tasks.discovery.markup import level_spaces
from tasks.sources.model import Source

logger = logging.getLogger(__name__)

#: A page whose day alone is known may get its file until the day is over, and a replacement for it soon after.
SLACK = timedelta(days=2)
#: Where no change is known of, any archived copy will do, as long as it counts as recent.
LONG_AGO = datetime.min.replace(tzinfo=UTC)


async def follow_attachments(
    pages: AsyncIterator[Listed], selector: str, source: Source, ask: Ask, *, problems: list[ListingError]
) -> AsyncIterator[Listed]:
    """Lists the files that a CSS selector finds on listed pages, in place of the pages.

    A page is asked for again only where it is newer than the archived copy, or that is no longer recent. A page that
    fails, and one whose files all lie elsewhere, is added to the problems. Raises ListingError, at the end, where pages
    are listed and none of them has a file.
    """
    last, has_found = None, False
    async for page in pages:
        try:
            last = await ask(page.url, changed_at=find_last_change(page))
            files = parse_attachments(last, selector, page, hosts=source.allowed_hosts)
        except ListingError as error:
            problems.append(error)
            continue
        if not files:
            logger.warning("%s: no file is attached to the page", page.url)
        has_found = has_found or bool(files)
        for file in files:
            yield file
    if last and not has_found:
        raise ListingError(
            last.url, Outcome.UNREADABLE, f"no link at {selector!r}, on this page or any other one listed"
        )


def find_last_change(page: Listed) -> datetime:
    """Finds the instant after which an archived copy of a listed page has all that the page will say."""
    moments = [moment for moment in (page.published_at, page.modified_at) if moment]
    return max(moments) + SLACK if moments else LONG_AGO


def parse_attachments(listing: Listing, selector: str, page: Listed, *, hosts: frozenset[str]) -> list[Listed]:
    """Reads the links to a page's files, each address once, with the page's own title and date.

    Files on other hosts than the source's are left out; raises ListingError where that leaves none.
    """
    soup = BeautifulSoup(listing.body, "lxml")
    base_url = find_base_url(soup, listing.url)
    links = {
        address: level_spaces(link.get_text())
        for link in soup.select(selector)
        if (address := get_address(link, base_url))
    }
    files = {address: text for address, text in links.items() if get_host(address) in hosts}
    if links and not files:
        elsewhere = ", ".join(sorted({get_host(address) for address in links}))
        raise ListingError(listing.url, Outcome.OFF_SITE, f"its files lie on {elsewhere}, no host of the source")
    return [
        Listed(
            url=address,
            method=page.method,
            listed_on_url=listing.url,
            title=page.title,
            summary=page.summary,
            published_at=page.published_at,
            published_precision=page.published_precision,
            modified_at=page.modified_at,
            media_type="application/pdf",
            link_text=text,
        )
        for address, text in files.items()
    ]
