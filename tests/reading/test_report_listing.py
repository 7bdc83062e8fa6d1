"""What a listing says of a report confirms or contests what the report says itself."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from fpdf import FPDF

from tasks.places.resolve import resolve_authority
from tasks.reading.report import Report, read_report
from tasks.reading.report_listing import compare_with_listing

TODAY = date(2026, 11, 1)
BLACKPOOL = resolve_authority("Blackpool", on=date(2020, 1, 1))
LETTER = "5 June 2019\nDear Ada Bell\nFocused visit to {} children's services\nThis letter summarises the findings."


def read(name: str) -> Report:
    """Reads a letter on a focused visit to an authority."""
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=11)
    document.multi_cell(0, 6, LETTER.format(name))
    return read_report(
        bytes(document.output()),
        link_text=None,
        provider_name=None,
        published_on=None,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def compare(name: str, **listed: Any) -> Report:
    """Reads a letter and compares it with a listing of those columns."""
    empty = {"link_text": None, "provider_name": None, "provider_urn": None}
    return compare_with_listing(read(name), {**empty, **listed}, on=TODAY)


def weigh(report: Report, fact: str) -> str:
    """Gives the confidence of a fact."""
    return next(one["confidence"] for one in report.evidence if one["fact"] == fact)


@pytest.mark.parametrize(
    ("link_text", "confidence"),
    [
        ("Focused visit", "confirmed"),
        ("Children's services inspection", "contested"),
        ("Monitoring visit, pdf", "contested"),
        ("Report", "stated"),
        (None, "stated"),
    ],
)
def test_the_link_confirms_or_contests_the_kind(link_text: str | None, confidence: str) -> None:
    """The letter's kind stays; where the link says another, a check tells both."""
    report = compare("Wexmouth", link_text=link_text)
    assert (report.kind, weigh(report, "kind")) == ("focused_visit", confidence)
    assert [check["name"] for check in report.checks] == (["kind"] if confidence == "contested" else [])


def test_a_link_that_covers_several_kinds_contests_none_of_them() -> None:
    """Ofsted links reviews of safeguarding boards as children's services inspections, too."""
    board = replace(read("Wexmouth"), kind="lscb_review")
    listed = {"link_text": "Children's services inspection", "provider_name": None, "provider_urn": None}
    assert compare_with_listing(board, listed, on=TODAY).checks == ()


@pytest.mark.parametrize(
    ("name", "listed", "confidence"),
    [
        ("Blackpool", {"provider_urn": BLACKPOOL and BLACKPOOL.ofsted_urn}, "confirmed"),
        ("Blackpool", {"provider_urn": "1", "provider_name": "Blackpool Borough Council"}, "confirmed"),
        ("Kent", {"provider_urn": BLACKPOOL and BLACKPOOL.ofsted_urn, "provider_name": "Blackpool"}, "contested"),
        ("Blackpool and Kent", {"provider_name": "Kent County Council"}, "confirmed"),
        ("Blackpool", {"provider_name": "Wexmouth"}, "stated"),
        ("Blackpool", {}, "stated"),
    ],
)
def test_the_provider_confirms_or_contests_the_authority(name: str, listed: dict[str, Any], confidence: str) -> None:
    """The URN counts before the name; what the report names stays, and a check tells where the listing has another."""
    report = compare(name, **listed)
    assert weigh(report, "authority") == confidence
    assert [check["name"] for check in report.checks] == (["authority"] if confidence == "contested" else [])
    assert report.authority == name


def test_a_successor_is_the_same_provider() -> None:
    """A report on an authority that was merged is listed for the one that followed it."""
    report = compare("Northamptonshire", provider_name="North Northamptonshire Council")
    assert weigh(report, "authority") == "confirmed"


def test_a_trust_gets_the_authority_of_its_urn() -> None:
    """Where the report names no authority, the URN's is taken, by a rule that says so; a name alone is not enough."""
    urn = BLACKPOOL and BLACKPOOL.ofsted_urn
    report = compare("Harbour Families Together", provider_urn=urn, provider_name="Blackpool")
    assert (report.authority_codes, report.gss_code) == (("BPL",), "E06000009")
    assert {"fact": "authority_codes", "rule": "listed_urn", "confidence": "stated", "page": None} in report.evidence
    assert compare("Harbour Families Together", provider_name="Blackpool").authority_codes == ()
