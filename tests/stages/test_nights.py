"""Nights in a row on a site that changes: nothing is lost, nothing asked for twice, whatever fails in between."""

import asyncio
import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from storage.errors import RefusedRowsError
from storage.outcomes import Outcome
from storage.records import Listed
from storage.tables import commit_rows, make_frame, read_table
from tasks import read
from tasks.fetch import fetch_batch
from tasks.plan import plan_source
from tasks.read import find_known, read_batch
from tasks.robots_memory import RobotsMemory
from tasks.run import Run, Tally
from tests.stages.conftest import Nights, Site, make_page, make_source
from tests.stages.rereading import expect_no_change, read_rows

KEY = "post.example/a"


def find_address(nights: Nights, key: str = KEY) -> dict[str, Any]:
    """The row of an address."""
    (row,) = [row for row in read_table(nights.layout, "addresses").to_dicts() if row["url_key"] == key]
    return row


def test_a_page_that_was_captured_and_not_noted_is_read(nights: Nights, site: Site) -> None:
    """A capture that another source's commit took, before its own address was committed, is read after a 304."""
    site.pages["/a"] = make_page()

    def forget(run: Run) -> None:
        original = run.commit

        async def commit_captures_alone(frames: Any, **options: Any) -> dict[str, int]:
            await original({})
            raise OSError("the disk is full")

        object.__setattr__(run, "commit", commit_captures_alone)

    with pytest.raises(OSError, match="disk"):
        nights.run("/a", before=forget)
    assert read_table(nights.layout, "captures").height > 0
    assert nights.run("/a").outcomes == {KEY: Outcome.STORED}
    assert nights.run("/a").outcomes == {KEY: Outcome.KNOWN}
    assert read_table(nights.layout, "articles").height == 1


def test_a_failed_commit_gives_its_captures_to_the_next(nights: Nights) -> None:
    """Captures whose commit was refused are committed with the next one."""
    nights.site.pages["/a"] = make_page()

    def refuse_once(run: Run) -> None:
        original = run.commit

        async def commit(frames: Any, **options: Any) -> dict[str, int]:
            object.__setattr__(run, "commit", original)
            with pytest.raises(RefusedRowsError):
                await original({"articles": make_frame("articles", [{"article_id": "a"}])})
            return await original(frames, **options)

        object.__setattr__(run, "commit", commit)

    assert nights.run("/a", before=refuse_once).outcomes == {KEY: Outcome.STORED}
    address = find_address(nights)
    assert address["capture_id"] in set(read_table(nights.layout, "captures")["capture_id"])


def test_a_page_that_comes_back_unchanged_after_a_failure_is_stored_again(nights: Nights, site: Site) -> None:
    """Stored, then failing, then as it was: the address ends as decided, and is not asked for every night."""
    site.pages["/a"] = make_page()
    nights.run("/a")
    site.pages["/a"] = (500, {}, b"")
    assert nights.run("/a", modified_at=datetime.now(UTC)).outcomes == {KEY: Outcome.SERVER_ERROR}
    site.pages["/a"] = make_page()
    assert nights.run("/a").outcomes == {KEY: Outcome.UNCHANGED}
    assert nights.run("/a").outcomes == {KEY: Outcome.KNOWN}
    assert find_address(nights)["failures"] == 0


def test_an_update_behind_a_redirect_is_a_new_version(nights: Nights, site: Site) -> None:
    """An article that is listed under an address that redirects is updated like any other."""
    site.pages["/a"] = (301, {"Location": "https://www.post.example/new"}, b"")
    site.pages["/new"] = make_page()
    assert nights.run("/a").outcomes == {KEY: Outcome.STORED}
    site.pages["/new"] = make_page(more="The council has since said that it will appeal against the judgement.")
    assert nights.run("/a", modified_at=datetime.now(UTC)).outcomes == {KEY: Outcome.STORED}
    assert read_table(nights.layout, "articles")["version"].to_list() == [2]
    assert read_table(nights.layout, "article_versions").height == 1


def test_two_sources_that_list_one_page_share_the_article(nights: Nights, site: Site) -> None:
    """The second source's address is a duplicate, once, and is known from then on."""
    site.pages["/a"] = make_page()
    assert nights.run("/a").outcomes == {KEY: Outcome.STORED}
    other = make_source("other")
    assert nights.run("/a", source=other).outcomes == {KEY: Outcome.DUPLICATE}
    assert nights.run("/a", source=other).outcomes == {KEY: Outcome.KNOWN}
    assert read_table(nights.layout, "articles").height == 1


