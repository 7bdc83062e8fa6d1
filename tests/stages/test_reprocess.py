"""Captures read again: the same readers change nothing, others change exactly what they read differently."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import polars as pl
import pytest

from storage.layout import Layout
from storage.tables import commit_rows, read_table
from tasks import keep, rebuild
from tasks.deduplicate import deduplicate_articles
from tasks.discover import discover_addresses
from tasks.fetch import cut_batches, fetch_batch
from tasks.plan import plan_source
from tasks.read import read_batch
from tasks.reading import relevance
from tasks.reprocess import find_pages, reprocess_captures
from tasks.run import Tally, open_run, report_nothing
from tasks.sources.load import load_folders
from tasks.web.settings import ClientSettings
from tests.sample_site.serve import start_server
from tests.stages.conftest import Nights, make_page
from tests.stages.rereading import (
    digest_files,
    list_tables,
    read_again,
    read_rows,
)

SITE = Path(__file__).resolve().parents[1] / "sample_site"
SOURCES = load_folders([SITE / "sources"])


async def run_sample_night(layout: Layout, port: int) -> None:
    """One night of the sample sources."""
    settings = ClientSettings("inspection-news/test", f"127.0.0.1:{port}", pace=0)
    async with open_run(layout, "nightly", settings, operator=None, workers=0, report=report_nothing) as run:
        for source in SOURCES.values():
            tally = Tally(source.name, datetime.now(UTC))
            plan = await plan_source(source, await discover_addresses(source, run, tally), run, tally)
            for batch in cut_batches(plan.ask):
                await read_batch(source, await fetch_batch(source, batch, run, tally), run, tally)
    deduplicate_articles(layout)


@pytest.fixture(scope="module")
def sample_archive(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The archive of two nights on the sample site; its server is gone."""
    layout = Layout(tmp_path_factory.mktemp("reprocess") / "archive")
    server = start_server()
    try:
        for day in (1, 2):
            server.set_day(day)
            asyncio.run(run_sample_night(layout, server.server_port))
    finally:
        server.stop()
    return layout


@pytest.fixture
def sample(sample_archive: Layout, monkeypatch: pytest.MonkeyPatch) -> Iterator[Layout]:
    """The archive of the sample site; the test fails where it leaves other rows behind than it found."""
    before = list_tables(sample_archive)
    yield sample_archive
    monkeypatch.undo()
    read_again(sample_archive, SOURCES)
    assert list_tables(sample_archive) == before


def test_the_same_readers_change_no_file(sample: Layout) -> None:
    """Versions, redirects, rejections, soft 404 and reports come out byte for byte as the nights made them."""
    before = digest_files(sample)
    changes = read_again(sample, SOURCES)
    assert (changes.counts, changes.problems) == ({}, [])
    assert digest_files(sample) == before
    tables = list_tables(sample)
    assert all(tables.values())
    outcomes = {row["outcome"] for row in tables["addresses"]}
    assert {"stored", "duplicate", "not_relevant", "not_an_article", "soft_404"} <= outcomes
    read = {row["url_key"] for table in ("articles", "inspections", "rejections") for row in tables[table]}
    assert changes.pages == len(read)


def test_worker_processes_read_the_same(sample: Layout) -> None:
    """Reading again in worker processes changes no file either."""
    before = digest_files(sample)
    assert not reprocess_captures(sample, sources=SOURCES, workers=1, stop=Event()).counts
    assert digest_files(sample) == before


def test_lost_rows_are_rebuilt(sample: Layout) -> None:
    """All tables that reading fills come back from the captures, as they were; which page stands where is kept, too."""
    before = list_tables(sample)
    commit_rows(sample, {}, replacements={table: read_table(sample, table).clear() for table in rebuild.TABLES})
    assert read_again(sample, SOURCES).counts.keys() == {(table, "added") for table in rebuild.TABLES}
    assert list_tables(sample) == before


