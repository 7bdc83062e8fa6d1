"""What is told of a run: on the terminal, in the artifact and in its state."""

from datetime import date
from typing import Any

import pytest

from flows.console import print_run
from flows.running import describe_success, make_artifact_row
from tests.stages.histories import make_check, make_night

RUN: dict[str, Any] = {"flow": "nightly", "run_id": "run", "error": None, "listed": 80}
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
