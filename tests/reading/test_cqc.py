"""Reading locations of the Care Quality Commission's API."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from storage.outcomes import Outcome
from tasks.reading.capture import BodyJob, Expectation, Hints, read_body
from tasks.reading.cqc import read_location
from tasks.reading.page import Rejected
from tasks.reading.report import Report
from tasks.reading.text import compute_text_digest

FETCHED_AT = datetime(2026, 11, 1, tzinfo=UTC)
QUESTIONS = ("Safe", "Well-led", "Caring", "Responsive", "Effective")


def rate(name: str, rating: str, link: str | None = "new", day: str | None = "2026-10-08") -> dict[str, Any]:
    """Makes a rating as it stands in currentRatings."""
    return {"name": name, "rating": rating, "reportDate": day, "reportLinkId": link}


def make_ratings(rating: str = "Good", *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Makes currentRatings; without questions all five are as the whole."""
    asked = [*questions] or [rate(name, rating) for name in QUESTIONS]
    return {"overall": {**rate("", rating), "name": "Overall", "keyQuestionRatings": asked, **more}}


LOCATION: dict[str, Any] = {
    "locationId": "1-100",
    "providerId": "1-10",
    "organisationType": "Location",
    "type": "Social Care Org",
    "name": "Elm  House",
    "region": "South West",
    "localAuthority": "Devon",
    "gacServiceTypes": [{"name": "Nursing homes", "description": "Care home service with nursing"}],
    "regulatedActivities": [{"name": "Nursing care", "contacts": [{"personFamilyName": "Bloggs"}]}],
    "currentRatings": make_ratings(),
    "historicRatings": [{"reportLinkId": "old", "reportDate": "2019-10-31", "overall": {"rating": "Inadequate"}}],
    "reports": [
        {"linkId": "old", "reportDate": "2019-10-31", "firstVisitDate": "2019-09-17"},
        {"linkId": "new", "reportDate": "2026-10-08", "firstVisitDate": "2026-08-04", "reportUri": "/reports/new"},
    ],
}


def read(**more: Any) -> Report | Rejected:
    """Reads the location with some fields replaced; None takes a field away."""
    location = {name: value for name, value in (LOCATION | more).items() if value is not None}
    return read_location(json.dumps(location).encode(), fetched_at=FETCHED_AT)


def read_report(**more: Any) -> Report:
    """Reads a location that has an inspection."""
    report = read(**more)
    assert isinstance(report, Report)
    return report


def get_grades(report: Report) -> dict[str, str]:
    """Gets the grades by aspect."""
    return {judgement.aspect: judgement.grade for judgement in report.judgements}


def test_reads_the_newest_inspection() -> None:
    """Every column that the API states comes from it; names of people are not read."""
    report = read_report()
    assert (report.kind, report.title, report.authority) == ("cqc_inspection", "Elm House", "Elm House")
    assert (report.published_on, report.published_source) == (date(2026, 10, 8), "api")
    assert (report.started_on, report.ended_on, report.dates_text) == (
        date(2026, 8, 4),
        None,
        "First visit: 2026-08-04",
    )
    assert (report.page_count, report.language, report.report_dated_on, report.lead_inspectors) == (
        None,
        None,
        None,
        (),
    )
    assert report.text.splitlines() == [
        "Elm House", "Location: 1-100", "Type: Social Care Org", "Services: Nursing homes", "Local authority: Devon",
        "Region: South West", "First visit: 2026-08-04", "Published: 2026-10-08", "Overall: Good", "Safe: Good",
        "Well-led: Good", "Caring: Good", "Responsive: Good", "Effective: Good",
    ]  # fmt: skip
    assert report.text_digest == compute_text_digest(report.text)
    assert "Bloggs" not in report.text


