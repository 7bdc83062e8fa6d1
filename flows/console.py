"""What people see on the terminal: progress bars, summary tables, rows of an archive."""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from storage.outcomes import Outcome
from tasks.run import Report

Row = Mapping[str, Any]

#: Where nobody watches, as in a log, lines may be longer than a terminal.
OUT = Console(width=None if sys.stdout.isatty() else 110)
ERR = Console(stderr=True)
#: Longer values are wrapped where the terminal is too narrow.
LONGEST_UNWRAPPED = 24


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
    table = make_table(f"{run_row['flow']} {run_row['run_id']}")
    for name in ("source", "verdict", "listed", "outcomes", "requests", "seconds"):
        table.add_column(name, justify="right" if name in ("listed", "requests", "seconds") else "left")
    for row in source_rows:
        outcomes = ", ".join(f"{row[outcome]} {outcome}" for outcome in Outcome if row[outcome])
        mark = "[green]ok[/]" if row["verdict"] == "ok" else "[red]failed[/]"
        seconds = "–" if row["seconds"] is None else f"{row['seconds']:.1f}"
        table.add_row(row["source"], mark, str(row["listed"]), outcomes, str(row["requests"]), seconds)
    OUT.print(table)
    if run_row["error"]:
        OUT.print(f"[red]{run_row['flow']}[/] failed: {run_row['error']}", soft_wrap=True, highlight=False)
    for row in source_rows:
        failed = [explain_check(check) for check in row["checks"] if not check["passed"]]
        if failed:
            OUT.print(f"[red]{row['source']}[/] failed " + "; ".join(failed), soft_wrap=True, highlight=False)


def explain_check(check: Row) -> str:
    """Explains a check that failed: its notes, or what was found where something else was expected."""
    return f"{check['name']}: " + (check["notes"] or f"found {check['found']}, expected {check['expected']}")


def make_table(title: str) -> Table:
    """Makes a table without frames, which leaves most of a narrow terminal to the values."""
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )


def print_rows(title: str, rows: Sequence[Row]) -> None:
    """Prints rows as a table; null is shown as a dash."""
    table = make_table(title)
    cells = [[format_value(value) for value in row.values()] for row in rows]
    for number, name in enumerate(rows[0] if rows else ()):
        table.add_column(name, no_wrap=all(len(row[number]) <= LONGEST_UNWRAPPED for row in cells))
    for row in cells:
        table.add_row(*row)
    OUT.print(table)


def format_value(value: object) -> str:
    """Formats a value for people: null as a dash, an instant to the minute, a list with commas."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
