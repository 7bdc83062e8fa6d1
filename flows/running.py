"""What all flows do around their sources: open the run, work, derive, tell what happened, publish, end."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from importlib.metadata import version

import polars as pl
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.settings import Settings
from flows.stages import OBSERVER, derive_all, explain_error, hide, learn, publish, tell_errors
from flows.usage import check_usage
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
from tasks.sources.load import load_sources
from tasks.sources.model import Source
from tasks.verdicts import VERDICTS, explain_verdict, sort_by_verdict
from tasks.via import Via
from tasks.web_archives import ARCHIVES

logger = logging.getLogger(__name__)

#: The hosts that a backfill asks in place of its sources' own, by its way.
HOSTS_BY_WAY: Mapping[str, frozenset[str]] = {
    **{via: archive.hosts for via, archive in ARCHIVES.items()},
    Via.CC_NEWS: ARCHIVES[Via.COMMONCRAWL].hosts,
    Via.WARC: frozenset(),
}

#: What is done for all sources of a run; what stops more than one of them is added to the errors.
Work = Callable[[Sequence[Source], Run, list[str]], Awaitable[Sequence[Tally]]]


async def run_sources(
    flow: str,
    names: Sequence[str] | None,
    chain: Callable[[Source, Run], Awaitable[Tally]],
    check: CheckSource,
    *,
    via: Via | None = None,
    learns: bool = False,
) -> State[str]:
    """Runs a chain for each of the named sources, or all, at once; see `run_together`."""

    async def run_each(sources: Sequence[Source], run: Run, _errors: list[str]) -> Sequence[Tally]:
        return await asyncio.gather(*(chain(source, run) for source in sources))

    return await run_together(flow, names, run_each, check, via=via, learns=learns)


async def run_together(
    flow: str,
    names: Sequence[str] | None,
    work: Work,
    check: CheckSource,
    *,
    via: Via | None = None,
    learns: bool = False,
) -> State[str]:
    """Runs what is done for the named sources, or all, together; the state fails where a source failed a check.

    `via` is the way of a backfill: one of WARC files asks nobody for anything, and needs no contact. A run that
    `learns` learns what the sites' pages have in common, while all else that is made of the archive is brought up to
    date.
    """
    settings, is_local = Settings(), via is Via.WARC
    sources = await asyncio.to_thread(check_usage, names, is_local=is_local)
    known_sources = await asyncio.to_thread(load_sources, settings.source_folders)
    observer = OBSERVER.get()
    async with open_run(
        settings.layout,
        flow,
        settings.make_client_settings(is_local=is_local),
        operator=settings.contact,
        workers=settings.workers,
        report=observer.report,
        sources=known_sources,
    ) as run:
        observer.run_id = run.run_id
        running = describe_running(run, [source.name for source in sources], version("inspection-news"), via)
        async with note_run(run, running):
            await asyncio.to_thread(warn_of_others, run, running, known_sources)
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
        # Where nothing can be written, the next run notes it.
        with suppress(OSError):
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


def warn_of_others(run: Run, running: Row, sources: Mapping[str, Source]) -> None:
    """Warns of each other run that is under way on the archive and asks a host that this one asks, too.

    Each run keeps the pace of a host for itself alone. A run is noted before it looks: of two that begin at once, one
    sees the other. `sources` are all sources by name.
    """
    others = list(find_live_runs(run.layout) - {run.run_id})
    rows = scan_table(run.layout, "runs").filter(pl.col("run_id").is_in(others)).sort("run_id").collect()
    for row in rows.iter_rows(named=True):
        if list_hosts(running, sources) & list_hosts(row, sources):
            logger.warning(
                "another run is under way, %s %s: sites that both ask get up to twice the requests at a time",
                row["flow"],
                row["run_id"],
            )


def list_hosts(run_row: Row, sources: Mapping[str, Source]) -> frozenset[str]:
    """Lists the hosts that a run asks: those of its sources, or of the web archive that it asks in their place."""
    own = frozenset(host for name in run_row["sources"] or () if name in sources for host in sources[name].hosts)
    return HOSTS_BY_WAY.get(run_row["via"], own)


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
