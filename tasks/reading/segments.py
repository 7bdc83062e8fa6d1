"""A page cut into its lines of text, each with what the markup around it says: what the reader decides on."""

import re
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

from lxml.html import HtmlElement

from tasks.reading.text import squeeze_spaces

#: Elements without text of their own that a reader sees.
WITHOUT_TEXT = frozenset(
    {"audio", "button", "canvas", "datalist", "embed", "head", "iframe", "input", "link", "math", "meta", "meter"}
    | {"noscript", "object", "optgroup", "option", "progress", "script", "select", "style", "svg", "template"}
    | {"textarea", "title", "video"}
)
#: Elements of HTML that do not break a line; all others do.
INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "img"}
    | {"ins", "kbd", "label", "mark", "nobr", "picture", "q", "rb", "rp", "rt", "ruby", "s", "samp", "small", "source"}
    | {"span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: Elements that hold one line, so that the element above is what several lines have in common.
SINGLE = HEADINGS | {"p", "li", "dd", "dt", "td", "th", "tr", "blockquote"}
#: Elements whose lines are counted as being in them.
PLACES = ("article", "main", "aside", "nav", "footer", "header", "figure", "form", "table", "list", "blockquote")
PLACE_OF_TAG = {name: 1 << bit for bit, name in enumerate(PLACES)}
PLACE_OF_TAG |= {"figcaption": PLACE_OF_TAG["figure"]} | dict.fromkeys(("ul", "ol", "dl"), PLACE_OF_TAG["list"])
#: The attributes by which outlets name their elements.
NAMING = frozenset({"class", "id", "itemprop"})
#: What outlets call their elements, by what is in them.
NAMES = {
    "share": r"share|sharing|social|follow",
    "related": r"relat(?:ed|ive)|recommend|(?:read|see|more|also)[-_]?(?:also|more|next|on|from|stories|news|articles)|"
    r"further|similar|recirc|outbrain|taboola|most[-_]?(?:read|pop|view)|popular|trend|latest|up[-_]?next|teaser|promo|"
    r"upsell|cross[-_]?link|inline[-_]?link|suggest|carousel|card",
    "wall": r"newsletter|subscri|sign-?up|paywall|[-_]wall|piano|regwall|registration|login|donat|membership|cta|"
    r"call-?to-?action|banner|callout",
    "comment": r"comment|disqus|respond|replies|discussion",
    "picture": r"caption|credit|photo|image|img|media|gallery|slide|video|player|figure|picture",
    "meta": r"byline|author|bio\b|biograph|meta|date|time|kicker|eyebrow|breadcrumb|tags?\b|taglist|topics?|categor|"
    r"label|info",
    "chrome": r"nav|menu|foot|side-?bar|widget|cookie|consent|gdpr|modal|pop-?up|overlay|toolbar|masthead|search|skip|"
    r"rail|disclaimer|legal|copyright|paginat|pager|aside|secondary|complementary|drawer|dropdown|tooltip|accessib|"
    r"sr-only|visually-?hidden|screen-?reader|hidden|print|d-none",
    "advert": r"\bads?\b|advert|sponsor|\bad[-_]|[-_]ad\b|dfp|gpt|commercial|affiliate|product|shop|price|buy",
    "body": r"article[-_]?(?:body|content|text|main|copy)|(?:entry|post|story|news|page|body|main|blog|single|content|"
    r"rich)[-_]?(?:content|body|text|copy|main)|entry\b|prose|wysiwyg|paragraph|article__|text-?block",
    "lead": r"lead\b|lede|intro|standfirst|subtitle|sub-?head|summary|dek|deck|excerpt|abstract|description|headline|"
    r"title",
    "contents": r"\btoc\b|table-?of-?contents|jump|anchor-?list|contents",
    "box": r"box|fact|panel|note|highlight|key-?(?:points|takeaways)|inset|pull-?quote|accordion|tabs?\b",
}
BIT_OF_NAME = {name: 1 << bit for bit, name in enumerate(NAMES)}
NAME_PATTERNS = tuple(re.compile(pattern) for pattern in NAMES.values())
#: The attributes that hide an element from those who see or hear a page, by the values that do.
HIDING = {
    "hidden": re.compile(""),
    "aria-hidden": re.compile(r"\Atrue\Z"),
    "style": re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE),
}


