"""Lists the articles of pages made for people: links found by CSS selectors, page after page by a "next" link."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from storage.addresses import get_host
from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.dates import Moment, parse_shown_date
from tasks.discovery.links import find_base_url, get_address
from tasks.discovery.listing import Ask, ListingError
from tasks.discovery.markup import level_spaces
from tasks.sources.methods import ListingPages
from tasks.sources.model import Source


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One page: its articles, each address once, their dates as the page shows them, and the address of the next."""

    url: str
    listed: list[Listed]
    dates: list[Moment | None]
    next_url: str | None

    def is_before(self, since: datetime) -> bool:
        """Tells whether every article is dated, and was published before that instant."""
        return all(date is not None and date.find_end() <= since for date in self.dates)


async def discover_listing_pages(
    method: ListingPages, source: Source, ask: Ask, *, since: datetime | None, problems: list[ListingError]
) -> AsyncIterator[Listed]:
    """Lists the articles of a page and those after it, up to `pages`, each address once.

    The walk ends earlier where there is no next page, at a page on which no address is new, and after a page on which
    everything is older than `since`. A later page that fails, and dates that cannot be read, are added to the
    problems. Raises ListingError where the first page fails or has no link.
    """
    seen: set[str] = set()
    url = method.url
    for number in range(method.pages):
        try:
            page = await _read_page(method, source, ask, url)
        except ListingError as error:
            if number == 0:
                raise
            problems.append(error)
            return
        if number == 0:
            problems += _check_first_page(page, method)
        new = [listed for listed in page.listed if listed.url not in seen]
        seen.update(listed.url for listed in new)
        for listed in new:
            yield listed
        if not new or page.next_url is None or (since and page.is_before(since)):
            return
        url = page.next_url


def parse_listing_page(body: bytes, *, url: str, method: ListingPages, zone: tzinfo) -> ListingPage:
    """Reads one page by the method's selectors; `zone` is that of times without one."""
    soup = BeautifulSoup(body, "lxml")
    base_url = find_base_url(soup, url)
    links: dict[str, Tag] = {}
    for link in soup.select(method.link):
        address = get_address(link, base_url)
        # An article may be linked from its picture first, which has no text.
        if address and not (address in links and links[address].get_text(strip=True)):
            links[address] = link
    dates = [_read_date(link, method, zone) for link in links.values()]
    listed = [_make_listed(*pair, date, url) for pair, date in zip(links.items(), dates, strict=True)]
    following = soup.select_one(method.next) if method.next else None
    return ListingPage(url, listed, dates, get_address(following, base_url) if following else None)


async def _read_page(method: ListingPages, source: Source, ask: Ask, url: str) -> ListingPage:
    if get_host(url) not in source.allowed_hosts:
        raise ListingError(url, Outcome.OFF_SITE, "the next page lies on a host that is not one of the source's")
    listing = await ask(url)
    return parse_listing_page(listing.body, url=listing.url, method=method, zone=source.zone)


def _check_first_page(page: ListingPage, method: ListingPages) -> list[ListingError]:
    """Checks that the selectors fit: tells where no date can be read, raises ListingError where there is no link."""
    if not page.listed:
        raise ListingError(page.url, Outcome.UNREADABLE, f"no link at {method.link!r}")
    if method.date and not any(page.dates):
        reason = f"no date can be read at {method.date!r} within {method.item!r} around the links"
        return [ListingError(page.url, Outcome.UNREADABLE, reason)]
    return []


def _read_date(link: Tag, method: ListingPages, zone: tzinfo) -> Moment | None:
    """Reads the date in the item around a link: that for machines where it has one, else the one that is shown."""
    item = link.css.closest(method.item) if method.item else None
    shown = item.select_one(method.date) if item and method.date else None
    if shown is None:
        return None
    stated = parse_shown_date(str(shown.get("datetime", "")), zone)
    return stated or parse_shown_date(level_spaces(shown.get_text()), zone)


def _make_listed(address: str, link: Tag, date: Moment | None, url: str) -> Listed:
    text = level_spaces(link.get_text())
    return Listed(
        url=address,
        method="listing",
        listed_on_url=url,
        title=text,
        published_at=date.at if date else None,
        published_precision=date.precision if date else None,
        media_type="application/pdf" if urlsplit(address).path.lower().endswith(".pdf") else "text/html",
        link_text=text,
    )
