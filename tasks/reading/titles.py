"""The title of an article, and the names of the site that do not belong to it."""

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from lxml.html import HtmlElement

from storage.addresses import get_host
from tasks.reading.headline import find_headline, read_heading
from tasks.reading.page import ReadingRules
from tasks.reading.structured_data import Node, as_list, get_text, get_texts
from tasks.reading.text import normalise_text, squeeze_spaces
from tasks.reading.title_choice import BESIDE, choose_title

BAR = re.compile(r"\s*[|ㅣ]\s*")
ANY_BAR = re.compile(rf"{BAR.pattern}|\s+»\s+")
SEPARATOR = re.compile(r"\s+[–—:·•<>‹›/~-]+\s+|:\s+")
MAY_PART = re.compile(r"[|ㅣ:«»–—·•<>‹›/~-]")
#: The fewest words of a headline, the most of a site's name, and the fewest letters that a part of the name may have.
WORDS_OF_HEADLINE = 3
WORDS_OF_NAME = 4
LETTERS_OF_NAME = 4
#: In characters; what is longer is no title, but the page in an element that was not closed.
LONGEST_TITLE = 1000
#: Headlines of sections and home pages, not of articles.
NO_TITLE = frozenset({"", "home", "news", "untitled", "article", "index"})


def find_site_names(meta: dict[str, str], nodes: Iterable[Node], rules: ReadingRules, url: str) -> frozenset[str]:
    """Finds the names that the site goes by, normalised: as configured, as the page says, and its host."""
    host = get_host(url).removeprefix("www.")
    stated = meta.get("og:site_name", "")
    # Some systems put the page's whole title there.
    is_title = stated == meta.get("og:title") and BESIDE.search(stated)
    names = [
        rules.publisher,
        *rules.site_names,
        None if is_title else stated,
        meta.get("application-name"),
        meta.get("twitter:site"),
        host,
        f"www.{host}",
        host.partition(".")[0],
    ]
    for node in nodes:
        names += [text for name in ("publisher", "isPartOf") for text in get_texts(node, name)]
        if any(kind in ("WebSite", "Organization", "NewsMediaOrganization") for kind in as_list(node.get("@type"))):
            names += [get_text(node, "name"), get_text(node, "alternateName")]
    return frozenset(normalise_text(name.removeprefix("@")) for name in names if name) - {""}


def find_title(
    tree: HtmlElement,
    meta: dict[str, str],
    article: Node | None,
    site_names: frozenset[str],
    url: str,
    listed: str | None,
) -> str | None:
    """Finds the headline among the visible one and what the page states, by how much each place says.

    A stated title that shares no word with the visible one loses to it: some sites state one title on all their pages.
    What the listing says is the title only where the page has none: a page has one title, wherever it is listed.
    """
    stated = {
        "json-ld": get_text(article, "headline"),
        "og:title": meta.get("og:title"),
        "twitter:title": meta.get("twitter:title"),
        "title": _get_title_element(tree),
    }
    titles = _list_titles(stated, site_names)
    headline = find_headline(tree, next(iter(titles.values()), None))
    if headline is not None:
        visible = read_heading(headline, {normalise_text(title) for title in titles.values()})
        if _is_stated_as_name(visible, stated, meta, url):
            return visible
        titles = _list_titles({"headline": visible}, site_names) | titles
    return choose_title(titles, url) if titles else _list_titles({"listed": listed}, site_names).get("listed")


def _is_stated_as_name(visible: str, stated: dict[str, str | None], meta: dict[str, str], url: str) -> bool:
    """Tells whether a page states its visible headline as its title everywhere and, by mistake, as the site's name."""
    level, name = normalise_text(visible), meta.get("og:site_name")
    is_everywhere = all(level in normalise_text(title) for title in stated.values() if title)
    if not name or name != stated["og:title"] or level != normalise_text(name) or not is_everywhere:
        return False
    host = get_host(url).removeprefix("www.").partition(".")[0]
    return not _is_like_site_name(visible, frozenset({host}))


def _list_titles(stated: dict[str, str | None], site_names: frozenset[str]) -> dict[str, str]:
    """Lists the titles of places without the site's name, where more is left of them than the name of a section."""
    stripped = {text: strip_site_name(text, site_names) for text in set(stated.values()) if text}
    return {
        place: title
        for place, text in stated.items()
        if text and len(title := stripped[text]) <= LONGEST_TITLE and normalise_text(title) not in NO_TITLE | site_names
    }


def strip_site_name(title: str, site_names: frozenset[str]) -> str:
    """Strips the site's name from either end of a title; between bars, the section's name with it."""
    text = squeeze_spaces(html.unescape(title))
    # Most titles have nothing that could part a name from them.
    if len(text) > LONGEST_TITLE or not MAY_PART.search(text):
        return text
    while (stripped := _strip_once(text, site_names)) != text:
        text = stripped
    return text


def _strip_once(text: str, site_names: frozenset[str]) -> str:
    # The end of a French quotation is no bar.
    parts = (BAR if "«" in text else ANY_BAR).split(text)
    headlines = [part for part in parts if part and not _is_site_name(part, site_names)]
    if headlines and len(headlines) < len(parts):
        return max(headlines, key=len)
    before, after = "", ""
    for cut in SEPARATOR.finditer(text):
        before, after = text[: cut.start()], text[cut.end() :]
        if before and _is_site_name(after, site_names):
            return before
        if after and _is_site_name(before, site_names):
            return after
    tails = list(BESIDE.finditer(text))
    if tails:
        before, after = text[: tails[-1].start()], text[tails[-1].end() :]
        if len(before.split()) >= WORDS_OF_HEADLINE and _is_like_site_name(after, site_names):
            return before
    return text


def _get_title_element(tree: HtmlElement) -> str | None:
    element = next(tree.iter("title"), None)
    return squeeze_spaces(element.text_content()) if element is not None else None


def _is_site_name(text: str, site_names: frozenset[str]) -> bool:
    return _run_together(text) in _run_all_together(site_names)


def _is_like_site_name(text: str, site_names: frozenset[str]) -> bool:
    """Tells whether a title's tail is most of a site's name or has one as most of it, as "Mirror Online" has."""
    if len(text.split()) > WORDS_OF_NAME:
        return False
    joined = _run_together(text)
    for name in _run_all_together(site_names):
        part, whole = sorted((joined, name), key=len)
        if len(part) >= LETTERS_OF_NAME and part in whole and 2 * len(part) >= len(whole):
            return True
    return False


def _run_together(text: str) -> str:
    """Runs the words of a name together, without accents, as the name of a host does."""
    joined = normalise_text(text).replace(" ", "")
    return joined if joined.isascii() else "".join(filter(str.isalnum, unicodedata.normalize("NFKD", joined)))


@lru_cache(maxsize=1000)
def _run_all_together(names: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_run_together, names))
