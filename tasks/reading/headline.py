"""The lines around the headline, where a page names its author and its date: found once, read by several steps."""

from collections.abc import Iterator
from dataclasses import dataclass

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
BREADCRUMBS = ("breadcrumb", "menu")


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text without an element inside it, and the element it stands in."""

    text: str
    element: HtmlElement


def find_headline(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """Finds the element that holds the headline: the h1 (else h2) that says the title, else the only h1."""
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
        if tag == "h1" and len(headings) == 1:
            return headings[0]
    return None


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
        if node.tag in ELSEWHERE or (
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
    if not isinstance(element.tag, str) or element.tag in ELSEWHERE:
        return
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if any(name in names for name in ELSEWHERE_NAMES):
        return
    yield from _make_line(element.text, element)
    for child in element:
        yield from iterate_lines(child)
        yield from _make_line(child.tail, element)


def _make_line(text: str | None, element: HtmlElement) -> Iterator[Line]:
    line = squeeze_spaces(text or "")
    if line:
        yield Line(line, element)
