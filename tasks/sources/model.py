"""What a source is: everything that one TOML file under tasks/sources may say.

Types are strict (`"1"` is no number) and unknown keys are refused, so that a misspelt key never passes for a default.
"""

import datetime as dt
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from storage.addresses import find_url_key, get_host
from storage.schemas import TABLES
from tasks.sources.checks import Css, Hosts, Patterns, Texts, Timezone, check_any, suggest
from tasks.sources.key import Key
from tasks.sources.methods import Method, Pages, Strict
from tasks.sources.revisit import Revisit, check_order

Share = Annotated[float, Field(ge=0, le=1)]


class Addresses(Strict):
    """Which listed addresses are wanted, by patterns that are searched in `path?query`."""

    include: Patterns = ()
    exclude: Patterns = ()


class Pace(Strict):
    """How gently a source is asked: seconds between requests, requests at once, pages a night."""

    interval_s: Annotated[float, Field(ge=0)] = 1.0
    concurrency: Annotated[int, Field(ge=1)] = 1
    budget: Annotated[int, Field(ge=1)] = 500


class Relevance(Strict):
    """Whether articles must be about inspections to be kept, and which terms say so beyond the common ones."""

    terms: Texts = ()
    required: bool = True


class Selectors(Strict):
    """CSS selectors for the pages of one period, each list in order of preference.

    `article` is what the text is looked for in, `drop` what is left out of it. `since` and `until` are both included.
    """

    since: dt.date | None = None
    until: dt.date | None = None
    article: Css = ()
    drop: Css = ()
    title: Css = ()
    standfirst: Css = ()
    byline: Css = ()
    date: Css = ()
    section: Css = ()

    @field_validator("until")
    @classmethod
    def _check_order(cls, until: dt.date | None, info: ValidationInfo) -> dt.date | None:
        since = info.data.get("since")
        if until and since and until < since:
            raise ValueError(f"{until} is before since = {since}")
        return until

    def applies_on(self, day: dt.date) -> bool:
        """Tells whether these are the rules for a page of that day."""
        return (self.since or dt.date.min) <= day <= (self.until or dt.date.max)

    def overlaps(self, other: Self) -> bool:
        """Tells whether some day has both rules."""
        return self.applies_on(other.since or dt.date.min) or other.applies_on(self.since or dt.date.min)


class Expect(Strict):
    """What a healthy source shows. What is not stated is judged by the source's own history.

    `listed_per_night` counts at least the addresses that its listings list, `new_per_week` the articles or reports that
    are new in seven days, `days_without_news` at most the days since the last of these, `fill` at least the share of
    the newest pages that have a column.
    """

    listed_per_night: Annotated[int | None, Field(ge=0)] = None
    new_per_week: Annotated[int | None, Field(ge=0)] = None
    days_without_news: Annotated[int | None, Field(ge=1)] = None
    fill: dict[str, Share] = Field(default_factory=dict)


def _check_host_of_listing(method: Method, info: ValidationInfo) -> Method:
    hosts = info.data.get("hosts")
    at, urls = ("urls", method.urls) if isinstance(method, Pages) else ("url", (method.url,))
    for url in urls:
        if hosts is not None and url is not None and get_host(url) not in hosts:
            message = "host '{host}' is not among the hosts of the source; add it there"
            raise PydanticCustomError("host", message, {"host": get_host(url), "at": at})
    return method


