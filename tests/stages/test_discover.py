"""One malformed address in a listing is left out alone, whatever kind of listing it stands in."""

import asyncio

import pytest

from tasks.discover import discover_addresses
from tasks.run import Tally
from tests.stages.conftest import Nights, Site, make_source

BAD, GOOD = "http://[", "https://www.post.example/news/1"
FEED = "<rss version='2.0'><channel><title>x</title>{}</channel></rss>".format(
    "".join(f"<item><title>x</title><link>{url}</link></item>" for url in (BAD, GOOD))
)
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
SITEMAP = f"<urlset xmlns='{NAMESPACE}'>{''.join(f'<url><loc>{url}</loc></url>' for url in (BAD, GOOD))}</urlset>"
PAGE = f"<html><body>{''.join(f'<a href={url!r}>x</a>' for url in (BAD, GOOD))}</body></html>"


@pytest.mark.parametrize(
    ("method", "media_type", "body"),
    [
        ({"method": "feed"}, "application/rss+xml", FEED),
        ({"method": "sitemap"}, "application/xml", SITEMAP),
        ({"method": "listing", "link": "a"}, "text/html", PAGE),
    ],
)
def test_a_malformed_address_is_left_out_alone(
    nights: Nights, site: Site, method: dict[str, str], media_type: str, body: str
) -> None:
    """The address beside it is listed, and the listing is no problem of the source."""
    source = make_source(discover=[{**method, "url": "https://www.post.example/list"}])
    site.pages["/list"] = 200, {"Content-Type": media_type}, body.encode()

    async def discover() -> tuple[list[str], list[str]]:
        async with nights.open() as run:
            tally = Tally(source.name, run.started_at)
            listed = await discover_addresses(source, run, tally)
            return [found.url for found in listed.values()], tally.problems

    assert asyncio.run(discover()) == ([GOOD], [])
