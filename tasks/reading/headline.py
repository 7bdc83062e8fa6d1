"""The lines around the headline, where a page names its author and its date: found once, read by several steps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from tasks.reading.text import normalise_text, squeeze_spaces

#: The article has begun where a paragraph is this long; a standfirst may come before.
WORDS_OF_BODY = 20
PARAGRAPHS_OF_BODY = 2
LONGEST_STANDFIRST = 60
LINES_AFTER = 40
LINES_BEFORE = 8
#: What stands in these is not said of the page's own article.
ELSEWHERE = frozenset(
    {"nav", "aside", "footer", "figure", "figcaption", "script", "style", "noscript", "template", "form", "svg"}
)
ELSEWHERE_NAMES = (
    "comment",
    "related",
    "sidebar",
    "recommend",
    "trending",
    "most-read",
    "mostread",
    "newsletter",
    "teaser",
)
#: Footers of the article itself, under its headline in Drupal, under its text in WordPress.
OWN_FOOT = re.compile(r"(?:node|entry|post|article|author)_*-?(?:meta|submitted|byline)", re.IGNORECASE)
#: Elements inside a heading that begin a line of their own.
BLOCKS = frozenset({"br", "div", "p", "small", "h2", "h3", "h4"})
BREADCRUMBS = ("breadcrumb", "menu")


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text without an element inside it, and the element it stands in."""

    text: str
    element: HtmlElement


def find_headline(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """Finds the element that holds the headline: the h1 that says the title, else the only h1, else such an h2.

    Where several h1 say something else, it is the one with most of the title's words, if that is half of them.
    """
    wanted = normalise_text(title or "")
    for tag in ("h1", "h2"):
        headings = list(tree.iter(tag))
        for heading in headings:
            text = normalise_text(heading.text_content())
            if (
                wanted
                and text
                and (text == wanted or (len(text) > len(wanted) // 2 and (text in wanted or wanted in text)))
            ):
                return heading
        if tag == "h1" and headings:
            alike = headings[0] if len(headings) == 1 else _find_alike(headings, wanted)
            if alike is not None:
                return alike
    return None


def read_heading(heading: HtmlElement) -> str:
    """Reads the text of a heading, where a line's end parts words."""
    return squeeze_spaces("".join(_iterate_texts(heading)))


def _iterate_texts(element: HtmlElement) -> Iterator[str]:
    for event, node in iterwalk(element, events=("start", "end")):
        is_start = event == "start"
        if node.tag in BLOCKS:
            yield " "
        yield (node.text if is_start else node.tail if node is not element else "") or ""


def _find_alike(headings: list[HtmlElement], wanted: str) -> HtmlElement | None:
    words = set(wanted.split())
    shared = [len(words & set(normalise_text(heading.text_content()).split())) for heading in headings]
    most = max(shared)
    return headings[shared.index(most)] if words and 2 * most >= len(words) else None


def find_headline_area(headline: HtmlElement | None) -> list[Line]:
    """Finds the lines around the headline, in order: a few siblings before it, and all until the text begins."""
    if headline is None:
        return []
    return _find_lines_before(headline) + _find_lines_after(headline)


def is_elsewhere(element: HtmlElement, root: HtmlElement | None = None) -> bool:
    """Tells whether an element stands in a part of the page that is not about its own article."""
    chain = [element, *element.iterancestors()]
    for node in chain:
        if node is root:
            return False
        names = f"{node.get('class') or ''} {node.get('id') or ''}".lower()
        if (node.tag in ELSEWHERE and not _is_own_foot(node)) or (
            node.tag not in ("body", "html") and any(name in names for name in ELSEWHERE_NAMES)
        ):
            return True
    return False


def _find_lines_before(headline: HtmlElement) -> list[Line]:
    lines: list[Line] = []
    for node in (headline, headline.getparent()):
        if node is None or node.tag in ("body", "html", "main"):
            break
        for sibling in node.itersiblings(preceding=True):
            names = (sibling.get("class") or "").lower() if isinstance(sibling.tag, str) else ""
            if sibling.tag in ("header", *ELSEWHERE) or any(name in names for name in BREADCRUMBS):
                continue
            lines = list(iterate_lines(sibling)) + lines
    return lines[-LINES_BEFORE:]


def _find_lines_after(headline: HtmlElement) -> list[Line]:
    lines: list[Line] = []
    long_paragraphs: list[HtmlElement] = []
    for line in _iterate_following(headline):
        paragraph = _get_paragraph(line.element)
        if paragraph is not None and paragraph not in long_paragraphs:
            words = len(paragraph.text_content().split())
            if words >= WORDS_OF_BODY:
                long_paragraphs.append(paragraph)
            if words > LONGEST_STANDFIRST or len(long_paragraphs) == PARAGRAPHS_OF_BODY:
                break
        lines.append(line)
        if len(lines) == LINES_AFTER:
            break
    return lines


def _get_paragraph(element: HtmlElement) -> HtmlElement | None:
    return next((node for node in (element, *element.iterancestors()) if node.tag == "p"), None)


def _iterate_following(headline: HtmlElement) -> Iterator[Line]:
    node: HtmlElement | None = headline
    while node is not None and node.tag != "body":
        for sibling in node.itersiblings():
            yield from iterate_lines(sibling)
            yield from _make_line(sibling.tail, node)
        node = node.getparent()


def iterate_lines(element: HtmlElement) -> Iterator[Line]:
    """Iterates over the lines inside an element in order, without the parts that are not about the page's article."""
    if not isinstance(element.tag, str) or (element.tag in ELSEWHERE and not _is_own_foot(element)):
        return
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if any(name in names for name in ELSEWHERE_NAMES):
        return
    yield from _make_line(element.text, element)
    for child in element:
        yield from iterate_lines(child)
        yield from _make_line(child.tail, element)


def _is_own_foot(element: HtmlElement) -> bool:
    """Tells whether an element is a footer whose name says that it tells who wrote the article and when."""
    return element.tag == "footer" and OWN_FOOT.search(element.get("class") or "") is not None


def _make_line(text: str | None, element: HtmlElement) -> Iterator[Line]:
    line = squeeze_spaces(text or "")
    if line:
        yield Line(line, element)
