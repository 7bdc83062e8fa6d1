"""What a page says of its article beside the text: title, standfirst, section, tags, language, lead image, addresses."""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import py3langid
from lxml.etree import XPath
from lxml.html import HtmlElement

from storage.addresses import get_host
from tasks.reading.headline import Line, find_headline
from tasks.reading.page import PageInput, ReadingRules
from tasks.reading.structured_data import Node, as_list, get_text, get_texts
from tasks.reading.text import normalise_text, squeeze_spaces

META_NAMES = ("property", "name", "itemprop", "http-equiv")
SEPARATOR = re.compile(r"\s+[|–—\-:·•»>/~]+\s+|\s*[|»]\s*|:\s+(?=\S+$)")
#: Headlines of sections and home pages, not of articles.
NO_TITLE = frozenset({"", "home", "news", "untitled", "article", "index"})
STANDFIRST_NAMES = re.compile(
    r"\b(stand-?first|sub-?title|sub-?headline|sub-?heading|dek|deck|strapline|(entry|article|post)_*-?summary|lead-text|excerpt)\b",
    re.IGNORECASE,
)
FIND_STANDFIRSTS = XPath("//*[self::p or self::h2 or self::h3 or self::div][@class or @id]")
SHORTEST_STANDFIRST = 5
LONGEST_STANDFIRST = 80
LANGUAGE_SAMPLE = 2000
SHORTEST_SAMPLE = 40
LANGUAGE_CODE = re.compile(r"([a-z]{2})(?:[-_].*)?$", re.IGNORECASE)


def read_meta(tree: HtmlElement) -> dict[str, str]:
    """Reads the meta elements: name in lower case to the first content that is not empty."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = squeeze_spaces(element.get("content") or "")
        for attribute in META_NAMES:
            for name in (element.get(attribute) or "").lower().split():
                if content:
                    found.setdefault(name, content)
    return found


def read_meta_values(tree: HtmlElement, *names: str) -> list[str]:
    """Reads all contents of the meta elements of these names, in the page's order."""
    return [
        content
        for element in tree.iter("meta")
        if (element.get("property") or element.get("name") or "").lower() in names
        and (content := squeeze_spaces(element.get("content") or ""))
    ]


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
    """Strips the site's name, and section names beyond it, from the end or the start of a title."""
    text = squeeze_spaces(title)
    cuts = list(SEPARATOR.finditer(text))
    for cut in cuts:
        if _is_site_name(text[cut.end() :], site_names) and cut.start():
            return strip_site_name(text[: cut.start()], site_names)
    for cut in reversed(cuts):
        if _is_site_name(text[: cut.start()], site_names) and text[cut.end() :]:
            return text[cut.end() :]
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


def find_section(
    meta: dict[str, str], article: Node | None, nodes: Iterable[Node], site_names: frozenset[str], title: str | None
) -> str | None:
    """Finds the outlet's section: as JSON-LD or meta name it, else the last breadcrumb before the article."""
    stated = get_text(article, "articleSection") or meta.get("article:section") or meta.get("section")
    if stated:
        return None if stated.startswith("http") else stated
    avoided = site_names | {"home", "homepage", "start", normalise_text(title or "")}
    for node in nodes:
        if "BreadcrumbList" in as_list(node.get("@type")):
            crumbs = [
                name
                for item in as_list(node.get("itemListElement"))
                if isinstance(item, dict) and (name := get_text(item, "name") or get_text(item, "item"))
            ]
            named = [name for name in crumbs if normalise_text(name) not in avoided and not name.startswith("http")]
            return named[-1] if named else None
    return None


def find_tags(tree: HtmlElement, meta: dict[str, str], article: Node | None) -> tuple[str, ...]:
    """Finds tags or keywords, each once, in the page's order."""
    stated = (
        read_meta_values(tree, "article:tag")
        or get_texts(article, "keywords")
        or [meta.get("news_keywords") or meta.get("keywords") or ""]
    )
    tags = [tag for text in stated for part in re.split(r"[,;]", text) if (tag := squeeze_spaces(part))]
    return tuple(dict.fromkeys(tags))