def test_what_robots_txt_denies_takes_nobodys_place(nights: Nights, site: Site) -> None:
    """Once an address is known to be denied, the budget goes to pages that may be asked for."""
    site.pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /no/")
    paths = ["/no/1", "/no/2", "/no/3", "/1", "/2", "/3"]
    site.pages |= {path: make_page(f"Ofsted rates council {path} inadequate", path) for path in paths}
    source = make_source(pace={"budget": 2, "interval_s": 0.0})
    last = [nights.run(*paths, source=source).count_outcomes() for _ in range(4)][-1]
    assert last == {Outcome.KNOWN: 3, Outcome.ROBOTS_DENIED: 3}
    assert read_table(nights.layout, "articles").height == 3
    assert not any(path.startswith("/no/") for path in site.requests)


def test_robots_txt_is_remembered_for_its_own_host_and_scheme_alone(nights: Nights, site: Site) -> None:
    """What https://www… allows says nothing of https://… or http://…."""
    site.pages["/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /no/")
    site.pages["/a"] = make_page()
    nights.run("/a")
    memory = RobotsMemory(nights.layout)
    remembered = memory.recall("https://www.post.example")
    assert remembered
    assert b"Disallow: /no/" in remembered.body
    assert memory.recall("https://post.example") is None
    assert memory.recall("http://www.post.example") is None


def test_a_missing_robots_txt_is_remembered_however_it_is_packed(nights: Nights, site: Site) -> None:
    """Nothing is read of a 404: one in an encoding that was not asked for closes its host in no later run."""
    site.pages |= {"/robots.txt": (404, {"Content-Encoding": "br"}, b"\x0b\x02\x80no\x03"), "/a": make_page()}
    assert [nights.run(path).outcomes for path in ("/a", "/b")] == [
        {KEY: Outcome.STORED},
        {"post.example/b": Outcome.GONE},
    ]
    assert site.requests["/robots.txt"] == 1


def test_a_challenge_page_waits_longer_each_time(nights: Nights, site: Site) -> None:
    """A site that shows a challenge is not asked for it night after night."""
    challenge = b"<html><head><title>Just a moment...</title></head><body><div id='cf-wrapper'></div></body></html>"
    site.pages["/a"] = (200, {}, challenge)
    outcomes = [nights.run("/a").outcomes[KEY] for _ in range(3)]
    assert outcomes == [Outcome.BLOCKED, Outcome.BLOCKED, Outcome.DEFERRED]
    assert find_address(nights)["failures"] == 2


def test_judgements_of_a_corrected_report_go_with_it(nights: Nights) -> None:
    """A report read anew takes all its older judgements with it, also those that it no longer has."""
    said = {"grade": "good", "grade_as_written": "Good", "aspect_as_written": "x", "page": 1, "evidence": "Good"}
    shared = {"inspection_id": "i", "reader_version": "r", **said}
    first = [{**shared, "aspect": aspect, "capture_id": "1"} for aspect in ("overall", "adoption")]
    other = {**shared, "inspection_id": "j", "aspect": "overall", "capture_id": "1"}
    commit_rows(nights.layout, {"judgements": make_frame("judgements", [*first, other])})
    again = [{**shared, "aspect": "overall", "capture_id": "2"}]
    commit_rows(nights.layout, {"judgements": make_frame("judgements", again)}, owners={"judgements": ["i"]})
    rows = read_table(nights.layout, "judgements").select("inspection_id", "aspect", "capture_id").rows()
    assert rows == [("i", "overall", "2"), ("j", "overall", "1")]


def test_waits_end_before_the_night_they_are_for(nights: Nights, site: Site) -> None:
    """A wait of a day counts from the start of the run, so that it is over when the next night starts."""
    site.pages["/a"] = (503, {}, b"")
    started: list[datetime] = []
    for _ in range(2):
        nights.run("/a", before=lambda run: started.append(run.started_at))
    assert find_address(nights)["next_try_at"] == started[1] + timedelta(days=1)


def test_reading_has_threads_of_its_own(nights: Nights) -> None:
    """Sources that wait for the reader processes leave the common threads to commits and name look-ups."""

    async def look() -> bool:
        async with nights.open() as run:
            return run.reading is not asyncio.get_running_loop()._default_executor  # type: ignore[attr-defined]

    assert asyncio.run(look())


