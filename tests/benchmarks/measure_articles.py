"""Measures the article reader beside plain trafilatura, on real pages with answers.

    python tests/benchmarks/measure_articles.py [--folder FOLDER ...] [--half developed|kept-aside|both] [--worst N]
                                                [--memory on|off]

Text is the mean over pages of the F1 of 4-word shingles (as in the article-extraction-benchmark); titles and authors
are compared after normalisation, dates by day. Pages are cut in halves by the digest of their id: rules may be tuned on
the `developed` half only; the forest (train_forest.py) is trained on it, so that only `kept-aside` tells how good
the reader is on pages that it was not made for. All readers run on each page in turn, in this process; speed is pages
per CPU second. With `--memory on`, each page is read with what recurs over the other pages of its host.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import trafilatura
from trafilatura.settings import Document

from tasks.reading import main_text
from tasks.reading.article import read_article
from tasks.reading.page import Article, PageInput, ReadingRules, parse_page
from tasks.reading.segments import segment_page
from tasks.reading.site_memory import PageLines, SiteMemory, digest_page, learn_memory
from tasks.reading.text import normalise_text

PROJECT = Path(__file__).resolve().parents[2]
ARTICLES = PROJECT.parent / "shared" / "articles"
FOLDERS = ("fundus_tests", "wcxb_dev")
HALVES = ("developed", "kept-aside")
WORD = re.compile(r"\w+")
SHINGLE = 4
FIELDS = ("text", "title", "authors", "authors_f1", "date", "invented")
LATEST = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """What a reader says of a page."""

    text: str = ""
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None


@dataclass
class Scores:
    """The scores of one reader over pages, each a list with one number a page that has an answer."""

    text: list[float] = field(default_factory=list)
    title: list[float] = field(default_factory=list)
    authors: list[float] = field(default_factory=list)
    authors_f1: list[float] = field(default_factory=list)
    date: list[float] = field(default_factory=list)
    invented: list[float] = field(default_factory=list)
    seconds: float = 0.0
    pages: int = 0


@dataclass(frozen=True)
class Page:
    """A page as the readers are given it, with what is remembered of its host."""

    body: bytes
    url: str
    fetched_at: datetime
    memory: SiteMemory | None = None


def read_ours(page: Page) -> Answer:
    """Reads a page with this project's reader, without rules of a source."""
    rules = ReadingRules(memory=page.memory)
    article = read_article(PageInput(page.body, page.url, None, page.fetched_at), rules)
    if not isinstance(article, Article):
        return Answer(title=article.title)
    day = article.published_at.date().isoformat() if article.published_at else None
    return Answer(article.text, article.title, article.authors, day)


def read_with_standfirst(page: Page) -> Answer:
    """Reads a page with the standfirst put in front of the text, since some answers count it as text."""
    rules = ReadingRules(memory=page.memory)
    article = read_article(PageInput(page.body, page.url, None, page.fetched_at), rules)
    parts = (article.standfirst, article.text) if isinstance(article, Article) else ()
    return Answer("\n\n".join(filter(None, parts)))


def read_quickly(page: Page) -> Answer:
    """Reads a page with this project's reader, but never with trafilatura's."""
    with patch.object(main_text, "ENOUGH", 0.0):
        return read_ours(page)


def read_with_metadata(page: Page) -> Answer:
    """Reads text and metadata of a page with trafilatura as it comes."""
    document = trafilatura.bare_extraction(page.body, url=page.url, with_metadata=True)
    if not isinstance(document, Document):
        return Answer()
    return Answer(document.text or "", document.title, tuple((document.author or "").split("; ")), document.date)


def read_text_only(page: Page, *, comments: bool = False, recall: bool = False, fast: bool = False) -> Answer:
    """Reads the text of a page with trafilatura."""
    text = trafilatura.extract(page.body, url=page.url, include_comments=comments, favor_recall=recall, fast=fast)
    return Answer(text or "")


def read_with_resiliparse(page: Page) -> Answer:
    """Reads the text of a page with resiliparse."""
    markup = page.body.decode("utf-8", "replace")
    html2text = importlib.import_module("resiliparse.extract.html2text")
    return Answer(html2text.extract_plain_text(markup, main_content=True, alt_texts=False))


PEER = "trafilatura"
READERS: dict[str, Callable[[Page], Answer]] = {
    "ours": read_ours,
    PEER: read_with_metadata,
    "ours, quick path": read_quickly,
    "ours, with standfirst": read_with_standfirst,
    "trafilatura, text": partial(read_text_only, comments=True),
    "trafilatura, no comments": read_text_only,
    "trafilatura, recall": partial(read_text_only, recall=True),
    "trafilatura, fast recall": partial(read_text_only, fast=True, recall=True),
}
if importlib.util.find_spec("resiliparse"):
    READERS["resiliparse"] = read_with_resiliparse
#: Readers of which title, authors and date are compared, too.
WITH_METADATA = ("ours", PEER)


def choose_half(identifier: str) -> str:
    """Chooses the half that a page belongs to."""
    return HALVES[int(hashlib.sha256(identifier.encode()).hexdigest(), 16) % 2]


