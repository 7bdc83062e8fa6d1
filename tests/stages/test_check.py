"""Nights of two sources, checked: one fails, the other goes on, and what was said of them is kept and shown."""

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import polars as pl
import pytest

from storage.layout import Layout
from storage.outcomes import Outcome
from storage.tables import commit_rows, make_frame, read_table
from tasks.check import (
    check_source,
    describe_ended,
    describe_running,
    describe_source_runs,
    find_last_success,
    find_run,
    make_run_frames,
)
from tasks.discover import discover_addresses
from tasks.fetch import fetch_batch
from tasks.nights import count_stored, load_nights
from tasks.plan import plan_source
from tasks.publish import write_report
from tasks.read import read_batch
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.status import describe_sources
from tests.stages.conftest import Nights, Site, make_page, make_source
from tests.stages.histories import TODAY, make_check, make_night, make_past, repeat_nights, start_night

ECHO = {"discover": [{"method": "feed", "url": "https://www.post.example/echo.rss"}]}
MISSING_KEY = "INSPECTION_NEWS_POST_KEY"
SOURCES = (make_source("echo", **ECHO), make_source("post"))


def make_feed(*paths: str) -> tuple[int, dict[str, str], bytes]:
    """A feed that lists these paths."""
    items = "".join(f"<item><title>{path}</title><link>https://www.post.example{path}</link></item>" for path in paths)
    feed = f"<rss version='2.0'><channel><title>Feed</title>{items}</channel></rss>"
    return 200, {"Content-Type": "application/rss+xml"}, feed.encode()


def run_night(nights: Nights, age: int, sources: Sequence[Source] = SOURCES) -> dict[str, dict[str, Any]]:
    """Runs a night as if it were so many days ago; gives the rows of its sources."""
    return asyncio.run(_run_night(nights, datetime.now(UTC) - timedelta(days=age), sources))


async def _run_night(nights: Nights, started_at: datetime, sources: Sequence[Source]) -> dict[str, dict[str, Any]]:
    async with nights.open() as run:
        object.__setattr__(run, "started_at", started_at)
        running = describe_running(run, [source.name for source in sources], "1")
        tallies = [await _run_source(source, run) for source in sources]
        rows = describe_source_runs(sources, tallies, run, check_source)
        await run.commit(make_run_frames(describe_ended(run, running, rows, []), rows))
    return {row["source"]: row for row in rows}


async def _run_source(source: Source, run: Run) -> Tally:
    tally = Tally(source.name, run.started_at)
    plan = await plan_source(source, await discover_addresses(source, run, tally), run, tally)
    if fetched := await fetch_batch(source, plan.ask, run, tally):
        await read_batch(source, fetched, run, tally)
    return tally


def test_a_source_that_lacks_its_key_is_skipped_and_no_night_of_it_counts(nights: Nights, site: Site) -> None:
    """Its verdict says what is missing and fails nothing; what came before is still its last success."""
    site.pages["/rss"] = make_feed("/a")
    site.pages["/a"] = make_page("Ofsted rates council inadequate")
    run_night(nights, 2)
    success = find_last_success(nights.layout, "post", before=datetime.now(UTC))
    locked = make_source("post", key={"host": "www.post.example", "header": "X-Key", "environment": MISSING_KEY})
    skipped = run_night(nights, 1, [locked])["post"]
    assert skipped["verdict"] == "skipped"
    assert [check["name"] for check in skipped["checks"] if not check["passed"]] == ["asked"]
    assert MISSING_KEY in skipped["checks"][0]["notes"]
    assert find_last_success(nights.layout, "post", before=datetime.now(UTC)) == success
    assert read_table(nights.layout, "runs").sort("started_at")["state"].to_list()[-1] == "ok"
    assert "X-Key" not in str(site.requests)
    back = run_night(nights, 0)["post"]
    assert back["verdict"] == "ok"


def test_an_error_is_told_of_a_source_that_was_skipped(layout: Layout) -> None:
    """What stops a stage of a source fails it, also while its key is missing: what it had left open is not done."""
    tally = Tally("post", start_night(TODAY), skipped="no key", errors=["OSError: the disk is full"])
    checks = check_source(make_source(), tally, make_night(), make_past([]))
    assert {check.name: check.severity for check in checks if not check.passed} == {
        "asked": "skipped", "finished": "failed"
    }  # fmt: skip


