"""Lists the fixed pages that a source's file names: each of them is to be archived itself."""

from collections.abc import AsyncIterator

from storage.records import Listed
from tasks.sources.methods import Pages


async def discover_pages(method: Pages) -> AsyncIterator[Listed]:
    """Lists the pages of a source's file, of which nothing is known but the address; asks for nothing."""
    for url in method.urls:
        yield Listed(url, method="pages", listed_on_url=url)
