"""The main text of a page: its lines, judged one by one; where that is unsure, what trafilatura reads."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, groupby, takewhile

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from tasks.reading.body import Block, Kind, is_row, read_with_trafilatura
from tasks.reading.forest import Numbers
from tasks.reading.furniture import find_end
from tasks.reading.kept_lines import keep_headings, keep_lists, keep_siblings, keep_tables
from tasks.reading.locate import find_row, join_cells
from tasks.reading.second_look import estimate_chances
from tasks.reading.segment_features import PageFacts, prepare_lines
from tasks.reading.segments import HEADINGS, PLACE_OF_TAG, Segment
from tasks.reading.structured_data import Node, get_text

#: Where less F1 than this is expected of the lines, the text is what trafilatura reads.
ENOUGH = 0.85
#: What has only lines of less chance than this is kept from trafilatura: it reads better without, in half the time.
HARDLY = 0.01
#: A line that is likelier text than not is always text.
ALWAYS = 0.5


@dataclass(frozen=True, slots=True)
class Choice:
    """Which lines are text, and the F1 that is expected of them."""

    is_text: NDArray[np.bool_]
    expected_f1: float


def find_main_text(tree: HtmlElement, segments: list[Segment], facts: PageFacts) -> list[Block]:
    """Finds the blocks of the main text among the lines of a page; none where it has no text."""
    if not segments:
        return []
    lines = prepare_lines(segments)
    chances = estimate_chances(lines, facts)
    choice = choose_lines(chances, lines.words)
    if choice.expected_f1 < ENOUGH and (reading := read_with_trafilatura(tree, find_furniture(segments, chances))):
        return reading
    is_text = keep_siblings(lines, chances, choice.is_text)
    for keep_lines in (keep_tables, keep_lists, keep_headings):
        is_text = keep_lines(segments, is_text)
    is_text[find_end([segment.text for segment in lines.segments], is_text) :] = False
    chosen = [segment for segment, is_chosen in zip(lines.segments, is_text, strict=True) if is_chosen]
    return list(make_blocks(chosen))


def find_facts(title: str | None, meta: dict[str, str], article: Node | None) -> PageFacts:
    """Finds what a page says of its text outside the text."""
    return PageFacts(title, meta.get("og:description") or meta.get("description"), get_text(article, "articleBody"))


def choose_lines(chances: Numbers, words: Numbers) -> Choice:
    """Chooses the lines whose words give the best F1 to be expected, were the chances right.

    The likeliest lines are taken as long as the expected F1 of the words taken rises (the optimum for F-measures:
    Ye et al. 2012, "Optimizing F-measures"); so a page that is clear has a threshold of about one half, a doubtful
    page a lower one.
    """
    order = np.argsort(-chances, kind="stable")
    expected = np.cumsum(chances[order] * words[order])
    f1 = 2 * expected / np.maximum(1e-9, np.cumsum(words[order]) + expected[-1])
    best = int(np.argmax(f1))
    return Choice(chances >= min(ALWAYS, chances[order][best]), float(f1[best]))


def find_furniture(segments: Sequence[Segment], chances: Numbers) -> set[HtmlElement]:
    """Finds the outermost elements that have lines, and none that could be text; none where no line could be."""
    around_text: set[HtmlElement] = set()
    elements = [segment.place.element for segment in segments]
    for element in compress(elements, chances >= HARDLY):
        around_text.add(element)
        around_text.update(takewhile(lambda above: above not in around_text, element.iterancestors()))
    unlikely = (element for element in elements if element not in around_text)
    return {_find_outermost(element, around_text) for element in unlikely} if around_text else set()


def _find_outermost(element: HtmlElement, around_text: Collection[HtmlElement]) -> HtmlElement:
    *_, outermost = element, *takewhile(lambda above: above not in around_text, element.iterancestors())
    return outermost


def make_blocks(segments: list[Segment]) -> Iterator[Block]:
    """Makes blocks of the chosen lines; the cells of a table's row are one line."""
    for row, members in groupby(segments, key=find_row):
        lines = list(members)
        cells = [] if row is None else join_cells(lines)
        if is_row(cells):
            yield Block("table", " | ".join(cells))
        else:
            yield from (Block(_find_kind(line), line.text) for line in lines)


def _find_kind(segment: Segment) -> Kind:
    places = segment.place.places
    if segment.place.element.tag in HEADINGS:
        return "heading"
    if places & PLACE_OF_TAG["list"]:
        return "list"
    return "quote" if places & PLACE_OF_TAG["blockquote"] else "paragraph"
