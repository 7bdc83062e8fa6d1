"""How commands that could not be done end."""

from pathlib import Path

import polars as pl
import pytest

from flows.__main__ import main
from flows.failures import describe_failure
from storage.errors import DamagedError, RefusedRowsError
from storage.layout import Layout


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (ValueError("no such source"), (2, "no such source")),
        (RefusedRowsError("two rows have one key"), (1, "two rows have one key")),
        (DamagedError("torn"), (1, "torn")),
        (OSError("the disk is full"), (1, "the disk is full")),
        (
            pl.exceptions.ComputeError("no PAR1.\n\nThis error occurred in a plan"),
            (1, 'a table of the archive cannot be read: no PAR1; "inspection-news verify" says which'),
        ),
        (TypeError("a mistake of ours"), None),
    ],
)
def test_an_error_has_its_status_and_one_line(error: Exception, described: tuple[int, str] | None) -> None:
    """Wrong usage is 2, what could not be done 1; a mistake of the program's own keeps its traceback."""
    assert describe_failure(error) == described


@pytest.mark.parametrize("command", ["nightly", "backfill --from 2019-01 --to 2019-02", "learn-sites", "status", "report"])
def test_a_torn_table_ends_a_command_in_one_line(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is named before anything is asked, printed or written."""
    layout = Layout(tmp_path)
    layout.table("articles").mkdir(parents=True)
    (layout.table("articles") / "data.parquet").write_bytes(b"torn" * 10)
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(layout.root))
    monkeypatch.setenv("INSPECTION_NEWS_CONTACT", "archive@example.org")
    monkeypatch.setattr("sys.argv", ["inspection-news", *command.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert (ended.value.code, told.count("\n")) == (1, 1)
    assert told.startswith("inspection-news: tables/articles/data.parquet cannot be read: ")
    assert [path.name for path in layout.root.rglob("*")] == ["tables", "articles", "data.parquet"]
