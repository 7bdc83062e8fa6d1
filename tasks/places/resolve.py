"""Resolves the name of an authority, as reports and articles write it, to the one authority that it means."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from tasks.places.gazetteer import Authority, load_authorities

#: Authorities that have social services: where a district has the same name, these are meant.
UPPER_TIER = frozenset({"CTY", "UA", "MD", "LBO", "CC", "WPA", "SCO", "NID"})
#: What may stand before or after a name and tells of which type the authority is.
TYPES_BY_AFFIX: Mapping[str, frozenset[str]] = {
    "county council": frozenset({"CTY", "UA", "WPA"}),
    "county": frozenset({"CTY", "UA", "WPA"}),
    "london borough of": frozenset({"LBO"}),
    "london borough council": frozenset({"LBO"}),
    "london borough": frozenset({"LBO"}),
    "london boro": frozenset({"LBO"}),
    "lb of": frozenset({"LBO"}),
    "lb": frozenset({"LBO"}),
    "metropolitan borough council": frozenset({"MD"}),
    "metropolitan borough of": frozenset({"MD"}),
    "metropolitan borough": frozenset({"MD"}),
    "metropolitan district council": frozenset({"MD"}),
    "metropolitan council": frozenset({"MD"}),
    "mbc": frozenset({"MD"}),
    "mdc": frozenset({"MD"}),
    "unitary authority": frozenset({"UA"}),
    "ua": frozenset({"UA"}),
}
PREFIXES = (
    "the",
    "council of the",
    "royal borough of",
    "city and county of the",
    "city and county of",
    "city of",
    "county of",
    "borough of",
    "county",
    *(affix for affix in TYPES_BY_AFFIX if affix.endswith(" of") or affix == "lb"),
)
SUFFIXES = (
    "council",
    "borough council",
    "city council",
    "district council",
    "city and district council",
    "county borough council",
    "county borough",
    "district",
    "borough",
    "royal borough",
    "city",
    "city of",
    "county of",
    "local authority",
    "corporation",
    "city corporation",
    "children s services",
    "children s trust",
    "children families trust",
    "safeguarding children board",
    "safeguarding children partnership",
    "local area",
    "local area partnership",
    *(affix for affix in TYPES_BY_AFFIX if not affix.endswith(" of") and affix != "lb"),
)
#: Names in common use that no list has.
COMMON_NAMES = {
    "bcp": "BPC",
    "brighton": "BNH",
    "hull": "KHL",
    "kingston": "KTT",
    "newcastle": "NET",
    "scilly": "IOS",
    "southend": "SOS",
    "stockton": "STT",
    "ynys mon": "AGY",
}


def resolve_authority(name: str, *, on: date) -> Authority | None:
    """Resolves a name to the authority that bore it on that day; None where it means none, or may mean two.

    Names are compared without case, spaces, punctuation and the words that only say that it is an authority; those
    that say of which type ("London Borough of") must fit. An upper-tier authority comes before a district of the same
    name. A name whose bearer had ended by then is that of its last bearer.
    """
    found: dict[str, Authority] = {}
    for core, types in iterate_cores(level_name(name)):
        for authority in _index().get(core, ()):
            if types is None or authority.type in types:
                found[authority.code] = authority
        if found:
            break
    return _choose(list(found.values()), on)


def resolve_authorities(phrase: str, *, on: date) -> list[Authority]:
    """Resolves a phrase that names one authority, or several in a list ("Essex, Kent and Surrey").

    Names that hold an "and" of their own are taken whole. Empty where any part is no authority's name.
    """
    parts = re.split(r",\s+and\s+|,\s*|\s+and\s+|\s*&\s*", phrase.strip())
    found: list[Authority] = []
    start = 0
    while start < len(parts):
        for end in range(len(parts), start, -1):
            if authority := resolve_authority(" and ".join(parts[start:end]), on=on):
                found.append(authority)
                start = end
                break
        else:
            return []
    return found


def find_by_urn(urn: str) -> Authority | None:
    """Finds the authority whose children's services have that URN at Ofsted."""
    return next((authority for authority in load_authorities().values() if authority.ofsted_urn == urn), None)


def _choose(found: list[Authority], on: date) -> Authority | None:
    existing = [authority for authority in found if authority.exists_on(on)] or [
        authority for authority in found if authority.ended_on and authority.ended_on < on
    ]
    upper = [authority for authority in existing if authority.type in UPPER_TIER] or existing
    if len(upper) > 1:
        # On the day of a merger both stand in the list: the one that began then is meant.
        newest = max((authority.started_on or date.min) for authority in upper)
        upper = [authority for authority in upper if (authority.started_on or date.min) == newest]
    return upper[0] if len(upper) == 1 else None


@cache
def _index() -> dict[str, tuple[Authority, ...]]:
    authorities = load_authorities()
    index: dict[str, dict[str, Authority]] = {}
    for authority in authorities.values():
        for name in (authority.name, authority.official_name, *authority.other_names):
            for core, _ in iterate_cores(level_name(name)):
                index.setdefault(core, {})[authority.code] = authority
    for name, code in COMMON_NAMES.items():
        index.setdefault(name, {})[code] = authorities[code]
    return {core: tuple(found.values()) for core, found in index.items()}


def iterate_cores(name: str) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Gives a levelled name, then what is left of it without what stands around it, each with the types that fit."""
    yield name, None
    for prefix in ("", *PREFIXES):
        if prefix and not name.startswith(f"{prefix} "):
            continue
        rest = name.removeprefix(f"{prefix} ") if prefix else name
        for suffix in ("", *SUFFIXES):
            if (suffix and not rest.endswith(f" {suffix}")) or not (prefix or suffix):
                continue
            core = rest.removesuffix(f" {suffix}") if suffix else rest
            types = [TYPES_BY_AFFIX[affix] for affix in (prefix, suffix) if affix in TYPES_BY_AFFIX]
            yield core, frozenset.intersection(*types) if types else None


def level_name(name: str) -> str:
    """Levels a name: without case, accents, punctuation, and the word "and"."""
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    words = re.sub(r"[^a-z0-9]+", " ", letters.lower()).split()
    return " ".join(word for word in words if word != "and")
