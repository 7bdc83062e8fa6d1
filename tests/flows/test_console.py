"""What is told of a run: on the terminal, in the artifact and in its state."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows import commands
from flows.console import MANY_SOURCES, print_estimate, print_rows, print_run, print_units
from flows.running import describe_success, make_artifact_row
from tasks.via import Via
from tests.stages.histories import make_check, make_night

RUN: dict[str, Any] = {
    "flow": "nightly", "run_id": "run", "state": "failed", "error": None, "listed": 80, "requests": 2
}  # fmt: skip
SILENT = make_check("days_without_news", passed=False) | {
    "notes": "nothing new for 9 days [/b]",
    "found": 9.0,
    "nights": 2,
    "since_on": date(2026, 11, 20),
}
WARNED = make_night(verdict="warned", checks=[SILENT, make_check("balance", passed=True)], seconds=None)
REASON = "days_without_news: nothing new for 9 days [/b] (for 2 nights, since 2026-11-20)"


def test_the_summary_tells_what_to_look_at(capsys: pytest.CaptureFixture[str]) -> None:
    """A source that is warned of has its reasons under the table, in words and as they are; one that is ok has none."""
    print_run(RUN, [WARNED, make_night(source="echo", seconds=1.25)])
    out = capsys.readouterr().out
    assert f"post warned: {REASON}" in out
    assert [line.split()[:2] for line in out.splitlines() if line.split()[:1] == ["echo"]] == [["echo", "ok"]]


def test_the_summary_tells_what_stopped_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """A run that a stage of the whole archive stopped says so."""
    print_run({**RUN, "error": "OSError: the disk is full"}, [])
    assert "nightly failed: OSError: the disk is full" in capsys.readouterr().out


def test_many_sources_that_listed_nothing_are_only_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Of a run of many sources those are shown that listed something or are to be looked at; of few, all."""
    quiet = [make_night(source=f"quiet-{number}", listed=0, seconds=0.0) for number in range(MANY_SOURCES)]
    print_run({**RUN, "requests": None}, quiet)
    assert capsys.readouterr().out.count("quiet-") == MANY_SOURCES
    busy = [{**WARNED, "listed": 0}, make_night(source="echo", seconds=1.0)]
    print_run({**RUN, "requests": None}, [*busy, *quiet])
    out = capsys.readouterr().out
    assert [name for name in ("post", "echo", "quiet") if name in out] == ["post", "echo"]
    assert f"\n{MANY_SOURCES} more sources listed nothing, as expected\n" in out


def test_a_backfill_that_lists_nothing_is_not_judged(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing tells how much files or months of the past should bring."""
    quiet = [make_night(source=f"quiet-{number}", listed=0, seconds=0.0) for number in range(MANY_SOURCES + 1)]
    print_run({**RUN, "flow": "backfill", "requests": None}, quiet)
    assert f"\n{MANY_SOURCES + 1} more sources listed nothing\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("units", "lines"),
    [
        (
            {"done": 3, "open": 1, "done_before": 0, "skipped": "12 not wanted; 1 [/b]"},
            ["units: 3 done, 1 left open", "skipped: 12 not wanted; 1 [/b]"],
        ),
        (
            {"done": 0, "open": 0, "done_before": 4, "skipped": None},
            ["units: 0 done, 0 left open, 4 already done: --again goes through them again"],
        ),
    ],
)
def test_the_summary_of_a_backfill_tells_of_its_units(
    units: dict[str, Any], lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A finished backfill that is run again does not look as if there was nothing."""
    print_units(units)
    assert capsys.readouterr().out.splitlines() == lines


@pytest.mark.parametrize(
    ("requests", "told"),
    [
        (2, None),
        (7, "7 requests in all, 5 of them for robots.txt or files of CC-NEWS, which belong to no source"),
    ],
)
def test_the_summary_accounts_for_all_requests(
    requests: int, told: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where a run asked for more than its sources did, it says for what."""
    print_run({**RUN, "requests": requests}, [WARNED, make_night(source="echo", seconds=1.25)])
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "requests in all" in line] == ([told] if told else [])


def test_the_summary_of_a_stopped_run_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """A run that an error stopped has no rows of sources, and a reason."""
    print_run({**RUN, "state": "stopped", "error": "OSError: the disk is full"}, [])
    out = capsys.readouterr().out
    assert "nightly stopped: OSError: the disk is full" in out
    assert "requests in all" not in out


def test_an_estimate_is_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    """What is known of some rows alone is told as such; what is known of none is left out."""
    print_estimate(
        "a backfill", [{"units": 1, "pages": 2, "listings": None}, {"units": 3, "pages": 4, "listings": None}]
    )
    assert capsys.readouterr().out.splitlines()[-1] == "in all: 4 units, 6 pages"
    print_estimate("a backfill", [{"units": 1, "pages": 2}, {"units": 3, "pages": None}])
    assert capsys.readouterr().out.splitlines()[-1] == "in all, as far as it is known: 4 units, 2 pages"


def test_a_title_is_on_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What a table is about is not broken where the table is narrow, and names what stands for null as it is shown."""
    print_rows("a title that is much wider than its table", [{"a": 1}])
    assert capsys.readouterr().out.startswith("a title that is much wider than its table\n")
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(tmp_path))
    monkeypatch.setattr(commands, "prepare_environment", lambda *, is_quiet: None)  # noqa: ARG005 - as the real one
    day = date(2019, 1, 1)
    status = commands.run_backfill_command(
        Via.WAYBACK, day, day, None, ["localgov"], again=False, is_dry=True, as_json=False
    )
    title, *lines, sums = capsys.readouterr().out.splitlines()
    assert sums == "in all: 1 units, 1 requests to an index"
    assert (status, title) == (0, "backfill of 2019-01 via wayback; – where nothing is known yet")
    assert [line.split()[4] for line in lines if line.startswith(" localgov")] == ["–"]


def test_the_artifact_tells_verdict_and_reasons() -> None:
    """A row of the artifact has the verdict of a source and its reasons."""
    row = make_artifact_row(WARNED)
    assert (row["verdict"], row["reasons"]) == ("warned", REASON)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        pytest.param(
            [WARNED, make_night(source="cqc", verdict="skipped")], "warned: post; skipped: cqc", id="to look at"
        ),
        pytest.param([make_night(), make_night(source="echo")], "all as expected", id="ok"),
    ],
)
def test_a_run_that_warns_is_a_success_that_says_so(rows: list[dict[str, Any]], told: str) -> None:
    """The state of a run names the sources to look at."""
    assert describe_success(RUN, rows) == f"80 addresses listed, 2 sources, {told}"
