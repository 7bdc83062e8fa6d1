"""Rows are put in by key, all of a commit or none of it, whatever happens in between."""

import itertools
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import locking
from storage.checksums import find_lost_files
from storage.errors import DamagedError, LockedError, RefusedRowsError
from storage.layout import Layout
from storage.schemas import TABLES
from storage.tables import commit_rows, create_tables, make_frame, read_table, recover
from tests.storage.conftest import MakeCaptures

START = datetime(2026, 1, 15, tzinfo=UTC)
MONTH = timedelta(days=31)
Commit = Callable[[], Mapping[str, int]]


class CrashError(Exception):
    """Stands for the end of the process."""


def crash_at_call(monkeypatch: pytest.MonkeyPatch, module: Any, function: str, call: int) -> None:
    """Lets a function end the process at its n-th call."""
    original = getattr(module, function)
    calls = 0

    def count(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise CrashError
        return original(*arguments, **options)

    monkeypatch.setattr(module, function, count)


def read_files(layout: Layout) -> dict[str, bytes]:
    """Reads all table files, and their checksums."""
    paths = [*layout.tables.glob("**/*.parquet"), *layout.root.glob("checksums/*")]
    return {path.relative_to(layout.root).as_posix(): path.read_bytes() for path in paths}


def make_article(article_id: str, published_at: datetime | None = None, **values: Any) -> dict[str, Any]:
    """Makes a row of articles."""
    return {
        "article_id": article_id, "source": "s", "url": "u", "url_key": "k", "capture_id": "c", "fetched_at": START,
        "first_fetched_at": START, "version": 1, "reader_version": "1", "published_at": published_at,
    } | values  # fmt: skip


def test_rows_lie_in_the_month_of_the_first_date_there_is(layout: Layout) -> None:
    """A row lies in the month, in UTC, of the first partition column that is not null; dates and instants mix."""
    rows = [make_article("a", datetime(2019, 7, 31, 23, 59, 59, tzinfo=UTC)), make_article("b")]
    commit_rows(layout, {"articles": make_frame("articles", rows)})
    found = {path.relative_to(layout.tables).as_posix() for path in layout.tables.glob("**/*.parquet")}
    assert found == {"articles/year=2019/month=07/data.parquet", "articles/year=2026/month=01/data.parquet"}


def test_counts_new_and_changed_rows(layout: Layout, make_captures: MakeCaptures) -> None:
    """The answer counts rows that are new or differ from the row with the same key, nested values included."""
    assert commit_rows(layout, {"captures": make_captures((1, START), (2, START + MONTH))}) == {"captures": 2}
    changed = make_captures((2, START + MONTH), error="broken")
    assert commit_rows(layout, {"captures": pl.concat([make_captures((1, START)), changed])}) == {"captures": 1}
    assert read_table(layout, "captures")["error"].to_list() == [None, "broken"]
    for authors, count in ((None, 1), ([], 1), (["A"], 1), (["A"], 0)):
        row = make_article("a", authors=authors)
        assert commit_rows(layout, {"articles": make_frame("articles", [row])}) == {"articles": count}


def test_a_row_leaves_its_old_partition(layout: Layout) -> None:
    """A row whose month changed is only in the new month's file; the old file stays, without it."""
    commit_rows(layout, {"articles": make_frame("articles", [make_article("a"), make_article("b")])})
    moved = make_frame("articles", [make_article("a", START + 3 * MONTH)])
    assert commit_rows(layout, {"articles": moved}) == {"articles": 1}
    old, new = (pl.read_parquet(layout.partition("articles", 2026, month)) for month in (1, 4))
    assert (old["article_id"].to_list(), new["article_id"].to_list()) == (["b"], ["a"])
    commit_rows(layout, {"articles": make_frame("articles", [make_article("b", START + 3 * MONTH)])})
    assert pl.read_parquet(layout.partition("articles", 2026, 1)).height == 0
    assert read_table(layout, "articles")["article_id"].to_list() == ["a", "b"]


def test_an_unchanged_partition_is_not_rewritten(layout: Layout, make_captures: MakeCaptures) -> None:
    """The same rows again, or rows of another month, leave a file as it is: inode, time and bytes."""
    both = make_captures((2, START), (1, START), (3, START + MONTH))
    commit_rows(layout, {"captures": both})
    january = layout.partition("captures", 2026, 1)
    before = january.stat()
    assert commit_rows(layout, {"captures": both}) == {"captures": 0}
    assert commit_rows(layout, {}, replacements={"captures": both.reverse()}) == {"captures": 0}
    commit_rows(layout, {"captures": make_captures((3, START + MONTH), error="new")})
    assert (january.stat().st_ino, january.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not any(layout.staging.iterdir())


def test_a_replacement_takes_the_whole_tables_place(layout: Layout, make_captures: MakeCaptures) -> None:
    """Rows that a replacement lacks are gone; a small table is one file, there even without rows."""
    commit_rows(layout, {"captures": make_captures((1, START), (2, START + MONTH))})
    replacements = {"captures": make_captures((2, START)), "duplicates": make_frame("duplicates", [])}
    assert commit_rows(layout, {}, replacements=replacements) == {"captures": 1, "duplicates": 0}
    assert read_table(layout, "captures").select("capture_id", "fetched_at").rows() == [("0002", START)]
    assert layout.partition("duplicates", None, None).exists()


@settings(max_examples=25, deadline=None)
@given(
    rows=st.dictionaries(st.integers(0, 9999), st.integers(0, 70), min_size=1, max_size=30),
    order=st.randoms(use_true_random=False),
    cuts=st.lists(st.integers(0, 30), max_size=3),
)
def test_files_do_not_depend_on_the_order_of_commits(
    make_captures: MakeCaptures, rows: dict[int, int], order: Any, cuts: list[int]
) -> None:
    """Any order and any cutting of the same rows gives the same files, byte for byte."""
    timed = [(number, START + timedelta(days=days)) for number, days in rows.items()]
    shuffled = order.sample(timed, len(timed))
    edges = [0, *sorted(min(cut, len(timed)) for cut in cuts), len(timed)]
    with tempfile.TemporaryDirectory() as folder:
        at_once, in_pieces = Layout(Path(folder) / "a"), Layout(Path(folder) / "b")
        commit_rows(at_once, {"captures": make_captures(*timed)})
        for start, end in itertools.pairwise(edges):
            commit_rows(in_pieces, {"captures": make_captures(*shuffled[start:end])})
        assert read_files(at_once) == read_files(in_pieces)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda rows: rows.with_columns(url=None, error=None), r"captures: columns are not those .*: url, error"),
        (lambda rows: rows.drop("etag"), r"captures: columns are not those of the schema: etag"),
        (lambda rows: rows.select(reversed(rows.columns)), r"captures: columns are not those of the schema: order"),
        (lambda rows: rows.with_columns(pl.lit(None, pl.String).alias("url")), r"captures\.url: null in 1 rows"),
        (lambda rows: pl.concat([rows, rows]), r"captures: 2 rows share a key, such as \{'capture_id': '0009'\}"),
    ],
)
def test_refused_rows_leave_the_archive_as_it_was(
    layout: Layout, make_captures: MakeCaptures, spoil: Callable[[pl.DataFrame], pl.DataFrame], message: str
) -> None:
    """A frame that breaks its schema is refused with all that came with it, before anything is written."""
    commit_rows(layout, {"captures": make_captures((1, START))})
    before = read_files(layout)
    good = make_frame("articles", [make_article("a")])
    with pytest.raises(RefusedRowsError, match=message):
        commit_rows(layout, {"articles": good, "captures": spoil(make_captures((9, START)))})
    assert read_files(layout) == before
    assert not any(layout.staging.iterdir())


