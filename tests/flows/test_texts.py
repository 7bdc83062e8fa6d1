"""The commands on tables of texts: what they write, and what they say of a file that is no such table."""

import resource
import signal
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from flows.texts import find_duplicates_command, find_passages_command, read_texts, write_found, write_table
from tests.likeness.texts import keep_start, write_text

TEXT = write_text(1)


def write_texts(path: Path, **columns: object) -> Path:
    """Writes a table of texts with these columns, or others in place of the usual ones."""
    usual = {"article_id": ["a", "b"], "text": [TEXT, keep_start(TEXT, 0.7)]}
    pl.DataFrame({name: values for name, values in {**usual, **columns}.items() if values is not None}).write_parquet(
        path
    )
    return path


def test_duplicates_are_written(tmp_path: Path) -> None:
    """The pairs have the columns of the table of duplicates; identifiers may be numbers."""
    table = write_texts(tmp_path / "texts.parquet", article_id=[1, 2], published_at=["2019-01-18", "2019-01-17"])
    assert find_duplicates_command(table, tmp_path / "pairs.parquet") == 0
    pairs = pl.read_parquet(tmp_path / "pairs.parquet")
    assert pairs.select("article_id", "other_id", "kind", "is_template").rows() == [("1", "2", "near", False)]
    assert pairs.columns[3:5] == ["jaccard", "containment"]


def test_passages_are_written(tmp_path: Path) -> None:
    """The passages have a row for each text that carries them."""
    assert find_passages_command(write_texts(tmp_path / "texts.parquet"), tmp_path / "passages.parquet") == 0
    passages = pl.read_parquet(tmp_path / "passages.parquet")
    assert passages["article_id"].to_list() == ["a", "b"]
    assert passages.columns == ["passage_id", "article_id", "start", "end", "text", "speaker"]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"text": None}, "missing: text"),
        ({"article_id": None}, "missing: article_id"),
        ({"text": [1, 2]}, "the column text is Int64"),
        ({"title": [1, 2]}, "the column title is Int64"),
        ({"article_id": ["a", "a"]}, "'a' stands there more than once"),
        ({"article_id": ["a", None]}, "1 row has no article_id"),
        ({"article_id": [None, None]}, "2 rows have no article_id"),
        ({"article_id": [[1], [2]]}, r"article_id is List\(Int64\), but text or whole numbers are needed"),
        ({"article_id": [1.0, 2.0]}, "article_id is Float64"),
        ({"published_at": ["0001-01-01T00:00:00+01:00", None]}, "published_at: '0001-.* is no instant"),
        ({"published_at": [1, 2]}, "published_at is Int64"),
        ({"published_at": ["yesterday", None]}, "published_at: 'yesterday' is no instant, such as"),
    ],
)
def test_a_table_that_lacks_something_is_refused(tmp_path: Path, columns: dict[str, object], message: str) -> None:
    """The message names the file and what is wrong with it."""
    path = write_texts(tmp_path / "texts.parquet", **columns)
    with pytest.raises(ValueError, match=message) as error:
        read_texts(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    """So is one that is not there."""
    with pytest.raises(ValueError, match="no such file"):
        read_texts(tmp_path / "nothing.parquet")
    with pytest.raises(ValueError, match="is a folder, but a file is needed"):
        read_texts(tmp_path)
    (tmp_path / "page.html").write_text("<p>no table</p>")
    with pytest.raises(ValueError, match="not a Parquet file"):
        read_texts(tmp_path / "page.html")


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("missing/pairs.parquet", "there is no folder"),
        (".", "is a folder"),
        ("texts.parquet", "is the table of texts itself"),
        ("/dev/full", "/dev/full is no regular file"),
        ("copy/tables/articles/pairs.parquet", "lies in the archive .*/copy, which only runs write to"),
        ("tables_only/pairs.parquet", "lies in the archive .*/tables_only, "),
        ("configured/pairs.parquet", "lies in .*/configured, where INSPECTION_NEWS_ARCHIVE has the archive, though "),
        ("link.parquet", r"link\.parquet lies in the archive .*/copy, "),
    ],
)
def test_where_nothing_can_be_written_nothing_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, message: str
) -> None:
    """Looking may take minutes: a wrong name for its result is told before. No archive is written into."""
    for folder in (
        "copy/tables/articles",
        "copy/tables/captures",
        "copy/warc",
        "tables_only/tables/captures",
        "configured",
    ):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "tables_only" / "datapackage.json").write_text("{}")
    (tmp_path / "link.parquet").symlink_to(tmp_path / "copy" / "tables" / "data.parquet")
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(tmp_path / "configured"))
    table = write_texts(tmp_path / "texts.parquet")
    before = table.read_bytes()
    looked: list[pl.DataFrame] = []
    with pytest.raises(ValueError, match=message):
        write_found(lambda frame: looked.append(frame) or frame, table, tmp_path / out)
    assert not looked
    assert table.read_bytes() == before


