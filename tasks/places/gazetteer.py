"""The local authorities of the United Kingdom, past and present, by code; whose data it is stands in NOTICE."""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("authorities.csv")


@dataclass(frozen=True, slots=True)
class Authority:
    """One authority: its codes and names, when it began and ended, and the codes of those that followed it.

    `code` is that of the public register (GOV.UK, mySociety), `gss_code` the newest of the ONS, `dfe_code` is
    that of an English authority with children's services, now or once: a successor may have kept it; `ofsted_urn` is
    that of one that has them now. `other_names` are those that no rule makes
    of the first two. A date that is null is not known: an authority without `ended_on` exists. `type` is that of the
    register: CTY county, UA unitary, MD metropolitan, LBO London borough, NMD district, CC City of London, WPA Wales,
    SCO Scotland, NID Northern Ireland, COMB combined, SRA regional.
    """

    code: str
    name: str
    official_name: str
    other_names: tuple[str, ...]
    gss_code: str | None
    former_gss_codes: tuple[str, ...]
    dfe_code: str | None
    ofsted_urn: str | None
    nation: str
    region: str | None
    type: str
    started_on: date | None
    ended_on: date | None
    successors: tuple[str, ...]

    def exists_on(self, day: date) -> bool:
        """Tells whether it existed on that day, as far as its dates are known."""
        return (self.started_on is None or self.started_on <= day) and (self.ended_on is None or day <= self.ended_on)


@cache
def load_authorities() -> dict[str, Authority]:
    """Loads all authorities by code."""
    with DATA.open(encoding="utf-8", newline="") as file:
        authorities = [_make_authority(row) for row in csv.DictReader(file)]
    return {authority.code: authority for authority in authorities}


def _make_authority(row: dict[str, str]) -> Authority:
    return Authority(
        code=row["code"],
        name=row["name"],
        official_name=row["official_name"],
        other_names=_cut(row["other_names"]),
        gss_code=row["gss_code"] or None,
        former_gss_codes=_cut(row["former_gss_codes"]),
        dfe_code=row["dfe_code"] or None,
        ofsted_urn=row["ofsted_urn"] or None,
        nation=row["nation"],
        region=row["region"] or None,
        type=row["type"],
        started_on=date.fromisoformat(row["started_on"]) if row["started_on"] else None,
        ended_on=date.fromisoformat(row["ended_on"]) if row["ended_on"] else None,
        successors=_cut(row["successors"]),
    )


def _cut(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()
