"""Files of tables that are not as they were written are found by their checksums."""

import hashlib
import shutil
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from storage.checksums import find_changed_files, find_lost_files, read_checksums
from storage.errors import DamagedError
from storage.layout import Layout
from storage.scan import list_partitions
from storage.tables import commit_rows, create_tables, read_table
from tests.storage.conftest import MakeCaptures

JANUARY = datetime(2026, 1, 15, tzinfo=UTC)
MARCH = datetime(2026, 3, 15, tzinfo=UTC)


@pytest.fixture
def files(layout: Layout, make_captures: MakeCaptures) -> list[Path]:
    """The files of an archive with captures of two months, committed one after the other."""
    create_tables(layout, JANUARY.date())
    for month in (JANUARY, MARCH):
        commit_rows(layout, {"captures": make_captures((month.month, month))})
    return list_partitions(layout, "captures")


def list_problems(layout: Layout) -> list[str]:
    """Lists what is found of the captures."""
    return [*find_lost_files(layout, "captures"), *find_changed_files(layout, "captures")]


def test_what_was_committed_is_as_it_was_written(layout: Layout, files: list[Path]) -> None:
    """Every file of a table has its checksum, whichever commit wrote it."""
    assert read_checksums(layout, "captures") == {
        path.relative_to(layout.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }
    assert list_problems(layout) == []


def test_a_flipped_bit_is_found(layout: Layout, files: list[Path]) -> None:
    """A file is named whose values are others, although it can be read."""
    content = bytearray(files[1].read_bytes())
    content[40] ^= 1
    files[1].write_bytes(content)
    [problem] = list_problems(layout)
    assert problem.startswith("tables/captures/year=2026/month=03/data.parquet is not as it was written; get it from")


def test_a_lost_file_is_found_and_nothing_committed_over_it(
    layout: Layout, files: list[Path], make_captures: MakeCaptures
) -> None:
    """A commit would hide the loss: it is refused until the file is back, or was given up."""
    files[0].unlink()
    lost = "tables/captures/year=2026/month=01/data.parquet is missing"
    assert [problem.partition(";")[0] for problem in list_problems(layout)] == [lost]
    for month in (JANUARY, MARCH):
        with pytest.raises(DamagedError, match=lost):
            commit_rows(layout, {"captures": make_captures((8, month))})
    layout.checksums("captures").unlink()
    commit_rows(layout, {"captures": make_captures((8, JANUARY))})
    assert list_problems(layout) == []


def test_a_changed_file_is_not_committed_over(layout: Layout, files: list[Path], make_captures: MakeCaptures) -> None:
    """A commit would write down what is there as right: it is refused where it replaces the file."""
    pl.read_parquet(files[0], hive_partitioning=False).with_columns(run_id=pl.lit("another")).write_parquet(files[0])
    commit_rows(layout, {"captures": make_captures((8, MARCH))})
    with pytest.raises(DamagedError, match=r"month=01/data\.parquet is not as it was written"):
        commit_rows(layout, {"captures": make_captures((8, JANUARY))})
    assert len(list_problems(layout)) == 1


@pytest.mark.parametrize("content", [b"", b"0123", b"\xff\xfe\n", b"0" * 64 + b"  tables/captures"])
def test_a_torn_file_of_checksums_is_named(layout: Layout, files: list[Path], content: bytes) -> None:
    """What it does not say is not taken for what is not there."""
    assert files
    layout.checksums("captures").write_bytes(content)
    with pytest.raises(DamagedError, match=r"checksums/captures\.sha256 is torn"):
        list_problems(layout)


def test_a_lost_table_is_not_begun_anew(layout: Layout, files: list[Path]) -> None:
    """A table that lost all its files does not become an empty one."""
    shutil.rmtree(layout.table("captures"))
    with pytest.raises(DamagedError, match=r"captures/\S+ is missing"):
        create_tables(layout, JANUARY.date())
    assert len(list(find_lost_files(layout, "captures"))) == len(files)


def test_a_file_of_another_hand_is_found(layout: Layout, files: list[Path]) -> None:
    """What lies beside a table's files would be read with them."""
    shutil.copy(files[0], files[0].with_name("extra.parquet"))
    [problem] = list_problems(layout)
    assert problem.startswith("tables/captures/year=2026/month=01/extra.parquet was put there by another hand")


def test_an_archive_without_checksums_gets_them(layout: Layout, files: list[Path], make_captures: MakeCaptures) -> None:
    """The files of an older version's archive are taken as they are, with the next commit."""
    shutil.rmtree(layout.checksums("captures").parent)
    assert list_problems(layout) == []
    commit_rows(layout, {"captures": make_captures((9, MARCH))})
    assert len(read_checksums(layout, "captures") or {}) == len(files)
    assert read_table(layout, "captures").height == 3