def test_one_table_is_not_both_put_in_and_replaced(layout: Layout, make_captures: MakeCaptures) -> None:
    """Rows to put in and a replacement of the same table are refused."""
    rows = {"captures": make_captures((1, START))}
    with pytest.raises(RefusedRowsError, match="captures: rows to put in and a whole table at once"):
        commit_rows(layout, rows, replacements=rows)


def make_two_commits(layout: Layout, make_captures: MakeCaptures) -> tuple[Commit, Commit]:
    """Makes a commit of three partitions and one that changes, moves and adds rows in two tables."""
    first = {"captures": make_captures((1, START), (2, START + MONTH), (3, START + 2 * MONTH))}
    second = {
        "captures": make_captures((1, START + MONTH), (2, START + MONTH), (4, START + 2 * MONTH), error="second"),
        "articles": make_frame("articles", [make_article("a")]),
    }
    return lambda: commit_rows(layout, first), lambda: commit_rows(layout, second)


@pytest.mark.parametrize("call", range(1, 8))
def test_a_crash_between_renames_is_finished(
    layout: Layout, tmp_path: Path, make_captures: MakeCaptures, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """The first rename puts the journal in place; a crash there drops the commit, at any later one it is finished."""
    other = Layout(tmp_path / "other")
    for commit in make_two_commits(other, make_captures):
        commit()
    first, second = make_two_commits(layout, make_captures)
    first()
    before = read_files(layout)
    with monkeypatch.context() as patch:
        crash_at_call(patch, os, "replace", call)
        with pytest.raises(CrashError):
            second()
    assert read_table(layout, "captures").height >= 3
    assert list(find_lost_files(layout, "captures")) == list(find_lost_files(layout, "articles")) == []
    recover(layout)
    assert read_files(layout) == (before if call == 1 else read_files(other))
    assert not any(layout.staging.iterdir())
    second()
    assert read_files(layout) == read_files(other)


@pytest.mark.parametrize("call", range(1, 5))
def test_a_crash_before_the_journal_is_dropped(
    layout: Layout, make_captures: MakeCaptures, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """A crash while files are staged leaves the tables as they were, and the next commit clears what it left."""
    first, second = make_two_commits(layout, make_captures)
    first()
    before = read_files(layout)
    with monkeypatch.context() as patch:
        crash_at_call(patch, pl.DataFrame, "write_parquet", call)
        with pytest.raises(CrashError):
            second()
    assert any(layout.staging.iterdir())
    assert read_files(layout) == before
    second()
    assert not any(layout.staging.iterdir())
    assert read_table(layout, "articles").height == 1


def test_a_file_that_reads_back_differently_is_not_committed(
    layout: Layout, make_captures: MakeCaptures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was staged is compared with what was to be written before it takes a table's place."""
    monkeypatch.setattr(pl, "read_parquet", lambda *_, **__: make_captures((2, START)))
    with pytest.raises(DamagedError, match="does not hold what was written"):
        commit_rows(layout, {"captures": make_captures((1, START))})
    assert read_files(layout) == {}


def test_a_partition_with_a_doubled_key_is_not_touched(layout: Layout, make_captures: MakeCaptures) -> None:
    """Where a file already has two rows of one key, a commit into it is an error."""
    commit_rows(layout, {"captures": make_captures((1, START))})
    path = layout.partition("captures", 2026, 1)
    rows = pl.read_parquet(path, hive_partitioning=False)
    pl.concat([rows, rows]).write_parquet(path)
    with pytest.raises(DamagedError, match="captures: a partition already has several rows of one key"):
        commit_rows(layout, {"captures": make_captures((2, START))})


def test_a_journal_without_its_files_is_an_error(layout: Layout) -> None:
    """A journal that names a file which is neither staged nor final is never taken for finished."""
    folder = layout.staging / "1"
    folder.mkdir(parents=True)
    (folder / "journal.json").write_text('{"00000.parquet": "tables/captures/data.parquet"}')
    with pytest.raises(DamagedError, match=r"names 00000\.parquet"):
        recover(layout)


def test_recovering_nothing_makes_nothing(layout: Layout) -> None:
    """An archive that does not exist is not made by looking for what a crash left."""
    recover(layout)
    assert not layout.root.exists()


def test_a_lock_that_stays_taken_is_an_error(
    layout: Layout, make_captures: MakeCaptures, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit that waits too long for the lock fails and names the lock's file."""
    monkeypatch.setattr(locking, "LOCK_TIMEOUT_SECONDS", 0.1)
    layout.root.mkdir()
    held = multiprocessing.get_context("spawn")
    ready, done = held.Event(), held.Event()
    holder = held.Process(target=hold_lock, args=(layout.lock, ready, done))
    holder.start()
    try:
        assert ready.wait(30)
        with pytest.raises(LockedError, match=str(layout.lock)):
            commit_rows(layout, {"captures": make_captures((1, START))})
    finally:
        done.set()
        holder.join()


def hold_lock(path: Path, ready: Any, done: Any) -> None:
    """Holds a lock until told; runs in another process."""
    with FileLock(path):
        ready.set()
        done.wait(30)


def test_two_processes_lose_nothing(layout: Layout, make_captures: MakeCaptures) -> None:
    """Two processes that put rows into the same partition at once both have all their rows in it."""
    context = multiprocessing.get_context("spawn")
    frames = [[make_captures((10 * turn + process, START)) for turn in range(6)] for process in range(2)]
    processes = [context.Process(target=commit_frames, args=(layout, own)) for own in frames]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    expected = sorted(f"{10 * turn + process:04d}" for turn in range(6) for process in range(2))
    assert read_table(layout, "captures")["capture_id"].to_list() == expected


def commit_frames(layout: Layout, frames: list[pl.DataFrame]) -> None:
    """Commits frames one after the other; runs in another process."""
    for frame in frames:
        commit_rows(layout, {"captures": frame})


def test_every_table_has_a_file_from_the_start(layout: Layout) -> None:
    """A glob over any table finds a file before there are rows, and creating again changes nothing."""
    create_tables(layout, date(2026, 11, 21))
    files = {path: path.stat().st_mtime_ns for path in layout.tables.rglob("*.parquet")}
    assert {path.relative_to(layout.tables).parts[0] for path in files} == set(TABLES)
    for name, table in TABLES.items():
        assert pl.scan_parquet(str(layout.table(name) / "**" / "*.parquet")).collect().schema == table.schema
    create_tables(layout, date(2027, 1, 1))
    assert {path: path.stat().st_mtime_ns for path in layout.tables.rglob("*.parquet")} == files