def test_days_are_instants(tmp_path: Path) -> None:
    """A date is midnight UTC."""
    frame = read_texts(write_texts(tmp_path / "texts.parquet", published_at=[date(2019, 1, 17), None]))
    assert frame["published_at"].dtype == pl.Datetime("us", "UTC")


def test_dates_and_instants_may_be_mixed(tmp_path: Path) -> None:
    """What names no zone is in UTC; what is empty is not known."""
    texts = ["2019-01-17", "2019-01-17T06:30:00+01:00", "2019-01-17 06:30", "", " ", None]
    path = write_texts(tmp_path / "texts.parquet", article_id=[*"abcdef"], text=[TEXT] * 6, published_at=texts)
    instants = read_texts(path)["published_at"]
    assert instants.dtype == pl.Datetime("us", "UTC")
    assert instants.dt.to_string("%d %H:%M").to_list() == ["17 00:00", "17 05:30", "17 06:30", None, None, None]


def test_a_folder_without_permission_is_told_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is looked for what could not be written."""
    monkeypatch.setattr("os.access", lambda folder, _mode: folder != tmp_path)
    with pytest.raises(ValueError, match=r"pairs\.parquet cannot be written: no permission to write in "):
        write_found(lambda frame: frame, write_texts(tmp_path / "texts.parquet"), tmp_path / "pairs.parquet")


def test_a_failed_write_leaves_the_older_file(tmp_path: Path) -> None:
    """Where the disk is full, the file is named, and what was there is as it was."""
    (out := tmp_path / "pairs.parquet").write_text("the older file")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OSError, match=r"^/.*/pairs\.parquet cannot be written: file too large$"):
            write_table(pl.DataFrame({"number": range(100_000)}), out)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, kept)
    assert out.read_text() == "the older file"


def test_a_file_that_is_written_again_keeps_its_permissions(tmp_path: Path) -> None:
    """A new one has those of any new file."""
    (tmp_path / "other").touch()
    out = tmp_path / "pairs.parquet"
    write_table(pl.DataFrame({"number": [1]}), out)
    assert out.stat().st_mode == (tmp_path / "other").stat().st_mode
    out.chmod(0o640)
    write_table(pl.DataFrame({"number": [2]}), out)
    assert (pl.read_parquet(out)["number"].item(), out.stat().st_mode & 0o777) == (2, 0o640)


def test_what_a_link_leads_to_is_replaced(tmp_path: Path) -> None:
    """The link stays one."""
    (link := tmp_path / "pairs.parquet").symlink_to(tmp_path / "of_today.parquet")
    for numbers in ([1], [2, 3]):
        write_table(pl.DataFrame({"number": numbers}), link)
        assert pl.read_parquet(tmp_path / "of_today.parquet")["number"].to_list() == numbers
    assert link.is_symlink()
