"""The framework that an inspection was made under."""

from datetime import date

import pytest

from tasks.reading.report_frameworks import check_framework, name_framework
from tasks.reading.report_judgements import find_judgements

CARE = "The experiences and progress of children in care Good"
LEAVERS = "The experiences and progress of care leavers Good"
OVERALL = "Overall effectiveness Good"


@pytest.mark.parametrize(
    ("kind", "on", "page", "framework"),
    [
        ("ilacs", date(2022, 12, 16), "", "ILACS 2018"),
        ("ilacs", date(2023, 1, 9), "", "ILACS 2023"),
        ("ilacs", date(2026, 4, 1), "", "ILACS 2026"),
        ("ilacs", date(2017, 12, 31), "", None),
        ("area_send", date(2019, 5, 6), "", "Area SEND 2016"),
        ("area_send", date(2024, 5, 20), "", "Area SEND 2023"),
        (
            "focused_visit",
            date(2024, 5, 7),
            "This visit was carried out in line with the ILACS framework.",
            "ILACS 2023",
        ),
        ("focused_visit", date(2024, 5, 7), "A visit.", None),
        ("sif", date(2014, 7, 2), "", "SIF 2013"),
        ("school", date(2020, 1, 1), "The quality of education Good", "Education 2019"),
        ("school", date(2020, 1, 1), "Outcome", None),
        ("school", date(2017, 1, 1), "Quality of teaching, learning and assessment Good", "Common inspection 2015"),
        ("school", date(2026, 1, 1), "Curriculum and teaching Strong standard", "Education 2025"),
        ("jtai", date(2024, 1, 1), "", None),
        (None, date(2024, 1, 1), "", None),
    ],
)
def test_a_framework_has_a_year(kind: str | None, on: date, page: str, framework: str | None) -> None:
    """Day, kind or aspects tell the version, and the rule says which; where they do not, there is none."""
    judgements, _ = find_judgements(kind, [page])
    name, rule = name_framework(kind, [page], judgements, on=on)
    assert name == framework
    assert (rule is None) == (framework is None)


@pytest.mark.parametrize(
    ("framework", "rows", "words"),
    [
        ("ILACS 2018", (CARE, OVERALL), None),
        ("ILACS 2023", (CARE, LEAVERS, OVERALL), None),
        ("ILACS 2026", (CARE, LEAVERS), None),
        ("ILACS 2018", (CARE, LEAVERS, OVERALL), "care_leavers is graded"),
        ("ILACS 2023", (CARE, LEAVERS), "overall is not graded"),
        ("ILACS 2026", (CARE, LEAVERS, OVERALL), "overall is graded"),
        ("ILACS 2023", (), None),
        ("SIF 2013", (CARE,), None),
    ],
)
def test_aspects_are_held_against_the_framework(framework: str, rows: tuple[str, ...], words: str | None) -> None:
    """Aspects that the framework of that day does not have, or lacks, are told; without any grade nothing is."""
    judgements, _ = find_judgements("ilacs", ["\n".join(rows)])
    checks = check_framework(framework, judgements)
    assert [words in check["notes"] for check in checks] == ([True] if words else [])
