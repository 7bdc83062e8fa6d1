"""Whole reports, from bytes to columns."""

import pickle
from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fpdf import FPDF

from storage.outcomes import Outcome
from storage.schemas import INSPECTIONS, JUDGEMENTS
from tasks.reading.pdf import PdfError
from tasks.reading.report import Report, describe_authority, read_report
from tasks.reading.report_judgements import Judgement

FETCHED_AT = datetime(2026, 11, 1, tzinfo=UTC)
VISIT = (
    "5 June 2019\nAda Bell, Director\nDear Ada Bell\nFocused visit to Wexmouth children's services\n"
    "This letter summarises the findings of the focused visit to Wexmouth on 7 and 8 May 2019. The inspectors looked "
    "at the support that children in care receive."
)
BOARD_REVIEW = (
    "Wexmouth Safeguarding Children Board\nReview of the effectiveness of the Local Safeguarding Children Board\n"
    "Inspection date: 3 June 2015 to 5 June 2015\nReport published: 4 August 2015\nLead inspector: Carl Dent"
)


def make_report(*pages: str, author: str = "Staff Member") -> bytes:
    """Makes a report's PDF, with author metadata as the inspectorate's have it."""
    document = FPDF()
    document.set_author(author)
    document.set_title(f"Draft by {author}")
    document.set_keywords(author)
    for page in pages:
        document.add_page()
        document.set_font("Helvetica", size=11)
        document.multi_cell(0, 6, page)
    return bytes(document.output())


def read(
    body: bytes, *, link_text: str | None = None, provider_name: str | None = None, published_on: date | None = None
) -> Report:
    """Reads a report that was fetched in November 2026."""
    return read_report(
        body, link_text=link_text, provider_name=provider_name, published_on=published_on, fetched_at=FETCHED_AT
    )


def read_shared(shared: Path, pattern: str) -> Report:
    """Reads the one real report of that name, published when its name says."""
    (file,) = (shared / "inspections" / "pdf").glob(pattern)
    return read(file.read_bytes(), published_on=date.fromisoformat(file.stem.split("_")[2]))


def test_a_letter_becomes_columns() -> None:
    """A letter gives kind, body and dates; its own date is no publication date."""
    report = read(make_report(VISIT, "Page two."))
    assert report.kind == "focused_visit"
    assert report.authority == "Wexmouth"
    assert (report.started_on, report.ended_on) == (date(2019, 5, 7), date(2019, 5, 8))
    assert report.dates_text == "7 and 8 May 2019"
    assert report.report_dated_on == date(2019, 6, 5)
    assert (report.published_on, report.published_source) == (None, None)
    assert report.page_count == 2
    assert report.text.split("\f")[1] == "Page two."
    assert report.language == "en"
    assert report.word_count > 40
    assert report.judgements == ()
    assert report.areas_covered == ("the support that children in care receive",)
    assert report.checks == ()


def test_every_fact_says_by_what_it_was_found() -> None:
    """Rule, confidence and page stand beside each fact that was read; what was not read has none."""
    found = {one["fact"]: (one["rule"], one["confidence"], one["page"]) for one in read(make_report(VISIT)).evidence}
    assert found == {
        "kind": ("heading", "stated", 1),
        "authority": ("title", "stated", 1),
        "dates": ("sentence", "stated", 1),
        "report_dated_on": ("letter_date", "stated", 1),
    }


def test_a_lead_who_is_in_the_team_is_confirmed() -> None:
    """The label on page 1 and the list of the team name the same person."""
    team = "Inspection team\nLead inspector: Carl Dent\nTeam inspectors: Eve Fox"
    [alone, confirmed] = [read(make_report(*pages)) for pages in ((BOARD_REVIEW,), (BOARD_REVIEW, team))]
    assert [
        next(one["confidence"] for one in report.evidence if one["fact"] == "lead_inspectors")
        for report in (alone, confirmed)
    ] == ["stated", "confirmed"]
    assert confirmed.inspectors == ("Carl Dent", "Eve Fox")


CHILDREN = (
    "Blackpool Council\nInspection of children's social care services\nInspection dates: 5 to 16 December 2022\n"
    "Judgement Grade\nThe impact of leaders on social work practice with children and families Good\n"
    "The experiences and progress of children who need help and protection Good\n"
    "The experiences and progress of children in care and care leavers Good\nOverall effectiveness Good"
)
CHAPTER = (
    "What needs to improve\n- Supervision.\nThe experiences and progress of children who need help and protection: "
    "requires improvement to be good\n1. Children are seen."
)
ASSURANCE = (
    "SC012345\nRegistered provider: Wexmouth Care Limited\nFull inspection\n"
    "Inspected under the social care common inspection framework\nInformation about this home\n"
    "Inspection dates: 3 to 4 May 2023\n"
    "Overall experiences and progress of children and young people, taking into account\n"
    "good\nThe effectiveness of leaders and managers\noutstanding"
)
YOUTH_JUSTICE = "An inspection of youth justice services in\nBlackpool\nHM Inspectorate of Probation, May 2024"
RATINGS = (
    "Overall rating Good\n1.1 Governance and leadership Outstanding\nThis inspection was led by HM Inspector Ada Bell"
)
MONITORING = (
    "1 May 2024\nDear Ada Bell\nMonitoring visit to Blackpool children's services\n"
    "This letter summarises the findings of the monitoring visit to Blackpool on 16 and 17 April 2024.\n"
    "Areas covered by the visit\n- The front door.\n- Assessments.\n"
    "This visit was carried out in line with the framework for the inspection of "
    "local authority children's services (ILACS)."
)


