"""What the commands do, but for those with a module of their own."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Sequence
from datetime import date
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.console import OUT, print_estimate, print_json, print_rows, print_run, print_units
from flows.environment import prepare_environment
from flows.settings import Settings, read_keys
from flows.usage import check_usage, open_archive
from storage.errors import DamagedError
from tasks.done_units import describe_run_units
from tasks.estimate import count_done_units, estimate_backfill
from tasks.reading.workers import start_fork_server
from tasks.sources.load import load_sources
from tasks.verify import verify_archive
from tasks.via import Via, check_range, check_request, name_months
from tasks.warc_import import find_warc_files

if TYPE_CHECKING:  # Prefect takes seconds to import, and most commands need none of it
    from prefect.client.schemas.objects import State


def run_nightly_command(names: Sequence[str] | None, *, as_json: bool) -> int:
    """Runs the nightly flow and prints its summary; gives 1 where a source failed."""
    prepare_environment(is_quiet=True)
    check_usage(names)
    start_fork_server(Settings().workers)
    from flows.nightly import nightly

    return run_and_print(nightly(sources=list(names) if names else None, return_state=True), as_json=as_json)


def run_backfill_command(
    via: Via,
    start: date | None,
    end: date | None,
    path: Path | None,
    names: Sequence[str] | None,
    *,
    again: bool,
    is_dry: bool,
    as_json: bool,
) -> int:
    """Runs the backfill flow and prints its summary, or what it would do; gives 1 where something is left to try."""
    prepare_environment(is_quiet=True)
    check_request(via, start, end, path)
    if path:
        find_warc_files(path)
    sources = check_usage(names, is_local=is_dry or via is Via.WARC, writes=not is_dry)
    if is_dry:
        settings = Settings()
        pace, keys = settings.chosen_pace, read_keys()
        of = f"of {name_months(start, end)} " if start else ""
        rows = estimate_backfill(settings.layout, sources, via, start, end, path, again=again, pace=pace, keys=keys)
        print_json(rows) if as_json else print_estimate(f"backfill {of}via {via}; – where nothing is known yet", rows)
        return 0
    start_fork_server(Settings().workers)
    from flows.backfill import backfill

    chosen, file = list(names) if names else None, str(path.absolute()) if path else None
    done_before = 0 if again else count_done_units(Settings().layout, sources, via, start, end, path)
    work = backfill(start, end, chosen, again, via, file, return_state=True)
    return run_and_print(work, as_json=as_json, done_before=done_before)


def run_reprocess_command(
    start: date | None, end: date | None, names: Sequence[str] | None, *, outdated: bool, diff: bool, as_json: bool
) -> int:
    """Runs the reprocess flow and prints what it changed, or would change; gives 1 where a page was left as it was."""
    prepare_environment(is_quiet=True)
    check_range(start, end)
    Settings().find_archive()
    check_usage(names, is_local=True, writes=not diff)
    start_fork_server(Settings().workers)
    from flows.reprocess import reprocess
    from flows.stopping import run_flow

    async def run() -> tuple[State[Any], Any]:
        state = await reprocess(start, end, list(names) if names else None, outdated, diff, return_state=True)
        return state, await state.result(raise_on_failure=False)  # type: ignore[misc]

    state, changes = run_flow(run())
    if isinstance(changes, DamagedError):
        raise changes
    if isinstance(changes, BaseException):
        raise RuntimeError(f"not everything was read again: {changes}")  # noqa: TRY004 - a failed flow, no wrong type
    rows = changes.rows.to_dicts() if diff else changes.describe()
    if as_json:
        print_json(rows)
    else:
        OUT.print(state.message, soft_wrap=True)
        print_rows("changes", rows)
    return 0 if state.is_completed() else 1


def run_and_print(flow: Awaitable[State[Any]], *, as_json: bool, done_before: int | None = None) -> int:
    """Runs a flow to its final state with progress bars, and prints its summary; gives 1 where it failed.

    Of a backfill it is told what became of the units, of which earlier ones were done with `done_before`.
    """
    from flows.stages import OBSERVER
    from flows.stopping import run_flow
    from tasks.check import find_run

    # What was imported stays: collecting garbage need not look through all of it again and again.
    gc.freeze()
    state, failure = run_flow(wait_for(flow))
    layout, run_id = Settings().layout, OBSERVER.get().run_id or ""
    ended = find_run(layout, run_id)
    if ended is None:
        raise failure or RuntimeError(f"the run ended before it could report: {state.message}")
    units = None if done_before is None else {**describe_run_units(layout, run_id), "done_before": done_before}
    if as_json:
        print_json({**ended[0], "source_runs": ended[1], **({"units": units} if units else {})})
    else:
        print_run(*ended)
        if units:
            print_units(units)
    return 0 if state.is_completed() else 1


async def wait_for(flow: Awaitable[State[Any]]) -> tuple[State[Any], BaseException | None]:
    """Waits for a flow's final state; gives it with what the flow failed with."""
    from prefect.states import get_state_exception

    state = await flow
    return state, None if state.is_completed() else await get_state_exception(state)  # type: ignore[misc]


def show_status(*, as_json: bool) -> int:
    """Shows what the archive holds and how the last runs went; gives 1 where the last run failed or was stopped."""
    from tasks.status import describe_archive

    described = describe_archive(open_archive())
    if as_json:
        print_json(described)
    else:
        print_rows("tables", described["tables"])
        print_rows("sources, in their last run", described["sources"])
        if described["open_units"]:
            print_rows("units that backfills left open", described["open_units"])
        print_rows("runs", described["runs"])
    return 1 if described["runs"] and described["runs"][0]["state"] in ("failed", "stopped") else 0


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

    layout = Settings().find_archive()
    recover(layout)
    checks = verify_archive(layout)
    rows = [
        {"check": check.name, "passed": check.passed, "found": check.found, "notes": check.notes}
        for check in sorted(checks, key=attrgetter("passed"))
    ]
    print_json(rows) if as_json else print_rows("archive", rows)
    return 0 if all(check.passed for check in checks) else 1


def write_report_command() -> int:
    """Writes the report again and says where it lies."""
    from tasks.publish import publish_archive

    layout = open_archive()
    Settings().check_writable()
    publish_archive(layout)
    OUT.print(layout.report, soft_wrap=True)
    return 0
