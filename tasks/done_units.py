"""What backfills are done with, and what they left open, as the table of their units tells."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from storage.layout import Layout
from storage.tables import scan_table
from tasks.units import AnUnit, describe_skipped, read_skipped


def find_open_units(layout: Layout, units: Sequence[AnUnit], *, again: bool = False) -> list[AnUnit]:
    """Finds the units that no backfill is done with yet; with `again` all are open.

    A file, or month of files, is done where backfills went through it for each of its sources, together or one after
    the other. One that was gone through before the table told for which is open: what it brought stays as it is.
    """
    if again:
        return list(units)
    done = find_done_sources(layout)
    return [unit for unit in units if not _is_done(unit.subject, unit.sources, done)]


def find_done_sources(layout: Layout) -> dict[str, set[str]]:
    """Finds the subjects that backfills are done with, and for which sources; none where a subject names its own."""
    rows = scan_table(layout, "backfill_units").filter(pl.col("is_done")).select("unit_id", "sources").collect()
    done: dict[str, set[str]] = {}
    for unit_id, sources in rows.iter_rows():
        done.setdefault(read_subject(unit_id, sources), set()).update(sources or ())
    return done


def read_subject(unit_id: str, sources: Sequence[str] | None) -> str:
    """Reads what a unit is of out of its key, which ends with what stands for its sources, if it has any."""
    return unit_id.rpartition("/")[0] if sources else unit_id


def _is_done(subject: str, sources: Collection[str], done: Mapping[str, set[str]]) -> bool:
    """Tells whether backfills are done with a subject for all of some sources; see `find_done_sources`."""
    return subject in done and done[subject].issuperset(sources)


def describe_open_units(layout: Layout) -> list[dict[str, Any]]:
    """Describes the units that backfills left open, and none was done with later, by source or file and reason.

    The months of a source that have a reason in common are one row, with the first and the last of them; so are the
    passes over a file for several sets of sources.
    """
    rows = scan_table(layout, "backfill_units").filter(~pl.col("is_done")).sort("unit_id").collect().to_dicts()
    done = find_done_sources(layout)
    grouped: dict[tuple[str, str, str], dict[str, date | None]] = defaultdict(dict)
    for row in rows:
        subject = read_subject(row["unit_id"], row["sources"])
        if not _is_done(subject, row["sources"] or (), done):
            name = row["source"] or subject.removeprefix(f"{row['via']}/")
            grouped[row["via"], name, row["reason"]][subject] = row["month"]
    return [
        {
            "via": via,
            "name": name,
            "units": len(months),
            "first_month": min(filter(None, months.values()), default=None),
            "last_month": max(filter(None, months.values()), default=None),
            "reason": reason,
        }
        for (via, name, reason), months in grouped.items()
    ]


def describe_run_units(layout: Layout, run_id: str) -> dict[str, Any]:
    """Describes the units that a run went through: how many are done or open, and what was skipped, with the reasons.

    `skipped` is null where nothing was.
    """
    rows = (
        scan_table(layout, "backfill_units").filter(pl.col("run_id") == run_id).select("is_done", "skipped").collect()
    )
    skipped = sum((read_skipped(described) for described in rows["skipped"]), Counter[str]())
    done = rows["is_done"].sum()
    return {"done": done, "open": rows.height - done, "skipped": describe_skipped(skipped)}