@pytest.mark.parametrize(
    ("pages", "expected", "grades"),
    [
        (
            (CHILDREN, CHAPTER),
            {
                "kind": "ilacs",
                "framework": "ILACS 2018",
                "gss_code": "E06000009",
                "areas_for_improvement": ("Supervision.",),
            },
            {
                "leadership": ("good", "stated"),
                "help_and_protection": ("good", "contested"),
                "in_care": ("good", "stated"),
                "overall": ("good", "stated"),
            },
        ),
        (
            (ASSURANCE,),
            {"kind": "care_provider", "framework": "SCCIF 2017", "authority_codes": (), "ended_on": date(2023, 5, 4)},
            {"overall": ("good", "stated"), "leadership": ("outstanding", "stated")},
        ),
        (
            (YOUTH_JUSTICE, "Contents", RATINGS),
            {
                "kind": "youth_justice",
                "authority_codes": ("BPL",),
                "lead_inspectors": ("Ada Bell",),
                "started_on": None,
            },
            {"overall": ("good", "stated"), "leadership": ("outstanding", "stated")},
        ),
        (
            (MONITORING,),
            {
                "kind": "monitoring_visit",
                "framework": "ILACS 2023",
                "areas_covered": ("The front door.", "Assessments."),
                "started_on": date(2024, 4, 16),
            },
            {},
        ),
    ],
    ids=["ilacs", "care provider", "youth justice", "monitoring visit"],
)
def test_kinds_are_read_whole(
    pages: tuple[str, ...], expected: dict[str, object], grades: dict[str, tuple[str, str]]
) -> None:
    """Reports of our own of several kinds come out with framework, grades and what is to improve."""
    report = read(make_report(*pages))
    assert {name: getattr(report, name) for name in expected} == expected
    assert {one.aspect: (one.grade, one.confidence) for one in report.judgements} == grades
    assert [check["name"] for check in report.checks] == (["grade"] if "in_care" in grades else [])


def test_the_pages_publication_date_wins() -> None:
    """The date given with the link goes before the report's own, which stays as the report's date."""
    body = make_report(BOARD_REVIEW)
    own, given = read(body), read(body, published_on=date(2015, 8, 10))
    assert (own.published_on, own.published_source) == (date(2015, 8, 4), "report")
    assert (given.published_on, given.published_source) == (date(2015, 8, 10), "page")
    assert own.report_dated_on == given.report_dated_on == date(2015, 8, 4)


@pytest.mark.parametrize(
    ("page", "published_on"),
    [(BOARD_REVIEW, date(2015, 6, 4)), (VISIT.replace("8 May 2019", "8 May 2027"), None)],
    ids=["after publication", "after the fetch"],
)
def test_incoherent_dates_are_null(page: str, published_on: date | None) -> None:
    """An inspection that ends after its publication, or in the future, has no dates; the words stay."""
    report = read(make_report(page), published_on=published_on)
    assert (report.started_on, report.ended_on) == (None, None)
    assert report.dates_text


def test_an_unknown_kind_keeps_its_text() -> None:
    """What no rule knows is a report all the same, with its text and null for the rest."""
    report = read(make_report("The annual report of the chief inspector says that much has changed in the year."))
    assert report.kind is None
    assert (report.title, report.authority, report.started_on, report.dates_text) == (None, None, None, None)
    assert report.text.startswith("The annual report")


def test_a_few_words_have_no_language() -> None:
    """Too little text is no evidence for a language."""
    assert read(make_report("Wexmouth 2019")).language is None


def test_author_metadata_is_in_no_field() -> None:
    """The member of staff in the PDF's metadata does not get into a row."""
    report = read(make_report(VISIT, author="Zebedee Quillfeather"))
    assert "Quillfeather" not in repr(report)


def test_a_page_in_place_of_a_report_is_an_error() -> None:
    """A web page saved as PDF raises the error that names its outcome."""
    with pytest.raises(PdfError) as caught:
        read(b"<html>Report not found</html>")
    assert caught.value.outcome == Outcome.WRONG_TYPE


def test_fields_are_columns() -> None:
    """Every field is a column of its table, so that a row needs no renaming."""
    report = {field.name for field in fields(Report)} - {"judgements"}
    assert report <= set(INSPECTIONS.schema)
    assert {field.name for field in fields(Judgement)} <= set(JUDGEMENTS.schema)


