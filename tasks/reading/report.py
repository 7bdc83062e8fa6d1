"""One inspection report or letter, from the PDF's bytes to the columns of `inspections` and `judgements`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import py3langid

from tasks.places.gazetteer import Authority
from tasks.places.resolve import resolve_authorities
from tasks.reading.pdf import extract_pages
from tasks.reading.report_days import Visit, read_days
from tasks.reading.report_evidence import Check, Evidence, Part, note, weigh
from tasks.reading.report_frameworks import check_framework, name_framework
from tasks.reading.report_inspectors import find_lead_inspectors, find_team
from tasks.reading.report_judgements import Judgement, find_judgements
from tasks.reading.report_kinds import read_heading
from tasks.reading.report_outcome import find_outcome, find_theme
from tasks.reading.report_points import find_areas_covered, find_points_to_improve
from tasks.reading.text import compute_text_digest, count_words

PAGE_SEPARATOR = "\f"

_LANGUAGE_SAMPLE = 4000  # characters; more does not change the verdict
_SHORTEST_SAMPLE = 40  # characters; less is no evidence


@dataclass(frozen=True, slots=True)
class Report:
    """What was read from one report: columns of `inspections` of the same names, and its rows of `judgements`."""

    kind: str | None
    title: str | None
    authority: str | None
    started_on: date | None
    ended_on: date | None
    dates_text: str | None
    report_dated_on: date | None
    published_on: date | None
    published_source: str | None
    lead_inspectors: tuple[str, ...]
    page_count: int | None
    language: str | None
    text: str
    text_digest: str
    word_count: int
    judgements: tuple[Judgement, ...]
    visits: tuple[Visit, ...] = ()
    inspectors: tuple[str, ...] = ()
    theme: str | None = None
    outcome_rank: int | None = None
    outcome_text: str | None = None
    outcome_page: int | None = None
    authority_codes: tuple[str, ...] = ()
    authority_name: str | None = None
    gss_code: str | None = None
    dfe_code: str | None = None
    region: str | None = None
    framework: str | None = None
    areas_covered: tuple[str, ...] = ()
    areas_for_improvement: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    checks: tuple[Check, ...] = ()


def read_report(
    body: bytes,
    *,
    link_text: str | None,
    provider_name: str | None,
    published_on: date | None,
    fetched_at: datetime,
) -> Report:
    """Reads one report from the bytes of its PDF.

    `published_on` is the page's word for it and wins over the report's own; both bound the inspection's dates, as
    does `fetched_at` where neither is known. `link_text` and `provider_name` only choose between what the text says.

    Raises:
        PdfError: the body is no PDF that can be read, with the outcome that says so.
    """
    pages = extract_pages(body).pages
    heading = read_heading(pages, link_text=link_text, provider_name=provider_name)
    days = read_days(pages, listed_on=published_on, fetched_on=fetched_at.date())
    on = next(filter(None, (days.columns[name] for name in ("started_on", "report_dated_on", "published_on"))), None)
    is_linked = heading.kind_rule == "link_and_text"
    parts = (
        Part(
            {"kind": heading.kind, "title": heading.title, "authority": heading.authority},
            (
                *note("kind", heading.kind_rule, 1, weigh(confirmed=is_linked)),
                *note("authority", heading.authority_rule, 1),
            ),
        ),
        days,
        read_people(pages),
        read_findings(heading.kind, heading.authority, pages, on=on or fetched_at.date()),
        Part(describe_text(pages)),
        Part(describe_authority(heading.authority, on=on or fetched_at.date())),
    )
    return Report(
        **{name: value for part in parts for name, value in part.columns.items()},
        evidence=tuple(one for part in parts for one in part.evidence),
        checks=tuple(one for part in parts for one in part.checks),
    )


def read_people(pages: Sequence[str]) -> Part:
    """Reads who inspected; a lead who stands in the list of the team, too, is confirmed by it."""
    leads, team = find_lead_inspectors(pages), find_team(pages)
    is_confirmed = leads.rule == "label" and bool(set(leads.names) & set(team))
    inspectors = tuple(dict.fromkeys((*leads.names, *team)))
    return Part(
        {"lead_inspectors": leads.names, "inspectors": inspectors},
        note("lead_inspectors", leads.rule, leads.page, weigh(confirmed=is_confirmed)),
    )


def read_findings(kind: str | None, authority: str | None, pages: Sequence[str], *, on: date) -> Part:
    """Reads what was found by the framework of that day: judgements, outcome, theme, and what was looked at."""
    judgements, contradictions = find_judgements(kind, pages)
    framework, framework_rule = name_framework(kind, pages, judgements, on=on)
    odd = tuple(check_framework(framework, judgements))
    outcome = find_outcome(kind, pages)
    theme, theme_rule = find_theme(kind, pages, authority)
    return Part(
        {
            "framework": framework,
            "judgements": judgements,
            "outcome_rank": outcome.rank if outcome else None,
            "outcome_text": outcome.sentence if outcome else None,
            "outcome_page": outcome.page if outcome else None,
            "theme": theme,
            "areas_covered": find_areas_covered(kind, pages),
            "areas_for_improvement": find_points_to_improve(pages),
        },
        (
            *note("framework", framework_rule, None, weigh(contested=bool(odd))),
            *note("outcome", "sentence" if outcome else None, outcome.page if outcome else None),
            *note("theme", theme_rule, 1),
        ),
        (*contradictions, *odd),
    )


def describe_text(pages: Sequence[str]) -> dict[str, Any]:
    """Describes the text of all pages as columns."""
    text = PAGE_SEPARATOR.join(pages)
    return {
        "page_count": len(pages),
        "language": _detect_language(text),
        "text": text,
        "text_digest": compute_text_digest(text),
        "word_count": count_words(text),
    }


def describe_authority(name: str | None, *, on: date) -> dict[str, Any]:
    """Describes the authorities that a name means on a day as columns."""
    return describe_authorities(resolve_authorities(name, on=on) if name else [])


def describe_authorities(found: Sequence[Authority]) -> dict[str, Any]:
    """Describes authorities as columns; only one that stands alone has them all."""
    alone = found[0] if len(found) == 1 else None
    return {
        "authority_codes": tuple(authority.code for authority in found),
        "authority_name": alone and alone.name,
        "gss_code": alone and alone.gss_code,
        "dfe_code": alone and alone.dfe_code,
        "region": alone and alone.region,
    }


def _detect_language(text: str) -> str | None:
    return str(py3langid.classify(text[:_LANGUAGE_SAMPLE])[0]) if len(text) >= _SHORTEST_SAMPLE else None
