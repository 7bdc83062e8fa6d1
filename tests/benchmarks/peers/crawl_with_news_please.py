"""news-please as a library: fetches the addresses that it is given and reads them into JSON lines.

python crawl_with_news_please.py ADDRESSES.txt --out pages.jsonl
"""

import argparse
import json
from pathlib import Path

from newsplease import NewsPlease


def main() -> None:
    """Parses the command line and crawls."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("addresses", type=Path, help="file with one address a line")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    addresses = options.addresses.read_text(encoding="utf-8").split()
    # Images would be looked for on the outlets' real hosts, and without request_args it fails on every page.
    articles = NewsPlease.from_urls(addresses, request_args={}, fetch_images=False)
    with options.out.open("w", encoding="utf-8") as file:
        for url, article in articles.items():
            if article:
                file.write(json.dumps({"url": url, **article.get_serializable_dict()}, default=str) + "\n")


if __name__ == "__main__":
    main()
