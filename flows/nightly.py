"""The nightly flow: every source once, only what is new.

Each source is a chain of tasks of its own: discover, then batches of fetch and read, where the next batch is fetched
while the last one is read. A source that fails is told in the report and never stops the others. Tasks pass
references within the process, never payload; the archive alone keeps state.
"""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from importlib.metadata import version
from typing import Any, TypeVar

from prefect import flow, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.settings import Settings
from storage.records import Row
from storage.tables import make_frame
from tasks.check import check_source, describe_ended, describe_running, describe_source_run, make_run_frames
from tasks.deduplicate import deduplicate_articles
from tasks.discover import discover_addresses
from tasks.fetch import cut_batches, fetch_batch
from tasks.plan import Plan, plan_source
from tasks.publish import publish_archive
from tasks.read import read_batch
from tasks.run import Report, Run, Tally, open_run, report_nothing
from tasks.sources.load import load_sources
from tasks.sources.model import Source

T = TypeVar("T")


@dataclass(slots=True)
class Observer:
    """Who hears of a run from outside its flow: of its progress, and which run it is."""

    report: Report = report_nothing
    run_id: str | None = None


OBSERVER: ContextVar[Observer] = ContextVar("observer", default=Observer())  # noqa: B039 - one that nobody looks at

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
async def read(source: Source, addresses: list[Row], run: Run, tally: Tally, batch: int, batches: int) -> None:  # noqa: ARG001 - batch and batches name the task run
    """Reads a batch of captures into tables."""
    await read_batch(source, addresses, run, tally)


@task(task_run_name="deduplicate", **STAGE)
async def deduplicate(run: Run) -> int:
    """Marks the duplicates of the whole archive."""
    return await asyncio.to_thread(deduplicate_articles, run.layout)


@task(task_run_name="publish", **STAGE)
async def publish(run: Run) -> None:
    """Publishes what describes the archive: the data package and the report."""
    await asyncio.to_thread(publish_archive, run.layout)


@flow(name="nightly", flow_run_name="nightly", persist_result=False, validate_parameters=True)
async def nightly(sources: list[str] | None = None) -> State[str]:
    """Runs every source, or the named ones, once; fails where a source failed an expectation."""
    run_row, source_rows = await run_nightly(Settings(), sources)
    await acreate_table_artifact(
        key="nightly-sources",
        table=[make_artifact_row(row) for row in source_rows],
        description=f"Run {run_row['run_id']}: every source and what became of its addresses",
    )
    if run_row["state"] == "failed":
        return Failed(message="failed: " + (run_row["error"] or ", ".join(run_row["failed_sources"])))
    return Completed(message=f"{run_row['listed']} addresses listed, {len(source_rows)} sources, all as expected")


async def run_nightly(settings: Settings, names: Sequence[str] | None) -> tuple[Row, list[Row]]:
    """Runs the sources on the archive of the settings; gives the rows of the run and of its sources."""
    sources = select_sources(load_sources(settings.source_folders), names)
    observer = OBSERVER.get()
    async with open_run(
        settings.layout,
        "nightly",
        settings.make_client_settings(),
        operator=settings.contact,
        workers=settings.workers,
        report=observer.report,
    ) as run:
        observer.run_id = run.run_id
        running = describe_running(run, [source.name for source in sources], version("inspection-news"))
        await run.commit({"runs": make_frame("runs", [running])})
        tallies = await asyncio.gather(*(run_source(source, run) for source in sources))
        errors: list[str] = []
        await tell_errors(deduplicate(run), errors)
        source_rows = [
            describe_source_run(source, tally, check_source(source, tally, run), run)
            for source, tally in zip(sources, tallies, strict=True)
        ]
        run_row = describe_ended(run, running, source_rows, errors)
        await run.commit(make_run_frames(run_row, source_rows))
        await publish(run)
    return run_row, source_rows


def select_sources(sources: Mapping[str, Source], names: Sequence[str] | None) -> list[Source]:
    """Selects sources by name, or all; raises ValueError for a name that is none."""
    for name in names or ():
        if name not in sources:
            close = get_close_matches(name, sources, 1)
            hint = f"did you mean {close[0]}?" if close else f"there are: {', '.join(sources)}"
            raise ValueError(f"no source is called {name!r}; {hint}")
    return [source for name, source in sources.items() if not names or name in names]


async def run_source(source: Source, run: Run) -> Tally:
    """Runs one source's chain of tasks; what stops a link of it is told in the tally, and the others go on."""
    tally = Tally(source.name, datetime.now(UTC))
    plan = await tell_errors(discover(source, run, tally), tally.errors) or Plan()
    batches = cut_batches(plan.ask)
    to_read = len(plan.read)
    run.report(source.name, "fetch", 0, len(plan.ask))

    async def read_any(addresses: list[Row], number: int) -> None:
        if addresses:
            await tell_errors(read(source, addresses, run, tally, number, len(batches)), tally.errors)

    async with asyncio.TaskGroup() as readings:
        reading = readings.create_task(read_any(plan.read, 0))
        for number, addresses in enumerate(batches, start=1):
            fetching = fetch(source, addresses, run, tally, number, len(batches))
            fetched = await tell_errors(fetching, tally.errors) or []
            to_read += len(fetched)
            run.report(source.name, "read", 0, to_read)
            # One batch is read while the next is fetched, and no more: memory stays flat.
            await reading
            reading = readings.create_task(read_any(fetched, number))
    tally.defer_rest()
    tally.ended_at = datetime.now(UTC)
    return tally


async def tell_errors(work: Awaitable[T], errors: list[str]) -> T | None:
    """Waits for work; what stops it is added to the errors, for one failure, of any kind, must not stop the rest."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001 - see above
        errors.append(f"{type(error).__name__}: {error}")
        return None


def make_artifact_row(row: Row) -> Row:
    """Makes a row of the run's artifact: the source, its verdict and the outcomes that occurred."""
    shown = {"source": row["source"], "verdict": row["verdict"], "listed": row["listed"]}
    counts = ("stored", "unchanged", "known", "duplicate", "not_relevant", "deferred")
    failed = [check["name"] for check in row["checks"] if not check["passed"]]
    others = row["listed"] - sum(row[name] for name in counts)
    return {**shown, **{name: row[name] for name in counts}, "other": others, "failed checks": ", ".join(failed)}
