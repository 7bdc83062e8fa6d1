"""The graded judgements of a report, each with the words it was read from: a blank rather than a wrong grade."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.reading.text import squeeze_spaces

Grade = Literal["outstanding", "good", "requires_improvement", "inadequate"]

GRADE_RANKS: dict[Grade, int] = {"outstanding": 1, "good": 2, "requires_improvement": 3, "inadequate": 4}

_GRADE = r"(?P<grade>Outstanding|Good|Requires?\s+improvement(?:\s+to\s+be\s+good)?|Inadequate)"
#: A grade that another grade follows belongs to a column of grades, and then nobody knows whose it is.
_ALONE = r"(?!\w|\s+(?:Outstanding|Good|Requires?\s+improvement|Inadequate)\b)"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One graded aspect of one inspection.

    `aspect` and `grade` are common to all frameworks, `aspect_as_written` and `grade_as_written` are the report's;
    `page` counts from 1 and `evidence` is what stands there, spaces levelled. `includes_care_leavers` says for
    `in_care` whether the aspect as written covers care leavers too (ILACS before 2023), and is None for the others.
    """

    aspect: str
    aspect_as_written: str
    grade: Grade
    grade_as_written: str
    grade_rank: int
    includes_care_leavers: bool | None
    page: int
    evidence: str


@dataclass(frozen=True, slots=True)
class _Rule:
    """One way to say an aspect's grade, in the groups `aspect` and `grade`.

    `written` names the aspect where it is said in a sentence without that group.
    """

    aspect: str
    pattern: re.Pattern[str]
    on_first_page: bool = True
    written: str | None = None


def _row(aspect: str, words: str, *, number: str = "") -> _Rule:
    spaced = words.replace(" ", r"\s+")
    pattern = rf"^{re.escape(number)}\s*(?P<aspect>{spaced})\s+{_GRADE}{_ALONE}"
    return _Rule(aspect, re.compile(pattern, re.IGNORECASE | re.MULTILINE))


def _sentence(aspect: str, words: str, *, written: str, on_first_page: bool = True) -> _Rule:
    spaced = words.replace(" ", r"\s+")
    pattern = re.compile(rf"^{spaced}\s+{_GRADE}{_ALONE}", re.IGNORECASE | re.MULTILINE)
    return _Rule(aspect, pattern, on_first_page, written)


_OVERALL = "overall effectiveness"
_BOARD = "effectiveness of the Local Safeguarding Children Board"

RULES: dict[str, tuple[_Rule, ...]] = {
    "ilacs": (
        _row("leadership", "The impact of leaders on (?:social work )?practice with children and families"),
        _row("help_and_protection", "The experiences and progress of children who need help and protection"),
        _row("in_care", "The experiences and progress of children in care(?: and care leavers)?"),
        _row("care_leavers", "The experiences and progress of (?:children )?care leavers"),
        _row("overall", "Overall effectiveness"),
    ),
    "sif": (
        _sentence(
            "overall", "The overall judgement is(?: that children['\u2019]s services(?: are)?)?", written=_OVERALL
        ),
        _sentence("overall", r"Children['\u2019]s services in(?: [\w'\u2019&-]+){1,8}?(?: are)?", written=_OVERALL),
        _row("help_and_protection", "Children who need help and protection", number="1."),
        _row("in_care", "Children looked after and achieving permanence", number="2."),
        _row("adoption", "Adoption performance", number="2.1"),
        _row("care_leavers", "Experiences and progress of care leavers", number="2.2"),
        _row("leadership", "Leadership, management and governance", number="3."),
        _sentence(
            "lscb",
            r"The (?:(?:judgement for the )?effectiveness of the )?"
            r"(?:Local Safeguarding Children Board(?: \(LSCB\))?|LSCB)(?: is)?",
            written=_BOARD,
            on_first_page=False,
        ),
    ),
}


def find_judgements(kind: str | None, pages: Sequence[str]) -> tuple[Judgement, ...]:
    """Finds the graded judgements of a report whose kind has rules, in the order of the rules.

    An aspect that is graded twice with different grades is left out.
    """
    found: dict[str, list[Judgement]] = {}
    for rule in RULES.get(kind or "", ()):
        found.setdefault(rule.aspect, []).extend(_apply_rule(rule, pages[:1] if rule.on_first_page else pages))
    return tuple(judgements[0] for judgements in found.values() if len({one.grade for one in judgements}) == 1)


def _apply_rule(rule: _Rule, pages: Sequence[str]) -> Iterator[Judgement]:
    for number, page in enumerate(pages, start=1):
        for match in rule.pattern.finditer(page):
            written = squeeze_spaces(rule.written or match["aspect"])
            grade = _name_grade(match["grade"])
            yield Judgement(
                aspect=rule.aspect,
                aspect_as_written=written,
                grade=grade,
                grade_as_written=squeeze_spaces(match["grade"]),
                grade_rank=GRADE_RANKS[grade],
                includes_care_leavers="care leavers" in written.lower() if rule.aspect == "in_care" else None,
                page=number,
                evidence=squeeze_spaces(match[0]),
            )


def _name_grade(written: str) -> Grade:
    return next((grade for grade in GRADE_RANKS if written.lower() == grade), "requires_improvement")
