"""The newest inspection of one location, from the JSON of the Care Quality Commission's API to a report's columns.

A location says which report each of its ratings is from. Only those of the newest report are judgements of the newest
inspection: after a visit that looked at some questions alone, the other ratings still stand but are older. The
assessments since 2023 stand apart from the reports and ratings before them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from storage.errors import name_first_mistake
from storage.outcomes import Outcome
from tasks.reading.page import Rejected
from tasks.reading.report import Report
from tasks.reading.report_judgements import GRADE_RANKS, Judgement
from tasks.reading.text import compute_text_digest, count_words, squeeze_spaces

ASPECTS = {
    "overall": "overall",
    "safe": "safe",
    "effective": "effective",
    "caring": "caring",
    "responsive": "responsive",
    "well-led": "well_led",
}
GRADES = {grade.replace("_", " "): grade for grade in GRADE_RANKS}
#: What the ratings of an assessment say where they hold; others are of an earlier one or none.
CURRENT = frozenset({"current", "assessed"})


def _take_day(value: object) -> object:
    """Takes the day of `2024-01-31`, `2024-01-31 00:00:00` and `2024-01-31T00:00:00Z` alike."""
    return (value[:10] or None) if isinstance(value, str) else value


Day = Annotated[date | None, BeforeValidator(_take_day)]


class Part(BaseModel):
    """A part of the JSON, with keys in camel case; the API leaves out what is empty, and null is taken for that."""

    model_config = ConfigDict(alias_generator=to_camel)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, part: object) -> object:
        return {key: value for key, value in part.items() if value is not None} if isinstance(part, dict) else part


class Rating(Part):
    """One rating: of which aspect, and from which report."""

    name: str = "Overall"
    rating: str | None = None
    status: str | None = None
    report_date: Day = None
    report_link_id: str | None = None


class Overall(Rating):
    """An overall rating with those of the key questions."""

    key_question_ratings: list[Rating] = []


class CurrentRatings(Part):
    """The ratings that hold now, from reports of the years before the assessments."""

    overall: Overall | None = None


class PublishedReport(Part):
    """One published report; the first visit is the first day of the inspection."""

    link_id: str | None = None
    report_date: Day = None
    first_visit_date: Day = None


class AssessmentRatings(Part):
    """The ratings of an assessment: of the location as a whole, and of each of its groups of services."""

    overall: list[Overall] = []
    asg_ratings: list[Overall] = []


class Assessment(Part):
    """One assessment as they are made since 2023."""

    assessment_plan_published_date_time: Day = None
    ratings: AssessmentRatings = AssessmentRatings()


class Service(Part):
    """What a location does."""

    name: str


class Location(Part):
    """The fields of a location that are read."""

    location_id: str
    name: str
    type: str | None = None
    local_authority: str | None = None
    region: str | None = None
    gac_service_types: list[Service] = []
    current_ratings: CurrentRatings = CurrentRatings()
    reports: list[PublishedReport] = []
    assessment: list[Assessment] = []


@dataclass(frozen=True, slots=True)
class Inspection:
    """One inspection of a location: its kind, when its report was published, its first day, and its ratings."""

    kind: str
    published_on: date
    started_on: date | None
    ratings: tuple[Rating, ...]


def read_location(body: bytes, *, fetched_at: datetime) -> Report | Rejected:
    """Reads a location's newest inspection; gives the outcome and reason where the body is no location or has none."""
    try:
        location = Location.model_validate_json(body)
    except ValidationError as error:
        return Rejected(Outcome.UNREADABLE, f"no location of CQC's API: {name_first_mistake(error)}")
    # A publication that is told of before its day may still be put off.
    latest = fetched_at.date() + timedelta(days=1)
    known = [one for one in list_inspections(location) if one.published_on <= latest]
    if not known:
        return Rejected(Outcome.NOT_AN_ARTICLE, "no inspection is published yet", location.name)
    return _make_report(location, max(known, key=lambda one: one.published_on))


