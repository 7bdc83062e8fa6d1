"""What a source is: everything that one TOML file under tasks/sources may say.

Types are strict (`"1"` is no number) and unknown keys are refused, so that a misspelt key never passes for a default.
"""

import datetime as dt
import re
from functools import cached_property
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from storage.addresses import get_host
from storage.schemas import ARTICLES, INSPECTIONS
from tasks.sources.checks import Css, Hosts, Patterns, Texts, Timezone, check_any, suggest
from tasks.sources.methods import Method, Strict

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
    """What a healthy night shows: addresses listed at least, and the least share of stored rows that fill a column."""

    listed_per_night: Annotated[int, Field(ge=0)] = 1
    fill: dict[str, Share] = Field(default_factory=dict)


def _check_host_of_listing(method: Method, info: ValidationInfo) -> Method:
    hosts = info.data.get("hosts")
    if hosts is not None and method.url is not None and get_host(method.url) not in hosts:
        message = "host '{host}' is not among the hosts of the source; add it there"
        raise PydanticCustomError("host", message, {"host": get_host(method.url), "at": "url"})
    return method


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
    addresses: Addresses = Addresses()
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
        table = INSPECTIONS if info.data.get("kind") == "inspectorate" else ARTICLES
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

    def wants(self, url: str) -> bool:
        """Tells whether a listed address is wanted: `include` (where given) must match, `exclude` must not."""
        parts = urlsplit(url)
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        included = not self.addresses.include or any(re.search(p, target) for p in self.addresses.include)
        return included and not any(re.search(p, target) for p in self.addresses.exclude)

    def choose_selectors(self, on: dt.date) -> Selectors:
        """Chooses the rules for a page of that day; empty ones where none are for it."""
        return next((rules for rules in self.selectors if rules.applies_on(on)), Selectors())
