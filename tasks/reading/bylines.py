"""Who wrote an article: where a page says so, from the surest place to the least sure."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from tasks.reading.headline import Line, iterate_lines
from tasks.reading.names import BY_ALONE, split_byline
from tasks.reading.structured_data import Node, as_list, get_text, get_texts
from tasks.reading.text import normalise_text, squeeze_spaces
from tasks.reading.time_text import find_date_span

AUTHOR_META = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "article:author_name",
    "cxenseparse:author",
)
AUTHOR_NAMES = re.compile(
    r"\b(byline|by-line|author|authors|author-name|article-author|contributor|post-author|entry-author|"
    r"article__author)\b(?![-_]?(bio|box|image|avatar))|byline",
    re.IGNORECASE,
)
BY_LINE = re.compile(
    r"^(?:exclusive\s+|words\s+|written\s+|reported\s+|posted\s+|published\s+)?by[:\s]+\S", re.IGNORECASE
)
DATE_LABEL = re.compile(r"(?:last |first )?(?:published|posted|updated|date|on)\s*(?:on)?\s*:?", re.IGNORECASE)
LONGEST_BYLINE = 30
JOINED = re.compile(r"\b(by|and|&|by:) \| ", re.IGNORECASE)
NOT_PEOPLE_TYPES = ("Organization", "NewsMediaOrganization", "Corporation", "Brand", "WebSite")


def find_authors(
    selected: list[str],
    article: Node | None,
    people: Iterable[Node],
    meta_authors: list[str],
    area: list[Line],
    site_names: frozenset[str],
) -> tuple[str, ...]:
    """Finds who wrote an article: in the first of selectors, JSON-LD, meta and visible byline that names people."""
    for texts, is_lenient in (
        (selected, False),
        (read_stated_authors(article, people), True),
        (meta_authors, False),
        (read_marked_links(area), False),
        (read_marked_bylines(area), False),
        (read_plain_bylines(area), False),
    ):
        names = [name for text in texts for name in split_byline(text, site_names, is_lenient=is_lenient)]
        if names:
            return tuple({normalise_text(name): name for name in reversed(names)}.values())[::-1]
    return ()


def read_stated_authors(article: Node | None, people: Iterable[Node]) -> list[str]:
    """Reads the authors that JSON-LD states of the article: people and plain names, no organisations."""
    by_id = {node["@id"]: node for node in people if isinstance(node.get("@id"), str) and node.get("name")}
    names = []
    for author in as_list((article or {}).get("author") or (article or {}).get("creator")):
        if isinstance(author, dict):
            node = by_id.get(str(author.get("@id")), author)
            if not any(kind in NOT_PEOPLE_TYPES for kind in as_list(node.get("@type"))):
                names += get_texts(node, "name") or [
                    " ".join(filter(None, (get_text(node, "givenName"), get_text(node, "familyName"))))
                ]
        elif isinstance(author, str) and not author.startswith("http"):
            names.append(author)
    return names


def read_meta_authors(tree: HtmlElement) -> list[str]:
    """Reads the authors that meta elements name, from the first kind of element that there is."""
    for wanted in AUTHOR_META:
        found = [
            content
            for element in tree.iter("meta")
            if (element.get("property") or element.get("name") or "").lower() == wanted
            and (content := squeeze_spaces(element.get("content") or ""))
            and not content.startswith("http")
        ]
        if found:
            return found
    return []


def read_marked_links(area: list[Line]) -> list[str]:
    """Reads the links near the headline that markup calls the author."""
    return [squeeze_spaces(element.text_content()) for element in _find_all_marked(area) if element.tag == "a"]


def read_marked_bylines(area: list[Line]) -> list[str]:
    """Reads what markup near the headline calls the byline, its lines apart by "|" but for what "By" and "and" join."""
    texts = [" | ".join(line.text for line in iterate_lines(element)) for element in _find_all_marked(area)]
    return [JOINED.sub(r"\1 ", text) for text in texts if len(text.split()) <= LONGEST_BYLINE]


def read_plain_bylines(area: list[Line]) -> list[str]:
    """Reads the line near the headline that begins with "By", else a line that is a name right beside the date."""
    lines = [line.text for line in area if any(map(str.isalnum, line.text))]
    for position, text in enumerate(lines):
        if BY_ALONE.fullmatch(text):
            return lines[position + 1 : position + 2]
        if BY_LINE.match(text) and len(text.split()) <= LONGEST_BYLINE:
            return [text]
    for position, text in enumerate(lines):
        span = find_date_span(text)
        if span and len(text.split()) <= LONGEST_BYLINE:
            before = text[: span[0]].strip(" ,|-–—•")
            return [before or next((line for line in reversed(lines[:position]) if not DATE_LABEL.fullmatch(line)), "")]
    return []


def _find_all_marked(area: list[Line]) -> list[HtmlElement]:
    found = [element for line in area if (element := _find_marked(line.element)) is not None]
    return list(dict.fromkeys(found))


def _find_marked(element: HtmlElement) -> HtmlElement | None:
    for node in (
        element,
        element.getparent(),
        element.getparent().getparent() if element.getparent() is not None else None,
    ):
        if node is None or node.tag in ("body", "html", "article", "main"):
            return None
        names = f"{node.get('class') or ''} {node.get('id') or ''}".replace("_", "-")
        if (
            "author" in (node.get("rel") or "")
            or "author" in (node.get("itemprop") or "")
            or AUTHOR_NAMES.search(names)
        ):
            return node
    return None
