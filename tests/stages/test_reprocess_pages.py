"""Single pages read again: versions, redirects, shared pages, failures, and what happens in between."""

import asyncio
from concurrent.futures import CancelledError
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event

import polars as pl
import pytest

from storage.outcomes import Outcome
from storage.records import Listed
from storage.tables import commit_rows, read_table
from tasks import keep, rebuild, reprocess
from tasks.fetch import fetch_batch
from tasks.plan import plan_source
from tasks.read import read_batch
from tasks.reading import relevance
from tasks.reading.capture import ArchivedJob, Reading, read_capture
from tasks.reading.workers import Failure
from tasks.run import Tally
from tests.stages.conftest import Nights, Site, make_page, make_source
from tests.stages.rereading import (
    KEY,
    POST,
    change_reading,
    digest_files,
    expect_no_change,
    list_tables,
    read_again,
    read_rows,
)


def test_a_difference_is_shown_by_column_with_both_values(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another reader reads differently is listed value by value, long ones from where they part, and written."""
    nights.site.pages["/a"] = make_page()
    nights.run("/a")
    (row,) = read_rows(nights.layout, "articles")
    change_reading(monkeypatch, title="Another title", text=f"{row['text']} And more.")
    rows = read_again(nights.layout, write=False).rows.to_dicts()
    where = {"table": "articles", "key": row["article_id"], "change": "changed"}
    assert rows == [
        {**where, "column": "title", "before": row["title"], "after": "Another title"},
        {**where, "column": "text", "before": f"…{row['text'][-40:]}", "after": f"…{row['text'][-40:]} And more."},
    ]
    read_again(nights.layout)
    assert read_rows(nights.layout, "articles") == [
        {**row, "title": "Another title", "text": f"{row['text']} And more."}
    ]


def test_versions_behind_a_redirect_are_replayed(nights: Nights, site: Site) -> None:
    """Both captures of an article that is listed under an address that redirects make their version again."""
    site.pages["/a"] = (301, {"Location": "/m"}, b"")
    site.pages["/m"] = (302, {"Location": "https://www.post.example/new"}, b"")
    site.pages["/new"] = make_page()
    nights.run("/a")
    site.pages["/new"] = make_page(more="The council has since said that it will appeal against the judgement.")
    nights.run("/a", modified_at=datetime.now(UTC))
    site.pages["/a"] = (301, {"Location": "/elsewhere"}, b"")
    site.pages["/elsewhere"] = make_page("Ofsted rates another council good")
    nights.run("/a", modified_at=datetime.now(UTC) + timedelta(hours=1))
    assert [row["version"] for row in read_rows(nights.layout, "article_versions")] == [1]
    assert read_table(nights.layout, "articles").height == 2
    expect_no_change(nights)


def test_what_the_listing_says_later_changes_nothing(nights: Nights, site: Site) -> None:
    """A page is read with what its listing said in its night, and not with what it says today."""
    site.pages["/a"] = make_page()
    first = datetime(2024, 5, 1, 9, 30, tzinfo=UTC)
    nights.run("/a", published_at=first, published_precision="second", title="As  it was\nlisted")
    nights.run("/a", published_at=first + timedelta(days=3), published_precision="day", title="Another")
    assert [row["published_at"] for row in read_rows(nights.layout, "articles")] == [first]
    assert read_rows(nights.layout, "addresses")[0]["listed_published_precision"] == "day"
    expect_no_change(nights)


def test_a_capture_without_new_text_does_not_become_the_rows(
    nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article stays with the capture that brought its text, whatever came after it: markup, failures, 304s."""
    source = make_source(relevance={"required": True})
    status, headers, body = site.pages["/a"] = make_page()
    nights.run("/a", source=source)
    site.pages["/a"] = status, headers, body + b"<!-- built again -->"
    nights.run("/a", source=source, modified_at=datetime.now(UTC))
    site.pages["/a"] = (500, {}, b"")
    nights.run("/a", source=source, modified_at=datetime.now(UTC))
    site.pages["/a"] = status, headers, body + b"<!-- built again -->"
    assert nights.run("/a", source=source).outcomes == {KEY: Outcome.UNCHANGED}
    expect_no_change(nights, {"post": source})
    before = list_tables(nights.layout)
    with monkeypatch.context() as patch:
        patch.setattr(relevance, "THRESHOLD", 2.0)
        read_again(nights.layout, {"post": source})
        assert [row["outcome"] for row in read_rows(nights.layout, "rejections")] == ["not_relevant"] * 2
    read_again(nights.layout, {"post": source})
    assert list_tables(nights.layout) == before


def test_a_redirect_that_was_read_first_stays_first(
    nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a batch had the redirect and a later one the page itself, the row stays with the redirect's capture."""
    monkeypatch.setattr("tasks.fetch.BATCH_SIZE", 1)
    site.pages["/z"] = (301, {"Location": "/a"}, b"")
    site.pages["/a"] = make_page()
    nights.run("/a", "/z")
    (address,) = [row for row in read_rows(nights.layout, "addresses") if row["url_key"].endswith("/z")]
    assert [row["capture_id"] for row in read_rows(nights.layout, "articles")] == [address["capture_id"]]
    expect_no_change(nights)


def test_the_page_itself_stands_before_its_redirect(nights: Nights, site: Site) -> None:
    """Of a page and a redirect to it in one batch the page is stored, also where all rows are lost."""
    site.pages["/z"] = (301, {"Location": "/a"}, b"")
    site.pages["/a"] = make_page()
    nights.run("/z", "/a")
    asked = read_table(nights.layout, "captures").filter(pl.col("fetch_status") == 200, pl.col("purpose") == "page")
    (article,) = read_rows(nights.layout, "articles")
    assert article["fetched_at"] == asked["fetched_at"].max(), "the redirect was asked for first"
    before = list_tables(nights.layout)
    commit_rows(nights.layout, {}, replacements={"articles": read_table(nights.layout, "articles").clear()})
    read_again(nights.layout)
    assert list_tables(nights.layout) == before


def test_a_page_that_differs_behind_its_redirect_is_no_version(nights: Nights, site: Site) -> None:
    """A redirect that shows the page a little differently, in the same batch, brings no version of it."""
    site.pages["/0"] = (301, {"Location": "/a?utm_source=b"}, b"")
    site.pages["/a"] = make_page()
    site.pages["/a?utm_source=b"] = make_page(
        more="Welcome to readers of our newsletter about inspections of services."
    )
    nights.run("/0", "/a")
    assert read_table(nights.layout, "article_versions").is_empty()
    expect_no_change(nights)


def test_the_source_that_asked_first_has_the_page(nights: Nights, site: Site) -> None:
    """Of sources that ask for a page in one run, the one whose capture is earliest has it, whichever is read first."""
    site.pages["/a"] = make_page()
    sources = {"post": make_source(), "the-other": make_source("the-other"), "another": make_source("another")}

    async def run_night() -> None:
        async with nights.open(sources) as run:
            fetched = {}
            for name, source in sources.items():
                tally = Tally(name, datetime.now(UTC))
                listed = {KEY: Listed("https://www.post.example/a", "feed", "https://www.post.example/rss")}
                plan = await plan_source(source, listed, run, tally)
                fetched[name] = await fetch_batch(source, plan.ask, run, tally)
            for name in ("the-other", "post", "another"):
                await read_batch(sources[name], fetched[name], run, Tally(name, datetime.now(UTC)))

    asyncio.run(run_night())
    assert [row["source"] for row in read_rows(nights.layout, "articles")] == ["post"]
    expect_no_change(nights, sources)


def test_pages_that_two_sources_share_stay_the_firsts(nights: Nights, site: Site) -> None:
    """The article stays with the source that had it first; reading only the other's captures takes it along."""
    site.pages["/a"] = make_page()
    sources = {**POST, "other": make_source("other")}
    nights.run("/a")
    nights.run("/a", source=sources["other"])
    expect_no_change(nights, sources)
    assert read_again(nights.layout, sources, names=["other"]).pages == 1
    assert [row["source"] for row in read_rows(nights.layout, "articles")] == ["post"]


def test_a_later_failure_stays_the_end_of_its_address(
    nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article whose address is gone since is rejected like any other; its address stays gone."""
    source = make_source(relevance={"required": True})
    site.pages["/a"] = make_page()
    nights.run("/a", source=source)
    site.pages["/a"] = (410, {}, b"")
    nights.run("/a", source=source, modified_at=datetime.now(UTC))
    monkeypatch.setattr(relevance, "THRESHOLD", 2.0)
    counts = read_again(nights.layout, {"post": source}).counts
    assert counts == {("articles", "removed"): 1, ("rejections", "added"): 1}
    assert [row["outcome"] for row in read_rows(nights.layout, "addresses")] == ["gone"]


def test_a_challenge_page_that_is_seen_through_later_is_asked_for_again(
    nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article that turns out to be a challenge page is no article, and its address is tried again."""
    site.pages["/a"] = make_page()
    nights.run("/a")
    monkeypatch.setattr("tasks.reading.capture.judge_payload", lambda *_, **__: (Outcome.BLOCKED, "a challenge page"))
    read_again(nights.layout)
    (address,) = read_rows(nights.layout, "addresses")
    assert (address["outcome"], address["outcome_reason"]) == ("blocked", "a challenge page")
    assert not read_rows(nights.layout, "articles")
    monkeypatch.undo()
    read_again(nights.layout)
    (address,) = read_rows(nights.layout, "addresses")
    assert (address["outcome"], address["failures"], address["next_try_at"]) == ("stored", 0, None)


def test_a_challenge_page_by_another_reason_keeps_its_wait(nights: Nights) -> None:
    """An address that was blocked and is still so has failed as often as before."""
    nights.site.pages["/a"] = (200, {}, b"<html><head><title>Just a moment...</title></head><body></body></html>")
    nights.run("/a")
    (address,) = read_rows(nights.layout, "addresses")
    rejections = {row["capture_id"]: row for row in read_rows(nights.layout, "rejections")}
    kept = {address["capture_id"]: keep.Kept(Outcome.BLOCKED, "another reason")}
    _, after = rebuild.judge_addresses(read_table(nights.layout, "addresses"), kept, rejections)
    assert after == [{**address, "outcome_reason": "another reason"}]
    assert address["failures"] == 1


def test_a_version_that_only_an_older_reader_saw_goes(
    nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where today's reader sees one text in two captures, the article has one version, from the first of them."""
    site.pages["/a"] = make_page()
    nights.run("/a")
    (first,) = read_rows(nights.layout, "articles")
    site.pages["/a"] = make_page(more="Advertisement for a course on inspections of children's services in London.")
    nights.run("/a", modified_at=datetime.now(UTC))
    change_reading(monkeypatch, text=first["text"], text_digest=first["text_digest"], word_count=first["word_count"])
    read_again(nights.layout)
    assert read_rows(nights.layout, "articles") == [first]
    assert read_rows(nights.layout, "article_versions") == []


def test_a_page_that_cannot_be_read_is_left_and_told(
    nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that fails, a WARC file that is away, a source without a file: no row is lost, and all are named."""
    site.pages |= {"/a": make_page(), "/b": make_page("Ofsted rates a school good")}
    nights.run("/a", "/b")
    before = list_tables(nights.layout)

    def fail(job: ArchivedJob) -> Reading | Failure:
        return Failure("not read within 30 s") if job.expected.url.endswith("/a") else read_capture(job)

    with monkeypatch.context() as patch:
        patch.setattr(rebuild, "read_capture", fail)
        changes = read_again(nights.layout)
    assert [text.partition(": ")[0] for text in changes.problems] == [f"{KEY} is left as it is"]
    assert "not read within 30 s" in changes.problems[0]
    assert "no file of its source post" in read_again(nights.layout, {"x": make_source("x")}).problems[0]
    (warc,) = nights.layout.warc.rglob("*.warc.gz")
    warc.rename(warc.with_suffix(".away"))
    changes = read_again(nights.layout)
    assert len(changes.problems) == 2
    assert "is missing" in changes.problems[0]
    assert not changes.counts
    assert list_tables(nights.layout) == before


def test_what_waits_for_its_first_reading_is_left_to_the_night(nights: Nights, site: Site) -> None:
    """A capture that a killed night did not get to read is not read by reprocess."""
    site.pages["/a"] = make_page()
    nights.run("/a")
    waiting = read_table(nights.layout, "addresses").with_columns(outcome=pl.lit(None, pl.String))
    tables = {table: read_table(nights.layout, table).clear() for table in rebuild.TABLES}
    commit_rows(nights.layout, {}, replacements={**tables, "addresses": waiting})
    expect_no_change(nights)
    assert nights.run("/a").outcomes == {KEY: Outcome.STORED}


def test_a_night_in_between_loses_nothing(nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version that a night commits while the page is read again is taken up, not written over."""
    site.pages["/a"] = make_page()
    nights.run("/a")
    site.pages["/a"] = make_page(more="The council has since said that it will appeal against the judgement.")
    left = [lambda: nights.run("/a", modified_at=datetime.now(UTC))]

    def read(job: ArchivedJob) -> Reading:
        if left:
            left.pop()()
        reading = read_capture(job)
        return replace(reading, content=replace(reading.content, title="Another title"))  # type: ignore[type-var]

    monkeypatch.setattr(rebuild, "read_capture", read)
    read_again(nights.layout)
    (row,) = read_rows(nights.layout, "articles")
    assert (row["version"], row["title"]) == (2, "Another title")
    assert [row["title"] for row in read_rows(nights.layout, "article_versions")] == ["Another title"]
    (address,) = read_rows(nights.layout, "addresses")
    assert address["capture_id"] == row["capture_id"]


def test_a_stopped_reprocess_goes_on_where_it_was(nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was done before a stop is not done again; in the end all is as without it."""
    monkeypatch.setattr(reprocess, "BATCH_SIZE", 2)
    paths = [f"/{number}" for number in range(5)]
    site.pages |= {path: make_page(f"Ofsted rates council {path} inadequate", path) for path in paths}
    nights.run(*paths)
    change_reading(monkeypatch, section="Another section")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_again(nights.layout, report=stop)
    assert [row["section"] for row in read_rows(nights.layout, "articles")].count("Another section") == 2
    assert read_again(nights.layout).counts == {("articles", "changed"): 3}
    assert not read_again(nights.layout).counts


def test_reading_again_stops_between_two_captures(nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once it is told to, no further capture is read and nothing is written; told to before, it reads none."""
    paths = [f"/{number}" for number in range(3)]
    site.pages |= {path: make_page(path) for path in paths}
    nights.run(*paths)
    stop, read = Event(), list[str]()

    def read_one(job: ArchivedJob) -> Reading:
        stop.set()
        read.append(job.capture_id)
        reading = read_capture(job)
        return replace(reading, content=replace(reading.content, title="Another title"))  # type: ignore[type-var]

    monkeypatch.setattr(rebuild, "read_capture", read_one)
    before = digest_files(nights.layout)
    for _ in range(2):
        with pytest.raises(CancelledError):
            read_again(nights.layout, stop=stop)
    assert len(read) == 1
    assert digest_files(nights.layout) == before