def _get_target(url: str) -> str:
    """Gets the part of an address that patterns are searched in: `path?query`."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _list_pages(methods: Iterable[Method]) -> list[str]:
    return [url for method in methods if isinstance(method, Pages) for url in method.urls]


class Source(Strict):
    """One source: who publishes, where it lists what it has, how to ask and read, and what to expect."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    title: Annotated[str, Field(min_length=1)]
    publisher: Annotated[str, Field(min_length=1)]
    kind: Literal["news", "inspectorate"]
    inspectorate: Annotated[str | None, Field(validate_default=True)] = None
    hosts: Hosts
    language: Annotated[str, Field(pattern="^[a-z]{2}$")] = "en"
    timezone: Timezone = "Europe/London"
    verified: bool = False
    notes: Annotated[str, Field(min_length=1)]
    discover: Annotated[
        tuple[
            Annotated[
                Annotated[Method, Field(discriminator="method")],
                AfterValidator(_check_host_of_listing),
            ],
            ...,
        ],
        Field(strict=False),
        AfterValidator(check_any),
    ]
    key: Key | None = None
    addresses: Addresses = Addresses()
    revisit: Annotated[
        tuple[Revisit, ...], Field(strict=False, validate_default=True), AfterValidator(check_order)
    ] = ()
    pace: Pace = Pace()
    relevance: Relevance = Relevance()
    selectors: Annotated[tuple[Selectors, ...], Field(strict=False)] = ()
    expect: Expect = Expect()

    @field_validator("inspectorate")
    @classmethod
    def _check_inspectorate(cls, inspectorate: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("kind")
        if kind == "inspectorate" and not inspectorate:
            raise ValueError("kind 'inspectorate' needs it: who inspects, as in 'Ofsted'")
        if kind == "news" and inspectorate is not None:
            raise ValueError("only kind 'inspectorate' has it")
        return inspectorate

    @field_validator("revisit")
    @classmethod
    def _check_pages(cls, revisit: tuple[Revisit, ...], info: ValidationInfo) -> tuple[Revisit, ...]:
        for url in _list_pages(info.data.get("discover", ())):
            if not any(rule.applies_to(_get_target(url), dt.timedelta(0)) for rule in revisit):
                raise ValueError(f"no rule is for {url}, a page to be followed; it would be asked for once only")
        return revisit

    @field_validator("key")
    @classmethod
    def _check_host_of_key(cls, key: Key | None, info: ValidationInfo) -> Key | None:
        if key and key.host not in info.data.get("hosts", (key.host,)):
            raise PydanticCustomError(
                "host", "host '{host}' is not among the hosts of the source", {"host": key.host, "at": "host"}
            )
        return key

    @field_validator("selectors")
    @classmethod
    def _check_periods(cls, selectors: tuple[Selectors, ...]) -> tuple[Selectors, ...]:
        for index, rules in enumerate(selectors):
            if any(rules.overlaps(earlier) for earlier in selectors[:index]):
                message = "the period overlaps with that of earlier selectors; set since and until"
                raise PydanticCustomError("period", message, {"at": index})
        return selectors

    @field_validator("expect")
    @classmethod
    def _check_fill(cls, expect: Expect, info: ValidationInfo) -> Expect:
        table = TABLES["inspections" if info.data.get("kind") == "inspectorate" else "articles"]
        columns = table.schema.names()
        for column in expect.fill:
            if column not in columns:
                message = f"table {table.name} has no column {column!r}{suggest(column, columns)}"
                raise PydanticCustomError("column", "{message}", {"message": message, "at": ("fill", column)})
        return expect

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """The hosts that may be asked, also after redirects."""
        return frozenset(self.hosts)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that state none."""
        return ZoneInfo(self.timezone)

    @cached_property
    def pages(self) -> frozenset[str]:
        """The fixed pages that are followed; no pattern leaves them out."""
        return frozenset(_list_pages(self.discover))

    def wants(self, url: str) -> bool:
        """Tells whether a listed address is wanted: `include` (where given) must match, `exclude` must not.

        What is no address is not.
        """
        if url in self.pages:
            return True
        if find_url_key(url) is None:
            return False
        target = _get_target(url)
        included = not self.addresses.include or any(re.search(p, target) for p in self.addresses.include)
        return included and not any(re.search(p, target) for p in self.addresses.exclude)

    def find_revisit(self, url: str, age: dt.timedelta = dt.timedelta(0)) -> Revisit | None:
        """Finds the rule by which a page is asked for again, that long after publication; None where none is for it.

        The first rule counts that is for the address and not over yet. A page whose rule is endless from the first day
        is a rolling one.
        """
        target = _get_target(url)
        return next((rule for rule in self.revisit if rule.applies_to(target, age)), None)

    def choose_selectors(self, on: dt.date) -> Selectors:
        """Chooses the rules for a page of that day; empty ones where none are for it."""
        return next((rules for rules in self.selectors if rules.applies_on(on)), Selectors())
