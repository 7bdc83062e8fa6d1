"""The text of an article as blocks: found by trafilatura in the shared tree, then cleared of what is not its text."""

import logging
from collections.abc import Collection, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Literal

from lxml.etree import _Element as Element
from lxml.etree import strip_elements
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document

from tasks.reading.text import normalise_text, squeeze_spaces

# A page without text is an outcome here, and is told as one.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL + 1)

Kind = Literal["paragraph", "heading", "list", "quote", "table"]
KINDS: dict[str, Kind] = {"head": "heading", "list": "list", "quote": "quote", "code": "quote", "table": "table"}
WITHOUT_TEXT = ("iframe", "link", "script", "style", "svg", "template")
BREAKING = frozenset({*KINDS, "body", "p", "lb", "item", "row", "div", "fw"})
#: Stands before a cell's text while its row is read; no parsed page has it in its text.
CELL = "\x00"
#: More words are no entry of a table.
LONGEST_CELL = 60
#: Class names that outlets give to the one element that holds headline and text.
CONTAINER_NAMES = frozenset({"article", "story", "news-article"})
#: Less of what was found than this in the named element, and the element is not the whole article.
SHARE_IN_CONTAINER = 0.33
SMALLEST_CONTAINER = 400


@dataclass(frozen=True, slots=True)
class Block:
    """One block of text: a paragraph, heading or quote is one line, a list or table has one line per item or row."""

    kind: Kind
    text: str


def read_with_trafilatura(tree: HtmlElement, without: Collection[HtmlElement] = ()) -> list[Block]:
    """Reads the blocks of the main text with trafilatura; none where it finds none. The tree is left as it was.

    The elements `without` which it is to be read are left out, with all in them.
    """
    # trafilatura copies the tree several times; most of what is copied are scripts.
    bare = copy(tree)
    twins = zip(tree.iter(), bare.iter(), strict=True) if without else ()
    for element in [twin for original, twin in twins if original in without]:
        element.drop_tree()
    strip_elements(bare, *WITHOUT_TEXT, with_tail=False)
    document = bare_extraction(bare, include_comments=False, with_metadata=False)
    if not isinstance(document, Document):
        return []
    return list(_make_blocks(document.body))


def keep_in_container(blocks: list[Block], headline: HtmlElement | None) -> list[Block]:
    """Keeps the blocks inside the element that is named as that of headline and text, if it holds enough."""
    container = _find_container(headline)
    if container is None:
        return blocks
    inside, reached = _level(container.text_content()), 0
    kept = []
    for block in blocks:
        text = _level(block.text)
        # Looked for after the block before it: a short line outside may repeat words of a sentence inside.
        found = inside.find(text, reached)
        if found >= 0:
            kept.append(block)
            reached = found + len(text)
    return kept if _measure(kept) >= SHARE_IN_CONTAINER * _measure(blocks) else blocks


def drop_further_articles(blocks: list[Block], headline: HtmlElement | None) -> list[Block]:
    """Drops the blocks that stand only in articles loaded behind the one of the headline; there may be any number."""
    article = None if headline is None else next(headline.iterancestors("article"), None)
    if headline is None or article is None or _measure_paragraphs(article) < SMALLEST_CONTAINER:
        return blocks
    further = [_level(other.text_content()) for other in _find_further(article, headline.tag)]
    if not further:
        return blocks
    own = _level(article.text_content())
    return [
        block for block in blocks if (text := _level(block.text)) in own or not any(text in other for other in further)
    ]


def is_row(cells: Sequence[str]) -> bool:
    """Tells whether cells are a row of data, rather than columns that a table lays out the page in."""
    return len(list(filter(None, cells))) > 1 and all(len(cell.split()) <= LONGEST_CELL for cell in cells)


def join_blocks(blocks: list[Block]) -> str:
    """Joins blocks to plain text: one empty line apart, but items of a list and rows of a table on successive lines."""
    parts: list[str] = []
    for block, before in zip(blocks, [None, *blocks], strict=False):
        is_next_line = before is not None and block.kind in ("list", "table") and block.kind == before.kind
        parts += [
            ("\n" if is_next_line else "\n\n") if before else "",
            f"- {block.text}" if block.kind == "list" else block.text,
        ]
    return "".join(parts)


def _iterate_lines(element: Element, kind: Kind) -> Iterator[tuple[Kind, str]]:
    """Iterates over the text of an element in pieces, with a line break wherever a block begins or ends."""
    if element.tag == "row":
        cells = [_read_cell(cell) for cell in element.iterchildren("cell")]
        if is_row(cells):
            yield "table", f"\n{CELL.join(cells)}\n"
            return
    kind = KINDS.get(str(element.tag), kind)
    edge = "\n" if element.tag in BREAKING else CELL if element.tag == "cell" else ""
    yield kind, edge + (element.text or "")
    for child in element:
        yield from _iterate_lines(child, kind)
        yield kind, child.tail or ""
    yield kind, edge if edge == "\n" else ""


def _read_cell(cell: Element) -> str:
    return squeeze_spaces("".join(piece for _, piece in _iterate_lines(cell, "table")).replace(CELL, " "))


def _make_blocks(body: Element) -> Iterator[Block]:
    for kind, pieces in groupby(_iterate_lines(body, "paragraph"), key=itemgetter(0)):
        for line in "".join(piece for _, piece in pieces).split("\n"):
            text = " | ".join(filter(None, map(squeeze_spaces, line.split(CELL))))
            if text:
                yield Block(kind, text)


def _find_container(headline: HtmlElement | None) -> HtmlElement | None:
    if headline is None:
        return None
    for node in headline.iterancestors():
        if not CONTAINER_NAMES.isdisjoint((node.get("class") or "").lower().split()):
            return node if _measure_paragraphs(node) >= SMALLEST_CONTAINER else None
    return None


def _find_further(article: HtmlElement, heading: str) -> Iterator[HtmlElement]:
    """Finds the articles that are marked up as this one is, and headed by an element as its headline is."""
    around = set(article.iterancestors("article"))
    for other in article.getroottree().iter("article"):
        is_apart = other is not article and other not in around and article not in other.iterancestors("article")
        if is_apart and other.get("class") == article.get("class") and next(other.iter(heading), None) is not None:
            yield other


def _measure_paragraphs(element: HtmlElement) -> int:
    return sum(len(paragraph.text_content()) for paragraph in element.iter("p"))


def _level(text: str) -> str:
    return normalise_text(text).replace(" ", "")


def _measure(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)
