"""Which columns the newest pages of a source have: where a selector broke, pages are stored and a column is empty."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

import polars as pl

from storage.records import Row
from tasks.nights import FIELDS, choose_table
from tasks.sources.model import Source
from tasks.verdicts import Check

#: A share of fewer pages than this says nothing.
FEWEST_PAGES = 5
FEWEST_EARLIER_PAGES = 20
LONGEST_BACK = timedelta(days=28)
MEMORY = timedelta(days=90)
WAS_FILLED = 0.9
IS_LOST = 0.5


def check_fill(source: Source, night: Row, past: pl.DataFrame) -> Iterator[Check]:
    """Checks which columns the newest pages have: of the newest nights that together stored five, in four weeks.

    `night` is this night's row of `source_runs`, `past` the rows of the nights before. A smaller share than stated
    fails; on a night without pages of its own it only warns. A column without a stated share is warned of where fewer
    than half of the newest pages have it, and at least 90 % did of 20 or more in the 90 days before: its selector is
    lost, or the site dropped it, which a stated share of 0 accepts.
    """
    table, _ = choose_table(source)
    recent = past.filter(pl.col("started_at") >= night["started_at"] - MEMORY).sort("started_at", descending=True)
    nights = [{"checks": [], **night}, *recent.select("started_at", "fill", "checks").iter_rows(named=True)]
    for column in dict.fromkeys([*source.expect.fill, *FIELDS[table]]):
        newest, earlier = split_pages(column, nights)
        if newest["pages"] < FEWEST_PAGES:
            continue
        if column in source.expect.fill:
            yield _check_stated(column, newest, source.expect.fill[column], can_fail=bool(night["fill"]))
        elif earlier["pages"] >= FEWEST_EARLIER_PAGES and earlier["filled"] / earlier["pages"] >= WAS_FILLED:
            yield _check_usual(column, newest, earlier)


def split_pages(column: str, nights: Sequence[Row]) -> tuple[Counter[str], Counter[str]]:
    """Splits pages into the newest and those before, from nights that begin with the newest; counts those filled.

    Nights on which the column was amiss are no measure for others.
    """
    newest: Counter[str] = Counter()
    earlier: Counter[str] = Counter()
    oldest = nights[0]["started_at"] - LONGEST_BACK
    for night in nights:
        pages = next((fill for fill in night["fill"] or [] if fill["column"] == column), None)
        if pages is None:
            continue
        if newest["pages"] < FEWEST_PAGES and night["started_at"] >= oldest:
            newest.update(filled=pages["filled"], pages=pages["pages"])
        elif not _has_missed(night, f"fill_{column}"):
            earlier.update(filled=pages["filled"], pages=pages["pages"])
    return newest, earlier


def _has_missed(night: Row, name: str) -> bool:
    return any(check["name"] == name and not check["passed"] for check in night["checks"] or [])


def _check_stated(column: str, newest: Counter[str], stated: float, *, can_fail: bool) -> Check:
    share = newest["filled"] / newest["pages"]
    return Check(
        f"fill_{column}",
        passed=share >= stated,
        found=share,
        expected=f"at least {stated} of {newest['pages']} pages",
        notes=None if share >= stated else _explain(newest, f"{stated:.0%} are expected"),
        severity="failed" if can_fail else "warned",
    )


def _check_usual(column: str, newest: Counter[str], earlier: Counter[str]) -> Check:
    share = newest["filled"] / newest["pages"]
    before = f"{earlier['filled'] / earlier['pages']:.0%} of the {earlier['pages']} before did"
    return Check(
        f"fill_{column}",
        passed=share >= IS_LOST,
        found=share,
        expected=f"at least {IS_LOST} of {newest['pages']} pages",
        notes=None if share >= IS_LOST else _explain(newest, before),
        severity="warned",
    )


def _explain(newest: Counter[str], otherwise: str) -> str:
    counted = f"{newest['filled']} of the newest {newest['pages']} pages have it"
    return f"{counted}, {otherwise}: look at the source's selectors"
