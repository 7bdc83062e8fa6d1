"""The backfill flow: a range of dates again, in units that are done once and for all.

A unit is a source's month. Each source is listed once for the whole range; then its months are gone through in turn,
each a task of its own, and noted as done after their rows are durable. So a backfill that was killed goes on where it
was, a repeated one finds nothing to do, and one that runs beside the night asks at worst for a page twice.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated

from prefect import flow, task
from prefect.client.schemas.objects import State
from pydantic import Field

from flows.running import run_sources
from flows.stages import STAGE, tell_errors
from storage.records import Listed
from storage.tables import make_frame
from tasks.check import check_backfill
from tasks.discover import discover_addresses
from tasks.fetch import cut_batches, fetch_batch
from tasks.plan import plan_source
from tasks.read import read_batch
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.units import Unit, assign_addresses, cut_units, describe_unit, find_open_units


@flow(name="backfill", flow_run_name="backfill {start} to {end}", persist_result=False, validate_parameters=True)
async def backfill(
    start: Annotated[date, Field(description="First day; its whole month is gone through")],
    end: Annotated[date, Field(description="Last day; its whole month is gone through")],
    sources: Annotated[list[str] | None, Field(description="Names of sources; all, if none is given")] = None,
    again: Annotated[bool, Field(description="Also what an earlier backfill is done with")] = False,
) -> State[str]:
    """Goes through a range of dates of every source, or the named ones; fails where something is left to try."""
    cut_units([], start, end)
    return await run_sources("backfill", sources, make_chain(start, end, again=again), check_backfill)


def make_chain(start: date, end: date, *, again: bool) -> Callable[[Source, Run], Awaitable[Tally]]:
    """Makes the chain of tasks for one source over a range of dates."""

    async def backfill_source(source: Source, run: Run) -> Tally:
        tally = Tally(source.name, datetime.now(UTC))
        units = cut_units([source.name], start, end)
        left = units if again else find_open_units(run.layout, units)
        if left:
            await backfill_units(source, left, run, tally)
        tally.defer_rest()
        tally.ended_at = datetime.now(UTC)
        return tally

    return backfill_source


async def backfill_units(source: Source, units: Sequence[Unit], run: Run, tally: Tally) -> None:
    """Lists a source for the range of its units, and goes through them; what stops one never stops the others."""
    listed = await tell_errors(discover_range(source, units, run, tally), tally.errors)
    problem = "; ".join(tally.errors + tally.problems) or None
    assigned = assign_addresses(listed or {}, units)
    empty = [describe_unit(unit, [], tally, run, problem=problem) for unit in units if not assigned[unit]]
    await run.commit({"backfill_units": make_frame("backfill_units", empty)})
    run.report(source.name, "backfill", len(empty), len(units))
    for unit in units:
        if assigned[unit]:
            await tell_errors(backfill_unit(source, unit, assigned[unit], run, tally, problem), tally.errors)
            run.report(source.name, "backfill", 1, len(units))


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
