"""What a reader is given and what it gives back, and the one parse of a page that all its steps share."""

import codecs
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from charset_normalizer import from_bytes
from lxml import html
from lxml.etree import ElementDefaultClassLookup, HTMLParser, ParserError, XPath
from lxml.html import HtmlElement

from storage.outcomes import Outcome
from tasks.reading.site_memory import SiteMemory

Wall = Literal["paywall", "registration"]

BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
#: Where a browser looks for a charset (HTML, "prescan a byte stream").
PRESCANNED_BYTES = 4096
DETECTED_BYTES = 65536
#: Codecs of text that no page is written in.
NO_CHARSETS = frozenset({"punycode", "raw-unicode-escape", "unicode-escape"})
#: What is no character by XML ("Characters"): controls, U+FFFE, U+FFFF, and references to them. A tree gets it from a
#: page, but raises where it is put into another element.
CONTROLS = bytes({*range(32)} - set(b"\t\n\r"))
CONTROLS_AS_SPACES = bytes.maketrans(CONTROLS, b" " * len(CONTROLS))
REFERENCE_TO_NONE = re.compile(
    rb"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d)|"
    rb"[xX]0*(?:[0-8bcefBCEF]|1[\da-fA-F]|[fF]{3}[efEF])(?![\da-fA-F]));?"
)
#: What may stand in the head; anything else ends it.
HEAD_ELEMENTS = frozenset(
    {"base", "basefont", "bgsound", "link", "meta", "noframes", "noscript", "script", "style", "template", "title"}
)
#: One class for every element: lxml.html's own look-up calls Python for each element that is touched.
ELEMENT_CLASS = ElementDefaultClassLookup(element=HtmlElement)


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """How the pages of one source are read; `timezone` is an IANA name, `language` ISO 639-1 where it is always one.

    `memory` is what is remembered of the site's pages. The rest are CSS selectors: `article` restricts the text, `drop`
    takes out of it, the others each find one field.
    """

    publisher: str = ""
    site_names: tuple[str, ...] = ()
    timezone: str = "Europe/London"
    language: str | None = None
    article: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    standfirst: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    memory: SiteMemory | None = None


@dataclass(frozen=True, slots=True)
class PageInput:
    """One captured page: the body without its transfer encoding, and what the listing said of it.

    `charset` is the one the server sent; `listed_method` names the listing (feed, sitemap, wordpress).
    """

    body: bytes
    url: str
    charset: str | None
    fetched_at: datetime
    listed_title: str | None = None
    listed_published_at: datetime | None = None
    listed_published_precision: str | None = None
    listed_method: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """What was read from a page: the reader's columns of the table `articles`, under the same names."""

    title: str | None
    standfirst: str | None
    authors: tuple[str, ...]
    published_at: datetime | None
    published_source: str | None
    published_precision: str | None
    published_zone: str | None
    modified_at: datetime | None
    modified_source: str | None
    modified_precision: str | None
    section: str | None
    tags: tuple[str, ...]
    language: str | None
    image_url: str | None
    canonical_url: str | None
    text: str
    markdown: str
    text_digest: str
    word_count: int
    author_roles: tuple[str | None, ...] = ()
    author_organisations: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    image_caption: str | None = None
    wall: Wall | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A page that is no article, with why; `title` where it has one."""

    outcome: Outcome
    reason: str
    title: str | None = None


def parse_page(body: bytes, charset: str | None) -> HtmlElement | None:
    """Parses a page in the charset it is really in; None where it holds no element at all."""
    markup = decode_page(body, charset).replace("\x00", "")
    parser = HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(ELEMENT_CLASS)
    try:
        tree = html.document_fromstring(encode_markup(markup), parser=parser)
    except ParserError:
        return None
    _put_into_body(tree)
    _open_swallowed(tree)
    return tree


def encode_markup(markup: str) -> bytes:
    """Encodes markup in UTF-8, with a space for each character, and reference to one, that no tree may hold."""
    characters = markup.replace("\ufffe", " ").replace("\uffff", " ")
    return REFERENCE_TO_NONE.sub(b" ", characters.encode("utf-8", "replace").translate(CONTROLS_AS_SPACES))


def _put_into_body(tree: HtmlElement) -> None:
    """Puts into the body what the parser left outside it, as browsers do (HTML, "The rules for parsing tokens").

    Where a page closes html early, libxml2 gives what follows a second root beside the first; elements that it does
    not know stay in the head.
    """
    body = tree.find("body")
    if body is None:
        body = tree.makeelement("body")
        tree.append(body)
    head = [element for start in tree.iterchildren("head") for element in start]
    first = next((place for place, element in enumerate(head) if element.tag not in HEAD_ELEMENTS), len(head))
    for place, element in enumerate(head[first:]):
        body.insert(place, element)
    for root in [tree, *tree.itersiblings()]:
        body.extend(element for element in list(root) if element.tag not in ("head", "body", "frameset"))


def _open_swallowed(tree: HtmlElement) -> None:
    """Takes away drawings and buttons around captions, or around the page, where an element in them was not closed."""
    for element in list(tree.iter("svg", "button")):
        if next(element.iter("p", "figcaption"), None) is not None:
            element.drop_tag()


def select(xpath: XPath, tree: HtmlElement) -> list[HtmlElement]:
    """Selects elements; the expression must be one that selects nothing else."""
    return cast("list[HtmlElement]", xpath(tree))


def decode_page(body: bytes, charset: str | None) -> str:
    """Decodes a page by its byte order mark, else as UTF-8 where it is that, else as sent, stated or detected.

    Valid UTF-8 with a byte over 127 comes before what the server sent: it is hardly ever anything else, and
    servers often send their default charset.
    """
    for mark, name in BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    stated = _find_codec(charset) or _find_stated_codec(body)
    if not (body.isascii() and stated) and (text := _decode_utf8(body)) is not None:
        return text
    if stated:
        return body.decode(stated, "replace")
    detected = from_bytes(body[:DETECTED_BYTES]).best()
    return body.decode(detected.encoding if detected else "windows-1252", "replace")


def _find_stated_codec(body: bytes) -> str | None:
    match = META_CHARSET.search(body, 0, PRESCANNED_BYTES)
    return _find_codec(match[1].decode("ascii", "replace")) if match else None


def _find_codec(label: str | None) -> str | None:
    try:
        name = codecs.lookup((label or "").strip("\"' ")).name
        b" ".decode(name, "replace")
    except (LookupError, ValueError):
        # Python also knows codecs that are none of text, and one that fails on whatever it is given ("undefined").
        return None
    if name in NO_CHARSETS:
        return None
    # WHATWG Encoding: pages that say Latin-1 or ASCII mean windows-1252, those that say GB2312 mean GB18030.
    return {"iso8859-1": "windows-1252", "ascii": "windows-1252", "gb2312": "gb18030", "gbk": "gb18030"}.get(name, name)


def _decode_utf8(body: bytes) -> str | None:
    """Decodes UTF-8, also where the body was cut off within a character; None where it is something else."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        return body.decode("utf-8", "replace") if error.reason == "unexpected end of data" else None
