"""Spoilt pages: every one ends in a reading, whatever was done to it, and none takes the run with it."""

import html
import random
from datetime import UTC, datetime

import pytest
from lxml import etree

from tasks.reading.capture import BodyJob, Expectation, Reading, read_body
from tasks.reading.page import Article, Rejected, parse_page
from tasks.reading.workers import Failure
from tests.reading.conftest import read_in_workers
from tests.reading.page_mutations import DEPTH, MUTATIONS, Mutation

SEEDS = range(4)
EXPECTED = Expectation("https://www.example.org/news/1", datetime(2026, 11, 1, tzinfo=UTC), "text/html")
PARAGRAPH = "<p>{} Inspectors found that the home had improved, the council said on Monday, but not enough.</p>"
PAGE = (
    "<html><head><title>Home told to improve | Example</title></head><body><nav><a href='/'>News</a></nav><article>"
    "<h1>Home told to improve</h1><p class='byline'>By Ann Lee</p><time datetime='2026-10-30'>30 October 2026</time>"
    + "".join(PARAGRAPH.format(number) for number in range(20))
    + "</article><footer>© 2026</footer></body></html>"
).encode()
#: As deep as libxml2 nests without being told to accept huge pages; the walks through a page count on it.
DEEPEST = 256


def read_with_paragraphs(count: int) -> Reading:
    """Reads a page with so many more paragraphs, which is made where it is read."""
    more = "".join(PARAGRAPH.format(number) for number in range(count)).encode()
    return read(PAGE.replace(b"</article>", more + b"</article>"))


def read(body: bytes) -> Reading:
    """Reads a page as the read stage's workers do."""
    return read_body(BodyJob(body, "text/html", EXPECTED))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.__name__)
def test_a_spoilt_page_is_read_or_rejected(mutation: Mutation, seed: int) -> None:
    """Whatever happened to a page, it is an article or has a named outcome with a reason; nothing is raised."""
    content = read(mutation(PAGE, random.Random(seed))).content  # noqa: S311 - no secret
    assert isinstance(content, Article) or (isinstance(content, Rejected) and content.reason)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_mutation_is_the_same_for_the_same_seed(seed: int) -> None:
    """A page that was trouble can be made again."""
    pages = [mutation(PAGE, random.Random(seed)) for mutation in MUTATIONS for _ in range(2)]  # noqa: S311 - no secret
    assert pages[::2] == pages[1::2]


@pytest.mark.parametrize("name", ["div", "span", "b", "ul><li", "table><tr><td", "blockquote", "svg", "select", "x-y"])
def test_no_page_is_nested_too_deep_to_walk(name: str) -> None:
    """Elements nested 10,000 deep are cut where the parser stops nesting, and what stands before them is read."""
    page = PAGE.replace(b"</article>", f"<{name}>".encode() * DEPTH + b"<p>Deep down.</p></article>")
    tree = parse_page(page, None)
    assert tree is not None
    depth, deepest = 0, 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(depth, deepest)
    assert deepest <= DEEPEST
    content = read(page).content
    assert isinstance(content, Article)
    assert "19 Inspectors found" in content.text


@pytest.mark.parametrize(
    "sign", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff", "&#1;", "&#31", "&#x0B;", "&#xFFFF;", "&#65534;"]
)
def test_what_is_no_character_is_read_as_a_space(sign: str) -> None:
    """A character that no tree may hold, written out or as a reference, is a space; elements around it can be moved."""
    page = PAGE.replace(b"<p>0 Ins", f"<svg>drawn{sign}<p>0{sign}Ins".encode())
    content = read(page).content
    assert isinstance(content, Article)
    assert "0 Inspectors found" in content.text


@pytest.mark.parametrize("sign", ["&#12345;", "&#x1F600;", "&#32;", "&#310;", "\t"])
def test_other_characters_stay(sign: str) -> None:
    """References to characters proper are left alone."""
    tree = parse_page(f"<p>a{sign}b</p>".encode(), None)
    assert tree is not None
    assert tree.text_content() == f"a{html.unescape(sign)}b"


@pytest.mark.parametrize("run", [b"<p" * 100_000, b"<h1 " * 50_000, b"<" * 100_000])
def test_open_brackets_cost_no_more_than_their_length(run: bytes) -> None:
    """Tags that are opened and opened again are read in the time of a page."""
    made = read_in_workers(read, [PAGE.replace(b"<article>", run + b"<article>")], workers=1, time_limit_s=5)
    assert all(isinstance(reading, Reading) for reading in made)


@pytest.mark.parametrize("tag", [b"<title>", b"<h1>"])
def test_an_unclosed_heading_costs_no_more_than_a_page(tag: bytes) -> None:
    """A title or headline that swallowed a page is read in the time of a page, not of a page for each of its dashes."""
    text = b"Care home - inspected: again | " * 5_000
    made = read_in_workers(read, [b"<html><head>" + tag + text + PAGE], workers=1, time_limit_s=5)
    assert all(isinstance(reading, Reading) for reading in made)


def test_a_big_page_dies_alone() -> None:
    """A page of more text than memory is allowed becomes a failure that says so; those around it are read."""
    made = list(read_in_workers(read_with_paragraphs, [1, 300_000, 1], workers=2, memory_limit_mb=150))
    assert [isinstance(reading, Reading) for reading in made] == [True, False, True]
    assert made[1] == Failure("needs more than 150 MB")
