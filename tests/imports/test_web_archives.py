"""Backfills from the Wayback Machine and from Common Crawl: what enters the archive, and what does not."""

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from storage.layout import Layout
from storage.outcomes import Outcome
from storage.warc import check_warc, read_answer
from tasks.captures import find_captures
from tasks.via import Via
from tasks.web_archives import find_prefix, list_scopes
from tests.imports.conftest import CRAWL_FILE, FIRST, MARCH, Backfills, Capture, WebArchives
from tests.stages.conftest import Nights, Site, make_page, make_source
from tests.stages.rereading import digest_files, list_tables, read_again, read_rows

ARCHIVES = [Via.WAYBACK, Via.COMMONCRAWL]
PAGE = "https://www.post.example/a"


@pytest.mark.parametrize("via", ARCHIVES)
def test_a_capture_becomes_our_own_with_its_own_address_and_time(
    via: Via, archives: WebArchives, backfills: Backfills
) -> None:
    """The article, the capture's row and the WARC record have the page's address and the time of that capture."""
    archives.captures = [Capture(PAGE)]
    tally = backfills.import_month(via)
    assert tally.outcomes == {"post.example/a": Outcome.STORED}
    assert (tally.problems, tally.check_balance()) == ([], None)
    (article,) = read_rows(backfills.layout, "articles")
    assert (article["url"], article["fetched_at"], article["first_fetched_at"]) == (PAGE, FIRST, FIRST)
    (capture,) = [row for row in read_rows(backfills.layout, "captures") if row["purpose"] == "page"]
    assert (capture["url"], capture["fetched_at"], capture["fetch_status"]) == (PAGE, FIRST, 200)
    assert (capture["etag"], capture["last_modified"], capture["duration_ms"]) == (None, None, None)
    expected = {Via.WAYBACK: f"https://web.archive.org/web/20190302103000id_/{PAGE}", Via.COMMONCRAWL: CRAWL_FILE}
    assert expected[via] in capture["imported_from"]
    archived = read_answer(backfills.layout, capture["warc_filename"], capture["warc_record_offset"])
    assert (archived.url, archived.fetched_at, archived.status) == (PAGE, FIRST, 200)
    assert archived.body == archives.captures[0].body
    headers = {name.lower(): value for name, value in archived.headers}
    assert (headers["etag"], headers["content-type"]) == ('"theirs"', "text/html")
    assert not {"memento-datetime", "server", "content-encoding"} & headers.keys()
    assert check_warc(backfills.layout.warc / capture["warc_filename"]) == []
    (address,) = read_rows(backfills.layout, "addresses")
    assert (address["method"], address["outcome"], address["asked_at"]) == (via, "stored", FIRST)


@pytest.mark.parametrize("via", ARCHIVES)
def test_reading_again_changes_no_file(via: Via, archives: WebArchives, backfills: Backfills) -> None:
    """Imported captures are read again to the same bytes, also where all rows are gone."""
    archives.captures = [
        Capture(f"{PAGE}{number}", body, FIRST + timedelta(days=number))
        for number, body in enumerate([make_page()[2], b"<html><body>nothing</body></html>", make_page("Another")[2]])
    ]
    backfills.import_month(via)
    assert {row["outcome"] for row in read_rows(backfills.layout, "addresses")} == {"stored", "not_an_article"}
    before = digest_files(backfills.layout)
    assert read_again(backfills.layout).counts == {}
    assert digest_files(backfills.layout) == before


@pytest.mark.parametrize("via", ARCHIVES)
def test_a_done_unit_asks_nothing(via: Via, archives: WebArchives, backfills: Backfills) -> None:
    """A repeated backfill sends no request; one that repeats on purpose asks the index, and for no page again."""
    archives.captures = [Capture(f"{PAGE}{number}") for number in range(5)]
    backfills.import_month(via)
    (unit,) = read_rows(backfills.layout, "backfill_units")
    assert (unit["unit_id"], unit["is_done"], unit["listed"]) == (f"{via}/post/2019-03", True, 5)
    tables, asked = list_tables(backfills.layout), len(archives.requests)
    assert backfills.import_month(via).listed == set()
    assert len(archives.requests) == asked
    tally = backfills.import_month(via, again=True)
    assert set(tally.outcomes.values()) == {Outcome.KNOWN}
    assert not any("/web/" in request or "data.common" in request for request in archives.requests[asked:])
    assert list_tables(backfills.layout) == tables