def find_language(tree: HtmlElement, text: str, configured: str | None) -> str | None:
    """Finds the language of the text: as configured, as the page states it, else as the text looks."""
    stated = next((node.get("lang") for node in tree.iter("html")), None) or tree.get("lang") or ""
    match = LANGUAGE_CODE.match(stated.strip())
    if configured or match:
        return configured or (match[1].lower() if match else None)
    return str(py3langid.classify(text[:LANGUAGE_SAMPLE])[0]) if len(text) >= SHORTEST_SAMPLE else None


def find_image_url(meta: dict[str, str], article: Node | None, base: str) -> str | None:
    """Finds the absolute address of the lead image."""
    images = as_list((article or {}).get("image"))
    first = next(iter(images), None)
    stated = first.get("url") or first.get("@id") if isinstance(first, dict) else first
    for address in (meta.get("og:image"), meta.get("og:image:secure_url"), stated, meta.get("twitter:image")):
        found = resolve_address(base, address) if isinstance(address, str) else None
        if found:
            return found
    return None


def find_canonical_url(tree: HtmlElement, meta: dict[str, str], page: PageInput) -> str | None:
    """Finds the canonical address that the page states; one on another site or of a home page is not believed."""
    links = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for address in (*links, meta.get("og:url")):
        found = resolve_address(page.url, address) if address else None
        if (
            found
            and (not page.url or _is_same_site(found, page.url))
            and (urlsplit(found).path.strip("/") or not urlsplit(page.url).path.strip("/"))
        ):
            return found
    return None


def resolve_address(base: str, address: str) -> str | None:
    """Makes an absolute http(s) address; None where it is not one."""
    try:
        found = urljoin(base, address.strip())
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in ("http", "https") and parts.hostname and " " not in found else None


def _get_title_element(tree: HtmlElement) -> str | None:
    element = next(tree.iter("title"), None)
    return squeeze_spaces(element.text_content()) if element is not None else None


def _is_site_name(text: str, site_names: frozenset[str]) -> bool:
    parts = [normalise_text(part) for part in SEPARATOR.split(text)]
    joined = {name.replace(" ", "") for name in site_names}
    return any(
        part in site_names or part.replace(" ", "") in joined for part in (normalise_text(text), parts[-1], parts[0])
    )


def _is_paragraph(element: HtmlElement) -> bool:
    """Tells whether an element is one of several paragraphs in a row: part of the text."""
    return element.tag == "p" and sum(sibling.tag == "p" for sibling in element.itersiblings()) > 1


def _find_visible_standfirst(tree: HtmlElement, headline: HtmlElement | None) -> str | None:
    for element in FIND_STANDFIRSTS(tree):
        if STANDFIRST_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}") and _is_near(element, headline):
            text = squeeze_spaces(element.text_content())
            if SHORTEST_STANDFIRST <= len(text.split()) <= LONGEST_STANDFIRST:
                return text
    return None


def _is_near(element: HtmlElement, headline: HtmlElement | None) -> bool:
    """Tells whether the headline stands in the element's parent, grandparent or one above: a teaser's does not."""
    if headline is None:
        return False
    above = [
        node for _, node in zip(range(3), element.iterancestors(), strict=False) if node.tag not in ("body", "html")
    ]
    return any(node in above for node in headline.iterancestors())


def _is_same_site(one: str, other: str) -> bool:
    def get_site(url: str) -> list[str]:
        return get_host(url).split(".")[-3:] if get_host(url).count(".") > 1 else ["www", *get_host(url).split(".")]

    a, b = get_site(one), get_site(other)
    return a[-2:] == b[-2:] and (a == b or len(a[-1]) > 2 or len(a[-2]) > 3)  # noqa: PLR2004 - "co.uk" is no site
