"""Measures the authors and dates that the article reader finds beside trafilatura and htmldate, on real pages.

    python tests/benchmarks/measure_metadata.py [--half developed|kept-aside|both] [--show]

Authors are scored on pages whose answer names any, as the mean F1 of the sets of normalised names:
`as answered` takes the answers as they are; `people` leaves out of them what is no person (agencies, desks, outlets,
which this project keeps apart), and then a page without people must get none; `credited` counts the organisations
that our reader keeps apart as found, against the answers as they are. Days are compared as the page writes them.
`dated without` is the share of the pages without a date in the answers that get one, `unstated` the share of these
pages that get one from anywhere but their own JSON-LD or meta elements. Pages are cut in halves by the digest of their
id: rules may be tuned on the `developed` half only; `--show` lists its misses. Milliseconds are CPU time a page, of
ours from the parsed page, of the peers from the markup as they take it.
"""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import htmldate
import trafilatura
from measure_articles import ARTICLES, HALVES, LATEST, compute_f1, load_pages

from tasks.reading.bylines import BylinePlaces, find_byline
from tasks.reading.dates import DatePlaces, find_modified, find_published
from tasks.reading.headline import find_headline, find_headline_area
from tasks.reading.metadata import read_meta
from tasks.reading.page import PageInput, ReadingRules, parse_page
from tasks.reading.structured_data import find_article, find_page, read_structured_data
from tasks.reading.text import normalise_text
from tasks.reading.titles import find_site_names, find_title

PROJECT = Path(__file__).resolve().parents[2]
FOLDERS = ("fundus_tests", "wcxb_dev", "htmldate_mediacloud2020", "newspaper4k")
STATED = ("json-ld", "meta")
DEGREES = re.compile(r"(?:ph\.?d|m\.?d|e-ryt 200|cpp|psp|cpa|mba|rn)\.?", re.IGNORECASE)
#: How an answer that is no person is told: by what its words say, or since it is the outlet's own name.
NOT_A_PERSON = re.compile(
    r"\b(?:news|media|press|agency|agentur|redaktion|staff|team|desk|center|centre|university|times|associated|online|"
    r"editors?|editorial|doctors|reporters?|group|global|redacción|agencias?|redazione|bureau|tv|radio|report)\b|"
    r"^[A-Z]{2,5}$|\.\w{2,3}$|^\W*$|\d",
    re.IGNORECASE,
)
AGENCY = re.compile(r"^[A-Z]{2,5}$")


@dataclass(frozen=True)
class Answer:
    """What a reader says of a page; `is_unstated` where its date stands neither in JSON-LD nor in meta elements."""

    authors: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    day: str | None = None
    is_unstated: bool = False
    seconds: float = 0.0


@dataclass
class Scores:
    """The scores of one reader, under the name of what is scored, each a list with one number a page."""

    values: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seconds: float = 0.0
    pages: int = 0


def read_ours(body: bytes, url: str, fetched_at: datetime) -> Answer:
    """Reads authors and date with this project's reader, without rules of a source; only these two are timed."""
    page = PageInput(body, url, None, fetched_at)
    tree = parse_page(body, None)
    if tree is None:
        return Answer()
    nodes, meta = read_structured_data(tree), read_meta(tree)
    node = find_article(nodes, url)
    site_names = find_site_names(meta, nodes, ReadingRules(), url)
    area = find_headline_area(find_headline(tree, find_title(tree, meta, node, site_names, url, None)))
    started = time.process_time()
    byline = find_byline(BylinePlaces(tree, node, nodes, area), site_names)
    places, zone = DatePlaces(tree, node, find_page(nodes), meta, area), ZoneInfo("Europe/London")
    published = find_published(page, places, zone)
    find_modified(page, places, zone, published)
    seconds = time.process_time() - started
    day = published.day.isoformat() if published else None
    is_unstated = published is not None and published.source not in STATED
    return Answer(byline.names, byline.organisations, day, is_unstated, seconds)


def read_with_trafilatura(body: bytes, url: str, _fetched_at: datetime) -> Answer:
    """Reads authors and date with trafilatura's metadata as they come."""
    started = time.process_time()
    document = trafilatura.extract_metadata(body, default_url=url)
    seconds = time.process_time() - started
    if document is None:
        return Answer(seconds=seconds)
    authors = tuple(filter(None, (document.author or "").split("; ")))
    return Answer(authors, day=document.date, is_unstated=document.date is not None, seconds=seconds)


