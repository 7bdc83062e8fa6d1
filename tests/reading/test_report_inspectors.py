"""Lead inspectors, as named."""

import pytest

from tasks.reading.report_inspectors import find_lead_inspectors, find_team


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("Lead inspector: Ada Bell, His Majesty\u2019s Inspector\nJudgement Grade", ("Ada Bell",)),
        ("Lead inspector: Ada Bell\nHer Majesty's Inspector\nJudgement Grade", ("Ada Bell",)),
        ("Lead inspector: Ada Bell HMI\nDeputy lead inspector: Carl Dent", ("Ada Bell",)),
        ("Reporting inspector Ada M Bell HMI\nAge group: All", ("Ada M Bell",)),
        ("Lead inspectors: Ada Bell and Carl Dent, His Majesty\u2019s Inspectors", ("Ada Bell", "Carl Dent")),
        (
            "Lead inspectors: Ada Bell, His Majesty\u2019s Inspector, and Carl Dent,\nHis Majesty\u2019s Inspector",
            ("Ada Bell", "Carl Dent"),
        ),
        (
            "Lead inspectors: Ada Bell, His Majesty\u2019s\nInspector, and Carl O\u2019Dent-Fox, HMI",
            ("Ada Bell", "Carl O\u2019Dent-Fox"),
        ),
        (
            (
                "Inspection team\nOfsted Care Quality Commission\n"
                "Ada Bell, Ofsted HMI, Lead inspector Carl Dent, CQC Lead Inspector\n"
                "Eve Fox HMI, Ofsted Gil Hart, CQC inspector"
            ),
            ("Ada Bell", "Carl Dent"),
        ),
        ("Inspection team\nAda Bell, Ofsted HMI lead\ninspector\nCarl Dent, CQC inspector", ("Ada Bell",)),
        ("Inspection team\nAda Bell, Children\u2019s Services Inspector, lead inspector", ("Ada Bell",)),
        (
            "Inspection team\n\nAda Bell, lead inspector Her Majesty\u2019s Inspector\nCarl Dent Ofsted Inspector",
            ("Ada Bell",),
        ),
        (
            "Lead inspectors: Ada Bell, HMI,\nCarl Dent, HMI, and\nEve Fox, HMI\nJudgement",
            ("Ada Bell", "Carl Dent", "Eve Fox"),
        ),
        ("Lead inspector: to be confirmed", ()),
        ("The lead inspector met parents.", ()),
    ],
)
def test_lead_inspectors_are_named(page: str, names: tuple[str, ...]) -> None:
    """Names come without posts, in order; other members of the team and other words are no lead inspectors."""
    assert find_lead_inspectors([page]).names == names


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ("Lead inspector: Ada Bell", "label"),
        ("Inspection team\nAda Bell, Ofsted HMI lead\ninspector\nCarl Dent, CQC inspector", "team_list"),
        ("This inspection was led by HM Inspector\nAda Bell, supported by a team.", "sentence"),
    ],
)
def test_leads_say_where_they_were_found(page: str, rule: str) -> None:
    """The rule and the page of the names come with them."""
    assert find_lead_inspectors(["Cover", page]) == (("Ada Bell",), rule, 2)


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (
            (
                "The inspection team\nLead inspector: Ada Bell, HMI\n"
                "Team inspectors: Carl Dent, Eve\nFox and Gil Hart\n18\nAda"
            ),
            ("Ada Bell", "Carl Dent", "Eve Fox", "Gil Hart"),
        ),
        (
            (
                "Inspection team\nOfsted Care Quality Commission\n"
                "Ada Bell, Ofsted HMI, Lead inspector Carl Dent, CQC Lead Inspector\n"
                "Eve Fox, Ofsted HMI Gil Hart, CQC inspector\nIf you are not happy, ask Pat Lee, Ofsted"
            ),
            ("Ada Bell", "Carl Dent", "Eve Fox", "Gil Hart"),
        ),
        (
            "Inspection team\nAda Bell, lead inspector Ofsted Inspector\nCarl Dent Ofsted Inspector",
            ("Ada Bell", "Carl Dent"),
        ),
        (
            (
                "The inspection team\nThe team had one HMI.\nLead inspector: Ada Bell\n"
                "Deputy lead inspector Carl d\u2019Ent\nTeam inspectors:\nEve Fox, HMI\n"
                "Gil Hart (Seconded Inspector)\nSenior data analyst: Pat Lee\n"
                "Quality assurance manager: Kit May, Senior HMI"
            ),
            ("Ada Bell", "Carl d\u2019Ent", "Eve Fox", "Gil Hart"),
        ),
        (
            (
                "The inspection team\nLead inspector: Ada Bell HMI\n"
                "A second visit was made. The inspectors who came were:\n"
                "Carl Dent HMI and National Lead for Fostering, Adoption and Child Protection"
            ),
            ("Ada Bell", "Carl Dent"),
        ),
        (
            "The inspection team\nTeam inspectors: Ada Bell and Carl Dent.\nEve Fox lives here",
            ("Ada Bell", "Carl Dent"),
        ),
        (
            (
                "Inspection team\nAda Bell, Ofsted HMI, Lead inspector\nArea SEND inspection report: Wexmouth Local\n"
                "Area Partnership 2 to 6 May 2024 9\nCarl Dent, Ofsted HMI\nThe Office for Standards, Eve Fox, HMI"
            ),
            ("Ada Bell", "Carl Dent"),
        ),
        ("The inspection team met Ada Bell, Ofsted's guest.", ()),
    ],
)
def test_the_team_is_as_listed(page: str, names: tuple[str, ...]) -> None:
    """Every inspector under the heading is named, in order; no analyst, no post, and nobody after the list's end."""
    assert find_team([page]) == names