def test_a_capture_tells_what_its_page_is_and_not_how_it_was_packed(nights: Nights, site: Site) -> None:
    """A page that came gzipped is HTML in the table of captures; one that cannot be unpacked shows its packing."""
    _, _, body = make_page()
    packed = gzip.compress(body, mtime=0)
    site.pages["/a"] = 200, {"Content-Encoding": "gzip"}, packed
    site.pages["/b"] = 200, {"Content-Encoding": "gzip"}, packed[:-20]
    nights.run("/a", "/b")
    captures = read_table(nights.layout, "captures")
    detected = dict(captures.select("url_key", "content_mime_detected").iter_rows())
    assert (detected[KEY], detected["post.example/b"]) == ("text/html", "application/gzip")


def test_a_page_is_read_in_the_charset_that_was_sent(nights: Nights, site: Site) -> None:
    """However the header writes it, the charset is the capture's, and the page is read in it."""
    status, headers, body = make_page()
    spoken = body.replace(b"</p>", " – Łódź</p>".encode("windows-1250"), 1)
    site.pages["/a"] = (status, {**headers, "Content-Type": 'Text/HTML; Charset="Windows-1250"; boundary=x'}, spoken)
    nights.run("/a")
    (capture,) = read_table(nights.layout, "captures").filter(pl.col("url").str.ends_with("/a")).to_dicts()
    assert (capture["content_mime_type"], capture["content_charset"]) == ("text/html", "windows-1250")
    assert " – Łódź" in read_table(nights.layout, "articles")["text"].item()


@pytest.mark.parametrize(
    ("change", "versions", "outcome"),
    [
        (b"<!-- built again -->", 1, Outcome.UNCHANGED),
        (b"<p>The council will appeal against it.</p>", 2, Outcome.STORED),
    ],
)
def test_runs_that_read_a_page_at_once_keep_its_captures_in_order_of_time(
    nights: Nights, site: Site, monkeypatch: pytest.MonkeyPatch, change: bytes, versions: int, outcome: Outcome
) -> None:
    """A run that another overtakes between look and commit loses nothing: the earlier capture stands first."""
    status, headers, body = make_page()
    states = [body, body.replace(b"</article>", change + b"</article>")]
    source, listed = make_source(), Listed("https://www.post.example/a", "feed", "https://www.post.example/rss")
    tallies = [Tally("post", datetime.now(UTC)) for _ in states]

    async def run_both() -> None:
        async with nights.open() as first, nights.open() as second:
            runs = list(zip((first, second), tallies, states, strict=True))
            plans = [await plan_source(source, {KEY: listed}, run, tally) for run, tally, _ in runs]
            fetched = []
            for (run, tally, state), plan in zip(runs, plans, strict=True):
                site.pages["/a"] = status, headers, state
                fetched.append(await fetch_batch(source, plan.ask, run, tally))
            loop = asyncio.get_running_loop()
            left = [lambda: read_batch(source, fetched[1], second, tallies[1])]

            def find_and_be_overtaken(run: Run, identifiers: list[str]) -> dict[str, Any]:
                known = find_known(run, identifiers)
                if left:
                    asyncio.run_coroutine_threadsafe(left.pop()(), loop).result()
                return known

            monkeypatch.setattr(read, "find_known", find_and_be_overtaken)
            await read_batch(source, fetched[0], first, tallies[0])

    asyncio.run(run_both())
    assert [tally.outcomes[KEY] for tally in tallies] == [outcome, Outcome.STORED]
    captures = read_table(nights.layout, "captures").filter(pl.col("purpose") == "page").sort("fetched_at")
    rows = [*read_rows(nights.layout, "article_versions"), *read_rows(nights.layout, "articles")]
    assert [row["capture_id"] for row in rows] == captures["capture_id"].to_list()[:versions]
    assert [row["version"] for row in rows] == list(range(1, versions + 1))
    expect_no_change(nights)


def test_a_host_that_is_added_brings_back_its_addresses(nights: Nights, site: Site) -> None:
    """What a wrong source file kept from being asked for is asked for when the file is mended, listed still or not."""
    site.pages["/a"] = make_page()
    wrong = make_source(
        hosts=["feeds.post.example"], discover=[{"method": "feed", "url": "https://feeds.post.example/"}]
    )
    assert nights.run("/a", source=wrong).outcomes == {KEY: Outcome.OFF_SITE}
    assert nights.run("/a", source=wrong).outcomes == {KEY: Outcome.KNOWN}
    assert nights.run().outcomes == {KEY: Outcome.STORED}
    assert nights.run().outcomes == {}
