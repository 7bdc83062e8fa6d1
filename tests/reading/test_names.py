"""Bylines: the people with their roles, and apart from them agencies, desks and outlets."""

import pytest

from tasks.reading.names import LOCAL_DEMOCRACY_REPORTER, parse_byline

SITE_NAMES = frozenset({"northmoor gazette", "community care", "children young people weekly", "care in the north"})


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("Jane Doe", ["Jane Doe"]),
        ("By Jane Doe", ["Jane Doe"]),
        ("BY JANE DOE", ["JANE DOE"]),
        ("By Jane Doe and John Smith", ["Jane Doe", "John Smith"]),
        ("Jane Doe, John Smith & Siân Jones", ["Jane Doe", "John Smith", "Siân Jones"]),
        ("By Jane Doe, Local Democracy Reporter", ["Jane Doe"]),
        ("By Jane Doe Local Democracy Reporter", ["Jane Doe"]),
        ("LDRS reporter Jane Doe", ["Jane Doe"]),
        ("By Jane Doe, education editor, and John O'Brien", ["Jane Doe", "John O'Brien"]),
        ("Mary-Jane Smith | Social Affairs Correspondent", ["Mary-Jane Smith"]),
        ("By Jane Doe (jane.doe@paper.example)", ["Jane Doe"]),
        ("jane@doe.example Jane Doe @janedoe", ["Jane Doe"]),
        ("By Jane Doe for the Northmoor Gazette", ["Jane Doe"]),
        ("By Jane Doe and PA", ["Jane Doe"]),
        ("By Jane Doe, Press Association", ["Jane Doe"]),
        ("Jane Doe BBC News, Lancashire", ["Jane Doe"]),
        ("Jane Doe 23 July 2019", ["Jane Doe"]),
        ("Jane Doe Published 3 May 2024", ["Jane Doe"]),
        ("Written by: Jane Doe", ["Jane Doe"]),
        ("Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        ("Jane Doe, Head of Policy at Northmoor Trust", ["Jane Doe"]),
        ("Words by Jane Doe, pictures by John Smith", ["Jane Doe"]),
        ("Written by Jane Doe | Edited by John Smith", ["Jane Doe"]),
        ("Gan Siân Jones", ["Siân Jones"]),
        ("Ana Pérez y Juan López", ["Ana Pérez", "Juan López"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Jane Doe | Follow | Copy Link", ["Jane Doe"]),
        ("Dr. Max Müller, Ph.D.", ["Dr. Max Müller"]),
        ("Staff reporter Jane Doe", ["Jane Doe"]),
        ("Jane Doe, Children's Commissioner", ["Jane Doe"]),
        ("Sir John Smith, His Majesty's Chief Inspector", ["Sir John Smith"]),
        ("Jane Doe, The Northmoor Echo", ["Jane Doe"]),
        ('By Jane "Jay" Doe', ['Jane "Jay" Doe']),
        ("Jane ‘Jay’ Doe and John “Big Jim” Smith", ["Jane ‘Jay’ Doe", "John “Big Jim” Smith"]),
        ("Jane 'Jay' O'Brien", ["Jane 'Jay' O'Brien"]),
        ('Jane says "all" of it', []),
        ("Children & Young People Weekly", []),
        ("Northmoor Police", []),
        ("The Northmoor Echo", []),
        ("Her Majesty's Inspector", []),
        ("By Community Care", []),
        ("Northmoor Gazette", []),
        ("Staff reporter", []),
        ("By our reporter", []),
        ("Newsroom", []),
        ("Admin", []),
        ("PA Media", []),
        ("PA Wire", []),
        ("By Jane Doe, CNN Wire", ["Jane Doe"]),
        ("Jane Doe CNN", ["Jane Doe"]),
        ("Paul Wire", ["Paul Wire"]),
        ("Written by Jane Doe", ["Jane Doe"]),
        ("Jane Doe/John Smith", ["Jane Doe", "John Smith"]),
        ("Reuters", []),
        ("Local Democracy Reporting Service", []),
        ("News Desk", []),
        ("The editorial team", []),
        ("@janedoe", []),
        ("23 July 2019", []),
        ("", []),
    ],
)
def test_a_byline_names_its_people(byline: str, people: list[str]) -> None:
    """Roles, agencies, addresses, dates, "By", other hands and the outlet's own name are no people."""
    assert list(parse_byline(byline, SITE_NAMES).names) == people


@pytest.mark.parametrize(
    "byline",
    [
        "By Jane Doe, Local Democracy Reporter",
        "Jane Doe - local democracy reporter",
        "Jane Doe, Local Democracy Reporter for the Northmoor Gazette",
        "Jane Doe Local Democracy Reporting Service",
        "Jane Doe & Local Democracy Reporting Service",
        "BBC Local Democracy Reporter Jane Doe",
        "By LDRS reporter Jane Doe",
        "Jane Doe (LDRS)",
        "Jane Doe LDR",
    ],
)
def test_local_democracy_reporters_are_told_apart(byline: str) -> None:
    """However the byline words it, the role of these shared reporters is the same."""
    (person,) = parse_byline(byline, SITE_NAMES).people
    assert (person.name, person.role) == ("Jane Doe", LOCAL_DEMOCRACY_REPORTER)


@pytest.mark.parametrize(
    ("byline", "roles"),
    [
        ("By Jane Doe", [None]),
        ("By Jane Doe, education editor", ["education editor"]),
        ("Jane Doe Social Affairs Correspondent", ["Social Affairs Correspondent"]),
        ("Jane Doe Local Government Reporter", ["Local Government Reporter"]),
        ("Chief Reporter Jane Doe", ["Chief Reporter"]),
        ("Jane Doe (Education Editor)", ["Education Editor"]),
        ("Jane Doe, education editor, and John Smith", ["education editor", None]),
        ("Jane Doe and John Smith, senior reporter", [None, "senior reporter"]),
        ("Jane Doe and John Smith, political correspondents", ["political correspondents"] * 2),
        ("LDRS reporter Jane Doe and John Smith", [LOCAL_DEMOCRACY_REPORTER, None]),
        ("Jane Doe, chief executive of Northmoor Care", ["chief executive of Northmoor Care"]),
        ("Guest blogger Jane Doe", ["Guest blogger"]),
        ("Max Müller, Chefredakteur", ["Chefredakteur"]),
        ("Jane Doe, reporter covering schools and care", ["reporter"]),
        ("Jane Doe Senior Reporter focusing on children's homes", ["Senior Reporter"]),
        ("Jane Doe, crime correspondent focused on courts | John Smith", ["crime correspondent", None]),
    ],
)
def test_a_role_goes_with_the_person_beside_it(byline: str, roles: list[str | None]) -> None:
    """A role belongs to the person before it, one in the plural to all, and one in front to the next person."""
    assert [person.role for person in parse_byline(byline, SITE_NAMES).people] == roles


@pytest.mark.parametrize(
    ("byline", "organisations"),
    [
        ("By Jane Doe", ()),
        ("By Jane Doe and PA", ("PA",)),
        ("Jane Doe, Press Association", ("Press Association",)),
        ("By Northmoor Gazette", ("Northmoor Gazette",)),
        ("Northmoor Gazette newsdesk", ("Northmoor Gazette newsdesk",)),
        ("Local Democracy Reporting Service", ("Local Democracy Reporting Service",)),
        ("By Children & Young People Weekly", ("Children & Young People Weekly",)),
        ("Care in the North", ("Care in the North",)),
        ("Department for Education", ("Department for Education",)),
        ("Department of Health and Social Care", ("Department of Health and Social Care",)),
        ("HM Inspectorate of Prisons", ("HM Inspectorate of Prisons",)),
        ("Ofsted", ("Ofsted",)),
        ("Jane Doe, Office for Students", ()),
        ("Jane Doe, national director, social care", ()),
        ("Ofsted’s director Jane Doe", ()),
        ("Published", ()),
        ("@janedoe", ()),
        ("null", ()),
        ("Press release", ()),
        ("Community", ()),
        ("CNN Wire", ("CNN Wire",)),
        ("By Jane Doe, PA Wire", ("PA Wire",)),
        ("PR Newswire", ("PR Newswire",)),
        ("admin", ()),
        ("administrator", ()),
        ("Site Admin", ()),
        ("editor", ()),
        ("Editors", ()),
        ("webmaster", ()),
    ],
)
def test_organisations_are_kept_apart(byline: str, organisations: tuple[str, ...]) -> None:
    """Agencies, desks and the outlet are named beside the people; what systems put there is nobody."""
    assert parse_byline(byline, SITE_NAMES).organisations == organisations


@pytest.mark.parametrize(
    ("stated", "people", "organisations"),
    [
        ("Alexa", ("Alexa",), ()),
        ("李小明", ("李小明",), ()),
        ("김민수 기자", ("김민수",), ()),
        ("NMG", (), ("NMG",)),
        ("The Northmoor Echo", (), ("The Northmoor Echo",)),
        ("Ofsted", (), ("Ofsted",)),
        ("Skills for Schools", (), ()),
        ("Echo Reporter", (), ()),
        ("Our Education Editor", (), ()),
        ("janedoe", (), ()),
        ("Admin", (), ()),
        ("Siteadmin", (), ()),
        ("Editor", (), ()),
        ("Northmoor, England", (), ()),
    ],
)
def test_a_stated_name_may_be_one_word(stated: str, people: tuple[str, ...], organisations: tuple[str, ...]) -> None:
    """Where a page states its author, a lone word may be a name; handles, acronyms, the rest of a phrase are not."""
    byline = parse_byline(stated, SITE_NAMES, is_lenient=True)
    assert (byline.names, byline.organisations) == (people, organisations)
    assert parse_byline(stated, SITE_NAMES).names == ()
