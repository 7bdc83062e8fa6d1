"""The standfirst of an article: what is shown under the headline, but for the first paragraph of the text."""

import re
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from tasks.reading.headline import Line
from tasks.reading.structured_data import Node, get_text
from tasks.reading.text import normalise_text, squeeze_spaces

STANDFIRST_NAMES = re.compile(
    r"\b(stand-?first|sub-?title|sub-?headline|sub-?heading|dek|deck|strapline|(entry|article|post)_*-?summary|"
    r"lead-text|excerpt)\b",
    re.IGNORECASE,
)
SHORTEST_STANDFIRST = 5
LONGEST_STANDFIRST = 80
WORDS_OF_PARAGRAPH = 20
#: What holds more than one paragraph on every site.
WHOLE = ("article", "body", "header", "main", "section")


def find_standfirst(
    tree: HtmlElement, meta: dict[str, str], article: Node | None, headline: HtmlElement | None, area: list[Line]
) -> str | None:
    """Finds the summary under the headline: by its markup, else a line there that is the page's description.

    A description that the page does not show, or that is the article's first paragraph, is none.
    """
    visible = _find_visible_standfirst(tree, headline)
    if visible:
        return visible
    described = {
        normalise_text(text)
        for text in (meta.get("og:description"), get_text(article, "description"), meta.get("description"))
        if text
    }
    for line in area if described else []:
        text = squeeze_spaces(line.element.text_content())
        if (
            len(text.split()) >= SHORTEST_STANDFIRST
            and normalise_text(text) in described
            and not _is_paragraph(line.element)
        ):
            return text
    return None


def _is_paragraph(element: HtmlElement) -> bool:
    """Tells whether an element is one of the article's paragraphs: part of the text."""
    return element.tag == "p" and (_is_followed(element) or _is_preceded(element) or _stands_in_card(element))


def _is_followed(paragraph: HtmlElement) -> bool:
    """Tells whether several paragraphs follow: some in an element of their own, as what a wall hides does."""
    if next(paragraph.itersiblings("p"), None) is None:
        return False
    return sum(1 for sibling in paragraph.itersiblings("p", "div") for _ in sibling.iter("p")) > 1


def _is_preceded(paragraph: HtmlElement) -> bool:
    """Tells whether another paragraph, long enough to be one of text, stands before: then this may be the last."""
    before = paragraph.itersiblings("p", preceding=True)
    return any(len(sibling.text_content().split()) >= WORDS_OF_PARAGRAPH for sibling in before)


def _stands_in_card(paragraph: HtmlElement) -> bool:
    """Tells whether a paragraph stands alone in an element, and others like it with paragraphs follow."""
    text, card = squeeze_spaces(paragraph.text_content()), paragraph
    for node in paragraph.iterancestors():
        if node.tag in WHOLE or squeeze_spaces(node.text_content()) != text:
            break
        card = node
    return card is not paragraph and any(
        sibling.get("class") == card.get("class") and next(sibling.iter("p"), None) is not None
        for sibling in card.itersiblings(card.tag)
    )


def _find_visible_standfirst(tree: HtmlElement, headline: HtmlElement | None) -> str | None:
    for element in tree.iter("p", "h2", "h3", "div"):
        if any(map(_names_standfirst, (element.get("class"), element.get("id")))) and _is_near(element, headline):
            text = squeeze_spaces(element.text_content())
            if SHORTEST_STANDFIRST <= len(text.split()) <= LONGEST_STANDFIRST:
                return text
    return None


@lru_cache(maxsize=10_000)
def _names_standfirst(names: str | None) -> bool:
    return names is not None and STANDFIRST_NAMES.search(names) is not None


def _is_near(element: HtmlElement, headline: HtmlElement | None) -> bool:
    """Tells whether the headline stands in the element's parent, grandparent or one above: a teaser's does not."""
    if headline is None:
        return False
    above = [node for node in islice(element.iterancestors(), 3) if node.tag not in ("body", "html")]
    return any(node in above for node in headline.iterancestors())
