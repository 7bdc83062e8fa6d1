"""Compares what a report says with what the page that lists it says: its kind, and the body that was inspected."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from storage.records import Row
from tasks.places.gazetteer import Authority, load_authorities
from tasks.places.resolve import find_by_urn, resolve_authorities
from tasks.reading.report import Report, describe_authorities
from tasks.reading.report_evidence import Check, Evidence, weigh

#: The words of links, and the kinds that each is used for. A link whose words are not here says nothing.
_LINKED_KINDS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(words, re.IGNORECASE), frozenset(kinds))
    for words, kinds in (
        (r"children['\u2019]s services inspection", {"ilacs", "sif", "lscb_review", "lac_2013"}),
        (r"inspection of (?:services for )?looked after", {"lac_2013"}),
        (r"LSCB|safeguarding children board", {"lscb_review", "sif"}),
        (r"area SEND|SEND inspection", {"area_send"}),
        (r"monitoring visit", {"monitoring_visit"}),
        (r"focused visit", {"focused_visit"}),
        (r"joint targeted area|JTAI", {"jtai"}),
        (r"youth (?:justice|offending)", {"youth_justice"}),
    )
)


def compare_with_listing(report: Report, listed: Row, *, on: date) -> Report:
    """Compares a report with the row of its address: what agrees is confirmed, what does not is contested and told.

    `on` is the day of the capture: a listing names bodies as they are called then, not as they were when inspected. A
    report that names no authority, but a trust or nobody, gets that of its provider's URN, and its evidence says so.
    """
    compared = _compare_kind(report, listed["link_text"])
    return _compare_authority(compared, listed["provider_name"], listed["provider_urn"], on)


def _compare_kind(report: Report, link_text: str | None) -> Report:
    linked = {kind for words, kinds in _LINKED_KINDS if words.search(link_text or "") for kind in kinds}
    if report.kind is None or not linked or _get_rule(report, "kind") == "link_and_text":
        return report
    notes = f"the link says {link_text!r}, the report is headed {report.title!r}"
    return _weigh(report, "kind", agrees=report.kind in linked, notes=notes)


def _compare_authority(report: Report, name: str | None, urn: str | None, on: date) -> Report:
    holder = find_by_urn(urn) if urn else None
    listed = [holder] if holder else resolve_authorities(name, on=on) if name else []
    if not listed:
        return report
    if report.authority_codes:
        found = [load_authorities()[code] for code in report.authority_codes]
        agrees = any(_is_or_follows(one, other) for one in found for other in listed)
        notes = (
            f"listed for {name or urn} ({_join(listed)}), but the report names {report.authority!r} ({_join(found)})"
        )
        return _weigh(report, "authority", agrees=agrees, notes=notes)
    if holder is None:
        return report
    by_urn = Evidence(fact="authority_codes", rule="listed_urn", confidence="stated", page=None)
    return replace(report, **describe_authorities([holder]), evidence=(*report.evidence, by_urn))


def _is_or_follows(one: Authority, other: Authority) -> bool:
    return one == other or one.code in other.successors or other.code in one.successors


def _join(authorities: Sequence[Authority]) -> str:
    return ", ".join(authority.name for authority in authorities)


def _get_rule(report: Report, fact: str) -> str | None:
    return next((one["rule"] for one in report.evidence if one["fact"] == fact), None)


def _weigh(report: Report, fact: str, *, agrees: bool, notes: str) -> Report:
    """Weighs a fact of a report anew by the listing's word for it."""
    evidence = tuple(
        Evidence(**{**one, "confidence": weigh(confirmed=agrees, contested=not agrees)}) if one["fact"] == fact else one
        for one in report.evidence
    )
    checks = report.checks if agrees else (*report.checks, Check(name=fact, notes=notes))
    return replace(report, evidence=evidence, checks=checks)
