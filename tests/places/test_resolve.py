"""Names of authorities lead to the one authority that bore them on a day, or to none."""

from datetime import date
from pathlib import Path

import pytest

from tasks.places.compile import compile_gazetteer
from tasks.places.gazetteer import DATA, load_authorities
from tasks.places.resolve import find_by_urn, resolve_authorities, resolve_authority

TODAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Blackpool", "BPL"),
        ("Blackpool Council", "BPL"),
        ("BLACKPOOL BOROUGH COUNCIL", "BPL"),
        ("Blackpool’s children’s services", None),
        ("LB Haringey", "HRY"),
        ("London Borough of Haringey", "HRY"),
        ("Haringey London Borough Council", "HRY"),
        ("Essex county council", "ESS"),
        ("Essex", "ESS"),
        ("East Sussex", "ESX"),
        ("Bedford", "BDF"),
        ("Central Bedfordshire", "CBF"),
        ("Bristol", "BST"),
        ("Bristol, City of", "BST"),
        ("City of York Council", "YOR"),
        ("Royal Borough of Kensington & Chelsea", "KEC"),
        ("St Helens Metropolitan Borough Council", "SHN"),
        ("St. Helens", "SHN"),
        ("Kingston-upon-Thames", "KTT"),
        ("Hull", "KHL"),
        ("Newcastle", "NET"),
        ("Newcastle-under-Lyme", "NEC"),
        ("County Durham", "DUR"),
        ("Durham", "DUR"),
        ("Telford and Wrekin", "TFW"),
        ("Bath & North East Somerset UA", "BAS"),
        ("Birmingham Children’s Trust", "BIR"),
        ("Bradford Children and Families Trust", "BRD"),
        ("Ynys Môn", "AGY"),
        ("Northampton Borough Council", "NOR"),
    ],
)
def test_a_name_leads_to_its_authority(name: str, code: str | None) -> None:
    """The forms that reports and articles use lead to the authority; what is more than a name leads to none."""
    found = resolve_authority(name, on=date(2021, 1, 1))
    assert (found and found.code) == code


@pytest.mark.parametrize("name", ["", "Richmond", "Harwick Borough Council", "Essex Road", "the council", "county"])
def test_what_may_be_another_is_no_authority(name: str) -> None:
    """A place that is none, or of which there are more, leads to nothing: null rather than a guess."""
    assert resolve_authority(name, on=TODAY) is None


@pytest.mark.parametrize(
    ("name", "day", "code"),
    [
        ("Dorset", date(2018, 11, 5), "DOR"),
        ("Dorset", date(2019, 4, 1), "DST"),
        ("Dorset County Council", date(2018, 11, 5), "DOR"),
        ("Bournemouth", date(2018, 11, 5), "BMH"),
        ("Bournemouth", date(2022, 11, 5), "BMH"),
        ("North Yorkshire", date(2023, 3, 31), "NYK"),
        ("North Yorkshire", date(2023, 4, 1), "NYE"),
        ("Buckinghamshire County Council", date(2014, 6, 3), "BKM"),
        ("Buckinghamshire", date(2021, 6, 3), "BUC"),
        ("Cumbria County Council", date(2024, 1, 1), "CMA"),
        ("Cumberland", date(2022, 1, 1), None),
    ],
)
def test_a_name_is_that_of_its_day(name: str, day: date, code: str | None) -> None:
    """After a merger the name leads to the successor, before it to the authority of then."""
    found = resolve_authority(name, on=day)
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("phrase", "codes"),
    [
        ("Essex, Kent and Surrey", ["ESS", "KEN", "SRY"]),
        ("Windsor and Maidenhead", ["WNM"]),
        ("Kingston upon Thames, Richmond upon Thames and Windsor and Maidenhead", ["KTT", "RIC", "WNM"]),
        ("Bath and North East Somerset and Bristol", ["BAS", "BST"]),
        ("Bournemouth, Christchurch and Poole", ["BPC"]),
        ("Essex, Harwick and Surrey", []),
        ("", []),
    ],
)
def test_lists_of_names_are_cut_where_names_end(phrase: str, codes: list[str]) -> None:
    """A list gives each authority in order; an "and" within a name does not cut it; one unknown part voids the list."""
    assert [authority.code for authority in resolve_authorities(phrase, on=TODAY)] == codes


def test_codes_lead_to_one_authority_each() -> None:
    """No two authorities share a GSS code or a URN, no two of a day a DfE code, and every successor is in the list."""
    authorities = load_authorities()
    followed = {authority.dfe_code: authority for authority in authorities.values() if not authority.ended_on}
    for authority in authorities.values():
        newest = followed.get(authority.dfe_code) if authority.dfe_code else None
        assert newest is None or newest is authority or newest.code in authority.successors
    for column in ("gss_code", "ofsted_urn"):
        codes = [code for authority in authorities.values() if (code := getattr(authority, column))]
        assert len(codes) == len(set(codes)), column
    assert {code for authority in authorities.values() for code in authority.successors} <= authorities.keys()


def test_the_153_authorities_with_childrens_services_are_there() -> None:
    """Each has its URN, DfE and GSS code and region."""
    services = [authority for authority in load_authorities().values() if authority.ofsted_urn]
    assert len(services) == 153
    assert all(authority.dfe_code and authority.gss_code and authority.region for authority in services)


@pytest.mark.parametrize(
    ("code", "dfe_code"),
    [("BKM", "825"), ("BUC", "825"), ("NYK", "815"), ("NYE", "815"), ("DOR", "835"), ("DST", "838"), ("AYL", None)],
)
def test_a_former_authority_has_its_dfe_code(code: str, dfe_code: str | None) -> None:
    """It is the successor's where that kept it; a district had none."""
    assert load_authorities()[code].dfe_code == dfe_code


def test_a_urn_leads_to_its_authority() -> None:
    """The URN of Ofsted's provider page is enough."""
    found = find_by_urn("80431")
    assert found
    assert found.name == "Blackpool"
    assert find_by_urn("1") is None


def test_every_authority_has_a_region() -> None:
    """A former authority lies where the one that followed it lies."""
    authorities = load_authorities()
    assert [authority.name for authority in authorities.values() if not authority.region] == []
    assert authorities["BKM"].region == authorities["BUC"].region


def test_the_data_is_what_its_sources_compile_to(shared: Path) -> None:
    """Nothing in the data was changed by hand."""
    assert compile_gazetteer(shared / "gazetteer").write_csv() == DATA.read_text(encoding="utf-8")
