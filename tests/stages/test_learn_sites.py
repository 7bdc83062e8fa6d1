"""Memories of sites: when they are learned, which captures are read with them, and that all of it can be repeated."""

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from storage.tables import commit_rows, make_frame, read_table
from tasks.learn_sites import MOST_PAGES, choose_day, find_due_pages, learn_sites
from tasks.reading.workers import ReaderPool
from tasks.site_memories import has_memory, recall_memories
from tasks.sources.model import Source
from tasks.verify import verify_archive
from tests.stages.conftest import Nights, Reply, make_source
from tests.stages.rereading import digest_files, expect_no_change, list_tables, read_again, read_rows

APPEAL = "Our reporters depend on readers like you to go on with their work."
SOURCE = make_source(relevance={"required": True})
SOURCES = {"post": SOURCE}
PAST = date(2020, 1, 1)


def write_page(number: int, *, topic: str = "Ofsted inspectors", more: str = "") -> Reply:
    """Writes one page of the site: paragraphs of its own, and the site's appeal among them."""
    paragraphs = [
        f"<p>In case {number} the {topic} of unit {n} said that the council's children's services were inadequate.</p>"
        for n in range(8)
    ]
    text = "".join([*paragraphs[:4], f"<p>{APPEAL}</p>", *paragraphs[4:], more])
    title = f"Case {number} of the {topic}"
    head = f"<html lang='en'><head><title>{title}</title></head>"
    return 200, {}, f"{head}<body><article><h1>{title}</h1>{text}</article></body></html>".encode()


def run_night(nights: Nights, *numbers: int, source: Source = SOURCE, **said: Any) -> None:
    """Runs a night on which the site lists pages of these numbers."""
    nights.site.pages |= {f"/{number}": write_page(number) for number in numbers}
    nights.run(*(f"/{number}" for number in numbers), source=source, **said)


def learn(nights: Nights, source: Source = SOURCE, holds_from: date | None = None) -> list[dict[str, Any]]:
    """Learns in this process; gives the rows."""
    with ReaderPool(0) as readers:
        return learn_sites(nights.layout, [source], readers, holds_from=holds_from)


def count_appeals(nights: Nights) -> int:
    """Counts the articles with the appeal in their text."""
    return sum(APPEAL in row["text"] for row in read_rows(nights.layout, "articles"))


def test_what_a_night_learned_holds_from_the_next_day(nights: Nights) -> None:
    """A memory changes nothing of the day on which it was learned, by this run or by any other."""
    run_night(nights, *range(5))
    (row,) = learn(nights)
    assert (row["host"], row["pages"], len(row["lines"])) == ("post.example", 5, 1)
    assert row["holds_from"] > row["learned_at"].date()
    run_night(nights, 9)
    assert {row["memory_version"] for row in read_rows(nights.layout, "articles")} == {None}
    assert count_appeals(nights) == 6
    expect_no_change(nights, SOURCES)


def test_pages_are_read_with_the_memory_of_their_day(nights: Nights) -> None:
    """A memory that holds is used by nights and by reading again alike; each row names it, and nothing else changes."""
    run_night(nights, *range(5))
    before = list_tables(nights.layout)["articles"]
    (row,) = learn(nights, holds_from=PAST)
    run_night(nights, 9)
    assert count_appeals(nights) == 5
    assert read_again(nights.layout, SOURCES).counts == {("articles", "changed"): 5}
    expect_no_change(nights, SOURCES)
    after = list_tables(nights.layout)["articles"]
    assert count_appeals(nights) == 0
    assert {article["memory_version"] for article in after} == {row["version"]}
    expected = {article["article_id"]: article["text"].replace(f"{APPEAL}\n\n", "") for article in before}
    assert expected.items() <= {article["article_id"]: article["text"] for article in after}.items()
    assert {check.name: check.passed for check in verify_archive(nights.layout)}["articles to site_memories"]


def test_versions_differ_by_what_the_page_says(nights: Nights) -> None:
    """A page that was captured before its site's memory holds is read without it for ever."""
    run_night(nights, *range(5))
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    learn(nights, holds_from=tomorrow.date())
    commit_rows(nights.layout, {"captures": shift_captures(nights, days=-2)})
    nights.site.pages["/3"] = write_page(3, more="<p>The council has since said that it will appeal in court.</p>")
    move_memories(nights, datetime.now(UTC).date())
    nights.run("/3", source=SOURCE, modified_at=datetime.now(UTC))
    run_night(nights, 9)
    (version,) = read_rows(nights.layout, "article_versions")
    (newest,) = [row for row in read_rows(nights.layout, "articles") if row["version"] == 2]
    assert newest["text"] == f"{version['text']}\n\nThe council has since said that it will appeal in court."
    assert newest["memory_version"] is version["memory_version"] is None
    assert count_appeals(nights) == 5


