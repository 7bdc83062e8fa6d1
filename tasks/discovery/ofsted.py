"""Lists the reports and letters that Ofsted publishes: searches, then visits the page of each provider found."""

from collections.abc import AsyncIterator
from datetime import timedelta

from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.listing import Ask, ListingError, set_query
from tasks.discovery.ofsted_pages import RESULT, Provider, parse_provider_page, parse_search_page
from tasks.sources.methods import Ofsted
from tasks.sources.model import Source

#: The most that the site gives on one page.
ROWS = 100
#: The search may know of a report before the provider's page shows it.
SLACK = timedelta(days=1)


async def discover_ofsted(
    method: Ofsted, source: Source, ask: Ask, *, problems: list[ListingError]
) -> AsyncIterator[Listed]:
    """Lists all reports of all providers that the search finds.

    A provider's page is asked for only where the search knows of a report newer than the archived copy. A page that
    fails is added to the problems. Raises ListingError where the search finds no provider.
    """
    for provider in await find_providers(method.url, ask, problems):
        changed_at = provider.latest_report.find_end() + SLACK if provider.latest_report else None
        try:
            listing = await ask(provider.url, changed_at=changed_at)
            reports = parse_provider_page(listing.body, url=listing.url, provider=provider, hosts=source.allowed_hosts)
        except ListingError as error:
            problems.append(error)
            continue
        for report in reports:
            yield report


async def find_providers(url: str, ask: Ask, problems: list[ListingError]) -> list[Provider]:
    """Finds the providers on all pages of a search, those with the newest reports first, each once.

    Raises ListingError where the first page fails or has none; a later page that fails, or has none though the count
    says otherwise, is added to the problems.
    """
    found: dict[str, Provider] = {}
    start, total = 0, 1
    while start < total:
        page_url = set_query(url, sort="date", order="desc", start=start, rows=ROWS)
        try:
            listing = await ask(page_url)
            total, providers = parse_search_page(listing.body, url=listing.url)
            _check_progress(providers, found, page_url, total)
        except ListingError as error:
            if not found:
                raise
            problems.append(error)
            break
        found.update((provider.url, provider) for provider in providers)
        start += len(providers)
    return list(found.values())


def _check_progress(providers: list[Provider], found: dict[str, Provider], url: str, total: int) -> None:
    """Checks that a page goes on; raises ListingError where it is empty or repeats what came before."""
    if not providers:
        reason = f"no result at {RESULT!r}, though the search counts {total} and {len(found)} are found"
        raise ListingError(url, Outcome.UNREADABLE, reason)
    if all(provider.url in found for provider in providers):
        reason = f"the page repeats earlier ones, though the search counts {total} and {len(found)} are found"
        raise ListingError(url, Outcome.UNREADABLE, reason)
