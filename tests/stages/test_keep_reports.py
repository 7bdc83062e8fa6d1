"""Reports on their way to rows: compared with their listing, and never lost where they could not be read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fpdf import FPDF

from storage.outcomes import Outcome
from storage.records import Row
from tasks.keep import Harvest
from tasks.reading.capture import ArchivedJob, BodyJob, Expectation, read_body
from tasks.reading.workers import Failure
from tasks.sources.load import load_sources

URL = "https://files.ofsted.gov.uk/v1/file/1"
JOB = ArchivedJob(
    Path(), "capture", "a.warc.gz", 0, Expectation(URL, datetime(2026, 11, 1, tzinfo=UTC), "application/pdf")
)
ADDRESS: Row = {
    "url_key": "files.ofsted.gov.uk/v1/file/1", "link_text": "Monitoring visit", "provider_name": "Kent County Council",
    "provider_urn": None, "provider_region": None,
}  # fmt: skip


@pytest.fixture
def harvest() -> Harvest:
    """A harvest of Ofsted's reports, without rows."""
    return Harvest(load_sources()["ofsted-reports"], {})


def make_letter() -> bytes:
    """Makes a letter on a focused visit to Blackpool."""
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=11)
    document.multi_cell(0, 6, "Dear Ada Bell\nFocused visit to Blackpool children's services\nThis letter is short.")
    return bytes(document.output())


def test_a_report_is_compared_with_its_listing(harvest: Harvest) -> None:
    """Where link and provider say other than the letter, its own words stand in the row, and both checks with them."""
    kept = harvest.keep(ADDRESS, JOB, read_body(BodyJob(make_letter(), "application/pdf", JOB.expected)))
    [row] = harvest.make_frames()["inspections"].to_dicts()
    assert kept.outcome == Outcome.STORED
    assert (row["kind"], row["authority_codes"]) == ("focused_visit", ["BPL"])
    assert [check["name"] for check in row["checks"]] == ["kind", "authority"]
    assert {one["confidence"] for one in row["evidence"]} == {"contested"}


def test_a_report_that_stopped_its_worker_is_a_rejection(harvest: Harvest) -> None:
    """A bomb's failure is an outcome with its reason, and a row among the rejections."""
    kept = harvest.keep(ADDRESS, JOB, Failure("not read within 30 s"))
    assert kept == (Outcome.UNREADABLE, "not read within 30 s")
    assert list(harvest.rows["rejections"]) == ["capture"]
    assert harvest.inspection_ids == []
