"""What a single value of a source file must be: an address, a host, a time zone, a pattern, a CSS selector."""

import re
from difflib import get_close_matches
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import soupsieve
from pydantic import AfterValidator, Field

Item = TypeVar("Item")


def check_url(value: str) -> str:
    """Checks that an address is absolute and http(s); raises ValueError."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{value!r} is no absolute http(s) address")
    return value


def check_host(value: str) -> str:
    """Checks that a host is a bare name in lower case; raises ValueError."""
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", value):
        raise ValueError(f"{value!r} is no host: give the bare name in lower case, as in 'www.example.org'")
    return value


def check_timezone(value: str) -> str:
    """Checks that the tz database knows a zone; raises ValueError."""
    zones = available_timezones()
    if value not in zones:
        raise ValueError(f"{value!r} is no time zone of the tz database{suggest(value, zones)}")
    return value


def check_pattern(value: str) -> str:
    """Checks that a regular expression compiles; raises ValueError."""
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"{value!r} is no regular expression: {error}") from error
    return value


def check_selector(value: str) -> str:
    """Checks that a CSS selector compiles; raises ValueError."""
    try:
        soupsieve.compile(value)
    except soupsieve.SelectorSyntaxError as error:
        raise ValueError(f"{value!r} is no CSS selector: {str(error).splitlines()[0]}") from error
    return value


def check_any(values: tuple[Item, ...]) -> tuple[Item, ...]:
    """Checks that a list has at least one item; raises ValueError."""
    if not values:
        raise ValueError("at least one is needed")
    return values


def suggest(wrong: str, known: set[str] | list[str]) -> str:
    """Words a suggestion for a misspelt name; empty where no known one is near."""
    near = get_close_matches(wrong, sorted(known), n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


Url = Annotated[str, AfterValidator(check_url)]
Host = Annotated[str, AfterValidator(check_host)]
Timezone = Annotated[str, AfterValidator(check_timezone)]
#: TOML arrays arrive as lists, which strict pydantic does not take for tuples.
Texts = Annotated[tuple[str, ...], Field(strict=False)]
Hosts = Annotated[tuple[Host, ...], Field(strict=False), AfterValidator(check_any)]
Patterns = Annotated[tuple[Annotated[str, AfterValidator(check_pattern)], ...], Field(strict=False)]
Css = Annotated[tuple[Annotated[str, AfterValidator(check_selector)], ...], Field(strict=False)]