def test_a_failing_source_never_stops_the_others(nights: Nights, site: Site) -> None:
    """One source fails night after night and says since when; the other is stored, and its history grows."""
    site.pages |= {path: make_page(f"Ofsted rates council {path} inadequate") for path in ("/a", "/b", "/c")}
    site.pages["/echo.rss"] = (500, {}, b"")
    for age, path in ((2, "/a"), (1, "/b"), (0, "/c")):
        site.pages["/rss"] = make_feed(path)
        last = run_night(nights, age)
        assert (last["post"]["verdict"], last["post"]["new"]) == ("ok", 1)
        assert last["echo"]["verdict"] == "failed"
    (check,) = [check for check in last["echo"]["checks"] if not check["passed"]]
    since_on = (datetime.now(UTC) - timedelta(days=2)).date()
    assert (check["name"], check["since_on"], check["nights"]) == ("discovery", since_on, 3)
    echo, post = describe_sources(nights.layout)
    assert (echo["source"], post["source"], post["reasons"]) == ("echo", "post", None)
    assert f"(for 3 nights, since {since_on})" in echo["reasons"]
    write_report(nights.layout)
    assert f"(for 3 nights, since {since_on})" in nights.layout.report.read_text(encoding="utf-8")


def test_a_source_whose_addresses_lie_on_another_host_is_warned_of_until_one_is_asked_for(
    nights: Nights, site: Site
) -> None:
    """A host that is missing in the file is told on the first night, and also when its addresses are known."""
    listed = b"<rss version='2.0'><channel><item><link>https://www.other.example/a</link></item></channel></rss>"
    site.pages["/rss"] = (200, {"Content-Type": "application/rss+xml"}, listed)
    for age, outcome in ((2, "off_site"), (1, "known")):
        row = run_night(nights, age, [make_source()])["post"]
        assert (row["verdict"], row[outcome]) == ("warned", 1)
        assert [check["name"] for check in row["checks"] if not check["passed"]] == ["allowed"]
    site.pages |= {"/rss": make_feed("/a"), "/a": make_page()}
    assert run_night(nights, 0, [make_source()])["post"]["verdict"] == "ok"


def test_what_a_night_stored_is_counted(nights: Nights, site: Site) -> None:
    """New pages and the columns that they have are counted; a new version of an old page is nothing new."""
    site.pages |= {"/rss": make_feed("/a", "/b"), "/a": make_page(), "/b": (404, {}, b"")}
    first = run_night(nights, 1)["post"]
    assert (first["found"], first["stored"], first["new"]) == (2, 1, 1)
    filled = {fill["column"]: (fill["filled"], fill["pages"]) for fill in first["fill"]}
    assert (filled["title"], filled["authors"], filled["published_at"]) == ((1, 1), (0, 1), (0, 1))
    site.pages["/a"] = make_page(more="The council has since said that it will appeal against the judgement.")
    later = f"</link><updated>{datetime.now(UTC) + timedelta(hours=1):%FT%TZ}</updated>"
    site.pages["/rss"] = (200, {}, make_feed("/a")[2].replace(b"</link>", later.encode()))
    second = run_night(nights, 0)["post"]
    assert (second["stored"], second["new"], second["fill"][0]["pages"]) == (1, 0, 1)


@pytest.mark.parametrize(("published", "new"), [("2026-01-01", 0), (None, 1)])
def test_backlog_is_no_news(nights: Nights, site: Site, published: str | None, new: int) -> None:
    """A page published long before the night is stored, and is not new; one without a date may be."""
    status, headers, body = make_page()
    meta = f'<meta property="article:published_time" content="{published}T10:00:00Z">' if published else ""
    page = body.replace(b"<head>", b"<head>" + meta.encode())
    site.pages |= {"/rss": make_feed("/a"), "/a": (status, headers, page)}
    row = run_night(nights, 0)["post"]
    assert (row["stored"], row["new"]) == (1, new)


