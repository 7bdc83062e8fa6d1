"""When an article was published and changed, each with where that stands, how precise it is and in which zone.

Only places that speak of the page's own article are asked, in this order: JSON-LD, meta elements, `<time>` and text
beside the headline, the listing, the address. The article's sentences and the page's foot never are. A page that
says nothing has no date.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from tasks.reading.headline import Line
from tasks.reading.page import PageInput
from tasks.reading.structured_data import Node, get_text
from tasks.reading.time_text import Moment, parse_moment

PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "og:publish_date",
    "datepublished", "article.published", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued",
    "dc.date.created", "dcterms.created", "pubdate", "publishdate", "publish-date", "publish_date", "publicationdate",
    "publication_date", "published_at", "published", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "prism.publicationdate", "date.created", "datecreated", "dc.date", "dcterms.date", "date",
)  # fmt: skip
MODIFIED_META = (
    "article:modified_time", "og:article:modified_time", "og:modified_time", "og:updated_time", "datemodified",
    "article:modified", "dcterms.modified", "dc.date.modified", "date.modified", "date.updated", "last-modified",
    "lastmod", "last_updated_date",
)  # fmt: skip
LABEL = re.compile(
    r"\b(?:(?P<modified>(?:last )?(?:updated|modified|changed|edited)|aktualisiert|mis à jour)"
    r"|(?P<published>(?:first )?(?:published|posted)|publié|veröffentlicht))\b",
    re.IGNORECASE,
)
WORDS_OF_LABEL = 3
DATE_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)")
#: A line with more words, or with a full stop, is a sentence, and its date is not that of the page.
SENTENCE_ENDS = (".", "?", "!", "”", "’")
LONGEST_DATE_LINE = 14
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: Clocks and zones differ; what lies further ahead of the capture is an event or a mistake.
AHEAD = timedelta(days=2)

Kind = Literal["published", "modified"]


@dataclass(frozen=True, slots=True)
class StatedTime:
    """An instant, or a day as midnight UTC, with where it stands, its precision, and whether its zone is stated."""

    at: datetime
    source: str
    precision: str
    zone: str | None
    day: str


@dataclass(frozen=True, slots=True)
class DatePlaces:
    """The places of a page that may state its dates."""

    article: Node | None
    web_page: Node | None
    meta: dict[str, str]
    area: list[Line]
    selected: str | None = None


def find_published(page: PageInput, places: DatePlaces, zone: ZoneInfo) -> StatedTime | None:
    """Finds when the article was published: in the first place that says so, made more precise by the later ones."""
    candidates = [
        found
        for found in (
            *_parse_all("byline", [places.selected], zone),
            *_parse_all("json-ld", [get_text(places.article, "datePublished", "dateCreated")], zone),
            *_parse_all("json-ld", [get_text(places.web_page, "datePublished")], zone),
            *_parse_all("meta", [places.meta.get(name) for name in PUBLISHED_META], zone),
            *_read_area(places.area, "published", zone),
            *_read_listing(page, zone),
            *_read_path(page.url),
        )
        if EARLIEST <= found.at <= page.fetched_at + AHEAD
    ]
    if not candidates:
        return None
    first = candidates[0]
    if first.precision != "day":
        return first
    return next((other for other in candidates if other.precision != "day" and other.day == first.day), first)


def find_modified(
    page: PageInput, places: DatePlaces, zone: ZoneInfo, published: StatedTime | None
) -> StatedTime | None:
    """Finds when the page says that it was last changed; None where that is before its publication."""
    for found in (
        *_parse_all("json-ld", [get_text(places.article, "dateModified")], zone),
        *_parse_all("json-ld", [get_text(places.web_page, "dateModified")], zone),
        *_parse_all("meta", [places.meta.get(name) for name in MODIFIED_META], zone),
        *_read_area(places.area, "modified", zone),
    ):
        if EARLIEST <= found.at <= page.fetched_at + AHEAD and not (published and found.day < published.day):
            return found
    return None


def _parse_all(source: str, texts: Iterable[str | None], zone: ZoneInfo) -> Iterator[StatedTime]:
    for text in texts:
        moment = parse_moment(text, zone) if text else None
        if moment:
            yield _state(moment, source)


def _state(moment: Moment, source: str) -> StatedTime:
    return StatedTime(moment.at, source, moment.precision, moment.zone, moment.day)


def _read_area(area: list[Line], kind: Kind, zone: ZoneInfo) -> Iterator[StatedTime]:
    """Reads `<time>` elements first, then short lines that hold a date; labels tell publication from change."""
    wanted = [(text, line) for label, text, line in _label_lines(area) if label == kind]
    for text, line in wanted:
        element = _get_time_element(line.element)
        if element is not None:
            yield from islice(_parse_all("time", [element.get("datetime"), text], zone), 1)
    for text, _ in wanted:
        if len(text.split()) <= LONGEST_DATE_LINE and not text.rstrip().endswith(SENTENCE_ENDS):
            yield from _parse_all("byline", [text], zone)


def _label_lines(area: list[Line]) -> Iterator[tuple[str, str, Line]]:
    """Cuts lines at labels such as "Updated:"; a line that is no more than a label speaks of the next one."""
    label = "published"
    for line in area:
        start = 0
        for match in LABEL.finditer(line.text):
            yield label, line.text[start : match.start()], line
            label, start = match.lastgroup or label, match.end()
        yield label, line.text[start:], line
        if len(line.text.split()) > WORDS_OF_LABEL:
            label = "published"


def _get_time_element(element: HtmlElement) -> HtmlElement | None:
    return next((node for node in (element, element.getparent()) if node is not None and node.tag == "time"), None)


def _read_listing(page: PageInput, zone: ZoneInfo) -> Iterator[StatedTime]:
    at, precision = page.listed_published_at, page.listed_published_precision
    if at and precision in ("second", "minute", "day"):
        stated = None if precision == "day" else "stated"
        day = (at if precision == "day" else at.astimezone(zone)).date().isoformat()
        yield StatedTime(at, page.listed_method or "listing", precision, stated, day)


def _read_path(url: str) -> Iterator[StatedTime]:
    match = DATE_IN_PATH.search(urlsplit(url).path)
    if match:
        yield from _parse_all("url", ["{}-{:0>2}-{:0>2}".format(*match.groups())], ZoneInfo("UTC"))
