"""Units of a backfill: a source's month each, small enough to repeat, and told in a table when they are done."""

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

import polars as pl

from storage.layout import Layout
from storage.outcomes import RETRYABLE, Outcome
from storage.records import Listed, Row
from storage.tables import scan_table
from tasks.run import Run, Tally

#: A date that stands in an address: /2019/03/28/ or /2019/03/.
DATE_IN_PATH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/")


@dataclass(frozen=True, slots=True)
class Unit:
    """One month of one source."""

    source: str
    month: date
    via: str = "live"

    @property
    def unit_id(self) -> str:
        """The key of the unit's row."""
        return f"{self.via}/{self.source}/{self.month:%Y-%m}"

    @property
    def since(self) -> datetime:
        """The start of the month, in UTC."""
        return datetime.combine(self.month, time.min, UTC)

    @property
    def until(self) -> datetime:
        """The start of the next month, in UTC."""
        return datetime.combine(find_next_month(self.month), time.min, UTC)


def find_next_month(month: date) -> date:
    """Finds the first day of the next month."""
    days = calendar.monthrange(month.year, month.month)[1]
    return date.fromordinal(month.replace(day=1).toordinal() + days)


def cut_units(sources: Iterable[str], start: date, end: date) -> list[Unit]:
    """Cuts a range of days into units: every source's months from the first to the last day's, both included.

    Raises ValueError where the range ends before it starts.
    """
    if end < start:
        raise ValueError(f"the range ends ({end}) before it starts ({start})")
    months = [start.replace(day=1)]
    while find_next_month(months[-1]) <= end:
        months.append(find_next_month(months[-1]))
    return [Unit(source, month) for source in sources for month in months]


def find_open_units(layout: Layout, units: Sequence[Unit]) -> list[Unit]:
    """Finds the units that no backfill is done with yet."""
    done = scan_table(layout, "backfill_units").filter(pl.col("is_done")).select("unit_id").collect()
    finished = set(done["unit_id"])
    return [unit for unit in units if unit.unit_id not in finished]


def assign_addresses(listed: Mapping[str, Listed], units: Sequence[Unit]) -> dict[Unit, dict[str, Listed]]:
    """Assigns each address to the unit of its month; those of other months are left out.

    The month is that of publication as the listing says it, else the one in the address, else that of the last
    change. What has no date at all falls to the first unit: it would be lost else.
    """
    by_month = {(unit.month.year, unit.month.month): unit for unit in units}
    assigned: dict[Unit, dict[str, Listed]] = {unit: {} for unit in units}
    for key, found in listed.items():
        month = find_month(found)
        unit = by_month.get(month) if month else units[0]
        if unit:
            assigned[unit][key] = found
    return assigned


def find_month(found: Listed) -> tuple[int, int] | None:
    """Finds the year and month of an address, by what its listing says or by the address itself."""
    in_path = DATE_IN_PATH.search(urlsplit(found.url).path)
    if not found.published_at and in_path:
        return int(in_path[1]), int(in_path[2])
    moment = found.published_at or found.modified_at
    return (moment.year, moment.month) if moment else None


def describe_unit(unit: Unit, keys: Iterable[str], tally: Tally, run: Run, *, problem: str | None = None) -> Row:
    """Describes what a run made of a unit as a row; it is done where nothing of its month can come any more."""
    outcomes = [tally.outcomes.get(key) for key in keys]
    # What robots.txt denies is an answer; an address without an outcome was kept from one by an error.
    failed = [outcome for outcome in outcomes if outcome is None or outcome in RETRYABLE - {Outcome.ROBOTS_DENIED}]
    reason = problem or (f"{len(failed)} of {len(outcomes)} addresses are still to be had" if failed else None)
    if unit.until > run.started_at:
        reason = reason or "the month was not over"
    return {
        "unit_id": unit.unit_id,
        "via": unit.via,
        "source": unit.source,
        "month": unit.month,
        "is_done": reason is None,
        "reason": reason,
        "listed": len(outcomes),
        "stored": outcomes.count(Outcome.STORED),
        "run_id": run.run_id,
        "finished_at": datetime.now(UTC),
    }
