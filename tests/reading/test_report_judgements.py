"""Graded judgements and their evidence."""

import pytest

from tasks.reading.report_judgements import find_judgements

LEADERS = "The impact of leaders on social work practice with children\nand families"
HELP = "The experiences and progress of children who need help and\nprotection"
CARE = "The experiences and progress of children in care"
LEAVERS = "The experiences and progress of care\nleavers"


def grade(kind: str | None, *pages: str) -> dict[str, str]:
    """Finds the common grade of each aspect."""
    return {judgement.aspect: judgement.grade for judgement in find_judgements(kind, pages)}


def test_a_row_is_kept_with_its_words_and_page() -> None:
    """Aspect and grade are there as written and in common words, with rank, page and evidence."""
    (judgement,) = find_judgements("ilacs", [f"Judgement Grade\n{HELP}\nRequires improvement\nto be good"])
    assert judgement.aspect == "help_and_protection"
    assert judgement.aspect_as_written == "The experiences and progress of children who need help and protection"
    assert (judgement.grade, judgement.grade_rank) == ("requires_improvement", 3)
    assert judgement.grade_as_written == "Requires improvement to be good"
    assert judgement.page == 1
    assert judgement.evidence == f"{judgement.aspect_as_written} Requires improvement to be good"
    assert judgement.includes_care_leavers is None


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            f"{LEADERS} Inadequate\n{HELP}\nGood\n{CARE} and care\nleavers\nGood\nOverall effectiveness Inadequate",
            {
                "leadership": "inadequate",
                "help_and_protection": "good",
                "in_care": "good",
                "overall": "inadequate",
            },
        ),
        (
            f"{LEADERS}\nGood\n{CARE}\nGood\n{LEAVERS}\nRequires improvement to be good\nOverall effectiveness Good",
            {"leadership": "good", "in_care": "good", "care_leavers": "requires_improvement", "overall": "good"},
        ),
        (
            f"The impact of leaders on practice with\nchildren and families\nOutstanding\n{LEAVERS}\nGood",
            {"leadership": "outstanding", "care_leavers": "good"},
        ),
    ],
    ids=["to 2022", "2023 on", "April 2026 on"],
)
def test_the_three_layouts_of_ilacs(table: str, expected: dict[str, str]) -> None:
    """Rows are read by their words, however many there are; an overall grade that is not there stays away."""
    assert grade("ilacs", f"Judgement Grade\n{table}\nSince then, things are good.") == expected


@pytest.mark.parametrize(("aspect", "includes"), [(CARE, False), (f"{CARE} and care leavers", True)])
def test_in_care_says_whether_it_covers_care_leavers(aspect: str, includes: bool) -> None:  # noqa: FBT001 - parametrised
    """Before 2023 the row covers care leavers too, and says so."""
    (judgement,) = find_judgements("ilacs", [f"{aspect}\nGood"])
    assert judgement.includes_care_leavers is includes


def test_columns_of_grades_are_left_blank() -> None:
    """Where all grades follow all aspects, nobody knows whose they are: no grade rather than a wrong one."""
    assert grade("ilacs", f"{LEADERS}\n{HELP}\n{CARE}\nOverall effectiveness\nGood\nInadequate\nGood\nGood") == {}


def test_two_grades_for_one_aspect_are_left_blank() -> None:
    """A page that contradicts itself gives no grade for that aspect, and keeps the others."""
    page = f"{HELP}\nGood\nOverall effectiveness Good\nOverall effectiveness Inadequate"
    assert grade("ilacs", page) == {"help_and_protection": "good"}


def test_a_grade_in_prose_is_no_row() -> None:
    """An aspect's words inside a sentence, or a grade that begins another word, are no judgement."""
    assert grade("ilacs", f"At the last visit {CARE.lower()} good.\nOverall effectiveness goodness") == {}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The overall judgement is that children\u2019s services require\nimprovement.2", "requires_improvement"),
        ("The overall judgement is good.", "good"),
        ("Children\u2019s services in Wexmouth-on-Sea are inadequate", "inadequate"),
        ("Children\u2019s services in the Royal Borough of Wexmouth and\nHythe are outstanding", "outstanding"),
        ("Children\u2019s services in Wexmouth require\nimprovement to be good", "requires_improvement"),
    ],
)
def test_the_overall_grade_of_sif_is_a_sentence(sentence: str, expected: str) -> None:
    """The sentence above the table gives the overall grade."""
    assert grade("sif", f"Wexmouth\n{sentence}\nMore text") == {"overall": expected}


def test_sif_rows_are_known_by_number_and_words() -> None:
    """Numbered rows give the aspects; the board's grade may stand on a later page and says so."""
    table = (
        "1. Children who need help and protection Good\n2. Children looked after and achieving\npermanence\nRequires\n"
        "Improvement\n2.1 Adoption performance Outstanding\n2.2 Experiences and progress of Care Leavers Good\n"
        "3. Leadership, management and governance Inadequate"
    )
    pages = (table, "Contents", "The Local Safeguarding Children Board requires improvement\nbecause:")
    judgements = {judgement.aspect: (judgement.grade, judgement.page) for judgement in find_judgements("sif", pages)}
    assert judgements == {
        "help_and_protection": ("good", 1),
        "in_care": ("requires_improvement", 1),
        "adoption": ("outstanding", 1),
        "care_leavers": ("good", 1),
        "leadership": ("inadequate", 1),
        "lscb": ("requires_improvement", 3),
    }


@pytest.mark.parametrize("kind", [None, "jtai", "area_send", "monitoring_visit"])
def test_kinds_without_grades_have_none(kind: str | None) -> None:
    """A letter that recalls an earlier grade has no judgement of its own."""
    assert grade(kind, f"{HELP}\nGood\nOverall effectiveness Good") == {}
