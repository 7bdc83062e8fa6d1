"""The ways to discover addresses that a source file may name under `[[discover]]`, each with its parameters."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from tasks.sources.checks import Patterns, Texts, Url, check_any, check_selector

Selector = Annotated[str, AfterValidator(check_selector)]
Slugs = Annotated[tuple[Annotated[str, Field(pattern="^[a-z0-9_-]+$")], ...], Field(strict=False)]


class Strict(BaseModel):
    """A part of a source file: immutable, with no keys but its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Feed(Strict):
    """An RSS, Atom or RDF feed."""

    method: Literal["feed"]
    url: Url


class Sitemap(Strict):
    """A sitemap or an index of sitemaps; without `url`, those that robots.txt at the first host names.

    Sitemaps whose address one of the patterns of `skip` is found in are not asked for.
    """

    method: Literal["sitemap"]
    url: Url | None = None
    skip: Patterns = ()


class Wordpress(Strict):
    """The posts collection of a WordPress site: one query for each search term, or one for all posts.

    `days` is how far back the first run looks.
    """

    method: Literal["wordpress"]
    url: Url
    search: Texts = ()
    days: Annotated[int, Field(ge=1)] = 30


class Ofsted(Strict):
    """A search on the site of Ofsted's reports; the filters are the query of its address."""

    method: Literal["ofsted"]
    url: Url


class ListingPages(Strict):
    """Pages that list articles, newest first, as people see them; all but `url` and `pages` are CSS selectors.

    `link` finds the links to articles, `next` the link to the next page, `date` the publication within the nearest
    `item` around a link. `pages` is how many are turned at most. With `attachments` the linked pages are only visited:
    what is listed are the PDF files that this selector finds on them.
    """

    method: Literal["listing"]
    url: Url
    link: Selector
    next: Selector | None = None
    item: Selector | None = None
    date: Selector | None = None
    attachments: Selector | None = None
    pages: Annotated[int, Field(ge=1)] = 5

    @field_validator("date")
    @classmethod
    def _check_item(cls, date: str | None, info: ValidationInfo) -> str | None:
        if date and "item" in info.data and info.data["item"] is None:
            raise ValueError("it needs item: the selector of what holds both a link and its date")
        return date


class Govuk(Strict):
    """What organisations publish on GOV.UK, by its Search API; filters are slugs, such as `ofsted` or `news_story`.

    `days` is how far back a run looks at least, where it is not told since when.
    """

    method: Literal["govuk"]
    url: Url = "https://www.gov.uk/api/search.json"
    organisations: Slugs = ()
    document_types: Annotated[Slugs, Field(validate_default=True)] = ()
    days: Annotated[int, Field(ge=1)] = 30

    @field_validator("document_types")
    @classmethod
    def _check_filters(cls, document_types: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not document_types and info.data.get("organisations") == ():
            raise ValueError("name organisations or document types; without either all of GOV.UK is listed")
        return document_types


class Cqc(Strict):
    """The locations that changed, by the API of the Care Quality Commission; needs a key.

    `days` is how far back the first run looks.
    """

    method: Literal["cqc"]
    url: Url = "https://api.service.cqc.org.uk/public/v1"
    days: Annotated[int, Field(ge=1)] = 7


class Pages(Strict):
    """Fixed pages that are archived themselves, each time they change: lists that are overwritten in place.

    They count as listed in every night. How often they are asked for is said under `[[revisit]]`.
    """

    method: Literal["pages"]
    urls: Annotated[tuple[Url, ...], Field(strict=False), AfterValidator(check_any)]


Method = Feed | Sitemap | Wordpress | Ofsted | ListingPages | Govuk | Cqc | Pages
