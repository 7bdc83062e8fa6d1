"""What a backfill would do, told before anything is asked."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.tables import commit_rows, make_frame
from tasks import live_estimate
from tasks.discover import discover_addresses
from tasks.discovery.cqc import OVERLAP
from tasks.estimate import count_done_units, estimate_backfill
from tasks.run import Tally
from tasks.sources.model import Source
from tasks.via import Via
from tests.imports.conftest import Capture, write_warc
from tests.stages.conftest import Nights, make_page, make_source

SITEMAP = {"method": "sitemap", "url": "https://www.post.example/sitemap.xml"}
JANUARY, MARCH = date(2019, 1, 1), date(2019, 3, 31)
MAY = datetime(2024, 5, 3, tzinfo=UTC)


def estimate(
    nights: Nights,
    via: Via,
    path: Path | None = None,
    *,
    source: Source | None = None,
    days: tuple[date, date] = (JANUARY, MARCH),
    **options: Any,
) -> list[dict[str, Any]]:
    """Estimates three months, or the files at a path."""
    of = (None, None) if path else days
    options = {"again": False, "pace": 1.0, **options}
    return estimate_backfill(nights.layout, [source or make_source()], via, *of, path, **options)


UNKNOWN = {"listings": None, "pages": None, "megabytes": None, "minutes": None}


def test_a_live_backfill_is_estimated_by_what_was_seen(nights: Nights) -> None:
    """Pages a month and bytes a page are those of the archive; without any they are null."""
    source = make_source(discover=[SITEMAP])
    (unknown,) = estimate(nights, Via.LIVE, source=source)
    assert unknown == {"source": "post", "units": 3, "note": None, **UNKNOWN}
    nights.site.pages |= {"/a": make_page(), "/b": make_page("Another")}
    nights.run("/a", "/b", source=source, published_at=MAY)
    (known,) = estimate(nights, Via.LIVE, source=source)
    assert (known["pages"], known["minutes"]) == (6, 0.1)


@pytest.mark.parametrize(
    ("months", "pages"),
    [
        pytest.param((MAY.date(), MAY.date()), 0, id="a month that is known"),
        pytest.param((date(2024, 4, 1), MAY.date()), 1, id="and one that is not"),
        pytest.param((MAY.date(), date(2024, 8, 1)), 2, id="between the first and the last seen"),
        pytest.param((MAY.date(), date(2029, 1, 1)), 29, id="up to today"),
    ],
)
def test_what_is_known_and_what_is_to_come_is_not_asked_for(
    nights: Nights, months: tuple[date, date], pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month has the mean of all between the first and the last seen: known pages count, those to come do not."""
    monkeypatch.setattr(live_estimate, "find_today", lambda: date(2026, 11, 22))
    nights.site.pages |= {f"/{name}": make_page(name) for name in "abc"}
    source = make_source(discover=[SITEMAP])
    nights.run("/a", "/b", source=source, published_at=MAY)
    nights.run("/c", source=source, published_at=datetime(2024, 7, 9, tzinfo=UTC))
    (row,) = estimate(nights, Via.LIVE, source=source, days=months)
    assert row["pages"] == pages


def test_months_are_those_of_the_backfill(nights: Nights) -> None:
    """A date in the address, or the last change, counts where nothing says the publication; what failed is left."""
    source = make_source(discover=[SITEMAP])
    nights.site.pages["/2019/02/a"] = make_page()
    nights.run("/2019/02/a", "/2019/02/lost", source=source)
    (row,) = estimate(nights, Via.LIVE, source=source)
    assert row["pages"] == 2 + 2


def test_a_month_that_a_backfill_is_done_with_has_no_more_pages(nights: Nights) -> None:
    """Gone through again, it is expected to be as it was."""
    source = make_source(discover=[SITEMAP])
    nights.site.pages["/a"] = make_page()
    nights.run("/a", source=source, published_at=MAY)
    unit = {
        "unit_id": "live/post/2019-02", "via": "live", "source": "post", "month": date(2019, 2, 1), "is_done": True,
        "listed": 0, "stored": 0, "run_id": "r", "finished_at": MAY,
    }  # fmt: skip
    commit_rows(nights.layout, {"backfill_units": make_frame("backfill_units", [unit])})
    (row,) = estimate(nights, Via.LIVE, source=source, again=True)
    assert (row["units"], row["pages"]) == (3, 2)


def test_a_feed_lists_nothing_of_the_months_before_it(nights: Nights) -> None:
    """No pages are expected there, and the note says why."""
    nights.site.pages["/a"] = make_page()
    nights.run("/a", published_at=MAY)
    (row,) = estimate(nights, Via.LIVE)
    assert (row["pages"], row["note"]) == (0, "its feed has the newest articles alone")


