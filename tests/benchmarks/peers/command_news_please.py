"""news-please as its command: from the outlets' front pages, over their sitemaps, to its files, in HTML and JSON.

    python command_news_please.py HOST:PORT --outlets 4 --concurrency 32 --out FOLDER

Prints how many articles it stored, and the seconds from its start to its last file: it looks only every ten seconds
whether its crawlers have ended. Its configuration is the one it comes with, but for what is set here: no delay between
requests is its default. Each outlet is a site with a crawler of its own, so that it takes all processors. HOST:PORT is
its proxy, so that each outlet has a host, as its search for sitemaps needs, and no request leaves the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from configparser import RawConfigParser
from importlib.util import find_spec
from pathlib import Path

#: As for the other peers: no look for images on the outlets' real hosts, no log, and every page is read. By default it
#: leaves those that do not say that they are articles (og:type); this other rule of its own lets all of a sitemap pass.
SETTINGS: dict[str, dict[str, object]] = {
    "ArticleMasterExtractor": {
        "extractors": [
            ("newspaper_extractor_no_images", "NewspaperExtractorNoImages"),
            "readability_extractor",
            "date_extractor",
            "lang_detect_extractor",
        ]
    },
    "Heuristics": {
        "enabled_heuristics": {"crawler_contains_only_article_alikes": True},
        "pass_heuristics_condition": "crawler_contains_only_article_alikes",
    },
    "Scrapy": {"LOG_LEVEL": "ERROR"},
}


def write_configuration(folder: Path, outlets: int, concurrency: int) -> Path:
    """Writes its two files, for one site per outlet; gives their folder."""
    package = find_spec("newsplease")
    assert package is not None
    assert package.origin is not None
    parser = RawConfigParser()
    parser.read(Path(package.origin).parent / "config" / "config.cfg", encoding="utf-8")
    parser.read_dict(SETTINGS)
    parser["Files"]["working_path"] = str(folder)
    parser["Scrapy"]["CONCURRENT_REQUESTS_PER_DOMAIN"] = str(concurrency // outlets)
    configuration = folder / "config"
    configuration.mkdir(parents=True)
    with (configuration / "config.cfg").open("w", encoding="utf-8") as file:
        parser.write(file)
    sites = [{"url": f"http://www.outlet-{number + 1}.example/"} for number in range(outlets)]
    (configuration / "sitelist.hjson").write_text(json.dumps({"base_urls": sites}), encoding="utf-8")
    return configuration


def main() -> None:
    """Parses the command line, runs the command, and prints what it came to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address", metavar="HOST:PORT")
    parser.add_argument("--outlets", type=int, default=4)
    parser.add_argument("--concurrency", type=int, default=32)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    configuration = write_configuration(options.out, options.outlets, options.concurrency)
    proxy = f"http://{options.address}"
    environment = {**os.environ, "http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""}
    started = time.time()
    command = Path(sys.executable).with_name("news-please")
    subprocess.run([command, "-c", configuration], env=environment, check=True)
    stored = [file.stat().st_mtime for file in (options.out / "data").rglob("*.json")]
    print(json.dumps({"stored": len(stored), "seconds": max(stored) - started}))


if __name__ == "__main__":
    main()
