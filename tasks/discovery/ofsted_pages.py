"""Reads the pages of reports.ofsted.gov.uk: a page of search results, and the page of one provider.

Every structure that is relied on is a selector below; where it is missing, the error names it.
"""

import re
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup, Tag

from storage.addresses import get_host
from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.dates import Moment, parse_day
from tasks.discovery.links import get_address
from tasks.discovery.listing import ListingError
from tasks.discovery.markup import join_address, level_spaces

#: The number of all results: the site's class of 2023, and the summary line.
COUNT = ".results-count, .search-results__summary strong"
RESULT = "ul.results-list > li.search-result"
RESULT_LINK = 'h3.search-result__title a[href*="/provider/"]'
PUBLICATION = "a.publication-link"
PUBLICATION_TEXT = "span.nonvisual"
EVENT_TITLE = ".event__title"
#: "Area SEND full inspection, pdf - 15 July 2024": the kind, and the day of publication.
KIND_AND_DAY = re.compile(r"(?P<kind>.+?)\s*,\s*pdf\s*[-\u2013]\s*(?P<day>.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Provider:
    """One search result: an inspected body, its page, and the day its latest report was published."""

    url: str
    name: str
    urn: str | None
    latest_report: Moment | None


def parse_search_page(body: bytes, *, url: str) -> tuple[int, list[Provider]]:
    """Reads a page of search results: how many there are on all pages, and those of this one.

    Raises ListingError where the count is missing or a result has no link.
    """
    soup = BeautifulSoup(body, "lxml")
    count = soup.select_one(COUNT)
    digits = re.sub(r"[,\s]", "", count.get_text()) if count else ""
    if not digits.isdecimal():
        raise ListingError(url, Outcome.UNREADABLE, f"no count of results at {COUNT!r}")
    return int(digits), [_read_result(result, url) for result in soup.select(RESULT)]


def _read_result(result: Tag, url: str) -> Provider:
    link = result.select_one(RESULT_LINK)
    name = level_spaces(link.get_text()) if link else None
    if link is None or name is None:
        raise ListingError(url, Outcome.UNREADABLE, f"a result ({RESULT!r}) has no named link at {RESULT_LINK!r}")
    return Provider(
        url=join_address(url, str(link["href"])),
        name=name,
        urn=read_labelled(result, "URN"),
        latest_report=parse_day(read_labelled(result, "Latest report")),
    )


def parse_provider_page(body: bytes, *, url: str, provider: Provider, hosts: frozenset[str]) -> list[Listed]:
    """Reads the reports and letters on a provider's page: the publications on one of the source's hosts.

    Raises ListingError where the search knows of a report and the page shows none, or no link states its day.
    """
    soup = BeautifulSoup(body, "lxml")
    addresses = [(link, get_address(link, url)) for link in soup.select(PUBLICATION)]
    links = [(link, address) for link, address in addresses if address and get_host(address) in hosts]
    if not links and provider.latest_report:
        reason = f"no report at {PUBLICATION!r} to {', '.join(sorted(hosts))}, though the search knows of one"
        raise ListingError(url, Outcome.UNREADABLE, reason)
    heading = soup.select_one("h1")
    page = Listed(
        url=url,
        method="ofsted",
        listed_on_url=url,
        provider_name=(level_spaces(heading.get_text()) if heading else None) or provider.name,
        provider_urn=read_labelled(soup, "URN") or provider.urn,
        provider_region=read_labelled(soup, "Region"),
    )
    listed = [_read_publication(link, address, page) for link, address in links]
    if listed and not any(report.published_at for report in listed):
        reason = f"no link at {PUBLICATION!r} ends in ', pdf - DAY MONTH YEAR'"
        raise ListingError(url, Outcome.UNREADABLE, reason)
    return listed


def _read_publication(link: Tag, address: str, page: Listed) -> Listed:
    stated = level_spaces((link.select_one(PUBLICATION_TEXT) or link).get_text())
    match = KIND_AND_DAY.fullmatch(stated or "")
    published = parse_day(match["day"]) if match else None
    event = link.find_parent(class_="event")
    title = event.select_one(EVENT_TITLE) if event else None
    return replace(
        page,
        url=address,
        title=level_spaces(title.get_text()) if title else None,
        published_at=published.at if published else None,
        published_precision=published.precision if published else None,
        media_type="application/pdf",
        link_text=match["kind"] if match and published else stated,
    )


def read_labelled(part: Tag, label: str) -> str | None:
    """Reads the value that stands behind a label, as in `URN: <strong>80428</strong>`; None where there is none."""
    for value in part.select("strong"):
        before = value.previous_sibling
        if isinstance(before, str) and before.strip().rstrip(":").rstrip() == label:
            return level_spaces(value.get_text())
    return None