def test_what_another_run_stores_at_the_same_time_is_not_counted(nights: Nights, site: Site) -> None:
    """A backfill beside the night has pages of years ago, which say nothing of today's."""
    site.pages |= {"/rss": make_feed("/a"), "/a": make_page()}
    run_night(nights, 0)

    async def count() -> dict[str, Any]:
        async with nights.open() as run:
            object.__setattr__(run, "started_at", datetime.now(UTC) - timedelta(days=1))
            return count_stored(make_source(), run)

    assert asyncio.run(count()) == {"new": 0, "fill": []}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An empty archive."""
    return Layout(tmp_path / "archive")


CUT_OFF = make_check("listed_per_night", passed=False)
SILENT = make_check("days_without_news", passed=False)


def commit_nights(layout: Layout, *nights: dict[str, Any]) -> None:
    """Commits rows of sources and their runs; `flow` is of the run."""
    rows = [{name: value for name, value in night.items() if name != "flow"} for night in nights]
    runs = {
        night["run_id"]: {"flow": "nightly", "state": "ok", "program_version": "1", "finished_at": night["started_at"]}
        | {name: night[name] for name in ("run_id", "started_at", "flow") if name in night}
        for night in nights
    }
    commit_rows(layout, {"runs": make_frame("runs", runs.values()), "source_runs": make_frame("source_runs", rows)})


@pytest.mark.parametrize(
    ("newest", "counts"),
    [
        pytest.param({"verdict": "ok"}, True, id="ok"),
        pytest.param({"verdict": "warned", "checks": [SILENT]}, True, id="warned"),
        pytest.param({"verdict": "warned", "checks": [CUT_OFF]}, False, id="warned of a listing that was cut off"),
        pytest.param({"verdict": "failed"}, False, id="failed"),
        pytest.param({"verdict": "ok", "checks": None}, True, id="without checks"),
        pytest.param({"verdict": "ok", "flow": "backfill"}, False, id="a backfill"),
        pytest.param({"verdict": "ok", "source": "echo"}, False, id="another source"),
    ],
)
def test_a_night_that_listed_all_is_a_success(layout: Layout, newest: dict[str, Any], *, counts: bool) -> None:
    """The window of the next night begins with the last one that listed the source in full, warned or not."""
    first, second = date(2026, 11, 19), date(2026, 11, 20)
    commit_nights(layout, make_night(first), make_night(second, **newest))
    assert find_last_success(layout, "post", before=start_night(TODAY)) == start_night(second if counts else first)


@pytest.mark.parametrize("verdict", ["ok", "warned"])
def test_a_night_of_a_clock_that_was_ahead_is_no_success(layout: Layout, verdict: str) -> None:
    """What started after now says nothing: a window that begins there would stay empty for years."""
    commit_nights(layout, make_night(date(2026, 11, 19)), make_night(date(2031, 1, 1), verdict=verdict))
    assert find_last_success(layout, "post", before=start_night(TODAY)) == start_night(date(2026, 11, 19))


def test_a_night_is_judged_by_all_nights_before_and_by_no_backfill(layout: Layout) -> None:
    """Every check of a night has its word, and what a backfill stored is neither news nor a page to compare with."""
    lost = [{"column": "section", "filled": 0, "pages": 9}]
    nights = [make_night(night["started_at"].date(), new=0, fill=lost) for night in repeat_nights(30)]
    backfill = make_night(TODAY - timedelta(days=1), run_id="backfill", flow="backfill", new=9, found=4000)
    commit_nights(layout, *nights, backfill)
    source = make_source(expect={"new_per_week": 1, "days_without_news": 29, "fill": {"section": 0.5}})
    run = SimpleNamespace(layout=layout, started_at=start_night(TODAY))
    tally = Tally("post", run.started_at, found=40)
    checks = check_source(source, tally, make_night(new=0), load_nights(cast("Run", run)))
    assert {check.name for check in checks if check.passed} == {
        "discovery", "listed_per_night", "failures", "balance", "finished"
    }  # fmt: skip
    missed = {check.name: (check.severity, check.found) for check in checks if not check.passed}
    assert missed == {
        "new_per_week": ("warned", 0), "days_without_news": ("warned", 30), "fill_section": ("warned", 0)
    }  # fmt: skip


def test_older_archives_are_read_and_added_to(layout: Layout) -> None:
    """Rows that an older version wrote, with fewer columns and plainer checks, stay, and new ones come beside them."""
    commit_nights(layout, make_night(date(2026, 11, 19), checks=[make_check("balance", passed=True)]))
    path = layout.partition("source_runs", None, None)
    plain = pl.col("checks").list.eval(
        pl.struct(pl.element().struct.field("name", "passed", "found", "expected", "notes"))
    )
    pl.read_parquet(path).drop("found", "new", "fill").with_columns(plain).write_parquet(path)
    layout.checksums("source_runs").unlink()
    commit_nights(layout, make_night(date(2026, 11, 20), checks=[SILENT | {"nights": 2}], verdict="warned"))
    old, new = read_table(layout, "source_runs").sort("started_at").to_dicts()
    assert (old["found"], old["new"], old["fill"]) == (None, None, None)
    assert (old["checks"][0]["passed"], old["checks"][0]["severity"], old["checks"][0]["nights"]) == (True, None, None)
    assert (new["checks"][0]["nights"], new["new"]) == (2, 1)
    (described,) = describe_sources(layout)
    assert (described["verdict"], described["last_run_on"]) == ("warned", date(2026, 11, 20))


def test_a_backfill_is_not_the_verdict(layout: Layout) -> None:
    """A source is shown by its newest night, whatever a backfill of it came to since."""
    later = make_night(date(2026, 11, 20), verdict="failed", flow="backfill")
    commit_nights(layout, make_night(date(2026, 11, 19)), later)
    assert [row["verdict"] for row in describe_sources(layout)] == ["ok"]


def test_the_report_shows_each_source_once_the_gravest_first(layout: Layout) -> None:
    """The report has one verdict per source with its reasons in words, and figures of the last fourteen nights."""
    said = SILENT | {"notes": "nothing new for 9 days <b>"}
    nights = [make_night(date(2026, 11, day), stored=day) for day in range(1, 20)]
    silent = make_night(date(2026, 11, 19), source="weekly", verdict="warned", checks=[said])
    broken = make_night(
        date(2026, 11, 19), source="zeta", verdict="failed", checks=[make_check("finished", passed=False)]
    )
    commit_nights(layout, *nights, silent, broken)
    write_report(layout)
    page = layout.report.read_text(encoding="utf-8")
    sources = page[page.index("<h2>Sources</h2>") : page.index("<h2>Runs</h2>")]
    assert "1 failed, 1 warned, 0 skipped, 1 ok" in sources
    assert [sources.index(f">{name}<") for name in ("zeta", "weekly", "post")] == sorted(
        sources.index(f">{name}<") for name in ("zeta", "weekly", "post")
    )
    assert "days_without_news: nothing new for 9 days &lt;b&gt;" in sources
    assert sources.count("40 listed") == 14 + 2
    assert 'height: 100%" title="2026-11-19: 40 listed, 19 stored, ok"' in sources
    assert "2026-11-05" not in sources
    assert not [word for word in ("://", "src=", "href=", "url(", "@import") if word in page]


def test_a_source_that_is_no_more_is_not_told_of_for_ever(layout: Layout) -> None:
    """A month after its last run a source is gone, or has another name; until then its verdict stands."""
    ages = {"gone": 31, "resting": 30, "post": 0}
    nights = [make_night(TODAY - timedelta(days=age), source=name, verdict="failed") for name, age in ages.items()]
    commit_nights(layout, *nights)
    assert [row["source"] for row in describe_sources(layout)] == ["post", "resting"]


def test_a_report_without_nights_is_written(layout: Layout) -> None:
    """An archive without any run has a report, too."""
    write_report(layout)
    assert "No source has been run yet" in layout.report.read_text(encoding="utf-8")


def test_a_report_that_cannot_be_written_leaves_the_old_one_alone(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers never see half of a report, and nothing is left beside it."""
    write_report(layout)
    before = layout.report.read_bytes()

    def fail(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_report(layout)
    assert list(layout.report.parent.iterdir()) == [layout.report]
    assert layout.report.read_bytes() == before


def test_a_run_lists_the_gravest_source_first(layout: Layout) -> None:
    """What a run gives to its summary begins with what failed; a run that is not there is none."""
    first = make_night(date(2026, 11, 19))
    commit_nights(layout, first, {**first, "source": "zeta", "verdict": "failed"})
    found = find_run(layout, first["run_id"])
    assert found
    assert [row["source"] for row in found[1]] == ["zeta", "post"]
    assert find_run(layout, "another") is None
    assert found[1][0][Outcome.STORED] == 0


@pytest.mark.parametrize(("verdict", "state"), [("ok", "ok"), ("warned", "ok"), ("failed", "failed")])
def test_only_a_failure_fails_the_run(nights: Nights, verdict: str, state: str) -> None:
    """A run with a source that is warned of is a success."""

    async def describe() -> dict[str, Any]:
        async with nights.open() as run:
            return describe_ended(run, describe_running(run, ["post"], "1"), [make_night(verdict=verdict)], [])

    described = asyncio.run(describe())
    assert (described["state"], described["failed_sources"]) == (state, ["post"] if state == "failed" else [])
