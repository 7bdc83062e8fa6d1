"""What is wrong with one address, or with the archive, costs a source no other listing."""

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


@pytest.mark.parametrize("damage", ["lost", "torn"])
def test_a_listing_whose_warc_file_is_gone_is_asked_for_anew(nights: Nights, site: Site, damage: str) -> None:
    """A lost or torn file stops no night: robots.txt and the listing are asked for without conditions."""
    source = make_source(discover=[{"method": "feed", "url": "https://www.post.example/list"}])
    headers = {"Content-Type": "application/rss+xml", "ETag": '"1"'}
    site.pages["/list"] = 200, headers, FEED.encode()
    site.pages["/robots.txt"] = 200, {"Content-Type": "text/plain"}, b"User-agent: *\nAllow: /\n"

    async def discover() -> tuple[list[str], list[str]]:
        async with nights.open() as run:
            tally = Tally(source.name, run.started_at)
            listed = await discover_addresses(source, run, tally)
            await run.commit({})
            return [found.url for found in listed.values()], tally.problems

    assert asyncio.run(discover()) == ([GOOD], [])
    for path in nights.layout.warc.rglob("*.warc.gz"):
        path.unlink() if damage == "lost" else path.write_bytes(path.read_bytes()[:99])
    site.requests.clear()
    assert asyncio.run(discover()) == ([GOOD], [])
    assert site.requests == {"/robots.txt": 1, "/list": 1}
