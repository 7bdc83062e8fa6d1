"""Scrapy with trafilatura in its pipeline, as one sets it up by its manuals: sitemap to JSON lines.

python crawl_with_scrapy.py HOST:PORT --outlets 4 --concurrency 32 --out pages.jsonl [--fast]
"""

import argparse
import json
from typing import Any, ClassVar

import trafilatura
from scrapy import Item
from scrapy.crawler import CrawlerProcess
from scrapy.exceptions import DropItem
from scrapy.http import Response
from scrapy.spiders import SitemapSpider

#: Without comments as this project asks trafilatura, and with its own fallbacks off, which this project leaves on: the
#: harder comparison. The defaults are those of its manual for JSON with metadata.
FAST = {"fast": True, "include_comments": False}


class PageSpider(SitemapSpider):
    """Follows the outlets' sitemaps to their pages."""

    name = "pages"

    def parse(self, response: Response) -> Any:
        """Hands a page to the pipeline."""
        yield {"url": response.url, "html": response.body}


class TrafilaturaPipeline:
    """Extracts text and metadata."""

    options: ClassVar[dict[str, Any]] = {}

    def process_item(self, item: Item) -> dict[str, Any]:
        """Gives what trafilatura finds in a page; drops the page where it finds nothing."""
        found = trafilatura.extract(
            item["html"], url=item["url"], output_format="json", with_metadata=True, **self.options
        )
        if found is None:
            raise DropItem("no text")
        return {"url": item["url"], **json.loads(found)}


def main() -> None:
    """Parses the command line and crawls."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", metavar="HOST:PORT")
    parser.add_argument("--outlets", type=int, default=4)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--out", required=True)
    parser.add_argument("--fast", action="store_true", help="with the fast options of trafilatura")
    options = parser.parse_args()
    TrafilaturaPipeline.options = FAST if options.fast else {}
    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS": options.concurrency,
            # All outlets are one host here.
            "CONCURRENT_REQUESTS_PER_DOMAIN": options.concurrency,
            "DOWNLOAD_DELAY": 0,
            "FEEDS": {options.out: {"format": "jsonlines", "overwrite": True}},
            "HTTPCACHE_ENABLED": False,
            "ITEM_PIPELINES": {TrafilaturaPipeline: 300},
            "LOG_LEVEL": "ERROR",
            "ROBOTSTXT_OBEY": True,
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    sitemaps = [f"http://{options.address}/outlet-{number + 1}/sitemap.xml" for number in range(options.outlets)]
    process.crawl(PageSpider, sitemap_urls=sitemaps)
    process.start()


if __name__ == "__main__":
    main()
