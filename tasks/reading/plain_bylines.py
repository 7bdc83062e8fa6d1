"""Bylines that no markup names: their own words or their place says that they are one."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from tasks.reading.headline import Line, is_elsewhere
from tasks.reading.name_words import BY_ALONE
from tasks.reading.names import Byline, parse_byline
from tasks.reading.page import select
from tasks.reading.text import squeeze_spaces
from tasks.reading.time_text import find_date_span

BY_LINE = re.compile(
    r"^(?:exclusive\s+|words\s+|written\s+|reported\s+|posted\s+|published\s+)?by[:\s]+\S", re.IGNORECASE
)
DATE_LABEL = re.compile(r"(?:last |first )?(?:published|posted|updated|date|on)\s*(?:on)?\s*:?", re.IGNORECASE)
LONGEST_BYLINE = 30
FIND_CLOSING = XPath("//p[last()][starts-with(normalize-space(), 'Written by ')]")
_NAME = r"[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+){1,3}"
SLASHED_NAMES = re.compile(rf"{_NAME} ?/ ?{_NAME}")
#: Sections stand in links, and the credits of pictures in small print.
TAGS_OF_NAMES = ("p", "strong", "b")
#: A line that no "By" introduces is a name with a role, or else a headline.
LONGEST_NAME_LINE = 8
CONNECTOR = re.compile(r",|,?\s*(?:and|&|und|et|og|och)", re.IGNORECASE)


def read_plain_bylines(area: list[Line], site_names: frozenset[str]) -> list[str]:
    """Reads the lines near the headline that begin with "By", else a line that is a name right beside the date.

    Of those with "By", all are read until one names people: an agency's may stand before the reporter's.
    """
    lines = [line.text for line in area if CONNECTOR.fullmatch(line.text) or any(map(str.isalnum, line.text))]
    introduced = list(_iterate_introduced(lines))
    for count, text in enumerate(introduced, start=1):
        if parse_byline(text, site_names).people:
            return introduced[:count]
    if introduced:
        return introduced[:1]
    for position, text in enumerate(lines):
        span = find_date_span(text)
        if span and len(text.split()) <= LONGEST_BYLINE:
            before = text[: span[0]].strip(" ,|-–—•")
            name = before or next((line for line in reversed(lines[:position]) if not DATE_LABEL.fullmatch(line)), "")
            return [name] if len(name.split()) <= LONGEST_NAME_LINE else []
    return []


def read_slashed_names(area: list[Line], site_names: frozenset[str]) -> Iterator[Byline]:
    """Reads the first line near the headline that is two people with a slash between them; a picture's has one."""
    lines = (line.text for line in area if line.element.tag in TAGS_OF_NAMES and SLASHED_NAMES.fullmatch(line.text))
    bylines = (parse_byline(text, site_names) for text in lines)
    return islice((byline for byline in bylines if len(byline.people) > 1), 1)


def read_closing_credits(tree: HtmlElement) -> list[str]:
    """Reads the last paragraphs that say no more than who wrote the article; those of several are other articles'."""
    texts = [
        squeeze_spaces(element.text_content()) for element in select(FIND_CLOSING, tree) if not is_elsewhere(element)
    ]
    return texts if len(texts) == 1 and len(texts[0].split()) <= LONGEST_NAME_LINE else []


def _iterate_introduced(lines: list[str]) -> Iterator[str]:
    for position, text in enumerate(lines):
        if BY_ALONE.fullmatch(text):
            yield _join_names(lines[position + 1 :])
        elif BY_LINE.match(text) and len(text.split()) <= LONGEST_BYLINE:
            yield _join_names(lines[position:])


def _join_names(lines: list[str]) -> str:
    """Joins the first line with those that a comma or an "and" adds to it: names in links are lines of their own."""
    joined = lines[:1]
    for connector, name in zip(lines[1::2], lines[2::2], strict=False):
        if not CONNECTOR.fullmatch(connector):
            break
        joined += [connector, name]
    return " ".join(joined)
