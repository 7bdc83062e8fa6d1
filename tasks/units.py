"""Units of a backfill: a month of a source or of WARC files, or one such file; told in a table when done."""

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from storage.addresses import make_identifier
from storage.outcomes import RETRYABLE, Outcome
from storage.records import Listed, Row
from tasks.run import Run, Tally
from tasks.via import Via

#: A date that stands in an address: /2019/03/28/ or /2019/03/.
DATE_IN_PATH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/")
#: One reason of those for which captures were skipped, as a unit's row has them.
SKIPPED = re.compile(r"(\d+) (.+?)(?:; (?=\d+ )|$)")
#: Ends that another try may mend; what robots.txt denies is an answer.
STILL_TO_BE_HAD = RETRYABLE - {Outcome.ROBOTS_DENIED}
#: How long after a month its captures may still be added to the index of a web archive.
LAG = {Via.WAYBACK: timedelta(days=30), Via.COMMONCRAWL: timedelta(days=60), Via.CC_NEWS: timedelta(days=7)}


class AnyUnit(Protocol):
    """What all units have: an identifier, and what their row tells of them."""

    @property
    def unit_id(self) -> str:
        """The key of the unit's row."""
        ...

    @property
    def subject(self) -> str:
        """What it is of, whatever sources that is gone through for: way, source and month, or way and file."""
        ...

    @property
    def sources(self) -> frozenset[str]:
        """The names of the sources that files are gone through for; none where the subject names its source."""
        ...

    @property
    def facts(self) -> Row:
        """The columns of its row that say what it is."""
        ...

    def find_open_reason(self, now: datetime) -> str | None:
        """Finds why something may be added to it after now; None where nothing can."""
        ...


AnUnit = TypeVar("AnUnit", bound=AnyUnit)


@dataclass(frozen=True, slots=True)
class Unit:
    """One month of one source; or, without a source, of WARC files that are gone through for all of `sources`."""

    source: str | None
    month: date
    via: Via = Via.LIVE
    sources: frozenset[str] = frozenset()

    @property
    def subject(self) -> str:
        """What it is of: way, source and month."""
        return "/".join(filter(None, (self.via, self.source, f"{self.month:%Y-%m}")))

    @property
    def unit_id(self) -> str:
        """The key of the unit's row."""
        return make_unit_id(self)

    @property
    def facts(self) -> Row:
        """The columns of its row that say what it is."""
        sources = sorted(self.sources) or None
        return {"via": str(self.via), "source": self.source, "sources": sources, "month": self.month}

    @property
    def since(self) -> datetime:
        """The start of the month, in UTC."""
        return datetime.combine(self.month, time.min, UTC)

    @property
    def until(self) -> datetime:
        """The start of the next month, in UTC."""
        return datetime.combine(find_next_month(self.month), time.min, UTC)

    def find_open_reason(self, now: datetime) -> str | None:
        """Finds why something may be added to it after now; None where nothing can."""
        return explain_open_month(self.via, self.month, now)


@dataclass(frozen=True, slots=True)
class FileUnit:
    """One WARC file, gone through for all of `sources`; `name` tells it from all others of its way."""

    via: Via
    name: str
    sources: frozenset[str]
    month: date | None = None

    @property
    def subject(self) -> str:
        """What it is of: way and file."""
        return f"{self.via}/{self.name}"

    @property
    def unit_id(self) -> str:
        """The key of the unit's row."""
        return make_unit_id(self)

    @property
    def facts(self) -> Row:
        """The columns of its row that say what it is."""
        return {"via": str(self.via), "source": None, "sources": sorted(self.sources), "month": self.month}

    def find_open_reason(self, _now: datetime) -> str | None:
        """Finds nothing: a file is what it is."""
        return None


def make_unit_id(unit: AnyUnit) -> str:
    """Makes the key of a unit's row: its subject, and what stands for its sources, so that each set has a row."""
    return "/".join([unit.subject, *([make_identifier(*sorted(unit.sources))] if unit.sources else [])])


