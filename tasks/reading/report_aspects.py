"""How the reports of each kind say the grade of each aspect: the rules that judgements are read by.

A rule reads a row of the table of judgements, or a sentence that stands in its place. A rule that `restates` reads
where a report says a grade once more, in the heading of the aspect's chapter or in its summary: it never makes a
judgement, and only confirms or contests one.
"""

import re
from dataclasses import dataclass
from typing import Literal

Grade = Literal[
    "outstanding", "good", "requires_improvement", "inadequate", "adequate",
    "exceptional", "strong_standard", "expected_standard", "needs_attention", "urgent_improvement", "met", "not_met",
]  # fmt: skip

#: The grades that compare between frameworks. "Adequate" was replaced by a stricter grade in 2013; report cards have a
#: scale of their own.
GRADE_RANKS: dict[Grade, int] = {"outstanding": 1, "good": 2, "requires_improvement": 3, "inadequate": 4}

_FOUR = r"Outstanding|Good|Requires?\s+improvement(?:\s+to\s+be\s+good)?|Inadequate"
_LOOKED_AFTER_2013 = r"Outstanding|Good|Adequate|Inadequate"
_CARD = r"Exceptional|Strong standard|Expected standard|Needs attention|Urgent improvement"
_MET = r"Not met|Met"

Where = Literal["first", "later", "any"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to say an aspect's grade, in the groups `aspect` and `grade`.

    `pages` tells on which of the pages it may stand; `written` names the aspect where no group does.
    """

    aspect: str
    pattern: re.Pattern[str]
    name: Literal["table_row", "sentence"] = "table_row"
    pages: Where = "first"
    written: str | None = None
    restates: bool = False


def _grade(scale: str) -> str:
    """A grade that another grade follows belongs to a column of grades, and then nobody knows whose it is."""
    return rf"(?P<grade>{scale})(?!\w|\s+(?:{scale})\b)"


def _row(
    aspect: str, words: str, *, number: str = "", pages: Where = "first", scale: str = _FOUR, restates: bool = False
) -> Rule:
    pattern = rf"^{number}\s*(?P<aspect>{_space(words)})\s+{_grade(scale)}"
    return Rule(aspect, _compile(pattern), pages=pages, restates=restates)


def _heading(aspect: str, words: str) -> Rule:
    pattern = rf"^(?P<aspect>{_space(words)})\s*:\s+{_grade(_FOUR)}"
    return Rule(aspect, _compile(pattern), pages="any", restates=True)


def _sentence(aspect: str, words: str, *, written: str, pages: Where = "first", restates: bool = False) -> Rule:
    return Rule(aspect, _compile(rf"^{_space(words)}\s+{_grade(_FOUR)}"), "sentence", pages, written, restates)


def _card(aspect: str, words: str, *, scale: str = _CARD) -> Rule:
    """Of a report card only a grade on the aspect's own line is taken: it may also stand above a group of aspects."""
    pattern = rf"^(?P<aspect>{words})[ \t]*:?[ \t]+(?P<grade>{scale})[ \t]*$"
    return Rule(aspect, _compile(pattern), pages="any")


def _space(words: str) -> str:
    return words.replace(" ", r"\s+")


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.MULTILINE)


_OVERALL = "overall effectiveness"
_BOARD = "effectiveness of the Local Safeguarding Children Board"
_LEADERS = "The impact of leaders on (?:social work )?practice with children and families"
_HELP = "The experiences and progress of children who need help and protection"
_IN_CARE = "The experiences and progress of children in care(?: and care leavers)?"
_LEAVERS = "The experiences and progress of (?:children )?care leavers"
_LOOKED_AFTER = "The experiences and progress of children looked after and achieving permanence"
_PLACE = r"(?: [\w'\u2019&-]+){1,8}?"
_SERVICES = rf"Children['\u2019]s (?:social care )?services in{_PLACE}"
_VERBS = "(?: are| are now| remain| continue to be| continue to)?"
_BOARD_RULE = _sentence(
    "lscb",
    r"The (?:(?:judgement for the )?effectiveness of the )?"
    r"(?:Local Safeguarding Children Board(?: \(LSCB\))?|LSCB)(?: is)?",
    written=_BOARD,
    pages="any",
)

