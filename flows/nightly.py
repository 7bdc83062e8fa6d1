"""The nightly flow: every source once, only what is new.

Each source is a chain of tasks of its own: discover, then batches of fetch and read, where the next batch is fetched
while the last one is read. A source that fails is told in the report and never stops the others. Tasks pass
references within the process, never payload; the archive alone keeps state.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from difflib import get_close_matches
from importlib.metadata import version
from typing import Any

from prefect import flow, task
from prefect.artifacts import acreate_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.settings import Settings
from storage.records import Row
from storage.tables import make_frame
from tasks.check import check_source, describe_run, describe_source_run, make_run_frames
from tasks.deduplicate import deduplicate_articles
from tasks.discover import discover_addresses
from tasks.fetch import cut_batches, fetch_batch
from tasks.plan import Plan, plan_source
from tasks.publish import publish_archive
from tasks.read import read_batch
from tasks.run import Report, Run, Tally, open_run, report_nothing
from tasks.sources.load import load_sources
from tasks.sources.model import Source

#: Who hears of a run's progress: the command line's bars, or nobody.
REPORT: ContextVar[Report] = ContextVar("report", default=report_nothing)

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
    if addresses:
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
    if run_row["failed_sources"]:
        return Failed(message="failed: " + ", ".join(run_row["failed_sources"]))
    return Completed(message=f"{run_row['listed']} addresses listed, {len(source_rows)} sources, all as expected")


async def run_nightly(settings: Settings, names: Sequence[str] | None) -> tuple[Row, list[Row]]:
    """Runs the sources on the archive of the settings; gives the rows of the run and of its sources."""
    sources = select_sources(load_sources(settings.source_folders), names)
    program = version("inspection-news")
    async with open_run(
        settings.layout,
        "nightly",
        settings.make_client_settings(),
        operator=settings.contact,
        workers=settings.workers,
        report=REPORT.get(),
    ) as run:
        running = describe_run(run, [source.name for source in sources], [], program)
        await run.commit({"runs": make_frame("runs", [running])})
        tallies = await asyncio.gather(*(run_source(source, run) for source in sources))
        await deduplicate(run)
        source_rows = [
            describe_source_run(source, tally, check_source(source, tally, run), run)
            for source, tally in zip(sources, tallies, strict=True)
        ]
        run_row = describe_run(run, [source.name for source in sources], source_rows, program)
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
    return [source for name, source in sources.items() if names is None or name in names]


async def run_source(source: Source, run: Run) -> Tally:
    """Runs one source's chain of tasks; whatever stops it is told in the tally, so that the others go on."""
    tally = Tally(source.name, datetime.now(UTC))
    try:
        plan = await discover(source, run, tally)
        batches = cut_batches(plan.ask)
        parts = len(batches) + 1
        reading = [asyncio.create_task(read(source, plan.read, run, tally, 0, parts))] if plan.read else []
        for number, addresses in enumerate(batches, start=1):
            fetched = await fetch(source, addresses, run, tally, number, len(batches))
            await asyncio.gather(*reading)
            reading = [asyncio.create_task(read(source, fetched, run, tally, number, len(batches)))]
        await asyncio.gather(*reading)
    except Exception as error:  # noqa: BLE001 - one source's failure, of any kind, must not stop the others
        tally.error = f"{type(error).__name__}: {error}"
    tally.ended_at = datetime.now(UTC)
    return tally


def make_artifact_row(row: Row) -> Row:
    """Makes a row of the run's artifact: the source, its verdict and the outcomes that occurred."""
    shown = {"source": row["source"], "verdict": row["verdict"], "listed": row["listed"]}
    counts = ("stored", "unchanged", "known", "duplicate", "not_relevant", "deferred")
    failed = [check["name"] for check in row["checks"] if not check["passed"]]
    others = row["listed"] - sum(row[name] for name in counts)
    return {**shown, **{name: row[name] for name in counts}, "other": others, "failed checks": ", ".join(failed)}