def test_lists_are_counted_as_in_the_last_run(nights: Nights) -> None:
    """They are asked for once in a backfill, as in a night; an API that is asked day by day has a request a day."""
    nights.site.pages["/rss"] = 200, {"Content-Type": "application/rss+xml"}, b"<rss version='2.0'><channel/></rss>"

    async def discover() -> None:
        async with nights.open() as run:
            await discover_addresses(make_source(), run, Tally("post", run.started_at))

    asyncio.run(discover())
    (row,) = estimate(nights, Via.LIVE)
    assert row["listings"] == 1
    key = {"host": "www.post.example", "header": "X-Key", "environment": "INSPECTION_NEWS_POST_KEY"}
    daily = make_source(discover=[{"method": "cqc", "url": "https://www.post.example/v1"}], key=key)
    (row,) = estimate(nights, Via.LIVE, source=daily, keys=["INSPECTION_NEWS_POST_KEY"])
    assert row["listings"] == 90 + OVERLAP.days
    (row,) = estimate(nights, Via.LIVE, source=daily)
    assert (row["listings"], row["note"]) == (0, "skipped, as INSPECTION_NEWS_POST_KEY is not set")


@pytest.mark.parametrize(("via", "requests"), [(Via.WAYBACK, 3), (Via.COMMONCRAWL, 6)])
def test_of_a_web_archive_the_least_requests_to_its_index_are_told(via: Via, requests: int, nights: Nights) -> None:
    """A month of a host is at least one query, which Common Crawl counts first; what they list nobody knows."""
    (row,) = estimate(nights, via)
    assert (row["units"], row["index_requests"], row["pages"]) == (3, requests, None)
    assert row["index_minutes"] == round(requests * 2 / 60, 1)


def test_of_cc_news_the_months_are_told(nights: Nights) -> None:
    """A month has hundreds of files, which only its list can tell; one that is done says so, as files do."""
    unit = {
        "unit_id": "cc-news/2019-02/0", "via": "cc-news", "sources": ["post"], "is_done": True, "listed": 0,
        "stored": 0, "run_id": "r", "finished_at": MAY,
    }  # fmt: skip
    commit_rows(nights.layout, {"backfill_units": make_frame("backfill_units", [unit])})
    told = [(row["month"], row["index_requests"], row["is_done"]) for row in estimate(nights, Via.CC_NEWS)]
    assert told == [("2019-01", 1, False), ("2019-02", 0, True), ("2019-03", 1, False)]


def test_files_are_told_with_their_size_and_whether_they_are_done(nights: Nights, tmp_path: Path) -> None:
    """A file that an earlier backfill is done with says so, unless all is to be repeated."""
    file = tmp_path / "a.warc.gz"
    file.write_bytes(write_warc([Capture("https://www.post.example/a")])[0])
    (row,) = estimate(nights, Via.WARC, file)
    assert row == {"file": str(file), "megabytes": 0.0, "is_done": False, "refused": None}
    unit = {
        "unit_id": f"warc/a.warc.gz/{file.stat().st_size}/0", "via": "warc", "sources": ["post"], "is_done": True,
        "listed": 1, "stored": 1, "run_id": "r", "finished_at": MAY,
    }  # fmt: skip
    commit_rows(nights.layout, {"backfill_units": make_frame("backfill_units", [unit])})
    assert estimate(nights, Via.WARC, file)[0]["is_done"]
    others = [make_source(), make_source("mail")]
    assert [count_done_units(nights.layout, of, Via.WARC, None, None, file) for of in (others[:1], others)] == [1, 0]
    assert not estimate(nights, Via.WARC, file, again=True)[0]["is_done"]


def test_what_is_no_warc_file_is_told_as_refused(nights: Nights, tmp_path: Path) -> None:
    """A file in a folder that only has the name of one is no unit to come; one whose first record is damaged is."""
    content, (_, (second, _)) = write_warc(
        [Capture("https://www.post.example/a"), Capture("https://www.post.example/b")]
    )
    (tmp_path / "a.warc").write_bytes(b"<html>an error page</html>")
    (tmp_path / "b.warc.gz").write_bytes(bytes([*content[:2], 0]) + content[second:])
    (tmp_path / "c.warc.gz").write_bytes(content)
    told = [(Path(row["file"]).name, row["refused"]) for row in estimate(nights, Via.WARC, tmp_path)]
    assert told == [("a.warc", "not a WARC file"), ("b.warc.gz", None), ("c.warc.gz", None)]


@pytest.mark.parametrize("days", [(None, MARCH), (JANUARY, None)])
def test_a_call_without_days_is_no_empty_estimate(days: tuple[date | None, date | None], nights: Nights) -> None:
    """It is a mistake of ours, and does not look like a backfill that has nothing to do."""
    with pytest.raises(AssertionError):
        estimate_backfill(nights.layout, [make_source()], Via.LIVE, *days, None, again=False, pace=1.0)