def test_a_report_goes_between_processes() -> None:
    """What a worker read comes back the same."""
    report = read(make_report(BOARD_REVIEW))
    assert pickle.loads(pickle.dumps(report)) == report  # noqa: S301 - made here


@pytest.mark.parametrize(
    ("name", "codes", "gss_code"),
    [
        ("Blackpool Borough Council", ("BPL",), "E06000009"),
        ("Essex, Kent and Surrey", ("ESS", "KEN", "SRY"), None),
        ("Harwick Borough Council", (), None),
        (None, (), None),
    ],
)
def test_a_body_has_the_codes_of_its_authority(name: str | None, codes: tuple[str, ...], gss_code: str | None) -> None:
    """One authority has all its columns, several have their codes alone, and what is none has nothing."""
    described = describe_authority(name, on=date(2020, 1, 1))
    assert (described["authority_codes"], described["gss_code"]) == (codes, gss_code)
    assert (described["authority_name"] is None) == (gss_code is None)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (
            "sif/80431_blackpool_2014-*.pdf",
            {
                "kind": "sif",
                "authority": "Blackpool Borough Council",
                "started_on": date(2014, 7, 2),
                "ended_on": date(2014, 7, 23),
                "report_dated_on": date(2014, 9, 8),
                "lead_inspectors": ("Janet Fraser",),
                "page_count": 43,
            },
        ),
        (
            "ilacs/80431_blackpool_2019-*.pdf",
            {
                "kind": "ilacs",
                "authority": "Blackpool Borough Council",
                "started_on": date(2018, 11, 26),
                "ended_on": date(2018, 12, 7),
                "lead_inspectors": ("Lorna Schlechte",),
            },
        ),
        (
            "ilacs/80431_blackpool_2023-*.pdf",
            {
                "kind": "ilacs",
                "authority": "Blackpool",
                "started_on": date(2022, 12, 5),
                "ended_on": date(2022, 12, 16),
                "lead_inspectors": ("Lisa Summers",),
            },
        ),
        (
            "jtai/80431_blackpool_2025-*.pdf",
            {
                "kind": "jtai",
                "authority": "Blackpool",
                "started_on": date(2024, 11, 18),
                "ended_on": date(2024, 11, 22),
                "report_dated_on": date(2025, 1, 31),
                "lead_inspectors": (),
                "theme": "identification of initial need and risk",
                "authority_codes": ("BPL",),
            },
        ),
        (
            "send/80431_blackpool_2024-*.pdf",
            {
                "kind": "area_send",
                "authority": "Blackpool",
                "title": "Area SEND inspection of Blackpool Local Area Partnership",
                "started_on": date(2024, 5, 20),
                "ended_on": date(2024, 5, 24),
                "lead_inspectors": ("Rebecca Sharples", "Andrea Crosby-Josephs"),
                "outcome_rank": 2,
                "outcome_page": 1,
            },
        ),
        (
            "sif/80551_sheffield_2014-*.pdf",
            {
                "started_on": date(2013, 11, 19),
                "ended_on": date(2014, 1, 30),
                "visits": (
                    {"started_on": date(2013, 11, 19), "ended_on": date(2013, 12, 11)},
                    {"started_on": date(2014, 1, 28), "ended_on": date(2014, 1, 30)},
                ),
                "gss_code": "E08000039",
            },
        ),
    ],
)
def test_real_reports_are_read(shared: Path, pattern: str, expected: dict[str, object]) -> None:
    """Blackpool's history, and a report with two visits, come out as page 1 says."""
    report = asdict(read_shared(shared, pattern))
    assert {name: report[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (
            "sif/80431_blackpool_2014-*.pdf",
            "overall 3, help_and_protection 3, in_care 3, adoption 3, care_leavers 3, leadership 3, lscb 3",
        ),
        ("ilacs/80431_blackpool_2019-*.pdf", "leadership 4, help_and_protection 4, in_care 3, overall 4"),
        ("ilacs/80431_blackpool_2023-*.pdf", "leadership 3, help_and_protection 3, in_care 2, overall 3"),
        ("ilacs/80431_blackpool_2026-*.pdf", "leadership 1, help_and_protection 2, in_care 1, care_leavers 1"),
        ("send/80431_blackpool_2024-*.pdf", ""),
    ],
)
def test_real_judgements_are_read(shared: Path, pattern: str, expected: str) -> None:
    """Each layout of Blackpool's reports gives its grades, and the words stand on the page that they name."""
    report = read_shared(shared, pattern)
    assert ", ".join(f"{one.aspect} {one.grade_rank}" for one in report.judgements) == expected
    pages = [" ".join(page.split()) for page in report.text.split("\f")]
    assert all(one.evidence in pages[one.page - 1] for one in report.judgements)
