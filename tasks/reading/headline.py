"""The headline's element and the lines around it, where a page names its author and date: read by several steps."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from tasks.reading.text import normalise_text, squeeze_spaces
from tasks.reading.title_choice import BESIDE, list_topic

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
#: After these, a label in a heading reads on into the headline.
JOINS = (":", "/", "|", "-", "–", "—")
#: A heading with more pieces of text is one that was not closed.
MOST_TEXTS = 20
HOME = re.compile(r"(?:https?:)?//[^/?#]+/?|/", re.IGNORECASE)
BREADCRUMBS = ("breadcrumb", "menu")


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text without an element inside it, and the element it stands in."""

    text: str
    element: HtmlElement


@dataclass(frozen=True, slots=True)
class Wanted:
    """A title that is looked for among headings, normalised: all of it, and its parts between bars."""

    whole: str
    parts: tuple[str, ...]

    def is_said(self, heading: str) -> bool:
        """Tells whether a heading says the title or its longest part, or one holds the other and less than as much."""
        if heading in (self.whole, max(self.parts, key=len, default="")):
            return True
        short, long = sorted((heading, self.whole), key=len)
        return len(short) > len(long) // 2 and short in long


def find_headline(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """Finds the element that holds the headline: the h1 that says the title, else the likely h1, else such an h2 or h3.

    An h1 that is a link to the home page is the site's name. One that shares no word with an h2 or h3 that says the
    title is the name of a section, or a headline of another article. Without a title and h1, it is the only h2.
    """
    headings = _list_headings(tree, "h1")
    names = {text for heading, text in headings.items() if _leads_home(heading, text)}
    headings = {heading: text for heading, text in headings.items() if text not in names}
    parts = [part for part in map(normalise_text, BESIDE.split(title or "")) if part not in names]
    wanted = Wanted(normalise_text(title or ""), tuple(parts))
    said = next((heading for heading, text in headings.items() if wanted.is_said(text)), None)
    if said is not None:
        return said
    if not headings and not wanted.whole:
        headings = _list_headings(tree, "h2")
    likely = _find_likely(headings, wanted)
    lower, text = _find_lower(tree, wanted)
    if lower is not None and (likely is None or not list_topic(headings[likely]) & list_topic(text)):
        return lower
    return likely if likely is not None else _find_pictured(tree)


def read_heading(heading: HtmlElement, titles: Collection[str] = ()) -> str:
    """Reads the text of a heading, where a line's end parts words, without the labels before and after the headline.

    Labels are elements without which the heading is one of the titles, all normalised. What ends in a colon or the
    like is none, but the headline's begin; neither is what is longer than the headline.
    """
    texts = [text for text in _iterate_texts(heading) if text]
    whole = squeeze_spaces("".join(texts))
    if not titles or len(texts) > MOST_TEXTS or normalise_text(whole) in titles:
        return whole
    for length in range(len(texts) - 1, 0, -1):
        for start in range(len(texts) - length + 1):
            text = squeeze_spaces("".join(texts[start : start + length]))
            is_joined = "".join(texts[:start]).rstrip().endswith(JOINS)
            if not is_joined and 2 * len(text) >= len(whole) and normalise_text(text) in titles:
                return text
    return whole


def _iterate_texts(element: HtmlElement) -> Iterator[str]:
    for event, node in iterwalk(element, events=("start", "end")):
        is_start = event == "start"
        if node.tag in BLOCKS:
            yield " "
        yield (node.text if is_start else node.tail if node is not element else "") or ""


def _list_headings(tree: HtmlElement, tag: str) -> dict[HtmlElement, str]:
    """Lists the headings of a tag that have text, with their texts normalised; of nested ones the outermost.

    Headings that are never closed nest: each has all that follows for its text.
    """
    outermost = (heading for heading in tree.iter(tag) if next(heading.iterancestors(tag), None) is None)
    return {heading: text for heading in outermost if (text := normalise_text(heading.text_content()))}


def _find_likely(headings: dict[HtmlElement, str], wanted: Wanted) -> HtmlElement | None:
    """Finds the only heading; of several the one that says the title's first part, or most and half of its words."""
    first = next((heading for heading, text in headings.items() if text in wanted.parts[:1]), None)
    if first is not None or len(headings) <= 1:
        return first if first is not None else next(iter(headings), None)
    words = set(wanted.whole.split())
    shared = {heading: len(words.intersection(text.split())) for heading, text in headings.items()}
    best = max(shared, key=shared.__getitem__)
    return best if words and 2 * shared[best] >= len(words) else None


def _find_lower(tree: HtmlElement, wanted: Wanted) -> tuple[HtmlElement | None, str]:
    """Finds the first h2 or else h3 that says the title, and its text."""
    for tag in ("h2", "h3"):
        for heading, text in _list_headings(tree, tag).items():
            if wanted.is_said(text):
                return heading, text
    return None, ""


def _find_pictured(tree: HtmlElement) -> HtmlElement | None:
    """Finds the only h1 of a page where it is a picture: it says nothing, but stands where the article begins."""
    headings = list(tree.iter("h1"))
    return headings[0] if len(headings) == 1 and not normalise_text(headings[0].text_content()) else None


def _leads_home(heading: HtmlElement, text: str) -> bool:
    """Tells whether all of a heading is a link to a home page: the site's name."""
    return any(
        ("home" in (link.get("rel") or "").split() or HOME.fullmatch(link.get("href") or ""))
        and normalise_text(link.text_content()) == text
        for link in heading.iter("a")
    )


def find_headline_area(headline: HtmlElement | None) -> list[Line]:
    """Finds the lines around the headline, in order: a few siblings before it, and all until the text begins."""
    if headline is None:
        return []
    return _find_lines_before(headline) + _find_lines_after(headline)


def is_elsewhere(element: HtmlElement) -> bool:
    """Tells whether an element stands in a part of the page that is not about its own article."""
    for node in (element, *element.iterancestors()):
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
