"""Captures read again: the same readers change nothing, others change exactly what they read differently."""

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from storage.layout import Layout
from storage.outcomes import Outcome
from storage.records import Listed
from storage.tables import commit_rows, read_table
from tasks import keep, rebuild, reprocess
from tasks.deduplicate import deduplicate_articles
from tasks.discover import discover_addresses
from tasks.fetch import cut_batches, fetch_batch
from tasks.plan import plan_source
from tasks.read import read_batch
from tasks.reading import relevance
from tasks.reading.capture import ArchivedJob, Reading, read_capture
from tasks.reading.workers import Failure
from tasks.reprocess import Changes, reprocess_captures
from tasks.run import Tally, open_run, report_nothing
from tasks.sources.load import load_folders
from tasks.sources.model import Source
from tasks.web.settings import ClientSettings
from tests.sample_site.serve import start_server
from tests.stages.conftest import Nights, Site, make_page, make_source

SITE = Path(__file__).resolve().parents[1] / "sample_site"
SOURCES = load_folders([SITE / "sources"])
POST = {"post": make_source()}
KEY = "post.example/a"


def digest_files(layout: Layout) -> dict[str, str]:
    """The digests of all files of an archive, but for its lock."""
    files = [path for path in layout.root.rglob("*") if path.is_file() and path != layout.lock]
    return {str(path.relative_to(layout.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def read_again(layout: Layout, sources: dict[str, Source] | None = None, **options: Any) -> Changes:
    """Reads captures again in this process."""
    return reprocess_captures(layout, sources=sources or POST, workers=0, **options)


def read_rows(layout: Layout, table: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    return read_table(layout, table).sort(pl.all()).to_dicts()


def list_tables(layout: Layout) -> dict[str, list[dict[str, Any]]]:
    """The rows of all tables that reading fills, and of the addresses."""
    return {table: read_rows(layout, table) for table in (*rebuild.TABLES, "addresses")}


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
    assert not reprocess_captures(sample, sources=SOURCES, workers=1).counts
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
    """Articles that are not relevant any more become rejections, and their addresses say so; later they come back."""
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
    assert {row["url_key"] for row in gone} == {row["url_key"] for row in added}
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


def change_reading(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Makes a reader that reads other values."""

    def read(job: ArchivedJob) -> Reading:
        reading = read_capture(job)
        return replace(reading, content=replace(reading.content, **values))  # type: ignore[type-var]

    monkeypatch.setattr(rebuild, "read_capture", read)


def expect_no_change(nights: Nights, sources: dict[str, Source] | None = None) -> None:
    """Reads all captures again and finds every file as it was."""
    before = digest_files(nights.layout)
    changes = read_again(nights.layout, sources)
    assert (changes.counts, changes.problems) == ({}, [])
    assert digest_files(nights.layout) == before


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


def test_the_source_that_was_read_first_stays_first(nights: Nights, site: Site) -> None:
    """Of two sources that ask for a page in one run, the one whose reading came first has it, as rows show."""
    site.pages["/a"] = make_page()
    sources = {"post": make_source(), "the-other": make_source("the-other"), "another": make_source("another")}

    async def run_night() -> None:
        async with nights.open() as run:
            fetched = {}
            for name, source in sources.items():
                tally = Tally(name, datetime.now(UTC))
                listed = {KEY: Listed("https://www.post.example/a", "feed", "https://www.post.example/rss")}
                plan = await plan_source(source, listed, run, tally)
                fetched[name] = await fetch_batch(source, plan.ask, run, tally)
            for name in ("the-other", "post", "another"):
                await read_batch(sources[name], fetched[name], run, Tally(name, datetime.now(UTC)))

    asyncio.run(run_night())
    assert [row["source"] for row in read_rows(nights.layout, "articles")] == ["the-other"]
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
    assert read_again(nights.layout, **period, **options).pages == expected


def test_pages_of_an_older_reader_are_chosen(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that another version of the reader has read are chosen, and then have today's version."""
    nights.site.pages |= {"/a": make_page(), "/none": (200, {}, b"<html><body>nothing</body></html>")}
    with monkeypatch.context() as patch:
        patch.setattr(keep, "READER_VERSION", "inspection-news-reader 0")
        nights.run("/a", "/none")
    changes = read_again(nights.layout, outdated_only=True)
    assert changes.counts == {("articles", "changed"): 1, ("rejections", "changed"): 1}
    assert read_again(nights.layout, outdated_only=True).pages == 0


def test_a_range_that_ends_before_it_starts_is_refused(nights: Nights) -> None:
    """A range the wrong way round is a mistake, and not an empty range."""
    with pytest.raises(ValueError, match="ends"):
        read_again(nights.layout, since=date(2026, 2, 1), until=date(2026, 1, 1))
