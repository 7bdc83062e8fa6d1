"""The nightly flow: every source once, only what is new.

Each source is a chain of tasks of its own: discover, then batches of fetch and read, where the next batch is fetched
while the last one is read. A source that fails is told in the report and never stops the others.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from prefect import flow
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.settings import Settings
from flows.stages import OBSERVER, carry_out, deduplicate, discover, publish, select_sources, tell_errors
from storage.records import Row
from storage.tables import make_frame
from tasks.check import check_source, describe_ended, describe_running, describe_source_run, make_run_frames
from tasks.plan import Plan
from tasks.run import Run, Tally, open_run
from tasks.sources.load import load_sources
from tasks.sources.model import Source


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


async def run_source(source: Source, run: Run) -> Tally:
    """Runs one source's chain of tasks; what stops a link of it is told in the tally."""
    tally = Tally(source.name, datetime.now(UTC))
    plan = await tell_errors(discover(source, run, tally), tally.errors) or Plan()
    await carry_out(plan, source, run, tally)
    tally.defer_rest()
    tally.ended_at = datetime.now(UTC)
    return tally


def make_artifact_row(row: Row) -> Row:
    """Makes a row of the run's artifact: the source, its verdict and the outcomes that occurred."""
    shown = {"source": row["source"], "verdict": row["verdict"], "listed": row["listed"]}
    counts = ("stored", "unchanged", "known", "duplicate", "not_relevant", "deferred")
    failed = [check["name"] for check in row["checks"] if not check["passed"]]
    others = row["listed"] - sum(row[name] for name in counts)
    return {**shown, **{name: row[name] for name in counts}, "other": others, "failed checks": ", ".join(failed)}