_ILACS = (
    _row("leadership", _LEADERS),
    _row("help_and_protection", _HELP),
    _row("in_care", _IN_CARE),
    _row("care_leavers", _LEAVERS),
    _row("overall", "Overall effectiveness"),
    _heading("leadership", _LEADERS),
    _heading("help_and_protection", _HELP),
    _heading("in_care", _IN_CARE),
    _heading("care_leavers", _LEAVERS),
    _sentence("overall", rf"{_SERVICES}{_VERBS}", written=_OVERALL, restates=True),
    _sentence("overall", rf"Services for children in(?! need){_PLACE}{_VERBS}", written=_OVERALL, restates=True),
)
_SIF = (
    _sentence("overall", "The overall judgement is(?: that children['\u2019]s services(?: are)?)?", written=_OVERALL),
    _sentence("overall", rf"{_SERVICES}(?: are)?", written=_OVERALL),
    _row("help_and_protection", "Children who need help and protection", number=r"1\."),
    _row("in_care", "Children looked after and achieving permanence", number=r"2\."),
    _row("adoption", "Adoption performance", number=r"2\.1"),
    _row("care_leavers", "Experiences and progress of care leavers", number=r"2\.2"),
    _row("leadership", "Leadership, management and governance", number=r"3\."),
    _BOARD_RULE,
    _row("help_and_protection", _HELP, pages="later", restates=True),
    _row("in_care", _LOOKED_AFTER, pages="later", restates=True),
    _row("leadership", "Leadership, management and governance", pages="later", restates=True),
    _sentence(
        "adoption",
        "The graded judgement (?:for|about) adoption performance is that it(?: is)?",
        written="adoption performance",
        pages="later",
        restates=True,
    ),
    _sentence(
        "care_leavers",
        "The graded judgement (?:for|about) the experiences? and progress of care leavers is that it(?: is)?",
        written="experiences and progress of care leavers",
        pages="later",
        restates=True,
    ),
)
_LOOKED_AFTER_CHILDREN = tuple(
    _row(aspect, words, pages="any", scale=_LOOKED_AFTER_2013)
    for aspect, words in (
        ("overall", "Overall effectiveness"),
        ("capacity_to_improve", "Capacity to improve"),
        ("outcomes", "Outcomes for looked after children and young people"),
        ("quality_of_provision", "Quality of provision"),
        ("leadership", "Leadership and management"),
    )
)
#: The tables of 2012, 2015 and 2019 have rows of their own; words that two have in common mean the same in both.
_SCHOOL_ROWS = (
    ("overall", "Overall effectiveness"),
    ("quality_of_education", "The quality of education"),
    ("teaching", "Quality of teaching(?:, learning and assessment)?"),
    ("outcomes", "(?:Outcomes for|Achievement of) (?:pupils|children and (?:other )?learners)"),
    ("behaviour", "Behaviour and attitudes"),
    ("behaviour", "Behaviour and safety of pupils"),
    ("personal_development", "Personal development(?:, behaviour and welfare)?"),
    ("leadership", "(?:Effectiveness of )?leadership and management"),
    ("early_years", "Early years provision"),
    ("sixth_form", "Sixth[ -]form provision|16 to 19 study programmes"),
)
_SCHOOL = (
    _sentence("overall", "This inspection:", written=_OVERALL),
    *(_row(aspect, f"(?:{words})") for aspect, words in _SCHOOL_ROWS),
    *(_row(aspect, f"(?:{words})", pages="later", restates=True) for aspect, words in _SCHOOL_ROWS[1:]),
    _card("inclusion", "Inclusion"),
    _card("teaching", "Curriculum and teaching"),
    _card("outcomes", "Achievement"),
    _card("behaviour", "Attendance and behaviour"),
    _card("personal_development", "Personal development and well-?being"),
    _card("early_years", "Early years(?: in schools)?"),
    _card("sixth_form", "(?:Post-16 provision|Sixth form)(?: in schools)?"),
    _card("leadership", "Leadership and governance"),
    _card("safeguarding", "Safeguarding(?: standards)?", scale=_MET),
)
_CARE_PROVIDER = (
    _row("overall", "Overall experiences and progress of children and young people, taking into account"),
    _row("help_and_protection", "How well children and young people are helped and protected"),
    _row("leadership", "The effectiveness of leaders and managers"),
)
_PHASES = (
    ("assessment", "Assessment"),
    ("planning", "Planning"),
    ("delivery", "Implementation and delivery"),
    ("reviewing", "Reviewing"),
)
_YOUTH_JUSTICE = (
    _row("overall", "Overall rating", pages="any"),
    _row("leadership", "Governance and leadership", number=r"1\.1\.?", pages="any"),
    _row("staff", "Staff", number=r"1\.2\.?", pages="any"),
    _row("partnerships", "Partnerships and services", number=r"1\.3\.?", pages="any"),
    _row("information_and_facilities", "Information and facilities", number=r"1\.4\.?", pages="any"),
    *(
        _row(f"{part}_{phase}", words, number=rf"{chapter}\.{number}\.?", pages="any")
        for chapter, part in ((2, "court_disposals"), (3, "out_of_court_disposals"))
        for number, (phase, words) in enumerate(_PHASES, start=1)
    ),
    _row("out_of_court_disposals_joint_working", "Joint working", number=r"3\.4\.?", pages="any"),
    _row("out_of_court_disposals_policy", "Out-of-court disposal policy and provision", number=r"3\.4\.?", pages="any"),
    _row("resettlement", "Resettlement(?: policy and provision)?", number=r"4\.1\.?", pages="any"),
)

RULES: dict[str, tuple[Rule, ...]] = {
    "ilacs": _ILACS,
    "sif": _SIF,
    "lscb_review": (_BOARD_RULE,),
    "lac_2013": _LOOKED_AFTER_CHILDREN,
    "school": _SCHOOL,
    "care_provider": _CARE_PROVIDER,
    "youth_justice": _YOUTH_JUSTICE,
}
