"""Who wrote an article: where a page says so, from the surest place to the least sure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from lxml.etree import XPath
from lxml.html import HtmlElement

from tasks.reading.headline import Line, is_elsewhere, iterate_lines
from tasks.reading.name_words import BY_ALONE, NOBODY, OTHER_HAND, ROLE
from tasks.reading.names import Byline, Person, parse_byline
from tasks.reading.page import select
from tasks.reading.plain_bylines import (
    LONGEST_BYLINE,
    read_closing_credits,
    read_plain_bylines,
    read_slashed_names,
)
from tasks.reading.structured_data import Node, as_list, get_text, get_texts
from tasks.reading.text import normalise_text, squeeze_spaces

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
    "twitter:data1",
)
AUTHOR_NAMES = re.compile(
    r"\b(byline|by-line|author|authors|author-name|article-author|contributor|post-author|entry-author|"
    r"article__author)\b(?![-_]?(bio|box|image|avatar))|byline",
    re.IGNORECASE,
)
FIND_MARKED = XPath("//body//*[@rel or @itemprop or contains(@class, 'author') or contains(@class, 'yline')]")
JOINED = re.compile(r"\b(by|and|&|by:) \| ", re.IGNORECASE)
NOT_PEOPLE_TYPES = ("Organization", "NewsMediaOrganization", "Corporation", "Brand", "WebSite")


@dataclass(frozen=True, slots=True)
class BylinePlaces:
    """The places of a page that may name its authors; `selected` is what the source's own selectors found."""

    tree: HtmlElement
    article: Node | None
    nodes: Iterable[Node]
    area: list[Line]
    selected: tuple[str, ...] = ()


def find_byline(places: BylinePlaces, site_names: frozenset[str]) -> Byline:
    """Finds who wrote an article: in the first of selectors, JSON-LD, meta and visible byline that names people.

    Where none does, the last paragraph may say who it was written by. A role that the place does not give is taken from
    the next that gives one to the same name. Where no place names people, the organisations of the first that names any
    are left.
    """
    found = [_merge(bylines) for bylines in _read_places(places, site_names)]
    named = [byline for byline in found if byline.people]
    if not named:
        closing = _merge(parse_byline(text, site_names) for text in read_closing_credits(places.tree))
        found.append(closing)
        named = [closing] if closing.people else []
    if not any(byline.people or byline.organisations for byline in found):
        far = {byline.names: byline for byline in read_far_bylines(places.tree, site_names) if byline.people}
        named = list(far.values()) if len(far) == 1 else []
    if not named:
        return next((byline for byline in found if byline.organisations), Byline())
    roles = {
        normalise_text(person.name): person.role for byline in named[::-1] for person in byline.people if person.role
    }
    people = [replace(person, role=person.role or roles.get(normalise_text(person.name))) for person in named[0].people]
    return replace(named[0], people=tuple(people))


def _read_places(places: BylinePlaces, site_names: frozenset[str]) -> Iterator[list[Byline]]:
    yield [parse_byline(text, site_names) for text in places.selected]
    yield [read_stated_author(author, site_names) for author in find_stated_authors(places.article, places.nodes)]
    marked = find_marked(places.area)
    for texts, is_lenient in (
        (read_meta_authors(places.tree), True),
        ([squeeze_spaces(element.text_content()) for element in marked if element.tag == "a"], False),
        ([text for text in map(_join_lines, marked) if len(text.split()) <= LONGEST_BYLINE], False),
        (read_plain_bylines(places.area, site_names), False),
    ):
        yield [parse_byline(text, site_names, is_lenient=is_lenient) for text in texts]
    yield list(read_slashed_names(places.area, site_names))