@pytest.mark.parametrize(("via", "host"), [(Via.WAYBACK, "/web/"), (Via.COMMONCRAWL, "data.commoncrawl.org/crawl")])
@pytest.mark.parametrize("status", [429, 503])
def test_a_failing_archive_leaves_no_address_and_the_unit_open(
    status: int, via: Via, host: str, archives: WebArchives, backfills: Backfills
) -> None:
    """What the archive does not hand out now is told, is no address for the nights, and is had when it does."""
    archives.captures = [Capture(PAGE)]
    archives.failing = {host: status}
    tally = backfills.import_month(via)
    assert tally.problems == [f"{via}/post/2019-03: 1 of 1 addresses are still to be had"]
    assert tally.check_balance() is None
    assert read_rows(backfills.layout, "addresses") == []
    assert not read_rows(backfills.layout, "backfill_units")[0]["is_done"]
    archives.failing = {}
    assert backfills.import_month(via).outcomes == {"post.example/a": Outcome.STORED}
    assert read_rows(backfills.layout, "backfill_units")[0]["is_done"]


@pytest.mark.parametrize(
    ("via", "part"), [(Via.WAYBACK, "/cdx/"), (Via.COMMONCRAWL, "-index"), (Via.COMMONCRAWL, "coll")]
)
def test_a_failing_index_leaves_the_unit_open(via: Via, part: str, archives: WebArchives, backfills: Backfills) -> None:
    """An index that cannot be had is a problem with its address."""
    archives.failing = {part: 503}
    tally = backfills.import_month(via)
    assert "503" in tally.problems[0]
    assert not read_rows(backfills.layout, "backfill_units")[0]["is_done"]


@pytest.mark.parametrize("via", ARCHIVES)
def test_only_wanted_addresses_of_the_source_are_asked_for(
    via: Via, archives: WebArchives, backfills: Backfills
) -> None:
    """Addresses that the source's rules leave out, other hosts and other months are not asked for."""
    archives.captures = [
        Capture(f"{PAGE}?x=1"),
        Capture("https://www.post.example/sport/b"),
        Capture("https://shop.post.example/c"),
        Capture(f"{PAGE}/april", at=datetime(2019, 4, 1, tzinfo=UTC)),
    ]
    tally = backfills.import_month(via, source=make_source(addresses={"exclude": ["^/sport/"]}))
    assert list(tally.outcomes) == ["post.example/a?x=1"]
    assert read_rows(backfills.layout, "backfill_units")[0]["skipped"] in ("1 not wanted", "2 not wanted")


