"""The framework that an inspection was made under, with the year from which that version of it holds.

Dates are those from which inspections were made by it. Of children's services, the care leavers' own grade came in
January 2023 and the overall grade went in April 2026; of schools, it went in September 2024, and report cards came in
November 2025.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from tasks.reading.report_evidence import Check
from tasks.reading.report_forms import VISITS
from tasks.reading.report_judgements import Judgement

_ILACS = (
    (date(2026, 4, 1), "ILACS 2026"),
    (date(2023, 1, 1), "ILACS 2023"),
    (date(2018, 1, 1), "ILACS 2018"),
)
#: Kinds whose framework is told by the day on which the inspection began; newest version first.
_BY_DAY: Mapping[str, Sequence[tuple[date, str]]] = {
    "ilacs": _ILACS,
    "area_send": ((date(2023, 1, 1), "Area SEND 2023"), (date(2016, 5, 1), "Area SEND 2016")),
}
_NAMES_ILACS = re.compile(
    r"\bILACS\b|\binspection\s+of\s+local\s+authority\s+children['\u2019]s\s+services\s+framework\b"
)
#: Kinds that only one framework had.
_BY_KIND = {
    "sif": "SIF 2013",
    "lscb_review": "SIF 2013",
    "lac_2013": "Looked after children 2013",
    "care_provider": "SCCIF 2017",
}
#: What only the table of one framework has; the first that is there counts.
_BY_ASPECT: Mapping[str, Sequence[tuple[str, str]]] = {
    "school": (
        ("The quality of education", "Education 2019"),
        ("Curriculum and teaching", "Education 2025"),
        ("Quality of teaching, learning and assessment", "Common inspection 2015"),
        ("Achievement of pupils", "Schools 2012"),
    ),
    "youth_justice": (
        ("Out-of-court disposal policy and provision", "Youth justice 2021"),
        ("Joint working", "Youth justice 2018"),
    ),
}


def name_framework(
    kind: str | None, pages: Sequence[str], judgements: Sequence[Judgement], *, on: date
) -> tuple[str | None, str | None]:
    """Names the framework of an inspection that began on a day, and the rule that says so; None where none does."""
    if kind is None:
        return None, None
    if kind in _BY_KIND:
        return _BY_KIND[kind], "kind"
    if kind in _BY_ASPECT:
        written = {judgement.aspect_as_written.lower() for judgement in judgements}
        found = next((name for words, name in _BY_ASPECT[kind] if words.lower() in written), None)
        return found, "aspects" if found else None
    if kind in VISITS and any(_NAMES_ILACS.search(page) for page in pages):
        return _choose(_ILACS, on), "day"
    chosen = _choose(_BY_DAY.get(kind, ()), on)
    return chosen, "day" if chosen else None


def check_framework(framework: str | None, judgements: Sequence[Judgement]) -> list[Check]:
    """Tells where the aspects that were graded are not those of the framework that the day says."""
    aspects = {judgement.aspect for judgement in judgements}
    expected: dict[str, Collection[str]] = {
        "ILACS 2018": {"overall"},
        "ILACS 2023": {"overall", "care_leavers"},
        "ILACS 2026": {"care_leavers"},
    }
    odd = aspects & {"overall", "care_leavers"} ^ set(expected.get(framework or "", ()))
    if framework not in expected or not aspects or not odd:
        return []
    said = "; ".join(f"{aspect} is {'graded' if aspect in aspects else 'not graded'}" for aspect in sorted(odd))
    return [Check(name="framework", notes=f"inspected on a day of {framework}, but {said}")]


def _choose(versions: Sequence[tuple[date, str]], on: date) -> str | None:
    return next((name for first, name in versions if first <= on), None)