def _merge(bylines: Iterable[Byline]) -> Byline:
    """Merges bylines into one that names each once."""
    people: dict[str, Person] = {}
    organisations: dict[str, None] = {}
    for byline in bylines:
        for person in byline.people:
            level = normalise_text(person.name)
            known = people.setdefault(level, person)
            people[level] = replace(known, role=known.role or person.role)
        organisations |= dict.fromkeys(byline.organisations)
    return Byline(tuple(people.values()), tuple(organisations))


def find_stated_authors(article: Node | None, nodes: Iterable[Node]) -> list[Node]:
    """Finds the authors that JSON-LD states of the article, as nodes with a name; references are followed."""
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}
    authors = []
    for author in as_list((article or {}).get("author") or (article or {}).get("creator")):
        if isinstance(author, dict):
            authors.append(by_id.get(str(author.get("@id")), author))
        elif isinstance(author, str) and not author.startswith("http"):
            authors.append({"name": author})
    return authors


def read_stated_author(author: Node, site_names: frozenset[str]) -> Byline:
    """Reads one author of JSON-LD: a person with the job title, or an organisation."""
    names = get_texts(author, "name") or [
        " ".join(filter(None, (get_text(author, "givenName"), get_text(author, "familyName"))))
    ]
    if any(kind in NOT_PEOPLE_TYPES for kind in as_list(author.get("@type"))):
        return Byline(organisations=tuple(name for name in names if name and normalise_text(name) not in NOBODY))
    byline = _merge(parse_byline(name, site_names, is_lenient=True) for name in names)
    title = get_text(author, "jobTitle") or ""
    if len(byline.people) == 1 and ROLE.search(title):
        return replace(byline, people=(replace(byline.people[0], role=byline.people[0].role or title),))
    return byline


def read_meta_authors(tree: HtmlElement) -> list[str]:
    """Reads the authors that meta elements name, from the surest kind of element that there is."""
    found: dict[str, list[str]] = {}
    label = ""
    for element in tree.iter("meta"):
        name = (element.get("property") or element.get("name") or "").lower()
        content = squeeze_spaces(element.get("content") or "")
        if name == "twitter:label1":
            label = content
        is_labelled = name != "twitter:data1" or BY_ALONE.fullmatch(label)
        if name in AUTHOR_META and is_labelled and content and not content.startswith("http"):
            found.setdefault(name, []).append(content)
    return next((found[name] for name in AUTHOR_META if found.get(name)), [])


def find_marked(area: list[Line]) -> list[HtmlElement]:
    """Finds the elements near the headline that markup calls the author or the byline, but for other hands'."""
    found = [
        element
        for before, line in pairwise([Line("", area[0].element), *area] if area else [])
        if not OTHER_HAND.search(before.text) and (element := _find_marked(line.element)) is not None
    ]
    return list(dict.fromkeys(found))


def read_far_bylines(tree: HtmlElement, site_names: frozenset[str]) -> Iterator[Byline]:
    """Reads what markup anywhere on the page calls the author, outside comments, side columns, lists and the foot."""
    for element in select(FIND_MARKED, tree):
        is_listed = any(node.tag == "li" for node in element.iterancestors())
        if is_listed or not _is_marked(element) or is_elsewhere(element):
            continue
        text = _join_lines(element)
        if len(text.split()) <= LONGEST_BYLINE:
            yield parse_byline(text, site_names)


def _join_lines(element: HtmlElement) -> str:
    """Joins the lines of an element by "|", but for what "By" and "and" join."""
    return JOINED.sub(r"\1 ", " | ".join(line.text for line in iterate_lines(element)))


def _find_marked(element: HtmlElement) -> HtmlElement | None:
    for node in (
        element,
        element.getparent(),
        element.getparent().getparent() if element.getparent() is not None else None,
    ):
        if node is None or node.tag in ("body", "html", "article", "main"):
            return None
        if _is_marked(node):
            return node
    return None


def _is_marked(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}".replace("_", "-")
    return (
        "author" in (element.get("rel") or "")
        or "author" in (element.get("itemprop") or "")
        or AUTHOR_NAMES.search(names) is not None
    )
