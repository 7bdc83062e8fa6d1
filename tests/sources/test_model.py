"""What a source answers about addresses, periods and time."""

from datetime import date, timedelta
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
        ([], [], "http://[", False),
        ([], [], "https://www.example.org:abc/", False),
    ],
)
def test_wants_addresses_by_path_and_query(include: list[str], exclude: list[str], url: str, *, wanted: bool) -> None:
    """An address is wanted where some include pattern matches and no exclude pattern does; what is none is not."""
    source = make_source(addresses={"include": include, "exclude": exclude})
    assert source.wants(url) is wanted


def test_wants_the_pages_that_it_follows() -> None:
    """A page that the file names is wanted whatever the patterns say."""
    pages = {"method": "pages", "urls": ["https://www.example.org/lists/visits"]}
    source = make_source(discover=[pages], revisit=[{"every_days": 7}], addresses={"include": ["^/news/"]})
    assert source.wants("https://www.example.org/lists/visits")
    assert not source.wants("https://www.example.org/lists/others")


RULES = [
    {"pattern": "^/lists/.*page=1$", "every_days": 1},
    {"pattern": "^/news/", "every_days": 1, "for_days": 3},
    {"every_days": 7, "for_days": 30},
]


@pytest.mark.parametrize(
    ("path", "days", "every_days"),
    [
        ("/lists/visits?page=1", 0, 1),
        ("/lists/visits?page=1", 4000, 1),
        ("/lists/visits?page=2", 0, 7),
        ("/sport/lists/visits?page=1", 31, None),
        ("/news/a", 0, 1),
        ("/news/a", 3, 1),
        ("/news/a", 4, 7),
        ("/news/a", 31, None),
        ("/news/a", -1, 1),
    ],
)
def test_finds_the_first_rule_that_is_for_a_page_of_that_age(path: str, days: int, every_days: int | None) -> None:
    """A rule counts where its pattern is found and its days are not over; the first such one does."""
    rule = make_source(revisit=RULES).find_revisit(f"https://www.example.org{path}", timedelta(days=days))
    assert (rule and rule.every_days) == every_days


def test_tells_a_rolling_page() -> None:
    """The rule of a page that is overwritten in place never ends; that of an article does, and most have none."""
    source = make_source(revisit=RULES)
    rules = [source.find_revisit(f"https://www.example.org{path}") for path in ("/lists/x?page=1", "/news/a")]
    assert [rule and rule.for_days is None for rule in rules] == [True, False]
    assert make_source().find_revisit("https://www.example.org/news/a") is None


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
