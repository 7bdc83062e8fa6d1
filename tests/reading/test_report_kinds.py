"""Kind, title and inspected body, from the heading."""

import pytest

from tasks.reading.report_kinds import Heading, read_heading, share_a_place

TABLE = (
    "\nInspection dates: x\nJudgement Grade\nThe impact of leaders on social work\n"
    "practice with children and families\nGood\n"
    "The experiences and progress of\nchildren who need help and protection\nGood"
)
SIF = (
    "Inspection of services for children in need of help and\nprotection, children looked after and care leavers\n"
    "and\nReview of the effectiveness of the Local Safeguarding Children\nBoard1\nInspection date: 2 July 2014"
)


def read(page: str, *, link_text: str | None = None, provider_name: str | None = None) -> Heading:
    """Reads the heading of a first page."""
    return read_heading([page], link_text=link_text, provider_name=provider_name)


@pytest.mark.parametrize(
    ("page", "kind", "title", "authority"),
    [
        (
            f"1\nWexmouth Borough\nCouncil\nInspection of children\u2019s social care services{TABLE}",
            "ilacs",
            "Inspection of children\u2019s social care services",
            "Wexmouth Borough Council",
        ),
        (
            f"Inspection of the City of Wexmouth local\nauthority children\u2019s services{TABLE}",
            "ilacs",
            "Inspection of the City of Wexmouth local authority children\u2019s services",
            "City of Wexmouth",
        ),
        (
            (
                "Inspection of Wexmouth children\u2019s services\n2 to 6 May 2022 1\n"
                f"Inspection of Wexmouth\nlocal authority children\u2019s services{TABLE}"
            ),
            "ilacs",
            "Inspection of Wexmouth local authority children\u2019s services",
            "Wexmouth",
        ),
        (
            f"Inspection of Wexmouth Children Trust{TABLE}",
            "ilacs",
            None,
            "Wexmouth Children Trust",
        ),
        (
            f"1\nWexmouth\n{SIF}",
            "sif",
            (
                "Inspection of services for children in need of help and protection, children looked after and care "
                "leavers and Review of the effectiveness of the Local Safeguarding Children Board"
            ),
            "Wexmouth",
        ),
        (f"Wexmouth\nRe-inspection{SIF.removeprefix('Inspection')}", "sif", None, "Wexmouth"),
        (
            "Wexmouth Board\nReview of the effectiveness of the Local\nSafeguarding Children Board",
            "lscb_review",
            "Review of the effectiveness of the Local Safeguarding Children Board",
            "Wexmouth Board",
        ),
        (
            "Inspection of looked after children\nservices\nWexmouth Council\nInspection dates: x",
            "lac_2013",
            "Inspection of looked after children services",
            "Wexmouth Council",
        ),
        (
            "A report\nArea SEND inspection of the Wexmouth Local\nArea Partnership\nInspection dates: x",
            "area_send",
            "Area SEND inspection of the Wexmouth Local Area Partnership",
            "Wexmouth",
        ),
        (
            "1 May 2024\nDear all\nJoint targeted area inspection of Wexmouth and\nHythe\nThis letter is x.",
            "jtai",
            "Joint targeted area inspection of Wexmouth and Hythe",
            "Wexmouth and Hythe",
        ),
        (
            "Dear all\nJoint targeted area inspection of the multi-agency response to harm\nin Wexmouth\nBetween 6",
            "jtai",
            "Joint targeted area inspection of the multi-agency response to harm in Wexmouth",
            "Wexmouth",
        ),
        (
            "Dear A Bell\nMonitoring visit to Wexmouth local authority children\u2019s services\nThis letter is x.",
            "monitoring_visit",
            None,
            "Wexmouth",
        ),
        ("Dear A Bell\nFocused visit to Wexmouth\nThis letter is x.", "focused_visit", None, "Wexmouth"),
        (
            "School report\nWexmouth Primary School\n1 High Street\nInspection dates: x",
            "school",
            None,
            "Wexmouth Primary School",
        ),
        (
            (
                "Inspection of a good school: Wexmouth Academy\n1 High Street\nInspection dates: x\n"
                "The quality of education Good\nBehaviour and attitudes Good"
            ),
            "school",
            None,
            "Wexmouth Academy",
        ),
        (
            "A letter\nJoint local area SEND inspection in Wexmouth\nBetween 6 May 2019 and 10 May 2019, x",
            "area_send",
            "Joint local area SEND inspection in Wexmouth",
            "Wexmouth",
        ),
        (
            "An inspection of youth offending services in\nWexmouth and Hythe\nHM Inspectorate of Probation, May 2019",
            "youth_justice",
            "An inspection of youth offending services in Wexmouth and Hythe",
            "Wexmouth and Hythe",
        ),
        (
            (
                "SC012345\nRegistered provider: Wexmouth Care Limited\nFull inspection\n"
                "Inspected under the social care common inspection framework\nInformation about this home\n"
                "Inspection dates: 3 to 4 May 2023"
            ),
            "care_provider",
            "Inspected under the social care common inspection framework",
            None,
        ),
        ("1 May 2017\nDear Ms Bell\nShort inspection of Wexmouth School\nFollowing my visit", "school", None, None),
        (
            "Inspection of a good school: Wexmouth School\n1 High Street\nInspection dates: x\nOutcome",
            "school",
            None,
            None,
        ),
        (
            (
                "Inspection of Wexmouth School\n1 High Street\nInspection dates: x\nOutcome\nWexmouth School has taken "
                "effective action to\nmaintain the standards identified at the previous inspection."
            ),
            "school",
            "Inspection of Wexmouth School",
            "Wexmouth School",
        ),
    ],
)
def test_each_kind_is_known_by_its_heading(page: str, kind: str, title: str | None, authority: str | None) -> None:
    """The heading gives the kind, the title on one line and the body as written."""
    heading = read(page)
    assert heading.kind == kind
    assert heading.kind_rule == "heading"
    assert title is None or heading.title == title
    assert authority is None or heading.authority == authority


