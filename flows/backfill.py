"""The backfill flow: pages of the past, in units that are done once and for all.

A unit is a source's month, of the live site or of a web archive, or a WARC file for all chosen sources. Each is a
task of its own, and noted as done after its rows are durable. So a backfill that was killed goes on where it was, a
repeated one finds nothing to do, and one that runs beside the night asks at worst for a page twice.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from prefect import flow, task
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.backfill_files import import_cc_news, import_warc_files
from flows.progress import UnitProgress
from flows.running import run_sources, run_together
from flows.stages import STAGE, tell_errors
from storage.records import Listed
from storage.tables import make_frame
from tasks.check import check_backfill
from tasks.discover import discover_addresses
from tasks.done_units import find_open_units
from tasks.fetch import cut_batches, fetch_batch
from tasks.plan import plan_source
from tasks.reach import explain_reach
from tasks.read import read_batch
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.units import Unit, assign_addresses, cut_units, describe_unit
from tasks.via import Via, check_request, name_months
from tasks.warc_import import find_warc_files
from tasks.web_archives import ARCHIVES, ArchiveAsker, import_month


def name_run() -> str:
    """Names a run after its way and its months, or its path."""
    given = flow_run.parameters
    of = given["path"] or name_months(given["start"], given["end"]) or "of nothing"
    return f"backfill {of}" + ("" if given["via"] == Via.LIVE else f" via {given['via']}")


@flow(name="backfill", flow_run_name=name_run, persist_result=False, validate_parameters=True)
async def backfill(
    start: date | None = None,
    end: date | None = None,
    sources: list[str] | None = None,
    again: bool = False,  # noqa: FBT001 - Prefect gives parameters by name
    via: Via = Via.LIVE,
    path: str | None = None,
) -> State[str]:
    """Goes through the past of every source, or the named ones; fails where something is left to try.

    Args:
        start: First day; its whole month is gone through.
        end: Last day; its whole month is gone through.
        sources: Names of sources, such as `localgov`; all, if none is given.
        again: Also what an earlier backfill is done with.
        via: Where the pages are looked for: on the sites, in a web archive, or in WARC files.
        path: Via warc: a WARC file or a folder of them where the worker runs, for which no days are given.
    """
    check_request(via, start, end, Path(path) if path else None)
    progress = UnitProgress()
    if path:
        work = import_warc_files(find_warc_files(Path(path)), progress, again=again)
        return await run_together("backfill", sources, work, check_backfill, via=via)
    assert start is not None  # noqa: S101 - see check_request
    assert end is not None  # noqa: S101
    if via is Via.CC_NEWS:
        work = import_cc_news(start, end, progress, again=again)
        return await run_together("backfill", sources, work, check_backfill, via=via)
    chain = make_chain(start, end, via, progress, again=again)
    return await run_sources("backfill", sources, chain, check_backfill, via=via)


def make_chain(
    start: date, end: date, via: Via, progress: UnitProgress, *, again: bool
) -> Callable[[Source, Run], Awaitable[Tally]]:
    """Makes the chain of tasks for one source over a range of dates."""

    async def backfill_source(source: Source, run: Run) -> Tally:
        tally = Tally(source.name, datetime.now(UTC))
        units = cut_units([source.name], start, end, via)
        left = find_open_units(run.layout, units, again=again)
        progress.expect(len(left))
        if left and via in ARCHIVES:
            await import_units(source, left, run, tally, progress)
        elif left:
            await backfill_units(source, left, units[0], run, tally, progress)
        tally.defer_rest()
        tally.ended_at = datetime.now(UTC)
        return tally

    return backfill_source


async def import_units(source: Source, units: Sequence[Unit], run: Run, tally: Tally, progress: UnitProgress) -> None:
    """Goes through a source's months in a web archive; what stops one never stops the others."""
    ask = ArchiveAsker(ARCHIVES[units[0].via], source, run)
    for unit in units:
        await tell_errors(import_unit(source, unit, ask, run, tally), tally.errors)
        await progress.note()


@task(task_run_name="backfill {unit.unit_id}", **STAGE)
async def import_unit(source: Source, unit: Unit, ask: ArchiveAsker, run: Run, tally: Tally) -> None:
    """Imports what a web archive has of a unit, and notes the unit when the rows are durable."""
    await import_month(source, unit, ask, run, tally)


async def backfill_units(
    source: Source, units: Sequence[Unit], first: Unit, run: Run, tally: Tally, progress: UnitProgress
) -> None:
    """Lists a source for the range of its open units, and goes through them; what stops one never stops the others.

    `first` is the first unit of the whole range, done or not.
    """
    listed = await tell_errors(discover_range(source, units, run, tally), tally.errors)
    problem = "; ".join([*tally.errors, *tally.problems, *([tally.skipped] if tally.skipped else [])]) or None
    problems = {unit: problem or explain_reach(unit, tally.reach) for unit in units}
    tally.unlisted = sum(explain_reach(unit, tally.reach) is not None for unit in units)
    assigned = assign_addresses(listed or {}, units, first)
    empty = [describe_unit(unit, [], tally, run, problem=problems[unit]) for unit in units if not assigned[unit]]
    await run.commit({"backfill_units": make_frame("backfill_units", empty)})
    run.report(source.name, "backfill", len(empty), len(units))
    await progress.note(len(empty))
    for unit in units:
        if assigned[unit]:
            await tell_errors(backfill_unit(source, unit, assigned[unit], run, tally, problems[unit]), tally.errors)
            run.report(source.name, "backfill", 1, len(units))
            await progress.note()


@task(task_run_name="list {source.name}", **STAGE)
async def discover_range(source: Source, units: Sequence[Unit], run: Run, tally: Tally) -> dict[str, Listed]:
    """Lists what a source has in the range of its units."""
    tally.problems.clear()
    return await discover_addresses(source, run, tally, since=units[0].since, until=units[-1].until)


@task(task_run_name="backfill {unit.unit_id}", **STAGE)
async def backfill_unit(
    source: Source, unit: Unit, listed: dict[str, Listed], run: Run, tally: Tally, problem: str | None
) -> None:
    """Fetches and reads a unit's addresses, and notes the unit when their rows are durable."""
    plan = await plan_source(source, listed, run, tally, is_night=False)
    if plan.read:
        await read_batch(source, plan.read, run, tally)
    for addresses in cut_batches(plan.ask):
        if fetched := await fetch_batch(source, addresses, run, tally):
            await read_batch(source, fetched, run, tally)
    row = describe_unit(unit, listed, tally, run, problem=problem)
    await run.commit({"backfill_units": make_frame("backfill_units", [row])})
