"""The ways to discover a source's addresses, behind one door."""

from collections.abc import AsyncIterator
from datetime import datetime

from storage.records import Listed
from tasks.discovery.attachments import follow_attachments
from tasks.discovery.cqc import discover_cqc
from tasks.discovery.feed import discover_feed
from tasks.discovery.govuk import discover_govuk
from tasks.discovery.listing import Ask, ListingError
from tasks.discovery.listing_pages import discover_listing_pages
from tasks.discovery.ofsted import discover_ofsted
from tasks.discovery.pages import discover_pages
from tasks.discovery.sitemap import discover_sitemap
from tasks.discovery.wordpress import discover_wordpress
from tasks.sources.methods import Cqc, Feed, Govuk, ListingPages, Method, Ofsted, Pages, Sitemap, Wordpress
from tasks.sources.model import Source


def discover(
    method: Method,
    source: Source,
    ask: Ask,
    *,
    problems: list[ListingError],
    since: datetime | None = None,
    until: datetime | None = None,
) -> AsyncIterator[Listed]:
    """Lists what one method of a source finds, as it is found; an address may come more than once.

    `since` is when the source was last listed in full: only methods that can ask by date use it, and fewer still the
    end of a window, `until`. Parts that fail are added to the problems. Raises ListingError, while it is iterated,
    where nothing at all can be listed.
    """
    match method:
        case Feed():
            found = discover_feed(method, source, ask, problems=problems)
        case Sitemap():
            found = discover_sitemap(method, source, ask, problems=problems)
        case Wordpress():
            found = discover_wordpress(method, ask, since=since, until=until, problems=problems)
        case Ofsted():
            found = discover_ofsted(method, source, ask, problems=problems)
        case ListingPages():
            found = discover_listing_pages(method, source, ask, since=since, problems=problems)
            if method.attachments:
                found = follow_attachments(found, method.attachments, source, ask, problems=problems)
        case Govuk():
            found = discover_govuk(method, ask, since=since, until=until, problems=problems)
        case Cqc():
            found = discover_cqc(method, ask, since=since, until=until, problems=problems)
        case Pages():
            found = discover_pages(method)
    return found
