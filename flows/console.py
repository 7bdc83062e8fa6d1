"""What people see on the terminal: progress bars, summary tables, rows of an archive."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from storage.outcomes import Outcome
from storage.records import Row
from tasks.run import Report
from tasks.verdicts import explain_verdict

#: Where nobody watches, as in a log, lines may be longer than a terminal.
OUT = Console(width=None if sys.stdout.isatty() else 110)
ERR = Console(stderr=True)
#: Longer values are wrapped where the terminal is too narrow.
#: The columns of an estimate that are summed up, and what they count.
SUMMED = {
    "units": "units",
    "index_requests": "requests to an index",
    "listings": "requests for lists",
    "pages": "pages",
    "megabytes": "MB",
    "minutes": "minutes, were one source asked after the other",
}
LONGEST_UNWRAPPED = 24
#: What requests that belong to no source are for.
UNOWNED = "for robots.txt or files of CC-NEWS, which belong to no source"
#: A run of more sources has a line only for those that listed something, or are to be looked at.
MANY_SOURCES = 10
COLOURS = {"failed": "red", "stopped": "red", "warned": "yellow", "skipped": "blue", "ok": "green"}


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
    """Prints a run's summary: a line per source with its outcomes, then what failed or is to be looked at, and why.

    Of many sources those that listed nothing, and were to list nothing, are only counted.
    """
    table = make_table(f"{run_row['flow']} {run_row['run_id']}")
    for name in ("source", "verdict", "listed", "outcomes", "requests", "seconds"):
        table.add_column(name, justify="right" if name in ("listed", "requests", "seconds") else "left")
    shown = [row for row in source_rows if row["listed"] or row["verdict"] != "ok" or len(source_rows) <= MANY_SOURCES]
    for row in shown:
        outcomes = ", ".join(f"{row[outcome]} {outcome}" for outcome in Outcome if row[outcome])
        mark = f"[{COLOURS[row['verdict']]}]{row['verdict']}[/]"
        seconds = "–" if row["seconds"] is None else f"{row['seconds']:.1f}"
        table.add_row(row["source"], mark, str(row["listed"]), outcomes, str(row["requests"]), seconds)
    OUT.print(table)
    if left_out := len(source_rows) - len(shown):
        sources = "source" if left_out == 1 else "sources"
        # What a backfill takes depends on what it is given: nothing tells that it should be nothing.
        judged = "" if run_row["flow"] == "backfill" else ", as expected"
        OUT.print(f"{left_out} more {sources} listed nothing{judged}", highlight=False)
    unowned = (run_row["requests"] or 0) - sum(row["requests"] for row in source_rows)
    if source_rows and unowned:
        OUT.print(f"{run_row['requests']} requests in all, {unowned} of them {UNOWNED}", highlight=False)
    if run_row["error"]:
        print_reasons(run_row["state"], run_row["flow"], [run_row["error"]])
    for row in source_rows:
        if reasons := explain_verdict(row):
            print_reasons(row["verdict"], row["source"], reasons)


def print_units(units: Row) -> None:
    """Prints what became of a backfill's units, and what was no page to import; see `describe_run_units`."""
    told = f"units: {units['done']} done, {units['open']} left open"
    if units["done_before"]:
        told += f", {units['done_before']} already done: --again goes through them again"
    OUT.print(told, soft_wrap=True, highlight=False)
    if units["skipped"]:
        OUT.print(escape(f"skipped: {units['skipped']}"), soft_wrap=True, highlight=False)


def print_reasons(verdict: str, name: str, reasons: Sequence[str]) -> None:
    """Prints in one line why something has its verdict."""
    told = escape("; ".join(reasons))
    OUT.print(f"[{COLOURS[verdict]}]{name}[/] {verdict}: {told}", soft_wrap=True, highlight=False)


def make_table(title: str) -> Table:
    """Makes a table without frames, which leaves most of a narrow terminal to the values."""
    return Table(
        # Else it would be broken where the table is narrower.
        title=Text(title, no_wrap=True, overflow="ignore"),
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        collapse_padding=True,
    )


def print_json(value: Row | Sequence[Any]) -> None:
    """Prints a value as JSON; instants and dates in ISO 8601."""
    json.dump(value, sys.stdout, default=write_value, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def write_value(value: object) -> str:
    """Writes a value that JSON has no type for: instants and dates in ISO 8601, anything else as text."""
    return value.isoformat() if isinstance(value, date) else str(value)


def print_rows(title: str, rows: Sequence[Row]) -> None:
    """Prints rows as a table; null is shown as a dash."""
    table = make_table(title)
    cells = [[format_value(value) for value in row.values()] for row in rows]
    for number, name in enumerate(rows[0] if rows else ()):
        is_short = all(len(row[number]) <= LONGEST_UNWRAPPED for row in cells)
        table.add_column(name, no_wrap=is_short, overflow="ellipsis" if is_short else "fold")
    for row in cells:
        table.add_row(*row)
    OUT.print(table)


def print_estimate(title: str, rows: Sequence[Row]) -> None:
    """Prints what a backfill would do, and the sums of it; a dash is what nobody can know without asking."""
    print_rows(title, rows)
    known = {name: [row[name] for row in rows if row.get(name) is not None] for name in SUMMED}
    sums = [f"{round(sum(values), 1):g} {SUMMED[name]}" for name, values in known.items() if values]
    if sums:
        is_whole = all(len(values) in (0, len(rows)) for values in known.values())
        OUT.print(f"in all{'' if is_whole else ', as far as it is known'}: {', '.join(sums)}")


def format_value(value: object) -> str:
    """Formats a value for people: null as a dash, an instant to the minute, a list with commas."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