def shift_captures(nights: Nights, *, days: int) -> pl.DataFrame:
    """All captures, made on another day."""
    return read_table(nights.layout, "captures").with_columns(pl.col("fetched_at") + timedelta(days=days))


def move_memories(nights: Nights, day: date) -> None:
    """Makes all memories hold from another day."""
    rows = read_table(nights.layout, "site_memories").with_columns(holds_from=pl.lit(day))
    commit_rows(nights.layout, {}, replacements={"site_memories": rows})


def test_a_site_is_learned_again_when_it_has_grown(nights: Nights) -> None:
    """Five pages teach, as many as were learned from teach again; the earlier memory stays, with its days."""
    run_night(nights, *range(4))
    assert learn(nights) == []
    run_night(nights, 4)
    (first,) = learn(nights, holds_from=PAST)
    run_night(nights, *range(5, 9))
    assert learn(nights) == []
    run_night(nights, 9)
    (second,) = learn(nights)
    assert (first["pages"], second["pages"]) == (5, 10)
    assert learn(nights) == learn(nights, holds_from=PAST) == []
    assert read_table(nights.layout, "site_memories")["holds_from"].to_list() == [PAST, second["holds_from"]]


def test_the_newest_pages_teach(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many pages only the newest are read; those turned away as not relevant count as well."""
    monkeypatch.setattr("tasks.learn_sites.MOST_PAGES", 6)
    assert MOST_PAGES > 6
    run_night(nights, *range(5))
    nights.site.pages |= {f"/{number}": write_page(number, topic="bakers") for number in range(5, 8)}
    nights.site.pages |= {path: drop_terms(page) for path, page in nights.site.pages.items() if path > "/4"}
    nights.run("/5", "/6", "/7", source=SOURCE)
    assert len(read_rows(nights.layout, "rejections")) == 3
    (row,) = learn(nights)
    assert (row["pages"], len(row["lines"])) == (6, 1)


def drop_terms(page: Reply) -> Reply:
    """Makes a page say nothing of inspections."""
    return page[0], page[1], page[2].replace(b"council's children's services were inadequate", b"new bread was good")


@pytest.mark.parametrize(
    ("source", "is_remembered"),
    [
        (SOURCE, True),
        (make_source(), False),
        (make_source(kind="inspectorate", inspectorate="Ofsted", relevance={"required": True}), False),
    ],
)
def test_pages_from_templates_teach_nothing(nights: Nights, source: Source, *, is_remembered: bool) -> None:
    """Sources that tell of nothing but inspections have no memory, neither to learn nor to read with."""
    run_night(nights, *range(5))
    assert has_memory(source) is is_remembered
    learn(nights, holds_from=PAST)
    run_night(nights, *range(50, 55), source=source)
    later = [row for row in read_rows(nights.layout, "articles") if row["url_key"] > "post.example/5"]
    assert {row["memory_version"] is not None for row in later} == {is_remembered}
    assert bool(learn(nights, source)) is is_remembered


@pytest.mark.parametrize(
    ("first", "second", "imported", "expected"),
    [
        pytest.param(1, 1, False, [None, None], id="before any memory"),
        pytest.param(2, 3, False, ["a", "a"], id="on its first day, and later"),
        pytest.param(1, 3, False, [None, None], id="first captured before"),
        pytest.param(5, 4, False, ["a", "a"], id="whatever the order"),
        pytest.param(6, 9, False, ["b", "b"], id="the newer memory"),
        pytest.param(6, 3, True, ["b", "a"], id="an imported capture has a day of its own"),
        pytest.param(3, 1, True, ["a", None], id="and an older one changes nothing of the others"),
    ],
)
def test_the_first_capture_says_which_memory_holds(
    nights: Nights, first: int, second: int, expected: list[str | None], *, imported: bool
) -> None:
    """Of two memories, from the second and the sixth day on, the one of the page's first day is meant."""
    days = [datetime(2024, 5, day, 23, 59, tzinfo=UTC) for day in (first, second)]
    captures = [make_capture_row(f"c{n}", at, "file.warc" if n and imported else None) for n, at in enumerate(days)]
    memories = [make_memory(date(2024, 5, 2), "a", days[0]), make_memory(date(2024, 5, 6), "b", days[0])]
    rows = {"captures": make_frame("captures", captures), "site_memories": make_frame("site_memories", memories)}
    commit_rows(nights.layout, rows)
    found = recall_memories(nights.layout, ["post.example/1", "other.example/1"])
    assert [min(found[name].lines) if name in found else None for name in ("c0", "c1")] == expected


def make_capture_row(capture_id: str, fetched_at: datetime, imported_from: str | None) -> dict[str, Any]:
    """A capture of the page."""
    where = {"url": "https://www.post.example/1", "url_key": "post.example/1", "fetched_at": fetched_at}
    lies = {"warc_filename": "w", "warc_record_offset": 0, "warc_record_length": 1, "warc_record_type": "response"}
    what = {"capture_id": capture_id, "run_id": "r", "purpose": "page", "fetch_status": 200}
    return {**where, **lies, **what, "imported_from": imported_from}


@pytest.mark.parametrize(
    ("day", "memories", "expected"),
    [
        pytest.param(30, [], range(1, 21), id="from tomorrow on: all"),
        pytest.param(8, [], range(8, 21), id="from a day in the past on: what was captured since"),
        pytest.param(8, [15], range(8, 15), id="until the next memory"),
        pytest.param(12, [15], [], id="too few of those"),
        pytest.param(8, [8, 15], [], id="none is learned twice for a day"),
        pytest.param(30, [3], range(1, 21), id="the site has grown"),
    ],
)
def test_a_memory_is_learned_from_the_captures_of_its_days(
    nights: Nights, day: int, memories: list[int], expected: Sequence[int]
) -> None:
    """Of twenty days with a page each, and memories from five pages, those count that a new one is to hold for."""
    days = [datetime(2024, 5, n, tzinfo=UTC) for n in range(1, 21)]
    articles = [
        {"article_id": f"a{at.day}", "source": "post", "url": "u", "url_key": f"post.example/{at.day}", "version": 1}
        | {"capture_id": f"c{at.day}", "fetched_at": at, "first_fetched_at": at, "reader_version": "r"}
        for at in days
    ]
    known = [make_memory(date(2024, 5, n), "a", days[n]) for n in memories]
    rows = {"articles": make_frame("articles", articles), "site_memories": make_frame("site_memories", known)}
    commit_rows(nights.layout, rows)
    due = find_due_pages(nights.layout, ["post"], date(2024, 5, day), datetime(2024, 5, 29, tzinfo=UTC))
    assert due["fetched_at"].dt.day().to_list() == list(expected)
    assert find_due_pages(nights.layout, ["other"], date(2024, 5, day), days[-1]).is_empty()


def make_memory(holds_from: date, line: str, captures_until: datetime) -> dict[str, Any]:
    """A memory of the site, of one line."""
    memory = {"host": "post.example", "holds_from": holds_from, "version": "v", "lines": [line], "pages": 5}
    return memory | {"captures_until": captures_until, "learned_at": captures_until, "reader_version": "r"}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 3, 1, 2, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 1, 23, 30, tzinfo=UTC), date(2026, 3, 3)),
    ],
)
def test_a_memory_is_kept_before_it_holds(now: datetime, expected: date) -> None:
    """What is learned shortly before midnight holds a day later, so that no capture is read before it is there."""
    assert choose_day(now) == expected


