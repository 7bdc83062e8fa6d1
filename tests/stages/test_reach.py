"""How far back listings reach, by the kinds of them that a source has."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from storage.records import Listed
from tasks.reach import explain_reach, find_reach
from tasks.units import Unit
from tests.stages.conftest import make_source

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OLDEST, NEWEST = datetime(2019, 7, 23, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)
HOST = "https://www.post.example"
FEED = {"method": "feed", "url": f"{HOST}/rss"}
SITEMAP = {"method": "sitemap", "url": f"{HOST}/sitemap.xml"}
PAGES = {"method": "pages", "urls": [f"{HOST}/visits"]}
WALK = {"method": "listing", "url": f"{HOST}/news", "link": "a", "item": "li", "date": "time", "pages": 2}


def list_articles(method: str, *dates: datetime | None, pages: int = 1) -> list[Listed]:
    """Lists articles of these dates, on so many pages."""
    return [
        Listed(f"{HOST}/{number}", method, f"{HOST}/list?page={number % pages}", published_at=at)
        for number, at in enumerate(dates)
    ]


@pytest.mark.parametrize(
    ("methods", "listed", "reach"),
    [
        pytest.param([FEED], list_articles("feed", NEWEST, OLDEST, None), OLDEST, id="feed"),
        pytest.param([FEED], list_articles("feed", None), NOW, id="feed without dates"),
        pytest.param([FEED], [], NOW, id="empty feed"),
        pytest.param([PAGES, FEED], list_articles("feed", OLDEST), OLDEST, id="feed beside fixed pages"),
        pytest.param([PAGES], list_articles("pages", None), None, id="fixed pages"),
        pytest.param([SITEMAP], list_articles("sitemap", OLDEST, None), None, id="sitemap of a site"),
        pytest.param([FEED, SITEMAP], list_articles("sitemap", NEWEST), NEWEST, id="news sitemap"),
        pytest.param([WALK], list_articles("listing", NEWEST, OLDEST, pages=2), OLDEST, id="walk to the last page"),
        pytest.param([WALK], list_articles("listing", NEWEST, OLDEST), None, id="walk that ended before"),
        pytest.param(
            [FEED, {"method": "wordpress", "url": f"{HOST}/wp-json/wp/v2/posts"}],
            list_articles("feed", NEWEST),
            None,
            id="asked by date",
        ),
    ],
)
def test_listings_reach_back_to_the_oldest_that_they_have(
    methods: list[dict[str, Any]], listed: list[Listed], reach: datetime | None
) -> None:
    """What lists all there is, or can be asked by date, has no such end; one of several is enough."""
    assert find_reach(make_source(discover=methods, revisit=[{"every_days": 1}]), listed, NOW) == reach


@pytest.mark.parametrize(
    ("month", "reach", "is_listed"),
    [(date(2019, 7, 1), OLDEST, False), (date(2019, 8, 1), OLDEST, True), (date(2019, 6, 1), None, True)],
)
def test_a_month_that_begins_before_the_reach_is_not_wholly_listed(
    month: date, reach: datetime | None, *, is_listed: bool
) -> None:
    """The reason says from when on it is, and where the rest may be had."""
    told = explain_reach(Unit("post", month), reach)
    assert (
        told is None
        if is_listed
        else told == ("its listings reach back to 2019-07-23; a web archive may have what is older (--via wayback)")
    )