class Surroundings(NamedTuple):
    """What the elements around a line say: bits of PLACES and of NAMES, and the NAMES of the nearest element."""

    element: HtmlElement
    places: int = 0
    names: int = 0
    near_names: int = 0
    is_hidden: bool = False


class Segment(NamedTuple):
    """One line of a page, with the share of its characters that are links, and where it stands."""

    text: str
    link_share: float
    place: Surroundings


def segment_page(tree: HtmlElement) -> list[Segment]:
    """Cuts a page into its lines, in the page's order: every block element and line break ends one."""
    body = tree.find("body")
    root = tree if body is None else body
    cutter = _Cutter()
    place = Surroundings(root)
    cutter.walk(root, place, in_link=False)
    cutter.end_line(place)
    return cutter.segments


def is_inline(element: HtmlElement) -> bool:
    """Tells whether an element breaks no line; of an outlet's own elements (`bg-quote`) none that holds but text."""
    return element.tag in INLINE or ("-" in element.tag and not len(element))


def stands_for_break(element: HtmlElement) -> bool:
    """Tells whether an empty element is a line break by its name only, as in `<span class="br">`."""
    return element.tag == "span" and "br" in (element.get("class") or "").split()


def get_container(element: HtmlElement) -> HtmlElement:
    """Gets the element that a line shares with its neighbours: its own, or the one above a paragraph, item or cell."""
    parent = element.getparent() if element.tag in SINGLE else None
    return element if parent is None else parent


@lru_cache(maxsize=50_000)
def classify_name(name: str) -> int:
    """Classifies one name that an element bears: one bit for each kind of NAMES that it speaks of."""
    lowered = name.lower()
    return sum(1 << bit for bit, pattern in enumerate(NAME_PATTERNS) if pattern.search(lowered))


@lru_cache(maxsize=50_000)
def classify_names(names: str) -> int:
    """Classifies all names of an attribute, which are apart by spaces: the bits of each."""
    return reduce(or_, map(classify_name, names.split()), 0)


class _Cutter:
    """The lines cut so far, and the pieces of the line that has begun."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._pieces: list[str] = []
        self._linked = 0

    def walk(self, element: HtmlElement, place: Surroundings, *, in_link: bool) -> None:
        """Walks through an element; libxml2 nests no deeper than 256."""
        if text := element.text:
            self._add(text, in_link=in_link)
        for child in element:
            tag = child.tag
            if is_inline(child):
                if len(child):
                    self.walk(child, place, in_link=in_link or tag == "a")
                elif text := child.text:
                    self._add(text, in_link=in_link or tag == "a")
                elif stands_for_break(child):
                    self.end_line(place)
            elif tag in ("br", "hr"):
                self.end_line(place)
            elif tag not in WITHOUT_TEXT:
                self.end_line(place)
                inner = _look_around(child, tag, place)
                self.walk(child, inner, in_link=in_link)
                self.end_line(inner)
            if text := child.tail:
                self._add(text, in_link=in_link)

    def end_line(self, place: Surroundings) -> None:
        """Ends the line that has begun, if any."""
        if not self._pieces:
            return
        text = squeeze_spaces("".join(self._pieces))
        if text:
            self.segments.append(Segment(text, min(1.0, self._linked / len(text)), place))
        self._pieces.clear()
        self._linked = 0

    def _add(self, text: str, *, in_link: bool) -> None:
        # Most of a page's texts are the spaces between blocks: no line begins with them.
        if self._pieces or not text.isspace():
            self._pieces.append(text)
            if in_link:
                self._linked += len(text.strip())


def _look_around(element: HtmlElement, tag: str, above: Surroundings) -> Surroundings:
    """Adds what an element says to what those above it say."""
    names, is_hidden = 0, above.is_hidden
    for attribute, value in element.items():
        if attribute in NAMING:
            names |= classify_names(value)
        elif attribute in HIDING:
            is_hidden = is_hidden or HIDING[attribute].search(value) is not None
    near = names or (above.near_names if tag in SINGLE else 0)
    places = above.places | PLACE_OF_TAG.get(tag, 0)
    return Surroundings(element, places, above.names | names, near, is_hidden)
