"""Backfills from WARC files: each is gone through once for all chosen sources, one file after the other."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from prefect import task

from flows.progress import UnitProgress
from flows.running import Work
from flows.stages import STAGE, tell_errors
from storage.records import Row
from tasks.cc_news import RemoteFile, cut_month_units, list_month, note_month
from tasks.discovery.listing import ListingError
from tasks.done_units import find_open_units
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.units import FileUnit, Unit
from tasks.warc_import import WarcFile, WarcImport


def import_warc_files(files: Sequence[WarcFile], progress: UnitProgress, *, again: bool) -> Work:
    """Makes the work of importing WARC files of this machine."""

    async def work(importer: WarcImport, run: Run, errors: list[str]) -> None:
        units = {file.make_unit(importer.source_names): file for file in files}
        left = find_open_units(run.layout, list(units), again=again)
        progress.expect(len(left))
        for unit in left:
            row = await tell_errors(import_file(importer, units[unit].path, unit), errors)
            note_open_file(str(units[unit].path), row, errors)
            await progress.note()

    return go_through(work)


def import_cc_news(start: date, end: date, progress: UnitProgress, *, again: bool) -> Work:
    """Makes the work of importing the files of CC-NEWS of a range of months."""

    async def work(importer: WarcImport, run: Run, errors: list[str]) -> None:
        for unit in find_open_units(run.layout, cut_month_units(start, end, importer.source_names), again=again):
            await import_month(unit, importer, run, errors, progress, again=again)

    return go_through(work)


async def import_month(
    unit: Unit, importer: WarcImport, run: Run, errors: list[str], progress: UnitProgress, *, again: bool
) -> None:
    """Imports the files of one month, and notes the month when all of them are done."""
    try:
        files = await list_month(unit, run)
    except ListingError as error:
        errors.append(f"{unit.subject}: {error}")
        await note_month(unit, [], run, problem=str(error))
        return
    left = find_open_units(run.layout, list(files), again=again)
    progress.expect(len(left))
    rows = []
    for file in left:
        row = await tell_errors(import_stream(importer, files[file], file, run), errors)
        rows.append(row)
        note_open_file(files[file], row, errors)
        await progress.note()
    await note_month(unit, rows, run)


def go_through(work: Callable[[WarcImport, Run, list[str]], Awaitable[None]]) -> Work:
    """Makes the work of all sources together of a pass over files."""

    async def go(sources: Sequence[Source], run: Run, errors: list[str]) -> list[Tally]:
        tallies = {source.name: Tally(source.name, datetime.now(UTC)) for source in sources}
        await tell_errors(work(WarcImport(sources, tallies, run), run, errors), errors)
        for tally in tallies.values():
            tally.defer_rest()
            tally.ended_at = datetime.now(UTC)
        return list(tallies.values())

    return go


def note_open_file(name: str, row: Row | None, errors: list[str]) -> None:
    """Notes as an error of the run that a file was not gone through to its end."""
    if row and not row["is_done"]:
        errors.append(f"{name}: {row['reason'].removeprefix(f'{name}: ')}")


@task(task_run_name="backfill {unit.subject}", **STAGE)
async def import_file(importer: WarcImport, path: Path, unit: FileUnit) -> Row:
    """Imports a WARC file of this machine; gives the row of its unit."""
    return await importer.import_file(path, unit)


@task(task_run_name="backfill {unit.subject}", **STAGE)
async def import_stream(importer: WarcImport, url: str, unit: FileUnit, run: Run) -> Row:
    """Imports a WARC file that lies on the web; gives the row of its unit."""
    return await importer.import_stream(RemoteFile(url, run), url, unit)
