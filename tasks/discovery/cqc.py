"""Lists the locations that changed, by the API of the Care Quality Commission (api-portal.service.cqc.org.uk).

The API tells of changes by identifier alone, neither when nor what, so each day is asked for by itself: what is listed
then has changed on that day. A day's address stays the same, and once the day is long over it is not asked for again.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from storage.errors import name_first_mistake
from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.listing import Ask, ListingError, set_query
from tasks.sources.methods import Cqc

#: The most that the API gives at once.
PER_PAGE = 1000
#: Looked back beyond the last run: a weekend without changes is no silence, and some changes are told late.
OVERLAP = timedelta(days=3)
#: How long after a day's end changes of that day may still be added.
SLACK = timedelta(days=1)
ONE_DAY = timedelta(days=1)


class Changes(BaseModel):
    """One page of changes: identifiers of locations, and which page of how many it is, from 1."""

    page: int
    total_pages: int = Field(alias="totalPages")
    changes: list[Annotated[str, Field(pattern=r"^[\w-]+$")]]


async def discover_cqc(
    method: Cqc, ask: Ask, *, since: datetime | None, until: datetime | None, problems: list[ListingError]
) -> AsyncIterator[Listed]:
    """Lists the locations that changed in a window, day by day in UTC, up to yesterday.

    A day that fails is added to the problems and does not stop the others. Raises ListingError where the first fails.
    """
    for number, day in enumerate(list_days(method, since, until)):
        try:
            async for listed in _list_day(method, day, ask):
                yield listed
        except ListingError as error:
            if number == 0:
                raise
            problems.append(error)


def list_days(method: Cqc, since: datetime | None, until: datetime | None) -> list[date]:
    """Lists the days of a window that are over: from `OVERLAP` before `since`, or `days` ago, to before `until`."""
    now = datetime.now(UTC)
    begin = (since - OVERLAP if since else now - timedelta(days=method.days)).astimezone(UTC).date()
    end = min(until or now, now).astimezone(UTC).date()
    return [begin + timedelta(days=number) for number in range((end - begin).days)]


async def _list_day(method: Cqc, day: date, ask: Ask) -> AsyncIterator[Listed]:
    begin = datetime.combine(day, time.min, UTC)
    number, total = 1, 1
    while number <= total:
        url = set_query(
            f"{method.url}/changes/location",
            startTimestamp=f"{day}T00:00:00Z",
            endTimestamp=f"{day + ONE_DAY}T00:00:00Z",
            page=number,
            perPage=PER_PAGE,
        )
        listing = await ask(url, changed_at=begin + ONE_DAY + SLACK)
        page = parse_changes(listing.body, url=listing.url, number=number)
        for identifier in page.changes:
            yield Listed(
                url=f"{method.url}/locations/{identifier}",
                method="cqc",
                listed_on_url=listing.url,
                modified_at=begin,
                media_type="application/json",
                provider_urn=identifier,
            )
        number, total = number + 1, page.total_pages


def parse_changes(body: bytes, *, url: str, number: int) -> Changes:
    """Reads one page of changes; raises ListingError where it is not what was asked for, or empty before the end."""
    try:
        page = Changes.model_validate_json(body)
    except ValidationError as error:
        raise ListingError(url, Outcome.UNREADABLE, f"no changes of CQC's API: {name_first_mistake(error)}") from error
    if page.page != number:
        raise ListingError(url, Outcome.UNREADABLE, f"page {number} was asked for, page {page.page} came")
    if not page.changes and number < page.total_pages:
        raise ListingError(url, Outcome.UNREADABLE, f"no changes on page {number} of {page.total_pages}")
    return page
