"""When an article was published and changed, each with where that stands, how precise it is and in which zone.

Only places that speak of the page's own article are asked, in this order: JSON-LD, meta elements, `<time>` and text
beside the headline, the listing, the address, and at last the one date that markup or a label anywhere else calls the
publication or that `<title>` ends with. The article's sentences, captions and the page's foot never are. A page that
says nothing has no date.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Literal, TypedDict
from zoneinfo import ZoneInfo

from lxml.html import HtmlElement

from tasks.reading.date_places import (
    find_marked_texts,
    is_change,
    is_day_first,
    is_other_date,
    read_path,
    read_title_date,
)
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
#: A line with more words, or with a full stop, is a sentence, and its date is not that of the page.
SENTENCE_ENDS = (".", "?", "!", "”", "’")
LONGEST_DATE_LINE = 14
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: Clocks and zones differ; what lies further ahead of the capture is an event or a mistake.
AHEAD = timedelta(days=2)
ONE_MINUTE = timedelta(minutes=1)

Kind = Literal["published", "modified"]


class ArticleDates(TypedDict):
    """What an article says of its times, under the names of its fields."""

    published_at: datetime | None
    published_source: str | None
    published_precision: str | None
    published_zone: str | None
    modified_at: datetime | None
    modified_source: str | None
    modified_precision: str | None


@dataclass(frozen=True, slots=True)
class StatedTime:
    """An instant in the zone it is stated in, or a day as midnight UTC, with where it stands and how precise it is.

    `zone` is "stated", "assumed", or None where only the day is known.
    """

    at: datetime
    source: str
    precision: str
    zone: str | None

    @property
    def day(self) -> date:
        """The day as the page writes it."""
        return self.at.date()

    def is_before(self, other: "StatedTime") -> bool:
        """Tells whether it lies before another; of two that are not both times, the days are compared."""
        if "day" in (self.precision, other.precision):
            return self.day < other.day
        return self.at < other.at


@dataclass(frozen=True, slots=True)
class DatePlaces:
    """The places of a page that may state its dates."""

    tree: HtmlElement
    article: Node | None
    web_page: Node | None
    meta: dict[str, str]
    area: list[Line]
    selected: str | None = None


@dataclass(frozen=True, slots=True)
class _Parser:
    """Parses what one page states, by its zone and its order of day and month; what cannot be is left out."""

    zone: ZoneInfo
    day_first: bool
    latest: datetime

    def parse(self, source: str, texts: Iterable[str | None]) -> Iterator[StatedTime]:
        for text in texts:
            moment = parse_moment(text, self.zone, day_first=self.day_first) if text else None
            if moment and EARLIEST <= moment.at <= self.latest:
                yield _state(moment, source)


def find_published(page: PageInput, places: DatePlaces, zone: ZoneInfo) -> StatedTime | None:
    """Finds when the article was published: in the first place that says so, made more precise by the later ones."""
    parser = _Parser(zone, is_day_first(places.tree, page.url), page.fetched_at + AHEAD)
    candidates = [
        *parser.parse("byline", [text for kind, text in _cut_at_labels(places.selected or "") if kind == "published"]),
        *parser.parse("json-ld", [get_text(places.article, "datePublished", "dateCreated")]),
        *parser.parse("json-ld", [get_text(places.web_page, "datePublished")]),
        *parser.parse("meta", [places.meta.get(name) for name in PUBLISHED_META]),
        *_read_area(places.area, "published", parser),
        *_read_listing(page, zone),
        *parser.parse("url", [read_path(page.url), read_path(places.meta.get("og:url") or "")]),
    ]
    return _choose(candidates or _find_only(page, places.tree, parser))


def find_modified(
    page: PageInput, places: DatePlaces, zone: ZoneInfo, published: StatedTime | None
) -> StatedTime | None:
    """Finds when the page says that it was last changed; None where that is before its publication."""
    parser = _Parser(zone, is_day_first(places.tree, page.url), page.fetched_at + AHEAD)
    for found in (
        *parser.parse("json-ld", [get_text(places.article, "dateModified")]),
        *parser.parse("json-ld", [get_text(places.web_page, "dateModified")]),
        *parser.parse("meta", [places.meta.get(name) for name in MODIFIED_META]),
        *_read_area(places.area, "modified", parser),
    ):
        if not (published and found.is_before(published)):
            return found
    return None


def _find_only(page: PageInput, tree: HtmlElement, parser: _Parser) -> list[StatedTime]:
    """Finds the dates that markup names far from the headline, where they all are one day; two days are two things'."""
    found = list(parser.parse("markup", [read_title_date(tree, page.url), *find_marked_texts(tree)]))
    return found if len({moment.day for moment in found}) == 1 else []


