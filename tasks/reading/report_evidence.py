"""What stands behind the values of a report: the rule that found each and how sure it is, and what contradicts it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict

#: `confirmed` where a second place says the same, `stated` where one says it, `contested` where another says otherwise.
Confidence = Literal["confirmed", "stated", "contested"]


class Evidence(TypedDict):
    """By which rule a fact was found, how sure it is, and on which page of the report; None where it is on none."""

    fact: str
    rule: str
    confidence: Confidence
    page: int | None


class Check(TypedDict):
    """One contradiction: what it is about, and both sides of it in words."""

    name: str
    notes: str


@dataclass(frozen=True, slots=True)
class Part:
    """Some columns of a report, with what stands behind them."""

    columns: dict[str, Any]
    evidence: tuple[Evidence, ...] = ()
    checks: tuple[Check, ...] = ()


def note(fact: str, rule: str | None, page: int | None, confidence: Confidence = "stated") -> tuple[Evidence, ...]:
    """Notes by what a fact was found; nothing where no rule found it."""
    return (Evidence(fact=fact, rule=rule, confidence=confidence, page=page),) if rule else ()


def weigh(*, confirmed: bool = False, contested: bool = False) -> Confidence:
    """Names how sure a value is; what contradicts it counts more than what confirms it."""
    if contested:
        return "contested"
    return "confirmed" if confirmed else "stated"


def find_page(pages: Sequence[str], position: int) -> int:
    """Finds the page, from 1, on which a position of the pages lies when one sign joins them."""
    for number, page in enumerate(pages, start=1):
        if position <= len(page):
            return number
        position -= len(page) + 1
    return len(pages)
