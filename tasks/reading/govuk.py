"""One document of GOV.UK, from the JSON of its Content API to the columns of `articles`.

The API is that of content-api.publishing.service.gov.uk. Only `details.body` is read as text: a notice that the
document was withdrawn stands elsewhere and never gets into it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from typing import NamedTuple
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from storage.errors import name_first_mistake
from storage.outcomes import Outcome
from tasks.reading.body import join_blocks
from tasks.reading.dates import AHEAD, EARLIEST, StatedTime, describe_dates
from tasks.reading.govspeak import make_blocks, parse_govspeak
from tasks.reading.locate import locate_blocks
from tasks.reading.markdown import write_markdown
from tasks.reading.name_words import ROLE
from tasks.reading.names import Person
from tasks.reading.page import Article, Rejected
from tasks.reading.segments import segment_page
from tasks.reading.structure import mark_blocks
from tasks.reading.text import compute_text_digest, count_words, squeeze_spaces

SITE = "https://www.gov.uk"
ZONE = ZoneInfo("Europe/London")
#: The note of the change history that stands for the publication.
FIRST_PUBLISHED = "First published."
#: Schemas of what is no document but says who or where something is, or that it is elsewhere or nowhere.
NO_DOCUMENT = frozenset({
    "contact", "finder", "gone", "organisation", "person", "redirect", "role", "taxon", "topical_event", "vanish",
    "world_location", "worldwide_organisation",
})  # fmt: skip


class Rendition(BaseModel):
    """The body in one of the media types that the API may give it in."""

    content_type: str
    content: str


class Image(BaseModel):
    """The lead image of older documents, with what is printed below it."""

    url: str | None = None
    caption: str | None = None
    credit: str | None = None

    @property
    def address(self) -> str | None:
        """Where the image is."""
        return self.url


class TypedImage(Image):
    """One image of newer documents: what it is for, and its address in several sizes, the largest first."""

    type: str | None = None
    sources: dict[str, str | None] = Field(default_factory=dict)

    @property
    def address(self) -> str | None:
        """Where the image is in its largest size."""
        return next(filter(None, self.sources.values()), None)


class Change(BaseModel):
    """One entry of the change history."""

    note: str | None = None
    public_timestamp: AwareDatetime | None = None


class Details(BaseModel):
    """What depends on the schema of a document; `first_public_at` is what `first_published_at` was called before."""

    body: str | list[Rendition] | None = None
    change_history: list[Change] = Field(default_factory=list)
    first_public_at: AwareDatetime | None = None
    image: Image | None = None
    images: list[TypedImage] = Field(default_factory=list)
    speaker_without_profile: str | None = None


class Linked(BaseModel):
    """What a document is linked to: a topic, or a person."""

    title: str


class Links(BaseModel):
    """The links of a document that are read."""

    speaker: list[Linked] = Field(default_factory=list)
    taxons: list[Linked] = Field(default_factory=list)


class Document(BaseModel):
    """The fields of a content item that are read."""

    base_path: str | None = None
    schema_name: str
    document_type: str
    title: str | None = None
    description: str | None = None
    locale: str | None = None
    first_published_at: AwareDatetime | None = None
    public_updated_at: AwareDatetime | None = None
    details: Details = Details()
    links: Links = Links()


class Text(NamedTuple):
    """The text of a body, plain and as Markdown, and the captions of the pictures in it."""

    plain: str
    markdown: str
    captions: tuple[str, ...]


def read_content(body: bytes, *, url: str, fetched_at: datetime) -> Article | Rejected:
    """Reads a document of the Content API; gives the outcome and reason where it is none, or has no text."""
    try:
        document = Document.model_validate_json(body)
    except ValidationError as error:
        return Rejected(Outcome.UNREADABLE, f"no document of GOV.UK's Content API: {name_first_mistake(error)}")
    title = squeeze_spaces(document.title or "") or None
    if document.schema_name in NO_DOCUMENT:
        return Rejected(Outcome.NOT_AN_ARTICLE, f"schema {document.schema_name!r} is no document", title)
    text = read_text(find_markup(document.details.body))
    if not text.plain:
        return Rejected(Outcome.NOT_AN_ARTICLE, "no text in details.body", title)
    return _make_article(document, title, text, url, fetched_at)


def find_markup(body: str | list[Rendition] | None) -> str:
    """Finds the HTML of a body, which may come in several media types; empty where there is none."""
    if isinstance(body, list):
        return next((part.content for part in body if part.content_type == "text/html"), "")
    return body or ""


def read_text(markup: str) -> Text:
    """Reads the text of a body; links are the site's."""
    tree, captions = parse_govspeak(markup)
    segments = segment_page(tree)
    blocks = list(make_blocks(segments))
    marked = mark_blocks(blocks, locate_blocks(blocks, segments), segments, SITE)
    return Text(join_blocks(blocks), write_markdown(marked), captions)


