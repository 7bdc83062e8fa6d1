"""What a source answers about addresses, periods and time."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tasks.sources.model import Source

DATA: dict[str, Any] = {
    "name": "example",
    "title": "Example",
    "publisher": "Example Press",
    "kind": "news",
    "hosts": ["www.example.org"],
    "notes": "written for a test",
    "discover": [{"method": "feed", "url": "https://www.example.org/feed"}],
}


def make_source(**more: Any) -> Source:
    """Makes a source."""
    return Source.model_validate(DATA | more)


@pytest.mark.parametrize(
    ("include", "exclude", "url", "wanted"),
    [
        ([], [], "https://www.example.org", True),
        (["^/news/"], [], "https://www.example.org/news/a", True),
        (["^/news/"], [], "https://www.example.org/sport/news/a", False),
        (["^/news/", "^/cyp/"], [], "https://www.example.org/cyp/news/a", True),
        (["^/$"], [], "https://www.example.org", True),
        (["id=1$"], [], "https://www.example.org/page?id=1", True),
        (["id=1$"], [], "https://www.example.org/page?id=12", False),
        ([], ["/amp$"], "https://www.example.org/news/a/amp", False),
        (["^/news/"], ["live"], "https://www.example.org/news/live", False),
    ],
)
def test_wants_addresses_by_path_and_query(include: list[str], exclude: list[str], url: str, *, wanted: bool) -> None:
    """An address is wanted where some include pattern matches and no exclude pattern does."""
    source = make_source(addresses={"include": include, "exclude": exclude})
    assert source.wants(url) is wanted


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2018, 12, 31), ("h1.old",)),
        (date(2019, 1, 1), ("h1.new",)),
        (date(2024, 12, 31), ("h1.new",)),
        (date(2025, 1, 1), ()),
    ],
)
def test_chooses_the_selectors_of_the_pages_day(day: date, title: tuple[str, ...]) -> None:
    """Periods include their first and last day; outside of all, there are no selectors."""
    source = make_source(
        selectors=[
            {"until": date(2018, 12, 31), "title": ["h1.old"]},
            {"since": date(2019, 1, 1), "until": date(2024, 12, 31), "title": ["h1.new"]},
        ]
    )
    assert source.choose_selectors(day).title == title


def test_is_immutable() -> None:
    """A source that was read cannot be changed by the way."""
    with pytest.raises(ValidationError):
        make_source().name = "other"  # type: ignore[misc]


def test_knows_its_zone_and_hosts() -> None:
    """The zone and the hosts come as what the client and the date readers use."""
    source = make_source(timezone="America/New_York")
    assert source.zone.key == "America/New_York"
    assert source.allowed_hosts == {"www.example.org"}
