"""Where else a page may date its article: its address, and markup or labels far from the headline."""

import re
from itertools import islice
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from storage.addresses import get_host
from tasks.reading.headline import is_elsewhere
from tasks.reading.page import select
from tasks.reading.text import squeeze_spaces
from tasks.reading.time_text import find_date_span

IN_PATH = re.compile(
    r"/((?:19|20)\d\d)(?:[/-](\d{1,2}|[a-z]{3})[/-](\d{1,2})|/([01]\d)([0-3]\d))(?=[/+_.-]|$)", re.IGNORECASE
)
#: Hosts and languages that write the day before the month; English without a country may be American.
DAY_FIRST_HOST = re.compile(r"\.(?:uk|scot|wales|cymru|london|ie|im|je|gg|au|nz|in|za)$")
DAY_FIRST_LANGUAGE = re.compile(
    r"en[-_](?:gb|ie|au|nz|in|za)$|(?!en|fil|zh|ja|ko|hu)[a-z]{2}(?:[-_].*)?$", re.IGNORECASE
)
CHANGED = re.compile(
    r"\b(?:updated|modified|changed|edited|reviewed|aktualisiert|mis à jour|actualizado)\b", re.IGNORECASE
)
LABELLED = re.compile(
    r"\W*(?:first )?(?:published|posted|publication date|date published|publié|veröffentlicht|publicado)\b",
    re.IGNORECASE,
)
LABEL_ALONE = re.compile(rf"{LABELLED.pattern}(?: on)?\W*", re.IGNORECASE)
DATED_NAMES = re.compile(r"(?:^|[\s_-])(?:date|pubdate|published|posted|timestamp)(?:[\s_-]|$)", re.IGNORECASE)
#: Dates that are not the article's own: of a picture, an event, the day of the visit, the rights.
OTHER_DATES = re.compile(
    r"(?:^|[\s_-])(?:today|current|events?|caption|pic(?:ture|box)?s?|photos?|images?|credits?|copyright|"
    r"mediaexpiry|expir\w*|masthead|topbar|site-?(?:header|footer)|profile|archives?|calendar)(?:[\s_-]|$)",
    re.IGNORECASE,
)
FIND_MARKED = XPath(
    "//*[self::h1 or self::time or @itemprop='datePublished' or (@class and (self::span or self::div or self::p))]"
)
FIND_SUBHEADING = XPath(".//*[self::h2 or self::h3 or self::h4 or self::h5]")
TITLE_PARTS = re.compile(r"\s+[|–—-]\s+")
MOST_WORDS = 8
#: How far around a date the names and headings are looked at.
LEVELS = 3


def read_path(url: str) -> str | None:
    """Reads the whole date that an address's path names, as text; eight digits in a row may be a number.

    None also where the address is none.
    """
    try:
        match = IN_PATH.search(urlsplit(url).path)
    except ValueError:
        return None
    if match is None:
        return None
    year, month, day = (part for part in match.groups() if part)
    return f"{day} {month} {year}" if month.isalpha() else f"{year}-{month:0>2}-{day:0>2}"


def read_title_date(tree: HtmlElement, url: str) -> str | None:
    """Reads the date that `<title>` ends with behind the site's name, as in "Schools inspected | DW | 28.04.2023"."""
    for element in tree.iter("title"):
        *title, name, day = ["", "", *TITLE_PARTS.split(squeeze_spaces(element.text_content()))]
        is_named = any(title) and name.lower() in get_host(url).split(".")
        return day if is_named and find_date_span(day) == (0, len(day)) else None
    return None


def is_day_first(tree: HtmlElement, url: str) -> bool:
    """Tells whether a page surely writes 5 April as 05/04: by its host's country, else by its language."""
    stated = tree.get("lang") or ""
    return bool(DAY_FIRST_HOST.search(get_host(url)) or DAY_FIRST_LANGUAGE.match(stated.strip()))


def is_other_date(element: HtmlElement) -> bool:
    """Tells whether the names of an element, of the one around it or of its list say that a date there is another's."""
    nodes = [*_list_around(element)[:2], *islice(element.iterancestors("ul", "ol"), 1)]
    names = " ".join(f"{node.get('class') or ''} {node.get('id') or ''}" for node in nodes)
    return OTHER_DATES.search(names) is not None


def is_change(element: HtmlElement) -> bool:
    """Tells whether an element's names say that its date is that of a change only, as in the microformat hentry."""
    names = (element.get("class") or "").lower()
    return "updated" in names.split() and "published" not in names


def find_marked_texts(tree: HtmlElement) -> list[str]:
    """Finds the texts that markup or a label calls the publication date, outside teasers, side columns and the foot."""
    found: list[str] = []
    for element in select(FIND_MARKED, tree):
        if element.tag == "h1":
            # What is dated before the headline is the day of the visit, in the site's head.
            found = []
        elif LABEL_ALONE.fullmatch(element.text or ""):
            found += _read_marked(element.getparent())
        elif _is_marked(element) or LABELLED.match(element.text or ""):
            found += _read_marked(element)
    return found


def _read_marked(element: HtmlElement) -> list[str]:
    text = squeeze_spaces(element.text_content())
    stated = element.get("datetime") or element.get("content") or text
    is_date = len(text.split()) <= MOST_WORDS and find_date_span(stated) and not _is_of_another(element)
    return [stated] if is_date else []


def _is_marked(element: HtmlElement) -> bool:
    names = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    is_named = (
        element.tag == "time" or element.get("itemprop") == "datePublished" or DATED_NAMES.search(names) is not None
    )
    return is_named and not is_change(element)


def _get_label(element: HtmlElement) -> str:
    """Gets a short text that a date stands in: it may say what the date is of."""
    texts = (squeeze_spaces(node.text_content()) for node in _list_around(element))
    return max((text for text in texts if len(text.split()) <= MOST_WORDS), key=len, default="")


def _is_of_another(element: HtmlElement) -> bool:
    """Tells whether a date is that of a change, of a teaser, or of a card with a heading of its own."""
    if CHANGED.search(_get_label(element)) or is_other_date(element) or is_elsewhere(element):
        return True
    if any(node.tag in ("a", "li", "header") for node in element.iterancestors()):
        return True
    return any(
        select(FIND_SUBHEADING, node) and next(node.iter("h1"), None) is None for node in _list_around(element)[1:]
    )


def _list_around(element: HtmlElement) -> list[HtmlElement]:
    ancestors = (node for node in element.iterancestors() if node.tag not in ("body", "html", "main", "article"))
    return [element, *islice(ancestors, LEVELS - 1)]
