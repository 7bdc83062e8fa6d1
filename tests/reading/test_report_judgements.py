"""Graded judgements and their evidence."""

import pytest

from tasks.reading.report_judgements import find_judgements

LEADERS = "The impact of leaders on social work practice with children\nand families"
HELP = "The experiences and progress of children who need help and\nprotection"
CARE = "The experiences and progress of children in care"
LEAVERS = "The experiences and progress of care\nleavers"


def grade(kind: str | None, *pages: str) -> dict[str, str]:
    """Finds the common grade of each aspect."""
    return {judgement.aspect: judgement.grade for judgement in find_judgements(kind, pages)[0]}


def test_a_row_is_kept_with_its_words_and_page() -> None:
    """Aspect and grade are there as written and in common words, with rank, page and evidence."""
    [judgement], checks = find_judgements("ilacs", [f"Judgement Grade\n{HELP}\nRequires improvement\nto be good"])
    assert checks == ()
    assert (judgement.rule, judgement.confidence) == ("table_row", "stated")
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
    [judgement], _ = find_judgements("ilacs", [f"{aspect}\nGood"])
    assert judgement.includes_care_leavers is includes


def test_columns_of_grades_are_left_blank() -> None:
    """Where all grades follow all aspects, nobody knows whose they are: no grade rather than a wrong one."""
    assert grade("ilacs", f"{LEADERS}\n{HELP}\n{CARE}\nOverall effectiveness\nGood\nInadequate\nGood\nGood") == {}


def test_two_grades_for_one_aspect_are_left_blank() -> None:
    """A page that contradicts itself gives no grade for that aspect, keeps the others, and the check says both."""
    page = f"{HELP}\nGood\nOverall effectiveness Good\nOverall effectiveness Inadequate"
    assert grade("ilacs", page) == {"help_and_protection": "good"}
    _, [check] = find_judgements("ilacs", [page])
    assert check == {
        "name": "grade",
        "notes": "overall: page 1: 'Overall effectiveness Good'; page 1: 'Overall effectiveness Inadequate': left out",
    }


@pytest.mark.parametrize(
    ("kind", "row", "aspect", "restated", "confidence"),
    [
        ("ilacs", f"{HELP}\nGood", "help_and_protection", f"{HELP}: good\n1. Early help", "confirmed"),
        ("ilacs", f"{HELP}\nGood", "help_and_protection", f"{HELP}: requires improvement to be good", "contested"),
        ("ilacs", f"{HELP}\nGood", "help_and_protection", f"{CARE}: inadequate", "stated"),
        (
            "sif",
            "1. Children who need help and\nprotection\nGood",
            "help_and_protection",
            f"Key judgement\n{HELP} Good\nSummary",
            "confirmed",
        ),
        (
            "sif",
            "2.1 Adoption performance Good",
            "adoption",
            "The graded judgement for adoption performance is that it\nrequires improvement",
            "contested",
        ),
        ("school", "The quality of education Good", "quality_of_education", "The quality of education: Good", "stated"),
        ("school", "Outcomes for pupils Good", "outcomes", "Outcomes for pupils Good\n\u25a0 Most", "confirmed"),
    ],
)
def test_a_chapters_heading_confirms_or_contests(
    kind: str, row: str, aspect: str, restated: str, confidence: str
) -> None:
    """A grade that a later heading says again is confirmed; else the table's stays, and a check tells."""
    [judgement], checks = find_judgements(kind, [row, restated])
    assert (judgement.aspect, judgement.grade, judgement.page) == (aspect, "good", 1)
    assert judgement.confidence == confidence
    assert [check["name"] for check in checks] == (["grade"] if confidence == "contested" else [])
    assert all("page 2" in check["notes"] and "good is kept" in check["notes"] for check in checks)


