"""Title and standfirst of an article, and the names of the site that do not belong to them."""

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from lxml.html import HtmlElement

from storage.addresses import get_host
from tasks.reading.headline import Line, find_headline
from tasks.reading.page import ReadingRules
from tasks.reading.structured_data import Node, as_list, get_text, get_texts
from tasks.reading.text import normalise_text, squeeze_spaces

BAR = re.compile(r"\s*[|»]\s*")
SEPARATOR = re.compile(r"\s+[–—:·•>/~-]+\s+|:\s+")
#: Headlines of sections and home pages, not of articles.
NO_TITLE = frozenset({"", "home", "news", "untitled", "article", "index"})
STANDFIRST_NAMES = re.compile(
    r"\b(stand-?first|sub-?title|sub-?headline|sub-?heading|dek|deck|strapline|(entry|article|post)_*-?summary|"
    r"lead-text|excerpt)\b",
    re.IGNORECASE,
)
SHORTEST_STANDFIRST = 5
LONGEST_STANDFIRST = 80


def find_site_names(meta: dict[str, str], nodes: Iterable[Node], rules: ReadingRules, url: str) -> frozenset[str]:
    """Finds the names that the site goes by, normalised: as configured, as the page says, and its host."""
    host = get_host(url).removeprefix("www.")
    names = [
        rules.publisher,
        *rules.site_names,
        meta.get("og:site_name"),
        meta.get("application-name"),
        meta.get("twitter:site"),
        host,
        host.partition(".")[0],
    ]
    for node in nodes:
        names += [text for name in ("publisher", "isPartOf") for text in get_texts(node, name)]
        if any(kind in ("WebSite", "Organization", "NewsMediaOrganization") for kind in as_list(node.get("@type"))):
            names += [get_text(node, "name"), get_text(node, "alternateName")]
    return frozenset(normalise_text(name.removeprefix("@")) for name in names if name) - {""}


def find_title(
    tree: HtmlElement, meta: dict[str, str], article: Node | None, site_names: frozenset[str], listed: str | None
) -> str | None:
    """Finds the headline: the visible one, else what most of the page's own statements of it agree on."""
    stated = [
        get_text(article, "headline"),
        meta.get("og:title"),
        meta.get("twitter:title"),
        _get_title_element(tree),
        listed,
    ]
    stated_titles = [title for text in stated if text and (title := strip_site_name(text, site_names))]
    headline = find_headline(tree, stated_titles[0] if stated_titles else None)
    visible = strip_site_name(squeeze_spaces(headline.text_content()), site_names) if headline is not None else None
    candidates = [
        title for title in (visible, *stated_titles) if title and normalise_text(title) not in NO_TITLE | site_names
    ]
    if candidates and candidates[0] == visible:
        return visible
    votes = Counter(map(normalise_text, candidates))
    return max(candidates, key=lambda title: votes[normalise_text(title)], default=None)


def strip_site_name(title: str, site_names: frozenset[str]) -> str:
    """Strips the site's name from either end of a title; between bars, the section's name with it."""
    text = squeeze_spaces(title)
    parts = BAR.split(text)
    headlines = [part for part in parts if part and not _is_site_name(part, site_names)]
    if headlines and len(headlines) < len(parts):
        return max(headlines, key=len)
    for cut in SEPARATOR.finditer(text):
        before, after = text[: cut.start()], text[cut.end() :]
        if before and _is_site_name(after, site_names):
            return before
        if after and _is_site_name(before, site_names):
            return after
    return text


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
    for line in area:
        text = squeeze_spaces(line.element.text_content())
        if (
            normalise_text(text) in described
            and len(text.split()) >= SHORTEST_STANDFIRST
            and not _is_paragraph(line.element)
        ):
            return text
    return None


def _get_title_element(tree: HtmlElement) -> str | None:
    element = next(tree.iter("title"), None)
    return squeeze_spaces(element.text_content()) if element is not None else None


def _is_site_name(text: str, site_names: frozenset[str]) -> bool:
    joined = normalise_text(text).replace(" ", "")
    return joined in {name.replace(" ", "") for name in site_names}


def _is_paragraph(element: HtmlElement) -> bool:
    """Tells whether an element is one of several paragraphs in a row: part of the text."""
    return bool(element.tag == "p") and sum(sibling.tag == "p" for sibling in element.itersiblings()) > 1


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
