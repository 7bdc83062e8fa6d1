"""Links between inspections of one body, whatever order they came in."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from storage.inspection_schemas import INSPECTION_LINKS, INSPECTIONS
from storage.layout import Layout
from storage.schemas import TABLES
from storage.tables import read_table
from tasks.connect_inspections import connect_inspections, find_links

SCHEMA = {name: INSPECTIONS.schema[name] for name in (
    "inspection_id", "kind", "inspectorate", "authority_codes", "provider_urn", "started_on", "report_dated_on",
    "published_on",
)}  # fmt: skip


def inspect(name: str, kind: str | None, year: int, *codes: str, **columns: Any) -> dict[str, Any]:
    """Makes an inspection of authorities that began on the first day of a year."""
    row = {"inspection_id": name, "kind": kind, "inspectorate": "Ofsted", "authority_codes": list(codes)}
    return {**dict.fromkeys(SCHEMA), **row, "started_on": date(year, 1, 1), **columns}


def link(*rows: dict[str, Any]) -> dict[tuple[str, str], tuple[bool, bool, int]]:
    """Finds links by both inspections: whether it is the nearest, whether of one kind, and the days between."""
    found = find_links(pl.DataFrame(rows, schema=SCHEMA))
    assert found.schema == INSPECTION_LINKS.schema
    return {
        (row["inspection_id"], row["previous_id"]): (row["is_nearest"], row["same_kind"], row["days_between"])
        for row in found.iter_rows(named=True)
    }


SIF, ILACS = inspect("sif", "sif", 2014, "BPL"), inspect("ilacs", "ilacs", 2018, "BPL")
VISIT, AGAIN = inspect("visit", "focused_visit", 2020, "BPL"), inspect("again", "ilacs", 2022, "BPL")


def test_an_inspection_follows_the_nearest_and_the_one_of_its_kind() -> None:
    """Where another kind lies between, both the nearest and the previous of the same kind are linked."""
    assert link(SIF, ILACS, VISIT, AGAIN) == {
        ("ilacs", "sif"): (True, False, 1461),
        ("visit", "ilacs"): (True, False, 730),
        ("again", "visit"): (True, False, 731),
        ("again", "ilacs"): (False, True, 1461),
    }


def test_the_order_of_rows_does_not_count() -> None:
    """Whatever order the table is in, the links are the same."""
    assert link(AGAIN, SIF, VISIT, ILACS) == link(SIF, ILACS, VISIT, AGAIN)


def test_the_nearest_of_the_same_kind_is_one_link() -> None:
    """An inspection whose nearest is of its own kind has one link, which is both."""
    assert link(ILACS, AGAIN) == {("again", "ilacs"): (True, True, 1461)}


def test_a_joint_inspection_follows_that_of_each_body() -> None:
    """Each body's own history counts, and two bodies that share both inspections share the link."""
    kent, both = inspect("kent", "ilacs", 2019, "KEN"), inspect("both", "jtai", 2021, "ESS", "KEN")
    later = inspect("later", "jtai", 2023, "KEN", "ESS")
    assert set(link(kent, both, later)) == {("both", "kent"), ("later", "both")}
    frame = find_links(pl.DataFrame([both, later], schema=SCHEMA))
    assert frame["bodies"].to_list() == [["ESS", "KEN"]]


@pytest.mark.parametrize(
    ("one", "other", "is_linked"),
    [
        (inspect("a", "school", 2014, provider_urn="1"), inspect("b", "school", 2018, provider_urn="1"), True),
        (inspect("a", "school", 2014, provider_urn="1"), inspect("b", "school", 2018, provider_urn="2"), False),
        (
            inspect("a", "school", 2014, provider_urn="1"),
            inspect("b", "cqc_inspection", 2018, provider_urn="1", inspectorate="CQC"),
            False,
        ),
        (
            inspect("a", "ilacs", 2014, "BPL", provider_urn="1"),
            inspect("b", "ilacs", 2018, "BPL", provider_urn="2"),
            True,
        ),
        (inspect("a", "ilacs", 2014), inspect("b", "ilacs", 2018), False),
        (SIF, inspect("b", "ilacs", 2014, "BPL"), False),
        (SIF, inspect("b", "ilacs", 2018, "BPL", started_on=None), False),
        (SIF, inspect("b", "ilacs", 2018, "BPL", started_on=None, published_on=date(2019, 1, 1)), True),
    ],
    ids=["one URN", "two URNs", "two registers", "a changed URN", "nobody", "one day", "no day", "publication"],
)
def test_what_the_same_body_is(one: dict[str, Any], other: dict[str, Any], *, is_linked: bool) -> None:
    """Codes of authorities tell bodies apart, else the inspectorate's own number; without a day there is no order."""
    assert bool(link(one, other)) is is_linked


def test_kinds_that_are_not_known_are_not_the_same() -> None:
    """Two letters of unknown kind follow one another, and are not said to be of one kind."""
    links = link(inspect("a", None, 2014, "BPL"), inspect("b", None, 2018, "BPL"))
    assert links == {("b", "a"): (True, False, 1461)}


def test_of_one_day_the_same_kind_counts() -> None:
    """Of two earlier inspections that began on one day, the one of the same kind is the previous."""
    visit, ilacs = inspect("a", "focused_visit", 2018, "BPL"), inspect("b", "ilacs", 2018, "BPL")
    assert link(visit, ilacs, AGAIN) == {("again", "b"): (True, True, 1461)}


def test_an_archive_without_inspections_has_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage replaces its whole table, and an empty one is empty."""
    monkeypatch.setitem(TABLES, "inspection_links", INSPECTION_LINKS)
    layout = Layout(tmp_path)
    assert connect_inspections(layout) == 0
    assert read_table(layout, "inspection_links").is_empty()
