"""The points of lists: what is to improve, and what a visit looked at."""

import pytest

from tasks.reading.report_points import find_areas_covered, find_points_to_improve

COVERED = (
    "Areas covered by the visit\nInspectors reviewed the\nprogress made in:\n"
    "\u2022 The front door: contacts and\nreferrals.\n\u2022 Assessments."
)


def test_points_are_whole_and_end_with_the_list() -> None:
    """Wrapped lines are joined; the heading behind the list, and the text below it, are no part of it."""
    page = (
        "What needs to improve?\n1\n\u25fc The quality of plans. (outcome 1,\nnational framework)\n\u25fc Supervision\n"
        "The experiences and progress of children who need help and\nprotection: good\n1. Children are seen."
    )
    assert find_points_to_improve([page]) == ("The quality of plans. (outcome 1, national framework)", "Supervision")


def test_a_list_goes_on_over_pages() -> None:
    """A point that a page cuts is joined over the running title; prose behind the last sentence is left out."""
    pages = [
        "Wexmouth report\n1\nText",
        (
            "Wexmouth report\n2\nAreas for improvement\nAreas for improvement\n"
            "1. The area should plan, and\nreview its plans.\n2. The area should"
        ),
        (
            "Wexmouth report\n3\nlisten. It should hear.\n3. Leaders should\nlead.\n"
            "The inspection was in May, and more text\nfollows here."
        ),
    ]
    assert find_points_to_improve(pages) == (
        "The area should plan, and review its plans.",
        "The area should listen. It should hear.",
        "Leaders should lead.",
    )


@pytest.mark.parametrize(
    ("page", "points"),
    [
        ("What needs to improve\n\u25a0 One.\nThe front door\n\u25a0 Two.\nStrengths\n\u25a0 Three.", ("One.", "Two.")),
        ("What needs to improve\n\u25a0 One.\n1. Children are seen.", ("One.",)),
        ("Recommendations\n1. One.\n2. Two.\n1. Children are seen.", ("One.", "Two.")),
        ("What does the area partnership need to do better?\n\u2022 One.", ("One.",)),
        ("What does the school need to do to improve further?\n\u25a0 One.", ("One.",)),
        (
            (
                "What does the local authority need to improve?\nPriority and immediate action\nCare leavers\n9. One.\n"
                "10. Two.\nAreas for improvement\nPlanning\n144.Three."
            ),
            ("One.", "Two.", "Three."),
        ),
        ("Areas for improvement\n\u25a0 One.\nThe local authority\u2019s strengths\n\u25a0 Two.", ("One.",)),
        ("Areas for improvement\n\u25a0 One.\nThe Board has the following strengths:\n\u25a0 Two.", ("One.",)),
        ("Areas for improvement\n\u25a0 One.\nKey strengths and weaknesses of the LSCB\n\u25a0 Two.", ("One.",)),
        ("Areas for improvement\n\u25a0 One.\nInspection judgement about the LSCB\n\u25a0 Two.", ("One.",)),
        (
            "Areas for improvement\n\u25a0 Plan the\nnext steps.\n\u25a0 Use the\nfindings.",
            ("Plan the next steps.", "Use the findings."),
        ),
        ("Recommendations\n\u25a0 Know (well)\nthe children\n\u25a0 Two.", ("Know (well) the children", "Two.")),
        ("Recommendations\n\u25a0 One.\nThe front door\n1. Children are seen.", ("One.",)),
        ("Areas for improvement\nRisk at the \u2018front door\u2019\n\u25a0 One.", ("One.",)),
        ("Areas for priority action\n\u25a0 There are no areas for priority action", ()),
        (
            "Areas for improvement\n9. The council should take the following action.\nImmediately:\n\u25aa One.",
            ("One.",),
        ),
        ("What needs to improve? 4\n\u25a0 No list, but a table of contents", ()),
        ("What needs to improve?\nLeaders know what needs to improve.", ()),
        ("Staff know what needs to improve\n\u25a0 No heading.", ()),
    ],
)
def test_lists_are_known_by_their_heading(page: str, points: tuple[str, ...]) -> None:
    """Headings between points, lists of other things, and tables of contents are no points."""
    assert find_points_to_improve([page]) == points


def test_the_end_of_a_list_is_no_running_title() -> None:
    """A heading that stands on top of two pages still ends the list above it."""
    pages = ["Summary for children\n\u25a0 Good.", "Recommendations\n\u25a0 One.", "Summary for children\n\u25a0 Bad."]
    assert find_points_to_improve(pages) == ("One.",)


def test_paragraphs_of_a_box_are_points() -> None:
    """A paragraph has all of its sentences and bullets, over the end of a page; what follows the box is no part."""
    pages = [
        (
            "Wexmouth report\n1\nAreas for improvement\nAreas for improvement\nLeaders should plan.\n"
            "They should listen.\nThe area should improve:\n\u2022 plans\n\u2022 reviews.\nSome children wait. Leaders"
        ),
        "Wexmouth report\n2\nshould help.\n\u25fc\nLocal area partnership details\nWexmouth Council.\nA Street",
    ]
    assert find_points_to_improve(pages) == (
        "Leaders should plan. They should listen.",
        "The area should improve: \u2022 plans \u2022 reviews.",
        "Some children wait. Leaders should help.",
    )


@pytest.mark.parametrize("end", ["Information about this inspection", "Areas for improvement", ""])
def test_only_the_last_box_is_read(end: str) -> None:
    """A table whose rows begin with who is responsible is none, and neither is prose under such a heading."""
    table = (
        "Areas for priority action\nResponsible body Areas for priority action\nWexmouth Council\nLeaders should plan."
    )
    assert find_points_to_improve([f"{table}\n{end}"]) == ()


def test_a_visit_says_what_it_looked_at() -> None:
    """The points of the letter's list, or else what its sentence says; only of visits."""
    sentence = "Dear Ada\nInspectors looked at the local authority\u2019s arrangements for\ncare leavers. It was good."
    listed = COVERED.replace("Inspectors reviewed the\nprogress made in:\n", "")
    assert find_areas_covered("monitoring_visit", [listed]) == (
        "The front door: contacts and referrals.",
        "Assessments.",
    )
    assert find_areas_covered("monitoring_visit", [COVERED]) == (
        "The front door: contacts and referrals.",
        "Assessments.",
    )
    assert find_areas_covered("focused_visit", [sentence]) == (
        "the local authority\u2019s arrangements for care leavers",
    )
    assert find_areas_covered("ilacs", [sentence]) == ()