def test_a_redirect_to_another_time_gives_the_time_of_the_capture(
    archives: WebArchives, backfills: Backfills, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the Wayback Machine hands out the capture of another time, that is the capture's time."""
    archives.captures = [Capture(PAGE)]
    monkeypatch.setattr(
        Capture, "timestamp", property(lambda _: "20190305000000" if asks_index() else "20190302103000")
    )

    def asks_index() -> bool:
        return "/cdx/" in archives.requests[-1]

    backfills.import_month()
    assert archives.count("20190305000000id_") == archives.count("20190302103000id_") == 1
    assert [row["fetched_at"] for row in read_rows(backfills.layout, "articles")] == [FIRST]


@pytest.mark.parametrize(
    ("body", "encoding", "kept_as"),
    [
        pytest.param(gzip.compress(make_page()[2], mtime=0), "gzip", "content-encoding", id="packed as captured"),
        pytest.param(make_page()[2], "gzip", "x-crawler-content-encoding", id="unpacked by the archive"),
    ],
)
def test_a_content_encoding_that_the_payload_belies_is_kept_under_another_name(
    body: bytes, encoding: str, kept_as: str, archives: WebArchives, backfills: Backfills
) -> None:
    """A payload that the site had packed stays so; one that the archive unpacked is read as it is."""
    archives.captures = [Capture(PAGE, body, headers={"content-encoding": encoding})]
    backfills.import_month()
    (capture,) = [row for row in read_rows(backfills.layout, "captures") if row["purpose"] == "page"]
    archived = read_answer(backfills.layout, capture["warc_filename"], capture["warc_record_offset"])
    assert archived.body == body
    assert kept_as in {name.lower() for name, _ in archived.headers}
    assert len(read_rows(backfills.layout, "articles")) == 1


@pytest.mark.parametrize(("truncated", "outcome"), [("length", "too_large"), ("disconnect", "unreadable")])
def test_a_capture_that_was_cut_is_kept_and_not_read(
    truncated: str, outcome: str, archives: WebArchives, backfills: Backfills
) -> None:
    """It is archived with its flag, and is no article; a whole capture of the next crawl is."""
    archives.captures = [Capture(PAGE, make_page()[2][:500], truncated=truncated)]
    backfills.import_month(Via.COMMONCRAWL)
    (capture,) = [row for row in read_rows(backfills.layout, "captures") if row["purpose"] == "page"]
    assert (capture["content_truncated"], capture["outcome"]) == (truncated, outcome)
    assert read_rows(backfills.layout, "addresses")[0]["outcome"] == outcome
    assert read_rows(backfills.layout, "articles") == []
    assert backfills.import_month(Via.COMMONCRAWL, again=True).outcomes == {"post.example/a": Outcome.UNCHANGED}
    archives.captures = [Capture(PAGE)]
    assert backfills.import_month(Via.COMMONCRAWL, again=True).outcomes == {"post.example/a": Outcome.STORED}


def test_a_record_that_is_not_what_the_index_says_is_refused(
    archives: WebArchives, backfills: Backfills, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither another page at that offset nor another payload is taken for it."""
    archives.captures = [Capture(PAGE)]
    monkeypatch.setattr(Capture, "digest", property(lambda _: "A" * 32))
    assert backfills.import_month(Via.COMMONCRAWL).outcomes == {"post.example/a": Outcome.UNREADABLE}
    assert read_rows(backfills.layout, "addresses") == []


@pytest.mark.parametrize(
    ("capture", "reason"),
    [
        pytest.param(
            Capture(PAGE, b"%PDF-1.4 x", mime="application/pdf"), "application/pdf", id="no page of an outlet"
        ),
        pytest.param(
            Capture(PAGE, b"<html><head><title>Just a moment...</title></head><body></body></html>"),
            "a challenge page",
            id="challenge",
        ),
        pytest.param(Capture(PAGE, b" "), "an empty page", id="empty"),
    ],
)
def test_what_is_no_page_is_counted_with_its_reason(
    capture: Capture, reason: str, archives: WebArchives, backfills: Backfills
) -> None:
    """It leaves no rows but the unit's, which is done and says what it was."""
    archives.captures = [capture]
    assert backfills.import_month().check_balance() is None
    (unit,) = read_rows(backfills.layout, "backfill_units")
    assert (unit["is_done"], unit["skipped"]) == (True, f"1 {reason}")
    assert read_rows(backfills.layout, "addresses") == []


def test_a_page_of_the_nights_is_known_and_a_lost_one_is_imported(
    nights: Nights, site: Site, archives: WebArchives
) -> None:
    """What a night has read is not asked of an archive; what is gone from the site is had there."""
    backfills = Backfills(nights.layout, archives.server_port)
    site.pages["/a"] = make_page()
    nights.run("/a", "/lost")
    archives.captures = [Capture(PAGE, make_page("Other")[2]), Capture("https://www.post.example/lost")]
    tally = backfills.import_month()
    assert tally.outcomes == {"post.example/a": Outcome.KNOWN, "post.example/lost": Outcome.STORED}
    assert archives.count("id_/") == 1
    read_again(nights.layout)
    assert {row["url_key"]: row["outcome"] for row in read_rows(nights.layout, "addresses")} == {
        "post.example/a": "stored",
        "post.example/lost": "stored",
    }


def test_a_night_asks_whole_for_what_was_imported(nights: Nights, site: Site, archives: WebArchives) -> None:
    """No validator of an imported capture is sent: the server of today never gave it. A change since is asked for."""
    archives.captures = [Capture(PAGE)]
    backfills = Backfills(nights.layout, archives.server_port)
    backfills.import_month()
    assert nights.run("/a").outcomes == {"post.example/a": Outcome.KNOWN}
    site.pages["/a"] = make_page(more="The council has since said that it will appeal against the judgement.")
    tally = nights.run("/a", modified_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert tally.outcomes == {"post.example/a": Outcome.STORED}
    assert [row["version"] for row in read_rows(nights.layout, "articles")] == [2]
    (found,) = find_captures(nights.layout, source="post", purpose="page").values()
    assert found.etag
    assert found.observed_at > FIRST
    before = digest_files(nights.layout)
    assert read_again(nights.layout).counts == {}
    assert digest_files(nights.layout) == before


def test_a_rolling_page_is_imported_with_each_new_payload(archives: WebArchives, backfills: Backfills) -> None:
    """A page that is overwritten in place has a version for each month that it was captured in, in order."""
    source = make_source(revisit=[{"pattern": "^/a", "every_days": 1}])
    april = datetime(2019, 4, 3, tzinfo=UTC)
    archives.captures = [Capture(PAGE), Capture(PAGE, make_page(more="It has been updated with replies.")[2], april)]
    for month in (MARCH, april.date().replace(day=1)):
        assert backfills.import_month(month=month, source=source).outcomes == {"post.example/a": Outcome.STORED}
    assert backfills.import_month(source=source, again=True).outcomes == {"post.example/a": Outcome.UNCHANGED}
    assert [row["fetched_at"] for row in read_rows(backfills.layout, "articles")] == [april]
    assert [row["fetched_at"] for row in read_rows(backfills.layout, "article_versions")] == [FIRST]
    before = digest_files(backfills.layout)
    assert read_again(backfills.layout, {"post": source}).counts == {}
    assert digest_files(backfills.layout) == before


def test_a_backfill_killed_before_reading_reads_what_it_has(
    archives: WebArchives, backfills: Backfills, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A capture that was archived and not read is read by the next backfill, and not asked for again."""
    archives.captures = [Capture(PAGE)]

    async def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tasks.imports.read_batch", die)
        with pytest.raises(KeyboardInterrupt):
            backfills.import_month()
    assert read_rows(backfills.layout, "articles") == []
    assert backfills.import_month().outcomes == {"post.example/a": Outcome.STORED}
    assert archives.count("id_/") == 1
    assert pl.DataFrame(read_rows(backfills.layout, "captures")).filter(pl.col("purpose") == "page").height == 1


def test_a_month_whose_index_may_grow_stays_open(archives: WebArchives, backfills: Backfills) -> None:
    """A month that is hardly over is gone through, and again later; that is no problem."""
    last_month = (datetime.now(UTC).date().replace(day=1) - timedelta(days=1)).replace(day=1)
    tally = backfills.import_month(Via.COMMONCRAWL, month=last_month)
    (unit,) = read_rows(backfills.layout, "backfill_units")
    assert (unit["is_done"], unit["reason"], tally.problems) == (False, "its index may still grow", [])


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [
        ("^/news/", "/news/"),
        (r"^/news/([a-z/-]+/)?\d+\.", "/news/"),
        ("^/articles?/.", "/article"),
        (r"^/\d{6}-", "/"),
        ("/news/", "/"),
        ("^/a/|^/b/", "/"),
        ("^/a/(b|c)/", "/a/"),
        ("^/a*/", "/"),
    ],
)
def test_a_pattern_says_what_all_its_paths_begin_with(pattern: str, prefix: str) -> None:
    """Only what is surely there narrows what an index is asked for."""
    assert find_prefix(pattern) == prefix


@pytest.mark.parametrize(
    ("include", "scopes"),
    [
        ((), ["post.example"]),
        (("^/a/", "^/b/"), ["post.example/a/", "post.example/b/"]),
        (("^/a/", "b"), ["post.example"]),
    ],
)
def test_an_index_is_asked_for_no_more_than_is_wanted(include: tuple[str, ...], scopes: list[str]) -> None:
    """Hosts with and without www. are one; prefixes stand in for a host where all wanted addresses have one."""
    source = make_source(hosts=["www.post.example", "post.example"], addresses={"include": list(include)})
    assert list_scopes(source) == scopes


def test_both_orders_of_a_night_and_a_backfill_give_the_same_tables(
    nights: Nights, site: Site, archives: WebArchives, tmp_path: Path
) -> None:
    """A rolling page's past that comes after a night makes the earlier versions of it, numbered in order of time."""
    source = make_source(revisit=[{"pattern": "^/a", "every_days": 1}])
    months = [date(2019, month, 1) for month in (3, 4, 5, 6)]
    texts = ["It has been updated with replies.", "", "It has been updated with replies.", "The council will appeal."]
    site.pages["/a"] = make_page(more="The council has appealed against the judgement of its inspectors.")
    archives.captures = [
        # Of two captures with one text, other payloads.
        Capture(
            PAGE, make_page(more=text)[2] + f"<!-- {day} -->".encode(), datetime(day.year, day.month, 3, tzinfo=UTC)
        )
        for day, text in zip(months, texts, strict=True)
    ]
    states = []
    for number, order in enumerate(
        ([None, *months], [*months, None], [months[2], None, months[0], months[3], months[1]])
    ):
        of_order = Nights(Layout(tmp_path / str(number)), site)
        backfills = Backfills(of_order.layout, archives.server_port)
        for month in order:
            if month:
                tally = backfills.import_month(month=month, source=source)
            else:
                tally = of_order.run("/a", source=source, modified_at=datetime.now(UTC))
            assert not tally.problems
        states.append(
            [
                {name: row[name] for name in ("version", "text", "first_fetched_at", "change_share") if name in row}
                for table in ("article_versions", "articles")
                for row in sorted(read_rows(of_order.layout, table), key=lambda row: row["version"])
            ]
        )
        before = digest_files(of_order.layout)
        assert read_again(of_order.layout, {"post": source}).counts == {}
        assert digest_files(of_order.layout) == before
    assert [row["version"] for row in states[0]] == [1, 2, 3, 4, 5]
    assert states[0] == states[1] == states[2]
