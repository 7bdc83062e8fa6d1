"""What a source's own CSS selectors find in a page, by BeautifulSoup: a second parse, for sources that have any."""

from collections.abc import Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup, Tag
from lxml import html
from lxml.html import HtmlElement

from tasks.reading.page import ReadingRules
from tasks.reading.text import squeeze_spaces


@dataclass(frozen=True, slots=True)
class Selection:
    """The texts that the selectors found, and the tree that the article is to be looked for in."""

    body: HtmlElement
    title: str | None = None
    standfirst: str | None = None
    byline: tuple[str, ...] = ()
    date: str | None = None
    section: str | None = None
    #: Whether `article` restricted the tree.
    is_restricted: bool = False


def apply_selectors(tree: HtmlElement, rules: ReadingRules) -> Selection:
    """Applies a source's selectors, each list in order of preference; those that find nothing change nothing."""
    if not any((rules.article, rules.drop, rules.title, rules.standfirst, rules.byline, rules.date, rules.section)):
        return Selection(tree)
    soup = BeautifulSoup(html.tostring(tree, encoding="unicode"), "lxml")
    found = {
        "title": _select_text(soup, rules.title),
        "standfirst": _select_text(soup, rules.standfirst),
        "date": _select_date(soup, rules.date),
        "section": _select_text(soup, rules.section),
    }
    byline = tuple(_get_lines(element) for element in _select(soup, rules.byline))
    for selector in rules.drop:
        for element in soup.select(selector):
            element.decompose()
    article = _select(soup, rules.article)
    body = _parse(article) if article else html.document_fromstring(str(soup)) if rules.drop else tree
    return Selection(body, byline=byline, is_restricted=bool(article), **found)


def _parse(elements: Sequence[Tag]) -> HtmlElement:
    inner = "".join(str(element) for element in elements)
    return html.document_fromstring(f"<html><body><article>{inner}</article></body></html>")


def _select(soup: BeautifulSoup, selectors: Sequence[str]) -> list[Tag]:
    return next((found for selector in selectors if (found := list(soup.select(selector)))), [])


def _select_text(soup: BeautifulSoup, selectors: Sequence[str]) -> str | None:
    found = _select(soup, selectors)
    return squeeze_spaces(found[0].get_text(" ")) or None if found else None


def _select_date(soup: BeautifulSoup, selectors: Sequence[str]) -> str | None:
    found = _select(soup, selectors)
    if not found:
        return None
    stated = found[0].get("datetime") or found[0].get("content")
    return str(stated) if stated else squeeze_spaces(found[0].get_text(" "))


def _get_lines(element: Tag) -> str:
    return " ".join(element.stripped_strings)