def load_pages(folder: str, half: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Loads the pages of one half of a folder with their answers."""
    for line in (ARTICLES / folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        if choose_half(gold["id"]) == half:
            yield gold, gzip.decompress((ARTICLES / folder / "html" / f"{gold['id']}.html.gz").read_bytes())


def make_shingles(text: str) -> set[tuple[str, ...]]:
    """Makes the set of 4-word shingles of a text; of a shorter text, the one of all its words."""
    words = WORD.findall(text.replace("\u00ad", "").lower())
    return {tuple(words[start : start + SHINGLE]) for start in range(max(1, len(words) - SHINGLE + 1))} - {()}


def compute_f1(found: set[Any], wanted: set[Any]) -> float:
    """Computes F1 of two sets; 1 where both are empty."""
    return 2 * len(found & wanted) / (len(found) + len(wanted)) if found or wanted else 1.0


def get_authors(gold: dict[str, Any]) -> set[str] | None:
    """Gets the authors of an answer, normalised; None where it says nothing of them."""
    authors = gold.get("authors") or (re.split(r",\s*", gold["authors_raw"]) if gold.get("authors_raw") else None)
    return {normalise_text(author) for author in authors} if authors else None


def score_page(scores: Scores, answer: Answer, gold: dict[str, Any]) -> float | None:
    """Adds a page to the scores; gives its F1."""
    f1 = None
    if gold.get("text"):
        f1 = compute_f1(make_shingles(answer.text), make_shingles(gold["text"]))
        scores.text.append(f1)
    if gold.get("title"):
        scores.title.append(normalise_text(answer.title or "") == normalise_text(gold["title"]))
    wanted = get_authors(gold)
    if wanted is not None:
        found = {normalise_text(author) for author in answer.authors} - {""}
        scores.authors.append(found == wanted)
        scores.authors_f1.append(compute_f1(found, wanted))
    if gold.get("date"):
        scores.date.append((answer.date or "")[:10] == gold["date"][:10])
    elif "date" in gold or "authors_raw" in gold or not gold.get("text"):
        scores.invented.append(answer.date is not None)
    return f1


def remember_hosts(folders: Sequence[str]) -> dict[str, dict[str, PageLines]]:
    """Gives, for each host with several pages in the folders, the lines of each, by the page's address."""
    pages: dict[str, dict[str, bytes]] = defaultdict(dict)
    for folder in folders:
        for half in HALVES:
            for gold, body in load_pages(folder, half):
                url = gold.get("url") or ""
                pages[urlsplit(url).hostname or ""][url] = body
    return {
        host: {url: digest_lines(body, url) for url, body in bodies.items()}
        for host, bodies in pages.items()
        if len(bodies) > 1
    }


def digest_lines(body: bytes, url: str) -> PageLines:
    """Digests the lines of a page and those of the text that is read from it without any memory."""
    tree = parse_page(body, None)
    return digest_page([] if tree is None else segment_page(tree), read_ours(Page(body, url, LATEST)).text)


def recall_site(hosts: dict[str, dict[str, PageLines]], url: str) -> SiteMemory | None:
    """Gives the memory of a page's host, learned from its other pages: two are enough here, for want of more."""
    host = urlsplit(url).hostname or ""
    others = [lines for address, lines in hosts.get(host, {}).items() if address != url]
    return learn_memory(host, others, fewest_pages=2) if others else None


def measure(
    folder: str, half: str, hosts: dict[str, dict[str, PageLines]], worst: int, seconds: dict[str, float]
) -> None:
    """Measures all readers on one half of a folder and prints a line for each; adds up the CPU seconds."""
    table = {name: Scores() for name in READERS}
    ours: list[tuple[float, str]] = []
    for gold, body in load_pages(folder, half):
        crawled, url = gold.get("crawl_date"), gold.get("url") or ""
        fetched_at = datetime.fromisoformat(crawled).replace(tzinfo=UTC) if crawled else LATEST
        page = Page(body, url, fetched_at, recall_site(hosts, url))
        # Whoever comes first pays for what the others find warm: each reader does so in turn.
        names = deque(READERS)
        names.rotate(table["ours"].pages)
        for name in names:
            start = time.process_time()
            answer = READERS[name](page)
            table[name].seconds += time.process_time() - start
            table[name].pages += 1
            f1 = score_page(table[name], answer, gold)
            if name == "ours" and f1 is not None:
                ours.append((f1, gold["id"]))
    for name, scores in table.items():
        seconds[name] += scores.seconds
        fields = FIELDS if name in WITH_METADATA else ("text",)
        print(f"{folder:14} {half:10} {name:24} {describe(scores, fields)}", flush=True)
    for f1, identifier in sorted(ours)[:worst]:
        print(f"    {f1:.3f} {identifier}")


def describe(scores: Scores, fields: Sequence[str]) -> str:
    """Describes the scores of some fields in one line."""
    parts = [f"{scores.pages} pages"]
    for name in fields:
        values = getattr(scores, name)
        parts.append(f"{name} {sum(values) / len(values):.4f}" if values else f"{name} -")
    return "  ".join([*parts, f"{scores.pages / scores.seconds:.1f} pages/s"])


def main() -> None:
    """Parses the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", action="append", help="a folder of ../shared/articles; all of text by default")
    parser.add_argument("--half", choices=[*HALVES, "both"], default="both")
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="name the N pages with the lowest F1")
    parser.add_argument("--memory", choices=["on", "off"], default="off")
    arguments = parser.parse_args()
    if not ARTICLES.is_dir():
        parser.error(f"needs the real pages at {ARTICLES}")
    folders = arguments.folder or FOLDERS
    hosts = remember_hosts(folders) if arguments.memory == "on" else {}
    seconds: dict[str, float] = defaultdict(float)
    for folder in folders:
        for half in HALVES if arguments.half == "both" else [arguments.half]:
            measure(folder, half, hosts, arguments.worst, seconds)
    for name, spent in seconds.items():
        print(f"{name:24} {spent:.1f} CPU seconds, {seconds[PEER] / spent:.2f} times the pages of {PEER} with metadata")


if __name__ == "__main__":
    main()
