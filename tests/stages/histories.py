"""Histories of a source written by hand: rows of `source_runs`, one a night."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl

from storage.outcomes import Outcome
from storage.tables import make_frame

TODAY = date(2026, 11, 21)
COUNTS = {outcome.value: 0 for outcome in Outcome}


def start_night(on: date) -> datetime:
    """When the night of a day starts."""
    return datetime.combine(on, time(2), UTC)


def make_night(on: date = TODAY, **values: Any) -> dict[str, Any]:
    """A night that went well, but for what is said of it."""
    night = {"run_id": f"run-{on}", "source": "post", "started_at": start_night(on), "verdict": "ok", "found": 40}
    return {**night, "listed": 40, **COUNTS, "new": 1, "fill": [], "requests": 1, "bytes": 1, "checks": [], **values}


def make_past(nights: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Nights as a frame."""
    return make_frame("source_runs", nights)


def repeat_nights(count: int, **values: Any) -> list[dict[str, Any]]:
    """As many nights in a row that were alike, the last of them yesterday."""
    return [make_night(TODAY - timedelta(days=age), **values) for age in range(count, 0, -1)]


def make_check(name: str, *, passed: bool) -> dict[str, Any]:
    """A check of an earlier night."""
    return {"name": name, "passed": passed, "severity": "warned"}
