"""Fixed pages that a source's file names."""

import asyncio

from storage.records import Listed
from tasks.discovery.methods import discover
from tasks.sources.methods import Pages
from tasks.sources.model import Source
from tests.discovery.conftest import CannedAsk

URLS = ["https://www.example.org/lists/visits", "https://www.example.org/lists/inspections"]


def test_lists_each_page_without_asking() -> None:
    """Every named page is listed, with nothing but its address, and none is asked for."""
    method = Pages.model_validate({"method": "pages", "urls": URLS})
    source = Source.model_validate(
        {
            "name": "example",
            "title": "Example",
            "publisher": "Example Press",
            "kind": "news",
            "hosts": ["www.example.org"],
            "notes": "written for a test",
            "discover": [{"method": "pages", "urls": URLS}],
            "revisit": [{"every_days": 1}],
        }
    )
    ask = CannedAsk({})

    async def collect() -> list[Listed]:
        return [listed async for listed in discover(method, source, ask, problems=[])]

    assert asyncio.run(collect()) == [Listed(url, method="pages", listed_on_url=url) for url in URLS]
    assert ask.asked == []
