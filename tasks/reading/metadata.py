"""What else a page says of its article: section, tags, language, lead image, canonical address."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import py3langid
from lxml.html import HtmlElement

from storage.addresses import get_host
from tasks.reading.page import PageInput
from tasks.reading.structured_data import Node, as_list, get_text, get_texts
from tasks.reading.text import normalise_text, squeeze_spaces

META_NAMES = ("property", "name", "itemprop", "http-equiv")
LANGUAGE_SAMPLE = 2000
GLANCE = 500
ENGLISH = (" the ", " of ", " and ", " to ", " that ", " is ")
FEWEST_ENGLISH = 6
SHORTEST_SAMPLE = 40
#: In characters; the language of a shorter text is not sure enough to doubt what the page states.
SURE_SAMPLE = 240
TEMPLATE_LANGUAGE = "en"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: What outlets' systems note beside the tags: numbers, names of fields and places in the system.
NO_TAG = re.compile(
    rf"{UUID.pattern}|\d+|\S*_.*|(?:nlp\b[\w ]*|day|time|wc|(?:(?:page|article|content)[ _])?(?:sub)?type|articleid"
    r"|partner|language|path|clone|ssts|length|source|target)\s*[:/].*",
    re.IGNORECASE,
)
#: How they say of what kind a tag is.
TAG_KIND = re.compile(
    r"#|(?:categor(?:y|ies)|subjects?|tags?|topics?|sections?|keywords?|persons?|people|organi[sz]ations?|places?|locations?)"
    r"\s*[:/]\s*",
    re.IGNORECASE,
)
LANGUAGE_CODE = re.compile(r"([a-z]{2})(?:[-_].*)?$", re.IGNORECASE)
#: A breadcrumb of more words is a headline.
LONGEST_SECTION = 6


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
            named = [
                name
                for name in crumbs
                if normalise_text(name) not in avoided
                and len(name.split()) <= LONGEST_SECTION
                and not name.startswith("http")
            ]
            return named[-1] if named else None
    return None


def find_tags(tree: HtmlElement, meta: dict[str, str], article: Node | None) -> tuple[str, ...]:
    """Finds tags or keywords, each once, in the page's order; a comma parts them only where one text has them all.

    What the outlet's system notes for itself (the number of an object, "NLP Category: Crime") is no tag; of a tag with
    its kind ("subject:Crime") the tag is left.
    """
    stated = (
        (read_meta_values(tree, "article:tag") if "article:tag" in meta else [])
        or get_texts(article, "keywords")
        or [meta.get("news_keywords") or meta.get("keywords") or ""]
    )
    parts = re.split(r"[,;]", stated[0]) if len(stated) == 1 else stated
    tags = (_strip_kind(tag) for part in parts if not NO_TAG.fullmatch(tag := squeeze_spaces(part)))
    return tuple(dict.fromkeys(filter(None, tags)))


def _strip_kind(tag: str) -> str:
    kind = TAG_KIND.match(tag)
    return tag[kind.end() :] if kind else tag


def find_language(tree: HtmlElement, text: str, configured: str | None) -> str | None:
    """Finds the language of the text: as configured, as the page states it, else as the text looks.

    English is what templates state where nobody set a language: a text long enough to tell overrides it, and it alone.
    """
    match = LANGUAGE_CODE.match((tree.get("lang") or "").strip())
    stated = configured or (match[1].lower() if match else None)
    is_doubted = configured is None and stated == TEMPLATE_LANGUAGE and len(text) >= SURE_SAMPLE
    if stated and not (is_doubted and not looks_english(text)):
        return stated
    return str(py3langid.classify(text[:LANGUAGE_SAMPLE])[0]) if len(text) >= SHORTEST_SAMPLE else None


def looks_english(text: str) -> bool:
    """Tells at a glance whether a text is English, as most are: what is not sure so is looked at more closely."""
    return sum(text.count(word, 0, GLANCE) for word in ENGLISH) >= FEWEST_ENGLISH


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


def _is_same_site(one: str, other: str) -> bool:
    def get_site(url: str) -> list[str]:
        return get_host(url).split(".")[-3:] if get_host(url).count(".") > 1 else ["www", *get_host(url).split(".")]

    a, b = get_site(one), get_site(other)
    return a[-2:] == b[-2:] and (a == b or len(a[-1]) > 2 or len(a[-2]) > 3)  # noqa: PLR2004 - "co.uk" is no site
