"""What is told of an archive's sources."""

from datetime import UTC, date, datetime
from pathlib import Path

from storage.layout import Layout
from storage.tables import commit_rows, make_frame
from tasks.status import describe_sources
from tests.stages.histories import make_night

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
CAPTURED = {
    "url": "u",
    "url_key": "k",
    "capture_id": "c",
    "fetched_at": AT,
    "first_fetched_at": AT,
    "reader_version": "1",
}


def test_the_newest_publication_of_each_source_is_told(tmp_path: Path) -> None:
    """Of an outlet it is its newest article's, of an inspectorate its newest report's: the begin of a day in UTC."""
    article = {**CAPTURED, "article_id": "a", "source": "post", "version": 1, "published_at": AT}
    report = {**CAPTURED, "source": "ofsted", "inspectorate": "Ofsted"}
    reports = [{**report, "inspection_id": f"{day}", "published_on": date(2026, 11, day)} for day in (3, 17)]
    nights = [make_night(source=name) for name in ("post", "ofsted", "quiet")]
    run = {"run_id": nights[0]["run_id"], "flow": "nightly", "started_at": AT, "state": "ok", "program_version": "1"}
    frames = {"articles": [article], "inspections": reports, "source_runs": nights, "runs": [run]}
    layout = Layout(tmp_path)
    commit_rows(layout, {name: make_frame(name, rows) for name, rows in frames.items()})
    newest = {row["source"]: row["newest_at"] for row in describe_sources(layout)}
    assert newest == {"post": AT, "ofsted": datetime(2026, 11, 17, tzinfo=UTC), "quiet": None}