@pytest.mark.parametrize(
    "page",
    [
        "Annual report of the chief inspector",
        "Inspection of Wexmouth Prison\nInspection dates: 1 to 2 May 2016",
        "A letter\nSince the focused visit to Wexmouth, and the joint targeted area inspection of Hythe, much is new.",
    ],
)
def test_an_unknown_heading_has_no_kind(page: str) -> None:
    """Words in the running text make no kind."""
    assert read(page) == Heading()


def test_the_link_alone_makes_no_kind() -> None:
    """What the link says counts only where the first page says the same."""
    assert read("A letter about food", link_text="Monitoring visit, pdf - 1 May 2024").kind is None
    letter = "A letter\nHere are the findings of our second\nmonitoring visit."
    heading = read(letter, link_text="Monitoring visit, pdf - 1 May 2024")
    assert (heading.kind, heading.kind_rule) == ("monitoring_visit", "link_and_text")
    assert read(f"Wexmouth\n{SIF}", link_text="Monitoring visit, pdf - 1 May 2024").kind == "sif"


def test_the_provider_chooses_between_bodies_and_invents_none() -> None:
    """Of several bodies in a letter, the one that fits the provider; a provider that fits none changes nothing."""
    letter = (
        "Dear Hythe Local Safeguarding Partnership\n"
        "Joint targeted area inspection of the multi-agency response to harm\n"
        "Between 6 and 7 May.\nThis outlines the work of individual agencies in Wexmouth local authority."
    )
    assert read(letter).authority == "Hythe"
    assert read(letter, provider_name="Wexmouth Borough Council").authority == "Wexmouth"
    assert read(letter, provider_name="Northmere").authority == "Hythe"


def test_places_are_compared_by_their_own_words() -> None:
    """Words such as council, city and royal borough do not make two names the same place."""
    assert share_a_place("Royal Borough of Wexmouth", "Wexmouth Council")
    assert not share_a_place("Royal Borough of Wexmouth", "Royal Borough of Hythe")