def test_a_lost_memory_is_found(nights: Nights) -> None:
    """Verifying names the memory that a row was read with and that is no more."""
    run_night(nights, *range(5))
    (row,) = learn(nights, holds_from=PAST)
    read_again(nights.layout, SOURCES)
    commit_rows(nights.layout, {}, replacements={"site_memories": read_table(nights.layout, "site_memories").clear()})
    failed = [check for check in verify_archive(nights.layout) if not check.passed]
    assert [check.name for check in failed] == ["articles to site_memories"]
    assert f"no memory {row['version']}, with which https://www.post.example/0 was read" in str(failed[0].notes)


def test_an_archive_from_before_memories_goes_on(nights: Nights) -> None:
    """Without the table and the columns all is read as without memories, and reading again changes nothing."""
    run_night(nights, *range(5))
    shutil.rmtree(nights.layout.table("site_memories"))
    shutil.rmtree(nights.layout.checksums("site_memories").parent)
    for table in ("articles", "rejections"):
        for path in nights.layout.table(table).rglob("*.parquet"):
            pl.read_parquet(path, hive_partitioning=False).drop("memory_version").write_parquet(path)
    before = digest_files(nights.layout)
    assert read_again(nights.layout, SOURCES).counts == {}
    assert digest_files(nights.layout) == before
    assert len(learn(nights)) == 1
    run_night(nights, 9)
    assert count_appeals(nights) == 6
