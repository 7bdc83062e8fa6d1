"""Lists what is published on GOV.UK through its Search API (docs.publishing.service.gov.uk, "Using the search API").

What is listed is each document's address in the Content API, which gives it as JSON.
"""

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urljoin

from pydantic import BaseModel, ValidationError

from storage.errors import name_first_mistake
from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.dates import parse_w3c
from tasks.discovery.listing import Ask, ListingError
from tasks.discovery.markup import level_spaces
from tasks.sources.methods import Govuk

logger = logging.getLogger(__name__)

#: The most that the API gives at once is 1500.
COUNT = 1000
FIELDS = ("link", "title", "description", "public_timestamp")
#: Looked back beyond the last run, since the index learns of a document after its timestamp.
OVERLAP = timedelta(days=1)


class Result(BaseModel):
    """One document; `link` is its path, or the address of a page elsewhere; the timestamp is of its last change."""

    link: str
    title: str | None = None
    description: str | None = None
    public_timestamp: str | None = None


class ResultPage(BaseModel):
    """One page of results: how many there are on all pages, and which of them, from 0, is the first here."""

    total: int
    start: int
    results: list[Result]


async def discover_govuk(
    method: Govuk, ask: Ask, *, since: datetime | None, until: datetime | None, problems: list[ListingError]
) -> AsyncIterator[Listed]:
    """Lists the documents that were published or changed in a window, newest first.

    Without `since` the window begins with a month, `days` ago or earlier, so that its address stays the same for
    weeks and can be asked for conditionally. A later page that fails is added to the problems. Raises ListingError
    where the first page fails.
    """
    start, total = 0, 1
    while start < total:
        url = make_query(method, since, until, start)
        try:
            listing = await ask(url)
            page = parse_results(listing.body, url=listing.url, start=start)
        except ListingError as error:
            if start == 0:
                raise
            problems.append(error)
            return
        for result in page.results:
            if result.link.startswith("/"):
                yield _make_listed(result, listing.url)
            else:
                logger.warning("%s: %s is no document of GOV.UK", listing.url, result.link)
        total, start = page.total, start + len(page.results)


def make_query(method: Govuk, since: datetime | None, until: datetime | None, start: int) -> str:
    """Makes the address of one page of results. The window's days are those of UTC, first and last included."""
    if since:
        begin = (since - OVERLAP).astimezone(UTC).date()
    else:
        begin = (datetime.now(UTC) - timedelta(days=method.days)).date().replace(day=1)
    window = f"from:{begin}" + (f",to:{until.astimezone(UTC).date()}" if until else "")
    parameters = [
        *(("filter_organisations", slug) for slug in method.organisations),
        *(("filter_content_store_document_type", slug) for slug in method.document_types),
        ("filter_public_timestamp", window),
        # Newest first: what is published meanwhile moves results to later pages, never to one that was read already.
        ("order", "-public_timestamp"),
        ("fields", ",".join(FIELDS)),
        ("count", COUNT),
        ("start", start),
    ]
    return f"{method.url}?{urlencode(parameters, safe=':,')}"


def parse_results(body: bytes, *, url: str, start: int) -> ResultPage:
    """Reads one page of results; raises ListingError where it is not what was asked for, or empty before the end."""
    try:
        page = ResultPage.model_validate_json(body)
    except ValidationError as error:
        reason = f"no results of GOV.UK's search: {name_first_mistake(error)}"
        raise ListingError(url, Outcome.UNREADABLE, reason) from error
    if page.start != start:
        raise ListingError(url, Outcome.UNREADABLE, f"results from {start} were asked for, from {page.start} came")
    if not page.results and start < page.total:
        raise ListingError(url, Outcome.UNREADABLE, f"no results, though {start} of {page.total} are listed so far")
    return page


def _make_listed(result: Result, url: str) -> Listed:
    modified = parse_w3c(result.public_timestamp, UTC)
    return Listed(
        url=urljoin(url, f"/api/content{result.link}"),
        method="govuk",
        listed_on_url=url,
        title=level_spaces(result.title),
        summary=level_spaces(result.description),
        modified_at=modified.at if modified else None,
        media_type="application/json",
    )
