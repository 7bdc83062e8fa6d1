"""One inspection report or letter, from the PDF's bytes to the columns of `inspections` and `judgements`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

import py3langid

from tasks.places.resolve import resolve_authorities
from tasks.reading.pdf import extract_pages
from tasks.reading.report_dates import find_inspection_dates, find_letter_date, find_publication_date, keep_coherent
from tasks.reading.report_inspectors import find_lead_inspectors, find_team
from tasks.reading.report_judgements import Judgement, find_judgements
from tasks.reading.report_kinds import read_heading
from tasks.reading.report_outcome import find_outcome, find_theme
from tasks.reading.text import compute_text_digest, count_words

PAGE_SEPARATOR = "\f"

_LANGUAGE_SAMPLE = 4000  # characters; more does not change the verdict
_SHORTEST_SAMPLE = 40  # characters; less is no evidence


class Visit(TypedDict):
    """One visit of an inspection: its first and last day."""

    started_on: date
    ended_on: date


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
    stated = find_publication_date(pages)
    published = published_on or stated
    dates = keep_coherent(find_inspection_dates(pages), not_after=published or fetched_at.date())
    text = PAGE_SEPARATOR.join(pages)
    leads = find_lead_inspectors(pages)
    outcome = find_outcome(heading.kind, pages)
    dated_on = stated or find_letter_date(pages)
    return Report(
        kind=heading.kind,
        title=heading.title,
        authority=heading.authority,
        started_on=dates.started_on,
        ended_on=dates.ended_on,
        dates_text=dates.text,
        report_dated_on=dated_on,
        published_on=published,
        published_source="page" if published_on else "report" if stated else None,
        lead_inspectors=leads,
        page_count=len(pages),
        language=_detect_language(text),
        text=text,
        text_digest=compute_text_digest(text),
        word_count=count_words(text),
        judgements=find_judgements(heading.kind, pages),
        visits=tuple(Visit(started_on=first, ended_on=last) for first, last in dates.visits),
        inspectors=tuple(dict.fromkeys((*leads, *find_team(pages)))),
        theme=find_theme(heading.kind, pages, heading.authority),
        outcome_rank=outcome.rank if outcome else None,
        outcome_text=outcome.sentence if outcome else None,
        outcome_page=outcome.page if outcome else None,
        **describe_authority(heading.authority, on=dates.started_on or dated_on or published or fetched_at.date()),
    )


def describe_authority(name: str | None, *, on: date) -> dict[str, Any]:
    """Describes the authorities that a name means on a day as columns; only one that stands alone has them all."""
    found = resolve_authorities(name, on=on) if name else []
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
