"""Reports attached to pages, night after night: pages are archived as listings, and known ones left alone."""

import asyncio
from datetime import UTC, datetime

from storage.tables import read_table
from tasks.discover import discover_addresses
from tasks.run import Tally
from tests.stages.conftest import Nights, Site, make_source

LISTING = {
    "method": "listing", "url": "https://www.post.example/reports", "link": "a.card", "item": "li", "date": "time",
    "attachments": "main a[href$='.pdf']",
}  # fmt: skip


def discover(nights: Nights) -> list[str]:
    """Lists what a night finds, and commits its captures."""

    async def run_night() -> list[str]:
        async with nights.open() as run:
            return sorted(
                await discover_addresses(make_source(discover=[LISTING]), run, Tally("post", datetime.now(UTC)))
            )

    return asyncio.run(run_night())


def test_a_known_page_is_not_asked_for_each_night(nights: Nights, site: Site) -> None:
    """The file of a page stays listed, from its archived copy; a new page is asked for once."""
    card = "<li><a class='card' href='/reports/{0}'>Report {0}</a><time>2 September 2019</time></li>"
    for name in "ab":
        site.pages[f"/reports/{name}"] = 200, {}, f"<main><a href='/files/{name}.pdf'>Report</a></main>".encode()
    site.pages["/reports"] = 200, {}, card.format("a").encode()
    assert discover(nights) == ["post.example/files/a.pdf"]
    site.pages["/reports"] = 200, {}, (card.format("b") + card.format("a")).encode()
    assert discover(nights) == ["post.example/files/a.pdf", "post.example/files/b.pdf"]
    assert {path: count for path, count in site.requests.items() if path != "/robots.txt"} == {
        "/reports": 2,
        "/reports/a": 1,
        "/reports/b": 1,
    }
    captures = read_table(nights.layout, "captures")
    assert set(captures.filter(captures["source"] == "post")["purpose"]) == {"listing"}
