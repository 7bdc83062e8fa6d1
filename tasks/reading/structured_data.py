"""What a page says of itself in JSON-LD (schema.org): parsed, repaired where outlets break it, the article picked."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from storage.addresses import find_url_key
from tasks.reading.text import squeeze_spaces

Node = dict[str, Any]

ARTICLE_TYPE = re.compile(r"(\w*Article|BlogPosting|Report|\w*Reportage\w*|SocialMediaPosting|LiveBlogPosting)$")
PAGE_TYPE = re.compile(r"(Web|Item|About|FAQ|QA)Page$")
#: Where a node that describes the page itself is nested; a listed or related article is not looked for.
CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart")
COMMENT_OR_WRAPPER = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[|//\s*<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>)\s*;?\s*$"
)
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
DEEPEST = 6


def read_structured_data(tree: HtmlElement) -> list[Node]:
    """Reads all JSON-LD nodes of a page, those inside others too, in the page's order; what is no JSON is left out."""
    nodes: list[Node] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            nodes += _walk(_parse_json(script.text or ""), DEEPEST)
    return nodes


def find_article(nodes: list[Node], url: str) -> Node | None:
    """Finds the node that describes the page's own article.

    An article that names another address than the page's is passed over where another article does not.
    """
    articles = [node for node in nodes if _has_type(node, ARTICLE_TYPE)]
    own = [node for node in articles if is_about_page(node, url)]
    unnamed = [node for node in articles if not get_addresses(node)]
    if own or unnamed:
        return max(own or unnamed, key=_count_facts)
    return articles[0] if len(articles) == 1 else None


def find_page(nodes: list[Node]) -> Node | None:
    """Finds the node that describes the page as such (WebPage)."""
    return next((node for node in nodes if _has_type(node, PAGE_TYPE)), None)


def is_about_page(node: Node, url: str) -> bool:
    """Tells whether a node names the page's address as its own."""
    key = find_url_key(url)
    return key is not None and any(find_url_key(address) == key for address in get_addresses(node) if "://" in address)


def get_addresses(node: Node) -> list[str]:
    """Gets the addresses that a node names as its own."""
    values = [node.get("url"), node.get("mainEntityOfPage"), node.get("@id")]
    texts = [value.get("@id") or value.get("url") if isinstance(value, dict) else value for value in values]
    return [text.partition("#")[0] for text in texts if isinstance(text, str) and text.startswith("http")]


def get_text(node: Node | None, *names: str) -> str | None:
    """Gets the first of the named values that is text, or the first text of a list, without markup entities."""
    for name in names:
        for value in as_list((node or {}).get(name)):
            text = value.get("name") or value.get("@value") if isinstance(value, dict) else value
            if isinstance(text, str) and (clean := squeeze_spaces(html.unescape(html.unescape(text)))):
                return clean
    return None


def get_texts(node: Node | None, name: str) -> list[str]:
    """Gets all texts of a value that is a text, an object with a name, or a list of these."""
    found = [get_text({name: value}, name) for value in as_list((node or {}).get(name))]
    return [text for text in found if text]


def as_list(value: object) -> list[Any]:
    """Makes a list of what JSON-LD allows to be one value, a list, or nothing."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _parse_json(text: str) -> object:
    stripped = COMMENT_OR_WRAPPER.sub("", text).strip().rstrip(";")
    for attempt in (stripped, TRAILING_COMMA.sub(r"\1", stripped), html.unescape(stripped)):
        try:
            # Not strict: outlets leave line breaks inside strings.
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _walk(value: object, depth: int) -> Iterator[Node]:
    if depth == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth - 1)
    elif isinstance(value, dict):
        yield value
        for name in CONTAINERS:
            yield from _walk(value.get(name), depth - 1)


def _has_type(node: Node, wanted: re.Pattern[str]) -> bool:
    return any(isinstance(kind, str) and wanted.search(kind) for kind in as_list(node.get("@type")))


def _count_facts(node: Node) -> int:
    return sum(bool(node.get(name)) for name in ("headline", "datePublished", "author", "dateModified", "image"))
