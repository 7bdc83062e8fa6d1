"""Measures what memory gives on sites of many pages, put together from real pages with answers.

    python tests/benchmarks/measure_site_memory.py [--half developed|kept-aside|both] [--pages 90] [--site 15]

The corpora have at most four pages of one host, and the reader takes none of what recurs there for text. So pages of
different hosts are put together to sites, and each site's own lines, such as outlets have, are put among the paragraphs
of its pages, with nothing in the markup to tell them apart: a plea and a newsletter's teaser on every page, a heading
on every second. At the end of all its pages stands a paragraph of the first one, as in a box of the latest news: that
is not to be remembered. Text is the mean F1 of 4-word shingles (measure_articles.py) of the pages as they were, with
the site's lines, and with these and the memory learned from the other pages of the site.
"""

import argparse
import re
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import measure_articles as articles
from lxml import html
from lxml.html import HtmlElement

from tasks.reading.page import parse_page
from tasks.reading.site_memory import learn_memory

PROJECT = Path(__file__).resolve().parents[2]
PLEA = "The {} is read by thousands of people in the county, and it takes their help to keep our reporters at work."
TEASER = "Every morning the editor of the {} picks five stories that matter to you."
HEADING = "More than news"
FEWEST_PLACES = 4
#: A paragraph of so many characters is no caption or byline.
LONG = 60
SETTINGS = ("as it was", "with the site's lines", "with these and memory")


@dataclass(frozen=True)
class Answered:
    """A page with its answer."""

    page: articles.Page
    text: str


def load_answered(half: str, most: int) -> list[Answered]:
    """Loads the first pages of each folder that have an answer, and enough of it in one element."""
    found: list[Answered] = []
    for folder in articles.FOLDERS:
        pages = (make_answered(gold, body) for gold, body in articles.load_pages(folder, half) if gold.get("text"))
        fitting = (page for page in pages if len(find_places(page)) >= FEWEST_PLACES)
        found += islice(fitting, most // len(articles.FOLDERS))
    return found


def make_answered(gold: dict[str, Any], body: bytes) -> Answered:
    """Makes a page with its answer."""
    return Answered(articles.Page(body, gold.get("url") or "", articles.LATEST), gold["text"])


def find_places(answered: Answered) -> list[HtmlElement]:
    """Finds the paragraphs of the answer that another one follows in the same element."""
    tree, answer = parse_page(answered.page.body, None), level_spaces(answered.text)
    if tree is None:
        return []
    texts = ((element, level_spaces(element.text_content())) for element in tree.iter("p"))
    paragraphs = [element for element, text in texts if len(text) >= LONG and text in answer]
    return [first for first, second in pairwise(paragraphs) if first.getparent() is second.getparent()]


def level_spaces(text: str) -> str:
    """Makes one line of a text."""
    return re.sub(r"\s+", " ", text).strip()


def dress_page(answered: Answered, lines: list[str], latest: str, number: int) -> articles.Page:
    """Puts a site's lines among the paragraphs of a page, and the latest news at its end."""
    places = find_places(answered)
    for position, line in enumerate(lines, start=number):
        place = places[position % len(places)]
        added = place.makeelement("h3" if line == HEADING else "p")
        added.text = line
        place.addnext(added)
    body = places[0].getroottree().find("body")
    box = html.fromstring("<aside><p></p></aside>")
    box[0].text = latest
    body.append(box)
    return replace(answered.page, body=html.tostring(places[0].getroottree(), encoding="unicode").encode())


def measure_site(name: str, pages: list[Answered]) -> list[tuple[float, ...]]:
    """Measures one site; gives for each page F1 in each setting."""
    lines = [PLEA.format(name), TEASER.format(name), HEADING]
    latest = level_spaces(find_places(pages[0])[0].text_content())
    dressed = [dress_page(page, lines[: 2 + number % 2], latest, number) for number, page in enumerate(pages)]
    digests = [articles.digest_lines(page.body, page.url) for page in dressed]
    scores = []
    for number, (answered, page) in enumerate(zip(pages, dressed, strict=True)):
        memory = learn_memory(name, digests[:number] + digests[number + 1 :])
        wanted = articles.make_shingles(answered.text)
        texts = [articles.read_ours(read).text for read in (answered.page, page, replace(page, memory=memory))]
        scores.append(tuple(articles.compute_f1(articles.make_shingles(text), wanted) for text in texts))
    return scores


def main() -> None:
    """Parses the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=[*articles.HALVES, "both"], default="both")
    parser.add_argument("--pages", type=int, default=90, help="how many pages of each half")
    parser.add_argument("--site", type=int, default=15, help="how many pages a site has")
    arguments = parser.parse_args()
    if not articles.ARTICLES.is_dir():
        parser.error(f"needs the real pages at {articles.ARTICLES}")
    for half in articles.HALVES if arguments.half == "both" else [arguments.half]:
        pages = load_answered(half, arguments.pages)
        sites = [pages[start : start + arguments.site] for start in range(0, len(pages), arguments.site)]
        scores = [score for number, site in enumerate(sites) for score in measure_site(f"Herald {number}", site)]
        for setting, values in zip(SETTINGS, zip(*scores, strict=True), strict=True):
            print(
                f"{half:10} {len(sites)} sites  {len(values)} pages  {setting:24} text {sum(values) / len(values):.4f}"
            )


if __name__ == "__main__":
    main()
