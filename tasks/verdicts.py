"""What a check is, the verdict that a source's checks come to, and both in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import polars as pl

from storage.records import Row

Severity = Literal["failed", "warned", "skipped"]

#: What the checks are called where they were not passed, if their own names would say the contrary.
MISSED_NAMES = {"allowed": "not allowed", "asked": "not asked", "finished": "not finished"}

#: The gravest first. What failed fails the run; what is warned of, or was skipped, is shown wherever the run is.
VERDICTS = ("failed", "warned", "skipped", "ok")


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation: whether it was met, what was found and what was expected, in words where it was not.

    `severity` is what not passing makes of the source, `since_on` the first of the `nights` in a row that it was so.
    """

    name: str
    passed: bool
    found: float | None
    expected: str
    notes: str | None = None
    severity: Severity = "failed"
    since_on: date | None = None
    nights: int | None = None


def decide_verdict(checks: Iterable[Check]) -> str:
    """Decides the one verdict of a source: the gravest of its checks that did not pass."""
    found = {check.severity for check in checks if not check.passed}
    return next((verdict for verdict in VERDICTS if verdict in found), "ok")


def date_checks(checks: Sequence[Check], past: pl.DataFrame, today: date) -> list[Check]:
    """Dates the checks that did not pass: since when, and for how many nights in a row.

    A night that could not judge, as one without pages cannot judge their columns, neither counts nor ends the row.
    """
    told = (
        past.sort("started_at", descending=True)
        .select(pl.col("started_at").dt.date().alias("on"), "checks")
        .explode("checks")
        .select("on", pl.col("checks").struct.field("name", "passed"))
    )
    return [check if check.passed else _date_check(check, told, today) for check in checks]


def _date_check(check: Check, told: pl.DataFrame, today: date) -> Check:
    nights = {today}
    for on, passed in told.filter(pl.col("name") == check.name).select("on", "passed").iter_rows():
        if passed:
            break
        nights.add(on)
    return replace(check, since_on=min(nights), nights=len(nights))


def explain_check(check: Row) -> str:
    """Explains a check that did not pass: its notes, or what was found where something else was expected."""
    found = "nothing" if check["found"] is None else f"{check['found']:g}"
    name = MISSED_NAMES.get(check["name"], check["name"])
    told = f"{name}: " + (check["notes"] or f"found {found}, expected {check['expected']}")
    nights = check["nights"] or 0
    return f"{told} (for {nights} nights, since {check['since_on']})" if nights > 1 else told


def explain_verdict(source_run: Row) -> list[str]:
    """Explains why a source's verdict is not ok, the gravest reason first; empty where it is."""
    missed = [check for check in source_run["checks"] or [] if not check["passed"]]
    # Archives of older versions state no severity: every check was one to fail by.
    missed.sort(key=lambda check: VERDICTS.index(check["severity"] or "failed"))
    return [explain_check(check) for check in missed]


def sort_by_verdict(source_runs: Iterable[Row]) -> list[Row]:
    """Sorts rows of sources: the gravest verdict first, then by name."""
    return sorted(source_runs, key=lambda row: (VERDICTS.index(row["verdict"]), row["source"]))


def has_missed(name: str) -> pl.Expr:
    """Whether a row of `source_runs` did not pass the check of that name."""
    is_missed = (pl.element().struct.field("name") == name) & ~pl.element().struct.field("passed")
    return pl.col("checks").list.eval(is_missed).list.any().fill_null(value=False)
