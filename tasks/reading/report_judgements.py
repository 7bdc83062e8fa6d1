"""The graded judgements of a report, each with the words it was read from: a blank rather than a wrong grade."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tasks.reading.report_aspects import GRADE_RANKS, RULES, Grade, Rule
from tasks.reading.report_evidence import Check, Confidence, weigh
from tasks.reading.text import squeeze_spaces

__all__ = ["GRADE_RANKS", "Grade", "Judgement", "find_judgements"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One graded aspect of one inspection.

    `aspect` and `grade` are common to all frameworks, `aspect_as_written` and `grade_as_written` are the report's;
    `grade_rank` is None for a grade that does not compare between frameworks. `page` counts from 1 and `evidence` is
    what stands there, spaces levelled. `includes_care_leavers` says for `in_care` whether the aspect as written covers
    care leavers too (ILACS before 2023), and is None for the others.
    """

    aspect: str
    aspect_as_written: str
    grade: Grade
    grade_as_written: str
    grade_rank: int | None
    includes_care_leavers: bool | None
    page: int
    evidence: str
    rule: Literal["table_row", "sentence", "api"] = "api"
    confidence: Confidence = "stated"


def find_judgements(kind: str | None, pages: Sequence[str]) -> tuple[tuple[Judgement, ...], tuple[Check, ...]]:
    """Finds the graded judgements of a report whose kind has rules, in the order of the rules, and what contradicts.

    An aspect that is graded twice with different grades where judgements stand is left out, and told; one that only
    the chapter's heading or the summary grades otherwise keeps its grade, contested, and is told, too.
    """
    judgements, checks = [], []
    restated = _group(kind, pages, restates=True)
    for aspect, found in _group(kind, pages, restates=False).items():
        first = found[0]
        agreeing = [one for one in restated.get(aspect, []) if one.grade == first.grade]
        differing = [one for one in restated.get(aspect, []) if one.grade != first.grade]
        if len({one.grade for one in found}) > 1:
            checks.append(_tell(aspect, found, "left out"))
            continue
        if differing:
            checks.append(_tell(aspect, [first, *differing], f"{first.grade} is kept"))
        confidence = weigh(confirmed=bool(agreeing), contested=bool(differing))
        judgements.append(replace(first, confidence=confidence))
    return tuple(judgements), tuple(checks)


def _group(kind: str | None, pages: Sequence[str], *, restates: bool) -> dict[str, list[Judgement]]:
    found: dict[str, list[Judgement]] = {}
    for rule in RULES.get(kind or "", ()):
        if rule.restates == restates:
            for judgement in _apply_rule(rule, pages):
                found.setdefault(rule.aspect, []).append(judgement)
    return found


def _apply_rule(rule: Rule, pages: Sequence[str]) -> Iterator[Judgement]:
    for number, page in enumerate(pages, start=1):
        if rule.pages != "any" and (number == 1) != (rule.pages == "first"):
            continue
        for match in rule.pattern.finditer(page):
            yield _make_judgement(rule, match, number)


def _make_judgement(rule: Rule, match: re.Match[str], page: int) -> Judgement:
    written = squeeze_spaces(rule.written or match["aspect"])
    grade = _name_grade(squeeze_spaces(match["grade"]))
    return Judgement(
        aspect=rule.aspect,
        aspect_as_written=written,
        grade=grade,
        grade_as_written=squeeze_spaces(match["grade"]),
        grade_rank=GRADE_RANKS.get(grade),
        includes_care_leavers="care leavers" in written.lower() if rule.aspect == "in_care" else None,
        page=page,
        evidence=squeeze_spaces(match[0]),
        rule=rule.name,
    )


def _name_grade(written: str) -> Grade:
    """Names a grade that a rule matched: "Require improvement to be good" is `requires_improvement`."""
    lowered = written.lower()
    if lowered.startswith("require"):
        return "requires_improvement"
    name: Grade = lowered.replace(" ", "_")  # type: ignore[assignment]
    return name


def _tell(aspect: str, judgements: Sequence[Judgement], verdict: str) -> Check:
    said = "; ".join(dict.fromkeys(f"page {one.page}: {one.evidence!r}" for one in judgements))
    return Check(name="grade", notes=f"{aspect}: {said}: {verdict}")
