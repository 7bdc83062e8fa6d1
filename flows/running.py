"""What all flows do around their sources: open the run, work, derive, tell what happened, publish, end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version

from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.settings import Settings
from flows.stages import OBSERVER, derive_all, explain_error, hide, learn, publish, tell_errors
from storage.live_runs import find_live_runs
from storage.outcomes import Outcome
from storage.records import Row
from storage.tables import make_frame, scan_table
from tasks.check import (
    CheckSource,
    describe_ended,
    describe_running,
    describe_source_runs,
    describe_stopped,
    make_run_frames,
)
from tasks.run import Run, Tally, open_run
from tasks.sources.load import load_sources, select_sources
from tasks.sources.model import Source
from tasks.verdicts import VERDICTS, explain_verdict, sort_by_verdict

logger = logging.getLogger(__name__)

#: What is done for all sources of a run; what stops more than one of them is added to the errors.
Work = Callable[[Sequence[Source], Run, list[str]], Awaitable[Sequence[Tally]]]


async def run_sources(
    flow: str,
    names: Sequence[str] | None,
    chain: Callable[[Source, Run], Awaitable[Tally]],
    check: CheckSource,
    *,
    learns: bool = False,
) -> State[str]:
    """Runs a chain for each of the named sources, or all, at once; see `run_together`."""

    async def run_each(sources: Sequence[Source], run: Run, _errors: list[str]) -> Sequence[Tally]:
        return await asyncio.gather(*(chain(source, run) for source in sources))

    return await run_together(flow, names, run_each, check, learns=learns)


async def run_together(
    flow: str,
    names: Sequence[str] | None,
    work: Work,
    check: CheckSource,
    *,
    is_local: bool = False,
    learns: bool = False,
) -> State[str]:
    """Runs what is done for the named sources, or all, together; the state fails where a source failed a check.

    A run that `is_local` asks nobody for anything, and needs no contact. One that `learns` learns what the sites' pages
    have in common, while all else that is made of the archive is brought up to date.
    """
    settings = Settings()
    sources = select_sources(load_sources(settings.source_folders), names)
    observer = OBSERVER.get()
    async with open_run(
        settings.layout,
        flow,
        settings.make_client_settings(is_local=is_local),
        operator=settings.contact,
        workers=settings.workers,
        report=observer.report,
    ) as run:
        observer.run_id = run.run_id
        if not is_local:
            await asyncio.to_thread(warn_of_others, run)
        running = describe_running(run, [source.name for source in sources], version("inspection-news"))
        async with note_run(run, running):
            errors: list[str] = []
            tallies = await work(sources, run, errors)
            learning = [tell_errors(learn(hide(list(sources)), run), errors)] if learns else []
            stored = sum(tally.count_outcomes()[Outcome.STORED] for tally in tallies)
            await asyncio.gather(derive_all(run.layout, errors, articles=stored), *learning)
            describing = asyncio.to_thread(describe_source_runs, sources, tallies, run, check)
            source_rows = await tell_errors(describing, errors) or []
            run_row = await end_run(run, running, source_rows, errors)
    return await make_state(run_row, source_rows)


@asynccontextmanager
async def note_run(run: Run, running: Row) -> AsyncIterator[None]:
    """Notes a run as running, and as stopped where a signal or an error stops it before its end is noted."""
    await run.commit({"runs": make_frame("runs", [running])})
    try:
        yield
    except BaseException as stop:
        reason = explain_error(stop) if isinstance(stop, Exception) else "stopped by a signal"
        await run.commit({"runs": make_frame("runs", [describe_stopped(run, running, reason)])})
        raise


async def end_run(run: Run, running: Row, source_rows: Sequence[Row], errors: list[str]) -> Row:
    """Notes the end of a run, and publishes the archive with it; what fails of this is told in the row that it gives.

    Where the rows of its sources cannot be kept, the run's own is kept without them.
    """
    told = len(errors)
    run_row = describe_ended(run, running, source_rows, errors)
    await tell_errors(run.commit(make_run_frames(run_row, source_rows)), errors)
    await tell_errors(publish(run.layout), errors)
    if len(errors) > told:
        run_row = describe_ended(run, running, source_rows, errors)
        await run.commit({"runs": make_frame("runs", [run_row])})
    return run_row


def warn_of_others(run: Run) -> None:
    """Warns of each other run that is under way on the archive: each run keeps the pace of a site for itself alone."""
    others = sorted(find_live_runs(run.layout) - {run.run_id})
    flows = dict(scan_table(run.layout, "runs").select("run_id", "flow").collect().iter_rows())
    for other in others:
        logger.warning(
            "another run is under way, %s %s: sites that both ask get up to twice the requests at a time",
            flows.get(other, "run"),
            other,
        )


async def make_state(run_row: Row, source_rows: Sequence[Row]) -> State[str]:
    """Makes a flow's final state, and the artifact that shows its sources."""
    await acreate_table_artifact(
        key=f"{run_row['flow']}-sources",
        table=[make_artifact_row(row) for row in sort_by_verdict(source_rows)],
        description=f"Run {run_row['run_id']}: every source and what became of its addresses",
    )
    if run_row["state"] == "failed":
        reasons = [", ".join(run_row["failed_sources"]), run_row["error"]]
        return Failed(message="failed: " + "; ".join(filter(None, reasons)))
    return Completed(message=describe_success(run_row, source_rows))


def describe_success(run_row: Row, source_rows: Sequence[Row]) -> str:
    """Describes a run that did not fail in one line, with the sources that are to be looked at."""
    named = {verdict: [row["source"] for row in source_rows if row["verdict"] == verdict] for verdict in VERDICTS}
    judged = "; ".join(f"{verdict}: {', '.join(named[verdict])}" for verdict in ("warned", "skipped") if named[verdict])
    return f"{run_row['listed']} addresses listed, {len(source_rows)} sources, {judged or 'all as expected'}"


def make_artifact_row(row: Row) -> Row:
    """Makes a row of the run's artifact: the source, its verdict with the reasons, and the outcomes that occurred."""
    shown = {"source": row["source"], "verdict": row["verdict"], "listed": row["listed"]}
    counts = ("stored", "unchanged", "known", "duplicate", "not_relevant", "deferred")
    others = row["listed"] - sum(row[name] for name in counts)
    reasons = "; ".join(explain_verdict(row))
    return {**shown, **{name: row[name] for name in counts}, "other": others, "reasons": reasons}
