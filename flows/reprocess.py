"""The reprocess flow: archived captures read again with today's readers, without any network.

`diff` only tells which rows would change, and how. Else the rows are replaced and duplicates are found again. It makes
no row of its own in the table of runs: where nothing changes, no table does.
"""

import asyncio
from collections.abc import Sequence
from datetime import date
from threading import Event

from prefect import flow, task
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.settings import Settings
from flows.stages import OBSERVER, STAGE, derive_all, publish, tell_errors
from flows.usage import check_usage
from storage.errors import DamagedError
from tasks.reprocess import Changes, reprocess_captures
from tasks.sources.load import load_sources
from tasks.verify import check_tables
from tasks.via import check_range

#: Rows of the list of differences that the artifact shows; the command shows them all.
SHOWN_ROWS = 500


@flow(name="reprocess", flow_run_name="reprocess", persist_result=False, validate_parameters=True)
async def reprocess(
    start: date | None = None,
    end: date | None = None,
    sources: list[str] | None = None,
    outdated_only: bool = False,  # noqa: FBT001 - Prefect gives parameters by name
    diff: bool = False,  # noqa: FBT001 - the same
) -> State[Changes]:
    """Reads captures again and rebuilds their rows.

    Fails where a table is torn, a page was left as it was, or what follows was stopped.

    Args:
        start: First day of the captures, in UTC; from the first, if none is given.
        end: Last day of the captures, in UTC; to the last, if none is given.
        sources: Names of sources; all, if none is given.
        outdated_only: Only what another version of the reader has read.
        diff: Only tell which rows would change, and how.
    """
    check_range(start, end)
    settings = Settings()
    layout = settings.find_archive()
    check_usage(sources, is_local=True, writes=not diff)
    try:
        # Every column is looked at: else a torn one could stop it halfway.
        await asyncio.to_thread(check_tables, layout)
    except DamagedError as error:
        return Failed(message=str(error), data=error)
    changes = await read_again(settings, start, end, sources, outdated_only=outdated_only, write=not diff)
    errors: list[str] = []
    if changes.counts and not diff:
        await derive_all(layout, errors, articles=changes.pages)
        await tell_errors(publish(layout), errors)
    rows = changes.rows.head(SHOWN_ROWS).to_dicts() if diff else changes.describe()
    message = "; ".join([describe_changes(changes, diff=diff), *errors])
    await acreate_table_artifact(key="reprocess-changes", table=rows, description=message)
    ended = Failed if changes.problems or errors else Completed
    return ended(message=message, data=changes)


@task(task_run_name="read again", **STAGE)
async def read_again(
    settings: Settings,
    start: date | None,
    end: date | None,
    names: Sequence[str] | None,
    *,
    outdated_only: bool,
    write: bool,
) -> Changes:
    """Reads the captures again, and commits what is different if that is wanted."""
    stop = Event()
    try:
        return await asyncio.to_thread(
            reprocess_captures,
            settings.layout,
            sources=load_sources(settings.source_folders),
            since=start,
            until=end,
            names=names,
            outdated_only=outdated_only,
            workers=settings.workers,
            stop=stop,
            write=write,
            report=OBSERVER.get().report,
        )
    finally:
        # Its thread cannot be cancelled.
        stop.set()


def describe_changes(changes: Changes, *, diff: bool) -> str:
    """Describes in one line what reading again came to."""
    verb = "would be " if diff else ""
    counted = [f"{row['rows']} rows of {row['table']} {verb}{row['change']}" for row in changes.describe()]
    told = ", ".join(counted) or "nothing changes"
    left = len(changes.problems)
    if not left:
        return f"{changes.pages} pages read again: {told}"
    read = f"{changes.pages - left} of {changes.pages} pages read again"
    return f"{read}: {told}; {left} left as they are, the first: {changes.problems[0]}"