def test_a_stricter_threshold_moves_rows_to_rejections_and_back(
    sample: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Articles that are not relevant any more become rejections, with their score and terms; later they come back."""
    before = list_tables(sample)
    files = digest_files(sample)
    monkeypatch.setattr(relevance, "THRESHOLD", 0.95)
    wanted = read_again(sample, SOURCES, write=False)
    assert digest_files(sample) == files
    made = read_again(sample, SOURCES)
    assert made.counts == wanted.counts
    after = list_tables(sample)
    gone = [row for row in before["articles"] if row not in after["articles"]]
    assert gone
    assert all(row["relevance_score"] < 0.95 for row in gone)
    assert {row["relevance_score"] >= 0.95 for row in after["articles"]} == {True}
    added = [row for row in after["rejections"] if row not in before["rejections"]]
    shown = [
        {(row["url_key"], row["relevance_score"], *row["relevance_terms"]) for row in rows} for rows in (gone, added)
    ]
    assert shown[0] == shown[1]
    ended = {row["url_key"]: (row["outcome"], row["outcome_reason"]) for row in after["addresses"]}
    for row in gone:
        if row["url_key"] in ended:
            assert ended[row["url_key"]] == ("not_relevant", f"relevance score {row['relevance_score']:.2f}")

    def list_shown(table: str, change: str) -> set[str]:
        rows = wanted.rows.filter(pl.col("table") == table, pl.col("change") == change)
        return set(rows["key"])

    assert list_shown("articles", "removed") == {row["article_id"] for row in gone}
    assert list_shown("rejections", "added") == {row["capture_id"] for row in added}
    changed = [row for row in after["addresses"] if row not in before["addresses"]]
    assert list_shown("addresses", "changed") == {f"{row['source']} {row['url_key']}" for row in changed}
    assert list_shown("articles", "changed") == list_shown("inspections", "changed") == set()
    monkeypatch.undo()
    assert read_again(sample, SOURCES).counts["articles", "added"] == len(gone)
    assert list_tables(sample) == before


@pytest.mark.parametrize(
    ("days", "options", "expected"),
    [
        pytest.param({}, {}, 1, id="all"),
        pytest.param({"since": 0, "until": 0}, {}, 1, id="both ends are included"),
        pytest.param({"until": -1}, {}, 0, id="before"),
        pytest.param({"since": 1}, {}, 0, id="after"),
        pytest.param({}, {"names": ["post"]}, 1, id="its source"),
        pytest.param({}, {"names": ["other"]}, 0, id="another source"),
        pytest.param({}, {"outdated_only": True}, 0, id="read by today's reader"),
    ],
)
def test_pages_are_chosen(days: dict[str, int], options: dict[str, Any], expected: int, nights: Nights) -> None:
    """Pages are chosen by day of a capture, by source and by the version of the reader."""
    nights.site.pages["/a"] = make_page()
    nights.run("/a")
    day = read_rows(nights.layout, "articles")[0]["fetched_at"].date()
    period = {name: day + timedelta(days=number) for name, number in days.items()}
    chosen = {"since": None, "until": None, "names": None, "outdated_only": False, **period, **options}
    assert len(find_pages(nights.layout, **chosen)) == expected


def test_pages_of_an_older_reader_are_chosen(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that another version of the reader has read are chosen, and then have today's version."""
    nights.site.pages |= {"/a": make_page(), "/none": (200, {}, b"<html><body>nothing</body></html>")}
    with monkeypatch.context() as patch:
        patch.setattr(keep, "READER_VERSION", "inspection-news-reader 0")
        nights.run("/a", "/none")
    changes = read_again(nights.layout, outdated_only=True)
    assert changes.counts == {("articles", "changed"): 1, ("rejections", "changed"): 1}
    assert read_again(nights.layout, outdated_only=True).pages == 0


def test_a_range_that_no_capture_can_be_in_is_refused(nights: Nights) -> None:
    """A range the wrong way round, or still to come, is a mistake, and not an empty range; today is none."""
    with pytest.raises(ValueError, match="ends"):
        read_again(nights.layout, since=date(2026, 2, 1), until=date(2026, 1, 1))
    today = datetime.now(UTC).date()
    with pytest.raises(ValueError, match=r"^--from .* is still to come: name a day up to today$"):
        read_again(nights.layout, since=today + timedelta(days=2))
    assert read_again(nights.layout, since=today, until=today + timedelta(days=2)).pages == 0