def test_makes_a_judgement_of_each_rating() -> None:
    """Aspect and grade are those of the tables, with what is written and where it stands in the text."""
    report = read_report(
        currentRatings=make_ratings("Requires improvement", rate("Safe", "Inadequate"), rate("Well-led", "outstanding"))
    )
    assert get_grades(report) == {"overall": "requires_improvement", "safe": "inadequate", "well_led": "outstanding"}
    safe = report.judgements[1]
    assert (safe.aspect_as_written, safe.grade_as_written, safe.grade_rank) == ("Safe", "Inadequate", 4)
    assert all(judgement.evidence in report.text.splitlines() for judgement in report.judgements)


@pytest.mark.parametrize(
    ("ratings", "grades"),
    [
        pytest.param(
            make_ratings("Good", rate("Safe", "Good"), rate("Caring", "Outstanding", "old", "2019-10-31")),
            {"overall": "good", "safe": "good"},
            id="a visit that looked at one question",
        ),
        pytest.param(
            make_ratings("Good", rate("Safe", "Good", None), rate("Caring", "Good", None, "2019-10-31")),
            {"overall": "good", "safe": "good"},
            id="told by the date alone",
        ),
        pytest.param(
            make_ratings("Good", {"name": "Safe", "rating": "Inadequate"}),
            {"overall": "good", "safe": "inadequate"},
            id="what says nothing of its report is from that of the whole",
        ),
        pytest.param(make_ratings("Good", reportLinkId="old", reportDate="2019-10-31"), {
            "safe": "good", "well_led": "good", "caring": "good", "responsive": "good", "effective": "good",
        }, id="the whole was not rated anew"),
        pytest.param(
            make_ratings("Inspected but not rated", rate("Safe", "No published rating"), rate("Kind", "Good")),
            {},
            id="no grade, and a question that is unknown",
        ),
        pytest.param({"reportDate": "2026-10-08", "serviceRatings": [rate("old", "Good")]}, {}, id="no whole"),
        pytest.param(None, {}, id="a report without ratings"),
    ],
)  # fmt: skip
def test_ratings_of_older_reports_are_no_judgements(ratings: Any, grades: dict[str, str]) -> None:
    """Only what the newest report rated is a judgement of it."""
    report = read_report(currentRatings=ratings)
    assert get_grades(report) == grades
    assert report.published_on == date(2026, 10, 8)


def make_assessment(*groups: Any, overall: Any = (), published: str = "2026-10-20 00:00:00") -> dict[str, Any]:
    """Makes an assessment."""
    return {
        "assessmentPlanPublishedDateTime": published,
        "ratings": {"overall": list(overall), "asgRatings": list(groups)},
    }


def make_group(rating: str, safe: str, status: str = "Current", of_safe: str = "Assessed") -> dict[str, Any]:
    """Makes the ratings of a group of services."""
    questions = [{"name": "Safe", "rating": safe, "status": of_safe}]
    return {
        "assessmentPlanId": "AP1", "name": "Care Homes", "assessmentDate": "2026-10-01", "rating": rating,
        "status": status, "keyQuestionRatings": questions,
    }  # fmt: skip


GROUP = make_group("Requires Improvement", "Good")


@pytest.mark.parametrize(
    ("assessment", "grades"),
    [
        pytest.param(
            make_assessment(GROUP), {"overall": "requires_improvement", "safe": "good"}, id="one group of services"
        ),
        pytest.param(make_assessment(GROUP, make_group("Good", "Good")), {}, id="several groups and no whole"),
        pytest.param(
            make_assessment(GROUP, make_group("Good", "Good", "Superseded")),
            {"overall": "requires_improvement", "safe": "good"},
            id="one group that counts",
        ),
        pytest.param(
            make_assessment(GROUP, GROUP, overall=[make_group("Inadequate", "Inadequate")]),
            {"overall": "inadequate", "safe": "inadequate"},
            id="the whole",
        ),
        pytest.param(
            make_assessment(make_group("Good", "Good", of_safe="Not assessed")), {"overall": "good"}, id="not assessed"
        ),
    ],
)
def test_reads_an_assessment(assessment: Any, grades: dict[str, str]) -> None:
    """An assessment that is newer than the last report is the newest inspection; doubtful ratings are left out."""
    report = read_report(assessment=[assessment])
    assert (report.kind, report.published_on, report.started_on) == ("cqc_assessment", date(2026, 10, 20), None)
    assert get_grades(report) == grades


