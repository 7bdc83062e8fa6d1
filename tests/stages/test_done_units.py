"""What backfills are done with and left open, for which sources, and what a run made of its units."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from storage.layout import Layout
from storage.tables import commit_rows, make_frame
from tasks.done_units import describe_open_units, describe_run_units, find_open_units
from tasks.publish import write_report
from tasks.status import describe_archive
from tasks.units import FileUnit, Unit
from tasks.via import Via

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
TORN = "the record at 7 is torn"


def make_unit(*sources: str) -> FileUnit:
    """A file for some sources."""
    return FileUnit(Via.WARC, "deep/a.warc.gz/4096", frozenset(sources))


def make_row(unit: Unit | FileUnit, reason: str | None = None, **values: Any) -> dict[str, Any]:
    """The row of a unit; one with a reason is open."""
    counts = {"listed": 0, "stored": 0, "run_id": "run", "finished_at": AT}
    return {"unit_id": unit.unit_id, **unit.facts, "is_done": reason is None, "reason": reason, **counts, **values}


def commit(folder: Path, *rows: dict[str, Any]) -> Layout:
    """An archive with rows of units."""
    layout = Layout(folder)
    commit_rows(layout, {"backfill_units": make_frame("backfill_units", rows)})
    return layout


@pytest.mark.parametrize(
    ("passes", "asked", "is_open"),
    [
        pytest.param([("echo",)], ("echo",), False, id="same"),
        pytest.param([("echo",)], ("post",), True, id="other"),
        pytest.param([("echo",)], ("echo", "post"), True, id="more"),
        pytest.param([("echo", "post")], ("post",), False, id="fewer"),
        pytest.param([("echo",), ("post",)], ("echo", "post"), False, id="one after the other"),
        pytest.param([()], ("echo",), True, id="before the table told for which"),
    ],
)
@pytest.mark.parametrize("is_month", [False, True])
def test_files_are_done_for_the_sources_that_they_were_gone_through_for(
    passes: list[tuple[str, ...]], asked: tuple[str, ...], *, is_open: bool, is_month: bool, tmp_path: Path
) -> None:
    """A source that no pass was for opens a file, and a month of files, again; `again` opens all."""

    def make(names: tuple[str, ...]) -> Unit | FileUnit:
        return Unit(None, date(2019, 3, 1), Via.CC_NEWS, frozenset(names)) if is_month else make_unit(*names)

    layout = commit(tmp_path, *(make_row(make(names)) for names in passes))
    unit = make(asked)
    assert find_open_units(layout, [unit]) == ([unit] if is_open else [])
    assert find_open_units(layout, [unit], again=True) == [unit]


def test_a_pass_that_failed_for_some_sources_undoes_none_for_others(tmp_path: Path) -> None:
    """A file that is done for one source stays so, and is open for the others."""
    layout = commit(tmp_path, make_row(make_unit("echo")), make_row(make_unit("echo", "post"), TORN))
    units = [make_unit("echo"), make_unit("post"), make_unit("echo", "post")]
    assert find_open_units(layout, units) == units[1:]


def test_open_units_are_told_by_status_and_report(tmp_path: Path) -> None:
    """Months of a source with the same reason are one row; what a later pass was done with is not told."""
    months = [Unit("post", date(2019, month, 1)) for month in (1, 2, 3)]
    lost = "<the sitemap> failed"
    layout = commit(
        tmp_path,
        *(make_row(month, lost) for month in months[:2]),
        make_row(months[2]),
        *(make_row(make_unit(*names), TORN) for names in (["post"], ["echo", "post"])),
        make_row(FileUnit(Via.WARC, "b.warc/9", frozenset({"echo"})), TORN),
        make_row(FileUnit(Via.WARC, "b.warc/9", frozenset({"echo", "post"}))),
        make_row(FileUnit(Via.WARC, "b.warc/9", frozenset()), TORN),
    )
    day = {"first_month": date(2019, 1, 1), "last_month": date(2019, 2, 1)}
    no_day = {"first_month": None, "last_month": None}
    told = [
        {"via": "live", "name": "post", "units": 2, **day, "reason": lost},
        {"via": "warc", "name": "deep/a.warc.gz/4096", "units": 1, **no_day, "reason": TORN},
    ]
    assert describe_open_units(layout) == describe_archive(layout)["open_units"] == told
    write_report(layout)
    page = layout.report.read_text()
    assert all(said in page for said in ("&lt;the sitemap&gt; failed", "2019-01 to 2019-02", TORN))


def test_an_archive_without_open_units_has_no_section_of_them(tmp_path: Path) -> None:
    """Where nothing is open, status and report say nothing of backfills."""
    layout = commit(tmp_path, make_row(make_unit("post")))
    assert describe_open_units(layout) == []
    write_report(layout)
    assert "Backfills, left open" not in layout.report.read_text()


def test_what_a_run_made_of_its_units_is_told(tmp_path: Path) -> None:
    """Units are counted, and what was skipped is added up by reason; those of other runs are left out."""
    layout = commit(
        tmp_path,
        make_row(make_unit("post"), skipped="12 not wanted; 3 status 404"),
        make_row(Unit("post", date(2019, 1, 1)), TORN, skipped="2 status 404; 1 not wanted"),
        make_row(Unit("post", date(2019, 2, 1)), run_id="another", skipped="9 not wanted"),
    )
    told = {"done": 1, "open": 1, "skipped": "13 not wanted; 5 status 404"}
    assert describe_run_units(layout, "run") == told
    assert describe_run_units(layout, "none") == {"done": 0, "open": 0, "skipped": None}
