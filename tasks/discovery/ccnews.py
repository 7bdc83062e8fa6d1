"""Lists the WARC files of CC-NEWS, Common Crawl's daily crawl of news sites, month by month.

See commoncrawl.org/blog/news-dataset-available; each file has about 1 GB, and a month has hundreds.
"""

import gzip
import zlib
from datetime import date

from storage.outcomes import Outcome
from tasks.discovery.commoncrawl import DATA
from tasks.discovery.listing import Ask, ListingError


def make_list_url(month: date) -> str:
    """Makes the address of the list of a month's files."""
    return f"{DATA}crawl-data/CC-NEWS/{month:%Y/%m}/warc.paths.gz"


async def list_files(month: date, ask: Ask) -> list[str]:
    """Lists the addresses of a month's files, the oldest first; raises ListingError where the list cannot be had."""
    url = make_list_url(month)
    listing = await ask(url)
    try:
        lines = gzip.decompress(listing.body).decode("ascii").split()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise ListingError(url, Outcome.UNREADABLE, f"no list of files: {error}") from error
    prefix = f"crawl-data/CC-NEWS/{month:%Y/%m}/"
    if strange := [line for line in lines if not line.startswith(prefix)]:
        raise ListingError(url, Outcome.UNREADABLE, f"{strange[0]!r} is no file of the month")
    return [DATA + line for line in sorted(lines)]