def test_an_assessment_that_is_older_than_the_last_report_is_not_the_newest() -> None:
    """The newest publication counts, whichever kind it is."""
    report = read_report(assessment=[make_assessment(GROUP, published="2026-10-01T09:00:00Z")])
    assert (report.kind, report.published_on) == ("cqc_inspection", date(2026, 10, 8))


@pytest.mark.parametrize(
    ("more", "published_on", "started_on"),
    [
        pytest.param({"reports": None}, date(2026, 10, 8), None, id="no reports: the day of the rating"),
        pytest.param(
            {"reports": [{"linkId": "new", "reportDate": "2026-10-08", "firstVisitDate": "2027-01-01"}]},
            date(2026, 10, 8), None, id="visited after publication",
        ),
        pytest.param(
            {"reports": [LOCATION["reports"][0], {"linkId": "next", "reportDate": "2026-12-24"}, {"linkId": "none"}]},
            date(2019, 10, 31), date(2019, 9, 17), id="not yet published, and undated",
        ),
    ],
)  # fmt: skip
def test_dates_that_cannot_be_are_missing(more: Any, published_on: date, started_on: date | None) -> None:
    """A visit lies before publication, and publication before the capture."""
    report = read_report(**more)
    assert (report.published_on, report.started_on) == (published_on, started_on)


def test_null_says_nothing() -> None:
    """A field that is null is read like one that the API leaves out."""
    nulls = dict.fromkeys(("type", "assessment", "gacServiceTypes", "historicRatings"))
    ratings = make_ratings("Good", rate("Safe", "Good") | {"reportLinkId": None})
    body = LOCATION | nulls | {"currentRatings": ratings | {"serviceRatings": None}}
    report = read_location(json.dumps(body).encode(), fetched_at=FETCHED_AT)
    assert isinstance(report, Report)
    assert get_grades(report) == {"overall": "good", "safe": "good"}
    unrated = read_location(json.dumps(LOCATION | {"currentRatings": None}).encode(), fetched_at=FETCHED_AT)
    assert isinstance(unrated, Report)
    assert get_grades(unrated) == {}


@pytest.mark.parametrize(
    ("more", "outcome", "reason"),
    [
        ({"reports": None, "currentRatings": None}, Outcome.NOT_AN_ARTICLE, "no inspection is published yet"),
        ({"name": None}, Outcome.UNREADABLE, "no location of CQC's API: name Field required"),
        ({"reports": [{"reportDate": "soon"}]}, Outcome.UNREADABLE, "reports.0.reportDate"),
    ],
)
def test_a_body_without_an_inspection_is_rejected(more: Any, outcome: Outcome, reason: str) -> None:
    """A location that was never inspected is told apart from JSON that is no location."""
    rejected = read(**more)
    assert isinstance(rejected, Rejected)
    assert (rejected.outcome, reason in rejected.reason) == (outcome, True)


@pytest.mark.parametrize(("method", "kind"), [("cqc", Report), ("govuk", Rejected)])
def test_json_is_read_by_the_method_that_listed_it(method: str, kind: type) -> None:
    """What CQC's API listed is a location; other JSON is a document of GOV.UK."""
    expected = Expectation("https://a.example/1", FETCHED_AT, "application/json", hints=Hints(method=method))
    reading = read_body(BodyJob(json.dumps(LOCATION).encode(), "application/json", expected))
    assert isinstance(reading.content, kind)
    assert reading.stage == "read"