def list_inspections(location: Location) -> Iterator[Inspection]:
    """Lists the inspections that a location tells of with a date; of old reports the ratings do not count any more."""
    overall = location.current_ratings.overall
    rated = [_complete(rating, overall) for rating in (overall, *overall.key_question_ratings)] if overall else []
    for report in location.reports or [_get_report(overall)]:
        if report.report_date:
            own = tuple(rating for rating in rated if _is_from(rating, report))
            first = report.first_visit_date
            started = first if first and first <= report.report_date else None
            yield Inspection("cqc_inspection", report.report_date, started, own)
    for assessment in location.assessment:
        if published := assessment.assessment_plan_published_date_time:
            yield Inspection("cqc_assessment", published, None, _choose_ratings(assessment.ratings))


def _get_report(overall: Overall | None) -> PublishedReport:
    """Gets the report that a rating is from, where the location lists none."""
    return (
        PublishedReport(linkId=overall.report_link_id, reportDate=overall.report_date) if overall else PublishedReport()
    )


def _complete(rating: Rating, overall: Overall) -> Rating:
    """Completes a rating that says nothing of its report: it stands within the overall rating and is from the same."""
    if rating.report_date or rating.report_link_id:
        return rating
    return rating.model_copy(update={"report_date": overall.report_date, "report_link_id": overall.report_link_id})


def _is_from(rating: Rating, report: PublishedReport) -> bool:
    if rating.report_link_id and report.link_id:
        return rating.report_link_id == report.link_id
    return rating.report_date == report.report_date


def _choose_ratings(ratings: AssessmentRatings) -> tuple[Rating, ...]:
    """Chooses the ratings of the location as a whole; none where only several groups of services are rated."""
    current = [one for one in ratings.overall or ratings.asg_ratings if _is_current(one)]
    if len(current) != 1:
        return ()
    (overall,) = current
    questions = (question for question in overall.key_question_ratings if _is_current(question))
    return (overall.model_copy(update={"name": "Overall"}), *questions)


def _is_current(rating: Rating) -> bool:
    return rating.status is None or rating.status.lower() in CURRENT


def _make_report(location: Location, inspection: Inspection) -> Report:
    text = "\n".join(_describe(location, inspection))
    started = inspection.started_on
    return Report(
        kind=inspection.kind,
        title=squeeze_spaces(location.name) or None,
        authority=squeeze_spaces(location.name) or None,
        started_on=started,
        ended_on=None,
        dates_text=f"First visit: {started}" if started else None,
        report_dated_on=None,
        published_on=inspection.published_on,
        published_source="api",
        lead_inspectors=(),
        page_count=None,
        language=None,
        text=text,
        text_digest=compute_text_digest(text),
        word_count=count_words(text),
        judgements=tuple(_make_judgements(inspection)),
    )


def _describe(location: Location, inspection: Inspection) -> Iterator[str]:
    """Describes what was read in lines, one for each field that is stated."""
    fields = {
        "Location": location.location_id,
        "Type": location.type,
        "Services": ", ".join(service.name for service in location.gac_service_types),
        "Local authority": location.local_authority,
        "Region": location.region,
        "First visit": inspection.started_on,
        "Published": inspection.published_on,
        **{rating.name: rating.rating for rating in inspection.ratings},
    }
    yield squeeze_spaces(location.name)
    yield from (f"{name}: {squeeze_spaces(str(value))}" for name, value in fields.items() if value)


def _make_judgements(inspection: Inspection) -> Iterator[Judgement]:
    """Makes the judgements of the ratings that are a grade: "Inspected but not rated" is none."""
    for rating in inspection.ratings:
        written = squeeze_spaces(rating.rating or "")
        aspect, grade = ASPECTS.get(rating.name.lower()), GRADES.get(written.lower())
        if aspect and grade:
            yield Judgement(
                aspect=aspect,
                aspect_as_written=rating.name,
                grade=grade,
                grade_as_written=written,
                grade_rank=GRADE_RANKS[grade],
                includes_care_leavers=None,
                page=1,
                evidence=f"{rating.name}: {written}",
            )
