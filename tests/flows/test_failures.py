"""How commands that could not be done end."""

import os
import subprocess
import sys
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
            pl.exceptions.ComputeError("no PAR1: \0\x0c\x9b"),
            (1, r'a table of the archive cannot be read: no PAR1: \x00\x0c\x9b; "inspection-news verify" says which'),
        ),
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


@pytest.mark.parametrize(
    "command", ["nightly", "backfill --from 2019-01 --to 2019-02", "learn-sites", "status", "report"]
)
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


DAY = "is no month or day, such as 2019-01 or 2019-01-17"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("backfill --from 2020-13 --to 2021-01", f"Invalid value for '--from': '2020-13' {DAY}"),
        ("backfill --from 2020-01 --to 2020-02-30", f"Invalid value for '--to': '2020-02-30' {DAY}"),
        ("reprocess --to yesterday", f"Invalid value for '--to': 'yesterday' {DAY}"),
        ("learn-sites --from 2020", f"Invalid value for '--from': '2020' {DAY}"),
        ("backfill --via web", "Invalid value for '--via': 'web' is not one of 'live', 'wayback', "),
        ("duplicates texts.parquet", "Missing option '--out'."),
        ("status --jsn", "No such option: --jsn"),
        ("nightli", "No such command 'nightli'."),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    command: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The option is named, and what would be right."""
    monkeypatch.setattr("sys.argv", ["inspection-news", *command.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"inspection-news: {told}")


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["--help"], 0), (["backfill", "--help"], 0)])
def test_help_is_told_and_nothing_else(
    arguments: list[str], status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is asked without a command has the help for an answer."""
    monkeypatch.setattr("sys.argv", ["inspection-news", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (status, "")
    assert "Usage:" in out


def test_a_server_that_does_not_answer_is_told_with_what_to_do(tmp_path: Path) -> None:
    """Prefect only names the address where nobody answers."""
    named = {"ARCHIVE": str(tmp_path / "archive"), "CONNECT_TO": "127.0.0.1:9"}
    ran = subprocess.run(
        [sys.executable, "-m", "flows", "nightly", "--source", "localgov"],
        env={
            **os.environ,
            **{f"INSPECTION_NEWS_{name}": value for name, value in named.items()},
            "PREFECT_HOME": str(tmp_path / "prefect"),
            "PREFECT_API_URL": "http://127.0.0.1:9/api",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 1
    assert ran.stderr == (
        "inspection-news: Failed to reach API at http://127.0.0.1:9/api/: "
        "start the server there (prefect server start), or unset PREFECT_API_URL\n"
    )


@pytest.mark.parametrize(
    "command", ["nightly", "backfill --from 2019-01 --to 2019-02", "reprocess", "learn-sites", "report"]
)
def test_an_archive_that_cannot_be_written_to_ends_a_command_in_one_line(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands that write say so before they begin."""
    Layout(tmp_path).tables.mkdir()
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(tmp_path))
    monkeypatch.setenv("INSPECTION_NEWS_CONTACT", "archive@example.org")
    monkeypatch.setattr("os.access", lambda _folder, _mode: False)
    monkeypatch.setattr("sys.argv", ["inspection-news", *command.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert (ended.value.code, told.count("\n")) == (2, 1)
    assert told.startswith(f"inspection-news: archive {tmp_path} cannot be written to: no permission to write in ")