def _choose(candidates: list[StatedTime]) -> StatedTime | None:
    first = next(iter(candidates), None)
    if first is None or first.zone == "stated":
        return first
    return next((other for other in candidates if _says_more(other, first)), first)


def _says_more(other: StatedTime, first: StatedTime) -> bool:
    """Tells whether another place has the time of the first one's day, or the offset of its minute."""
    if first.precision == "day":
        return other.precision != "day" and other.day == first.day
    return other.zone == "stated" and abs(other.at - first.at) < ONE_MINUTE


def _state(moment: Moment, source: str) -> StatedTime:
    return StatedTime(moment.at, source, moment.precision, moment.zone)


def _read_area(area: list[Line], kind: Kind, parser: _Parser) -> Iterator[StatedTime]:
    """Reads `<time>` elements first, then short lines that hold a date; labels tell publication from change."""
    wanted = [(text, line) for label, text, line in _label_lines(area) if label == kind]
    for text, line in wanted:
        element = _get_time_element(line.element)
        if element is not None:
            yield from islice(parser.parse("time", [element.get("datetime") or element.get("content"), text]), 1)
    for text, line in wanted:
        if (
            len(text.split()) <= LONGEST_DATE_LINE
            and not text.rstrip().endswith(SENTENCE_ENDS)
            and not is_other_date(line.element)
        ):
            yield from parser.parse("byline", [text])


def _label_lines(area: list[Line]) -> Iterator[tuple[str, str, Line]]:
    """Cuts lines at labels such as "Updated:"; a line that is no more than a label speaks of the next one."""
    label = "published"
    for line in area:
        pieces = list(_cut_at_labels(line.text, label))
        if pieces == [("published", line.text)] and is_change(line.element):
            pieces = [("modified", line.text)]
        yield from ((label, text, line) for label, text in pieces)
        label = "published" if len(line.text.split()) > WORDS_OF_LABEL else pieces[-1][0]


def _cut_at_labels(text: str, label: str = "published") -> Iterator[tuple[str, str]]:
    """Cuts a text at its labels; what stands before the first of them, if anything does, has the given one.

    A text that begins with a label is no sentence, and each of its parts may end with a full stop.
    """
    stop, start = " ." if LABEL.match(text) else "", 0
    for match in LABEL.finditer(text):
        if match.start():
            yield label, text[start : match.start()].rstrip(stop)
        label, start = match.lastgroup or label, match.end()
    yield label, text[start:].rstrip(stop)


def _get_time_element(element: HtmlElement) -> HtmlElement | None:
    for node in (element, element.getparent()):
        if node is not None and (node.tag == "time" or node.get("itemprop") == "datePublished"):
            return node
    return None


def _read_listing(page: PageInput, zone: ZoneInfo) -> Iterator[StatedTime]:
    at, precision = page.listed_published_at, page.listed_published_precision
    if at and precision in ("second", "minute", "day") and EARLIEST <= at <= page.fetched_at + AHEAD:
        is_day = precision == "day"
        where = at if is_day else at.astimezone(zone)
        yield StatedTime(where, page.listed_method or "listing", precision, None if is_day else "stated")


def describe_dates(published: StatedTime | None, modified: StatedTime | None) -> ArticleDates:
    """Describes when an article was published and changed, as far as that is known."""
    return ArticleDates(
        published_at=published.at if published else None,
        published_source=published.source if published else None,
        published_precision=published.precision if published else None,
        published_zone=published.zone if published else None,
        modified_at=modified.at if modified else None,
        modified_source=modified.source if modified else None,
        modified_precision=modified.precision if modified else None,
    )