def find_speakers(document: Document) -> tuple[Person, ...]:
    """Finds who gave a speech, or wrote an article or statement, as the site names them, with titles and honours.

    Who has no page there stands in a field of free text, in which a role may follow behind a comma.
    """
    if document.links.speaker:
        return tuple(Person(squeeze_spaces(profile.title)) for profile in document.links.speaker)
    stated = squeeze_spaces(document.details.speaker_without_profile or "")
    name, _, role = stated.partition(", ")
    if ROLE.search(role) and not ROLE.search(name):
        return (Person(name, role),)
    return (Person(stated),) if stated else ()


def find_published(document: Document, latest: datetime) -> StatedTime | None:
    """Finds the earliest day that a document calls its publication, with the time where one is stated.

    `first_published_at` may be when the document was moved to a newer system; on one day it is right before the others,
    whose times may be those of its draft, or of another zone.
    """
    details = document.details
    history = (change.public_timestamp for change in details.change_history if change.note == FIRST_PUBLISHED)
    found = [
        *_state_times("govuk", [document.first_published_at, details.first_public_at], latest),
        *_state_times("change_history", history, latest),
    ]
    return min(found, key=lambda stated: (stated.day, stated.precision == "day"), default=None)


def find_modified(document: Document, latest: datetime, published: StatedTime | None) -> StatedTime | None:
    """Finds when a document was last changed; None where that is before its publication."""
    modified = next(_state_times("govuk", [document.public_updated_at], latest), None)
    return None if modified and published and modified.is_before(published) else modified


def _state_times(source: str, times: Iterable[datetime | None], latest: datetime) -> Iterator[StatedTime]:
    """States times as the site's readers see them, but those before the web or after `latest`; midnight is a day."""
    for stated in times:
        if stated and EARLIEST <= stated <= latest:
            at = stated.astimezone(ZONE)
            if time() in (at.time(), stated.astimezone(UTC).time()):
                yield StatedTime(datetime.combine(at.date(), time(), UTC), source, "day", None)
            else:
                yield StatedTime(at, source, "second", "stated")


def _make_article(document: Document, title: str | None, text: Text, url: str, fetched_at: datetime) -> Article:
    published = find_published(document, fetched_at + AHEAD)
    modified = find_modified(document, fetched_at + AHEAD, published)
    speakers = find_speakers(document)
    image = _find_image(document.details)
    image_caption = squeeze_spaces(f"{image.caption or ''} {image.credit or ''}") or None if image else None
    return Article(
        title=title,
        standfirst=squeeze_spaces(document.description or "") or None,
        authors=tuple(speaker.name for speaker in speakers),
        **describe_dates(published, modified),
        section=document.document_type,
        tags=tuple(taxon.title for taxon in document.links.taxons),
        language=document.locale.partition("-")[0] if document.locale else None,
        image_url=urljoin(url, image.address) if image else None,
        canonical_url=SITE + document.base_path if document.base_path else None,
        text=text.plain,
        markdown=text.markdown,
        text_digest=compute_text_digest(text.plain),
        word_count=count_words(text.plain),
        author_roles=tuple(speaker.role for speaker in speakers),
        captions=tuple(dict.fromkeys((*filter(None, [image_caption]), *text.captions))),
        image_caption=image_caption,
    )


def _find_image(details: Details) -> Image | None:
    leads = [image for image in details.images if image.type == "lead"]
    return next((image for image in (details.image, *leads) if image and image.address), None)
