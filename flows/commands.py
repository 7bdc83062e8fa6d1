"""What the commands do, but for those with a module of their own."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.console import OUT, print_rows, print_run, show_progress
from flows.environment import prepare_environment
from flows.settings import Settings
from tasks.sources.load import load_sources

if TYPE_CHECKING:  # Prefect takes seconds to import, and most commands need none of it
    from prefect.client.schemas.objects import State


def run_nightly_command(names: Sequence[str] | None, *, as_json: bool) -> int:
    """Runs the nightly flow and prints its summary; gives 1 where a source failed."""
    prepare_environment(is_quiet=True)
    settings = Settings()
    from flows.stages import OBSERVER, Observer, select_sources
    from tasks.check import find_run

    select_sources(load_sources(settings.source_folders), names)
    settings.make_client_settings()
    with show_progress() as report:
        observer = Observer(report)
        OBSERVER.set(observer)
        state = asyncio.run(run_to_state(list(names) if names else None))
    ended = find_run(settings.layout, observer.run_id or "")
    if ended is None:
        raise RuntimeError(f"the run ended before it could report: {state.message}")
    if as_json:
        print_json({**ended[0], "source_runs": ended[1]})
    else:
        print_run(*ended)
    return 0 if state.is_completed() else 1


async def run_to_state(names: list[str] | None) -> State[Any]:
    """Runs the nightly flow to its final state, failed or not."""
    from flows.nightly import nightly

    return await nightly(sources=names, return_state=True)


def show_status(*, as_json: bool) -> int:
    """Shows what the archive holds and how the last runs went; gives 1 where the last run failed."""
    from tasks.status import describe_archive

    described = describe_archive(Settings().find_archive())
    if as_json:
        print_json(described)
    else:
        print_rows("tables", described["tables"])
        print_rows("sources, in their last run", described["sources"])
        print_rows("runs", described["runs"])
    return 1 if described["runs"] and described["runs"][0]["state"] == "failed" else 0


def show_sources(*, as_json: bool) -> int:
    """Lists the sources."""
    rows = [
        {
            "name": source.name,
            "kind": source.kind,
            "discovery": ", ".join(dict.fromkeys(method.method for method in source.discover)),
            "title": source.title,
            "verified": "yes" if source.verified else "no",
        }
        for source in load_sources(Settings().source_folders).values()
    ]
    print_json(rows) if as_json else print_rows("sources", rows)
    return 0


def verify_command(*, as_json: bool) -> int:
    """Checks the archive; gives 1 where it is not whole."""
    from storage.tables import recover
    from tasks.verify import verify_archive

    layout = Settings().find_archive()
    recover(layout)
    checks = verify_archive(layout)
    rows = [
        {"check": check.name, "passed": check.passed, "found": check.found, "notes": check.notes} for check in checks
    ]
    print_json(rows) if as_json else print_rows("archive", rows)
    return 0 if all(check.passed for check in checks) else 1


def write_report_command() -> int:
    """Writes the report again and says where it lies."""
    from tasks.publish import publish_archive

    layout = Settings().find_archive()
    publish_archive(layout)
    OUT.print(layout.report, soft_wrap=True)
    return 0


def find_duplicates_command(texts: Path, out: Path) -> int:
    """Writes the pairs of texts that are the same; refuses a table without the columns that it needs."""
    from tasks.deduplicate import find_pairs

    frame = read_texts(texts)
    pairs = find_pairs(frame)
    pairs.write_parquet(out)
    OUT.print(f"{pairs.height} pairs among {frame.height} texts: {out}", soft_wrap=True)
    return 0


def read_texts(path: Path) -> pl.DataFrame:
    """Reads a table of texts; raises ValueError where it is not one."""
    if not path.is_file():
        raise ValueError(f"{path}: no such file")
    try:
        frame = pl.read_parquet(path)
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{path}: not a Parquet file: {error}") from error
    missing = {"article_id", "text"} - set(frame.columns)
    if missing:
        raise ValueError(f"{path}: needs the columns article_id and text; missing: {', '.join(sorted(missing))}")
    return frame


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """Prints a value as JSON; instants and dates in ISO 8601."""
    json.dump(value, sys.stdout, default=_write_moment, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def _write_moment(value: Any) -> str:  # noqa: ANN401 - whatever JSON has no type for
    return str(value.isoformat() if hasattr(value, "isoformat") else value)
