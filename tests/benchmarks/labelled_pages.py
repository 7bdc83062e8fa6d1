"""Pages whose lines were labelled by eye for this project, beside those with answers of others: for training alone.

line_labels.csv has a row a page of ../shared/articles/htmldate_mediacloud2020 (in many languages): its id and the lines
that are its article's own text, each as the digest of its letters. Who labelled saw the lines alone, by the rules of
the project: no headline, standfirst, byline, caption or teaser is text. Pages that are no article are left out.
"""

import csv
import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.reading.text import level_text

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = "htmldate_mediacloud2020"
PAGES = PROJECT.parent / "shared" / "articles" / FOLDER
LABELS = Path(__file__).with_name("line_labels.csv")
DIGITS = 8


@dataclass(frozen=True)
class LabelledPage:
    """A page, and the digests of the lines that are its text."""

    identifier: str
    url: str
    body: bytes
    digests: frozenset[str]


def digest_line(text: str) -> str:
    """Digests a line by its letters and digits."""
    return hashlib.sha256(level_text(text).encode()).hexdigest()[:DIGITS]


def load_labelled_pages() -> Iterator[LabelledPage]:
    """Loads the labelled pages, in the order of the labels."""
    rows = (json.loads(line) for line in (PAGES / "gold.jsonl").read_text(encoding="utf-8").splitlines())
    urls = {row["id"]: row["url"] for row in rows}
    with LABELS.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            body = gzip.decompress((PAGES / "html" / f"{row['id']}.html.gz").read_bytes())
            yield LabelledPage(row["id"], urls[row["id"]], body, frozenset(row["lines"].split()))


def choose_text(page: LabelledPage, lines: Sequence[str]) -> str:
    """Chooses the text of a page from its lines."""
    return "\n".join(line for line in lines if digest_line(line) in page.digests)