@pytest.mark.parametrize(
    ("sentence", "confidence"),
    [
        ("Children\u2019s services in Wexmouth and\nHythe are inadequate. The", "confirmed"),
        ("Services for children in Wexmouth require improvement to be good, as was", "contested"),
        ("Services for children in need of help in Wexmouth are good", "stated"),
        ("At the last inspection, children\u2019s services in Wexmouth were good.", "stated"),
    ],
)
def test_the_summary_confirms_or_contests_the_overall_grade(sentence: str, confidence: str) -> None:
    """The sentence below the table is compared with its overall grade; one of other services or of then is not."""
    [judgement], _ = find_judgements("ilacs", [f"Overall effectiveness Inadequate\n{sentence}"])
    assert (judgement.grade, judgement.confidence) == ("inadequate", confidence)


def test_a_summary_makes_no_grade() -> None:
    """Since April 2026 there is no overall grade, whatever the summary says."""
    assert grade("ilacs", f"{CARE}\nGood\nChildren\u2019s services in Wexmouth are outstanding") == {"in_care": "good"}


SCHOOL_2012 = (
    "Overall effectiveness Previous inspection: Requires improvement 3\nThis inspection: Good 2\n"
    "Achievement of pupils Good 2\nQuality of teaching Good 2\nBehaviour and safety of pupils Outstanding 1\n"
    "Leadership and management Good 2"
)
SCHOOL_2019 = (
    "Overall effectiveness Good\nThe quality of education Good\nBehaviour and attitudes Outstanding\n"
    "Personal development Good\nLeadership and management Good\nEarly years provision Requires improvement\n"
    "Sixth-form provision Good\nPrevious inspection grade Inadequate"
)
REPORT_CARD = (
    "Safeguarding standards: Met\nInclusion Strong standard\nCurriculum and teaching Expected standard\n"
    "Achievement\nExpected standard\nLeadership and governance Needs attention"
)
CARE_HOME = (
    "Overall experiences and progress of\nchildren and young people, taking into\naccount\n"
    "requires improvement to be good\nHow well children and young people are\nhelped and protected\ngood\n"
    "The effectiveness of leaders and\nmanagers\ngood"
)
YOUTH_JUSTICE = (
    "Overall rating Good\n1. Organisational delivery\n1.1 Governance and leadership Outstanding\n1.2 Staff Good\n"
    "2.1 Assessment Inadequate\n3.1 Assessment Requires improvement\n"
    "3.4 Out-of-court disposal policy and provision Good\n4.1 Resettlement policy and provision Good"
)
LOOKED_AFTER = "Overall effectiveness Adequate\nCapacity to improve Good\nLeadership and management Adequate"


@pytest.mark.parametrize(
    ("kind", "pages", "expected"),
    [
        ("school", (SCHOOL_2012,), "overall 2, teaching 2, outcomes 2, behaviour 1, leadership 2"),
        (
            "school",
            (SCHOOL_2019,),
            (
                "overall 2, quality_of_education 2, behaviour 1, personal_development 2, leadership 2, early_years 3, "
                "sixth_form 2"
            ),
        ),
        (
            "school",
            (REPORT_CARD,),
            "inclusion strong_standard, teaching expected_standard, leadership needs_attention, safeguarding met",
        ),
        ("care_provider", (CARE_HOME,), "overall 3, help_and_protection 2, leadership 2"),
        (
            "youth_justice",
            ("Cover", "Contents", YOUTH_JUSTICE),
            (
                "overall 2, leadership 1, staff 2, court_disposals_assessment 4, out_of_court_disposals_assessment 3, "
                "out_of_court_disposals_policy 2, resettlement 2"
            ),
        ),
        ("lac_2013", ("Contents", LOOKED_AFTER), "overall adequate, capacity_to_improve 2, leadership adequate"),
        ("lscb_review", ("The Local Safeguarding Children Board requires improvement\nThe",), "lscb 3"),
    ],
)
def test_each_framework_has_its_table(kind: str, pages: tuple[str, ...], expected: str) -> None:
    """Aspects have common names, grades that do not compare have no rank, and grades of before do not count."""
    judgements, _ = find_judgements(kind, pages)
    assert ", ".join(f"{one.aspect} {one.grade_rank or one.grade}" for one in judgements) == expected


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
    found, _ = find_judgements("sif", pages)
    judgements = {judgement.aspect: (judgement.grade, judgement.page) for judgement in found}
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