def read_with_htmldate(body: bytes, url: str, _fetched_at: datetime) -> Answer:
    """Reads the date with htmldate, which is asked for the publication."""
    started = time.process_time()
    try:
        day = htmldate.find_date(body, url=url, original_date=True)
    except ValueError:  # some pages make it fail
        day = None
    return Answer(day=day, is_unstated=day is not None, seconds=time.process_time() - started)


READERS: dict[str, Callable[[bytes, str, datetime], Answer]] = {
    "ours": read_ours,
    "trafilatura": read_with_trafilatura,
    "htmldate": read_with_htmldate,
}


def get_authors(gold: dict[str, Any]) -> list[str] | None:
    """Gets the authors of an answer; None where it says nothing of them."""
    if gold.get("authors"):
        return list(gold["authors"])
    if not gold.get("authors_raw"):
        return None
    parts = re.split(r",\s*(?:and\s+)?|\s+and\s+|\s*&\s*", gold["authors_raw"])
    return [part for part in parts if not DEGREES.fullmatch(part)]


def is_person(name: str, gold: dict[str, Any]) -> bool:
    """Tells whether an author of an answer is a person: neither said to be something else nor the outlet itself."""
    if NOT_A_PERSON.search(name) and not re.search(r"\w\.\s", name):
        return bool(not AGENCY.match(name) and name.isupper() and " " in name)
    outlet = normalise_text(f"{gold.get('publisher') or ''} {urlsplit(gold.get('url') or '').hostname or ''}")
    words = [word for word in normalise_text(name).split() if word not in {"der", "die", "das", "the"}]
    return not (len(words) < 2 and any(word in outlet for word in words))


def score_page(scores: Scores, answer: Answer, gold: dict[str, Any]) -> list[str]:
    """Adds a page to the scores; gives what was missed."""
    values, missed = scores.values, []
    authors = get_authors(gold)
    if authors is not None:
        found, wanted = (set(map(normalise_text, names)) - {""} for names in (answer.authors, authors))
        people = {normalise_text(name) for name in authors if is_person(name, gold)}
        values["as answered"].append(compute_f1(found, wanted))
        values["exact"].append(found == wanted)
        values["people"].append(compute_f1(found, people))
        values["credited"].append(compute_f1(found | set(map(normalise_text, answer.organisations)), wanted))
        if found != people:
            missed.append(f"authors {authors} found {answer.authors} {answer.organisations}")
    if gold.get("date"):
        values["day"].append(answer.day == gold["date"][:10])
        if answer.day != gold["date"][:10]:
            missed.append(f"day {gold['date']} found {answer.day}")
    else:
        values["dated without"].append(answer.day is not None)
        values["unstated"].append(answer.is_unstated)
        if answer.day:
            missed.append(f"day None found {answer.day}")
    return missed


def measure(folder: str, half: str, *, is_shown: bool) -> None:
    """Measures all readers on one half of a folder and prints a line for each."""
    table = {name: Scores() for name in READERS}
    for gold, body in load_pages(folder, half):
        crawled = gold.get("crawl_date")
        fetched_at = datetime.fromisoformat(crawled).replace(tzinfo=UTC) if crawled else LATEST
        for name, read in READERS.items():
            answer = read(body, gold.get("url") or "", fetched_at)
            table[name].seconds += answer.seconds
            table[name].pages += 1
            for miss in score_page(table[name], answer, gold):
                if is_shown and name == "ours":
                    print(f"    {gold['id']}: {miss}")
    for name, scores in table.items():
        print(f"{folder:24} {half:10} {name:12} {' '.join(describe(scores, name))}", flush=True)


def describe(scores: Scores, reader: str) -> Iterator[str]:
    """Describes the scores of a reader, each with its number of pages."""
    for name in ("as answered", "exact", "people", "credited", "day", "dated without", "unstated"):
        values = scores.values[name]
        is_known = values and (reader != "htmldate" or name in ("day", "dated without", "unstated"))
        if is_known and (name != "credited" or reader == "ours"):
            yield f" {name} {sum(values) / len(values):.3f}/{len(values)}"
    yield f" {1000 * scores.seconds / scores.pages:.2f} ms"


def main() -> None:
    """Parses the command line and measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", action="append", choices=FOLDERS)
    parser.add_argument("--half", choices=[*HALVES, "both"], default="both")
    parser.add_argument("--show", action="store_true", help="list what ours misses on the developed half")
    arguments = parser.parse_args()
    if not ARTICLES.is_dir():
        parser.error(f"needs the real pages at {ARTICLES}")
    for folder in arguments.folder or FOLDERS:
        for half in HALVES if arguments.half == "both" else [arguments.half]:
            measure(folder, half, is_shown=arguments.show and half == HALVES[0])


if __name__ == "__main__":
    main()
