"""What all flows are made of: the Prefect tasks, thin shells over the stages, and the chain of them for one source.

Tasks pass references within the process, never payload; the archive alone keeps state.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, TypeVar, cast

from pebble import ProcessPool
from polars.exceptions import PolarsError
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import opaque

from flows.failures import describe_failure
from storage.errors import ArchiveError
from storage.layout import Layout
from storage.records import Row
from tasks.assign_stories import assign_stories
from tasks.collect_passages import collect_passages
from tasks.connect_inspections import connect_inspections
from tasks.deduplicate import deduplicate_articles
from tasks.discover import discover_addresses
from tasks.fetch import BATCH_SIZE, cut_batches, fetch_batch
from tasks.learn_sites import learn_sites
from tasks.plan import Plan, plan_source
from tasks.publish import publish_archive
from tasks.read import ReadPage, keep_pages, read_pages
from tasks.run import Report, Run, Tally, report_nothing
from tasks.sources.model import Source

T = TypeVar("T")


@dataclass(slots=True)
class Observer:
    """Who hears of a run from outside its flow: of its progress, and which run it is."""

    report: Report = report_nothing
    run_id: str | None = None


OBSERVER: ContextVar[Observer] = ContextVar("observer", default=Observer())  # noqa: B039 - one that nobody looks at

#: From so many articles on, processes of their own are worth their start.
APART_FROM = 500
CONTEXT = get_context("forkserver")
#: How many batches of a source may be read, or wait for it, behind the one that is to be kept next: memory stays flat.
READ_AHEAD = 1

STAGE: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False, "retries": 2, "retry_delay_seconds": 5}


@task(task_run_name="discover {source.name}", **STAGE)
async def discover(source: Source, run: Run, tally: Tally) -> Plan:
    """Lists what the source has, and plans what of it to ask for."""
    tally.problems.clear()
    return await plan_source(source, await discover_addresses(source, run, tally), run, tally)


@task(task_run_name="fetch {source.name} {batch}/{batches}", **STAGE)
async def fetch(source: Source, addresses: list[Row], run: Run, tally: Tally, batch: int, batches: int) -> list[Row]:  # noqa: ARG001 - batch and batches name the task run
    """Fetches a batch of addresses; gives those whose captures are to be read."""
    return await fetch_batch(source, addresses, run, tally)


@task(task_run_name="read {source.name} {batch}/{batches}", **STAGE)
async def read(source: Source, addresses: list[Row], run: Run, batch: int, batches: int) -> list[ReadPage]:  # noqa: ARG001 - batch and batches name the task run
    """Reads a batch of captures."""
    return await read_pages(source, addresses, run)


@task(task_run_name="keep {source.name} {batch}/{batches}", **STAGE)
async def keep(source: Source, pages: list[ReadPage], run: Run, tally: Tally, batch: int, batches: int) -> None:  # noqa: ARG001 - batch and batches name the task run
    """Keeps in tables what was read of this batch, and of those before it that wait."""
    await keep_pages(source, pages, run, tally)


#: What is made of the whole archive after its pages were read, by the name of the task run.
DERIVATIONS: dict[str, Callable[[Layout], int]] = {
    "deduplicate": deduplicate_articles,
    "assign stories": assign_stories,
    "collect passages": collect_passages,
    "connect inspections": connect_inspections,
}


@task(task_run_name="{name}", **STAGE)
async def derive(name: str, layout: Layout, *, is_apart: bool) -> int:
    """Brings what is made of the whole archive up to date, in a process of its own if `is_apart`.

    Gives the number of rows that changed.
    """
    if not is_apart:
        return await asyncio.to_thread(DERIVATIONS[name], layout)
    process = ProcessPool(1, context=CONTEXT)
    try:
        return await asyncio.wrap_future(process.schedule(DERIVATIONS[name], args=[layout]))
    finally:
        # It ends with a run that is stopped: else it would work on, and then wait for more, when the run is over.
        process.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(process.join)


async def derive_all(layout: Layout, errors: list[str], *, articles: int) -> None:
    """Brings everything that is made of the whole archive up to date; what stops one is told, and the others go on.

    They write to tables of their own, and run at once: after many new or changed `articles` in processes of their own.
    """
    told = {name: list[str]() for name in DERIVATIONS}
    is_apart = articles >= APART_FROM
    await asyncio.gather(*(tell_errors(derive(name, layout, is_apart=is_apart), told[name]) for name in told))
    errors += [error for found in told.values() for error in found]


@task(task_run_name="learn sites", **STAGE)
async def learn(sources: list[Source], run: Run) -> int:
    """Learns what recurs over the sites of sources, for the captures of later days; gives the number of sites."""
    return len(await asyncio.to_thread(learn_sites, run.layout, sources, run.readers))


@task(task_run_name="publish", **STAGE)
async def publish(layout: Layout) -> None:
    """Publishes what describes the archive: the data package and the report."""
    await asyncio.to_thread(publish_archive, layout)


async def carry_out(plan: Plan, source: Source, run: Run, tally: Tally) -> None:
    """Fetches, reads and keeps what is planned; what stops a batch is told in the tally, and the others go on."""
    batches = cut_batches(plan.ask)
    to_read = len(plan.read)
    run.report(source.name, "fetch", 0, len(plan.ask))
    readings = asyncio.Queue[asyncio.Task[list[ReadPage]]](READ_AHEAD)

    async def read_any(addresses: list[Row], number: int) -> list[ReadPage]:
        if not addresses:
            return []
        reading = read(hide(source), hide(addresses), hide(run), number, len(batches))
        return await tell_errors(reading, tally.errors) or []

    async with asyncio.TaskGroup() as group:
        group.create_task(keep_all(readings, len(batches), source, run, tally))
        await readings.put(group.create_task(read_any(plan.read, 0)))
        for number, addresses in enumerate(batches, start=1):
            fetching = fetch(hide(source), hide(addresses), hide(run), hide(tally), number, len(batches))
            fetched = await tell_errors(fetching, tally.errors) or []
            to_read += len(fetched)
            run.report(source.name, "read", 0, to_read)
            await readings.put(group.create_task(read_any(fetched, number)))


async def keep_all(
    readings: asyncio.Queue[asyncio.Task[list[ReadPage]]], batches: int, source: Source, run: Run, tally: Tally
) -> None:
    """Keeps what is read, batch after batch in their order; small ones together, for a commit writes whole months."""
    waiting: list[ReadPage] = []
    for number in range(batches + 1):
        waiting += await (await readings.get())
        if waiting and (len(waiting) >= BATCH_SIZE or number == batches):
            keeping = keep(hide(source), hide(waiting), hide(run), hide(tally), number, batches)
            await tell_errors(keeping, tally.errors)
            waiting = []


def hide(value: T) -> T:
    """Hides a value from Prefect, which would look for futures in every cell of every row of it; the task gets it."""
    return cast(T, opaque(value))


async def tell_errors(work: Awaitable[T], errors: list[str]) -> T | None:
    """Waits for work; what stops it is added to the errors, for one failure, of any kind, must not stop the rest."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - see above
        errors.append(explain_error(error))
        return None


def explain_error(error: Exception) -> str:
    """Explains in one line what stopped something; what the archive is not to blame for has its type beside it.

    Of several errors at once it is the first.
    """
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, (PolarsError, ArchiveError)) and (failure := describe_failure(error)):
        return failure[1]
    return ": ".join(filter(None, (type(error).__name__, " ".join(str(error).split()))))