def explain_open_month(via: Via, month: date, now: datetime) -> str | None:
    """Explains why something may be added to a month after now; None where nothing can."""
    over_at = datetime.combine(find_next_month(month), time.min, UTC)
    if over_at > now:
        return "the month was not over"
    return "its index may still grow" if over_at + LAG.get(via, timedelta(0)) > now else None


def find_next_month(month: date) -> date:
    """Finds the first day of the next month."""
    days = calendar.monthrange(month.year, month.month)[1]
    return date.fromordinal(month.replace(day=1).toordinal() + days)


def cut_months(start: date, end: date) -> list[date]:
    """Cuts a range of days into months, from the first to the last day's, both included."""
    months = [start.replace(day=1)]
    while find_next_month(months[-1]) <= end:
        months.append(find_next_month(months[-1]))
    return months


def cut_units(sources: Iterable[str], start: date, end: date, via: Via = Via.LIVE) -> list[Unit]:
    """Cuts a range of days into units: every source's months."""
    return [Unit(source, month, via) for source in sources for month in cut_months(start, end)]


def assign_addresses(listed: Mapping[str, Listed], units: Sequence[Unit], first: Unit) -> dict[Unit, dict[str, Listed]]:
    """Assigns each address to the unit of its month; those of other months are left out.

    The month is that of publication as the listing says it, else the one in the address, else that of the last
    change. What has no date at all falls to `first`, the first unit of the whole range, also where that is done
    already: so it makes no difference in how many runs a range is gone through.
    """
    by_month = {(unit.month.year, unit.month.month): unit for unit in units}
    assigned: dict[Unit, dict[str, Listed]] = {unit: {} for unit in units}
    for key, found in listed.items():
        month = find_month(found)
        unit = by_month.get(month) if month else first
        if unit in assigned:
            assigned[unit][key] = found
    return assigned


def find_month(found: Listed) -> tuple[int, int] | None:
    """Finds the year and month of an address, by what its listing says or by the address itself."""
    in_path = DATE_IN_PATH.search(urlsplit(found.url).path)
    if not found.published_at and in_path:
        return int(in_path[1]), int(in_path[2])
    moment = found.published_at or found.modified_at
    return (moment.year, moment.month) if moment else None


def describe_unit(
    unit: AnyUnit,
    keys: Iterable[str],
    tally: Tally,
    run: Run,
    *,
    problem: str | None = None,
    skipped: str | None = None,
) -> Row:
    """Describes what a run made of a unit as a row; it is done where nothing of it can come any more."""
    return describe_outcomes(unit, [tally.outcomes.get(key) for key in keys], run, problem=problem, skipped=skipped)


def describe_outcomes(
    unit: AnyUnit, outcomes: Sequence[Outcome | None], run: Run, *, problem: str | None, skipped: str | None
) -> Row:
    """Describes a unit as a row, by the ends of its addresses."""
    # An address without an outcome was kept from one by an error.
    failed = [outcome for outcome in outcomes if outcome is None or outcome in STILL_TO_BE_HAD]
    reason = problem or (f"{len(failed)} of {len(outcomes)} addresses are still to be had" if failed else None)
    reason = reason or unit.find_open_reason(run.started_at)
    return {
        "unit_id": unit.unit_id,
        **unit.facts,
        "is_done": reason is None,
        "reason": reason,
        "listed": len(outcomes),
        "stored": outcomes.count(Outcome.STORED),
        "skipped": skipped,
        "run_id": run.run_id,
        "finished_at": datetime.now(UTC),
    }


def describe_skipped(skipped: Counter[str]) -> str | None:
    """Describes what was skipped, the commonest reason first: `12 not wanted; 3 status 404`; None where nothing was."""
    return "; ".join(f"{count} {reason}" for reason, count in skipped.most_common()) or None


def read_skipped(described: str | None) -> Counter[str]:
    """Reads what was skipped, by reason, as `describe_skipped` describes it."""
    return Counter({reason: int(count) for count, reason in SKIPPED.findall(described or "")})
