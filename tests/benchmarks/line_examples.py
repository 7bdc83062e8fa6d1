"""Pages as examples of text and furniture: their lines, measured, each labelled as text or not by the page's answer.

A line counts as text where the answer has at least half of its 4-word shingles (a shorter one: where it is a line of
the answer); of lines that stand more than once on a page, the one among most other text.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from labelled_pages import choose_text, load_labelled_pages
from lxml.html import HtmlElement
from measure_articles import FOLDERS, load_pages, make_shingles

from tasks.reading.forest import Numbers
from tasks.reading.main_text import find_facts
from tasks.reading.metadata import read_meta
from tasks.reading.page import ReadingRules, parse_page
from tasks.reading.segment_features import Lines, PageFacts, measure_lines, prepare_lines
from tasks.reading.segments import Segment, segment_page
from tasks.reading.structured_data import find_article, read_structured_data
from tasks.reading.text import level_text
from tasks.reading.titles import find_site_names, find_title

#: Stands for the half of pages that only train.
LABELLED = "labelled"
NEIGHBOURS = 4


@dataclass(frozen=True)
class Page:
    """A page with its answer, what it says of its text elsewhere, and its tree."""

    identifier: str
    folder: str
    half: str
    answer: str
    facts: PageFacts
    tree: HtmlElement


@dataclass(frozen=True)
class Example:
    """The lines of a page with their numbers and which of them are text."""

    page: Page
    lines: Lines
    columns: dict[str, Numbers]
    labels: Numbers


def label_lines(lines: Lines, answer: str) -> Numbers:
    """Labels the lines of a page: 1 where the answer says them."""
    shingles, said = make_shingles(answer), {level_text(line) for line in answer.split("\n")}
    labels = np.zeros(len(lines.segments))
    for place, segment in enumerate(lines.segments):
        if len(segment.text.split()) >= 4:
            own = make_shingles(segment.text)
            labels[place] = len(own & shingles) >= len(own) / 2
        else:
            labels[place] = lines.levelled[place] in said
    weights = np.minimum(lines.words, 30)
    places = defaultdict(list)
    for place, text in enumerate(lines.levelled):
        places[text].append(place)

    def density(place: int) -> float:
        around = [i for i in range(max(0, place - NEIGHBOURS), min(len(labels), place + NEIGHBOURS + 1)) if i != place]
        return float(labels[around] @ weights[around] / max(1.0, weights[around].sum()))

    result = labels.copy()
    for same in places.values():
        if len(same) > 1 and labels[same[0]]:
            result[same] = 0
            result[max(same, key=density)] = 1
    return result


def read_facts(tree: HtmlElement, url: str) -> PageFacts:
    """Reads what a page says of its text outside the text, as the article reader does."""
    nodes, meta = read_structured_data(tree), read_meta(tree)
    article = find_article(nodes, url)
    title = find_title(tree, meta, article, find_site_names(meta, nodes, ReadingRules(), url), url, None)
    return find_facts(title, meta, article)


def load_examples(halves: Sequence[str]) -> Iterator[Example]:
    """Loads the pages of some halves and measures their lines."""
    for folder in FOLDERS:
        for half in halves:
            for gold, body in load_pages(folder, half):
                answer = gold.get("text")
                if answer:
                    yield from read_page(
                        body, gold.get("url") or "", gold["id"], folder, half, lambda _, answer=answer: answer
                    )


def load_labelled() -> Iterator[Example]:
    """Loads the pages whose lines were labelled for this project, and measures their lines."""
    for page in load_labelled_pages():
        yield from read_page(page.body, page.url, page.identifier, page.source, LABELLED, partial(choose_text, page))


def read_page(
    body: bytes, url: str, identifier: str, folder: str, half: str, find_answer: Callable[[Sequence[str]], str]
) -> Iterator[Example]:
    """Reads a page as an example, its answer found from its lines; none where it has no lines."""
    tree = parse_page(body, None)
    segments = [] if tree is None else segment_page(tree)
    if tree is not None and segments:
        answer = find_answer([segment.text for segment in segments])
        yield make_example(Page(identifier, folder, half, answer, read_facts(tree, url), tree), segments)


def make_example(page: Page, segments: Sequence[Segment]) -> Example:
    """Makes an example of a page, or of a part of its lines."""
    lines = prepare_lines(segments)
    columns = measure_lines(lines, page.facts)
    return Example(page, lines, columns, label_lines(lines, page.answer))


def cut_examples(example: Example) -> list[Example]:
    """Cuts a page to its article with a line or two around it, and to the beginning of that: such pages are few."""
    text = np.flatnonzero(example.labels)
    if not len(text):
        return []
    first, last = max(0, text[0] - 2), text[-1] + 2
    return [make_example(example.page, example.lines.segments[first:end]) for end in (last, first + 7)]
