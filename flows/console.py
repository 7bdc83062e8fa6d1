"""What people see on the terminal: progress bars, summary tables, rows of an archive."""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from tasks.run import Report

Row = Mapping[str, Any]

OUT = Console()
ERR = Console(stderr=True)
#: Outcomes that have a column of their own in the summary; the rest are told in words.
SHOWN = ("stored", "unchanged", "known", "duplicate", "not_relevant")
HIDDEN = frozenset({*SHOWN, "listed", "requests", "bytes", "seconds"})


@contextmanager
def show_progress() -> Iterator[Report]:
    """Shows a bar per source and stage on the error stream while the run goes on."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=ERR, transient=True, disable=not sys.stderr.isatty()) as progress:
        bars: dict[tuple[str, str], Any] = defaultdict()

        def report(source: str, stage: str, done: int, total: int) -> None:
            key = (source, stage)
            if key not in bars:
                bars[key] = progress.add_task(f"{stage} {source}", total=None)
            if total:
                progress.update(bars[key], total=total)
            progress.advance(bars[key], done)

        yield report


def print_run(run_row: Row, source_rows: Sequence[Row]) -> None:
    """Prints a run's summary: a line per source with its outcomes, then what failed and why."""
    table = Table(title=f"{run_row['flow']} {run_row['run_id']}", title_justify="left")
    for name in ("source", "verdict", "listed", *SHOWN, "other outcomes", "requests", "seconds"):
        table.add_column(name, justify="left" if name in ("source", "verdict", "other outcomes") else "right")
    for row in source_rows:
        others = ", ".join(f"{row[name]} {name}" for name in list_other_outcomes(row))
        counts = [str(row[name]) for name in ("listed", *SHOWN)]
        mark = "[green]ok[/]" if row["verdict"] == "ok" else "[red]failed[/]"
        table.add_row(row["source"], mark, *counts, others, str(row["requests"]), f"{row['seconds']:.1f}")
    OUT.print(table)
    for row in source_rows:
        for check in row["checks"]:
            if not check["passed"]:
                why = (
                    f": {check['notes']}"
                    if check["notes"]
                    else f": found {check['found']}, expected {check['expected']}"
                )
                OUT.print(f"[red]{row['source']}[/] failed {check['name']}{why}", soft_wrap=True, highlight=False)


def list_other_outcomes(row: Row) -> list[str]:
    """Lists the outcomes without a column of their own that occurred."""
    from storage.outcomes import Outcome

    return [outcome.value for outcome in Outcome if outcome.value not in HIDDEN and row[outcome.value]]


def print_rows(title: str, rows: Sequence[Row]) -> None:
    """Prints rows as a table; null is shown as a dash."""
    table = Table(title=title, title_justify="left")
    for name in rows[0] if rows else ():
        table.add_column(name)
    for row in rows:
        table.add_row(*("–" if value is None else str(value) for value in row.values()))
    OUT.print(table)
