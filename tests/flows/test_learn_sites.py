"""The memory of a site from the night that learns it to the pages that are read again with it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.learn_sites import learn_sites_command
from storage.layout import Layout
from storage.tables import read_table
from tasks.verify import verify_archive

SITE = Path(__file__).resolve().parents[1] / "sample_site"


def test_a_night_learns_and_pages_are_read_again(outlet_archive: Path, run_command: Any) -> None:
    """What a night learned holds later; what is learned for the past is what reading again uses, once."""
    layout, settings = Layout(outlet_archive), {"archive": outlet_archive, "sources": SITE / "sources"}
    (of_night,) = read_table(layout, "site_memories").to_dicts()
    assert of_night["holds_from"] > of_night["learned_at"].date()
    assert of_night["host"] == "careworkweekly.example"
    learned = run_command("learn-sites", "--from", "2020-01-01", "--json", **settings)
    assert (learned.status, [row["version"] for row in learned.json]) == (0, [of_night["version"]])
    before = read_table(layout, "articles")
    changed = {row["table"]: row["rows"] for row in run_command("reprocess", "--json", **settings).json}
    assert changed["articles"] == before.height
    assert run_command("reprocess", "--json", **settings).json == []
    after = read_table(layout, "articles")
    assert set(after["memory_version"]) == {of_night["version"]}
    assert after.select(pl.exclude("memory_version")).equals(before.select(pl.exclude("memory_version")))
    assert all(check.passed for check in verify_archive(layout))
    assert read_table(layout, "site_memories").height == 2


def test_a_day_to_come_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing can be learned from captures that are still to come; today is the last day that can be named."""
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(tmp_path))
    today = datetime.now(UTC).date()
    with pytest.raises(ValueError, match="is still to come: name a day up to today"):
        learn_sites_command(today + timedelta(days=2), None, as_json=False)
    (tmp_path / "tables").mkdir()
    assert learn_sites_command(today, None, as_json=False) == 0


@pytest.mark.parametrize("since", [None, date(2020, 1, 1)])
def test_nothing_to_learn_is_told(
    since: date | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no site is due, one line says so."""
    monkeypatch.setenv("INSPECTION_NEWS_ARCHIVE", str(tmp_path))
    (tmp_path / "tables").mkdir()
    assert learn_sites_command(since, None, as_json=False) == 0
    assert capsys.readouterr().out == "No site has enough new pages for a memory of its own.\n"
