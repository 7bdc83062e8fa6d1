"""Tries the discovery addresses of sources and prints what each lists now, and which lines are to mend."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from pathlib import Path

from flows.console import OUT, print_json, print_rows, show_progress
from flows.settings import Settings
from storage.layout import Layout
from tasks.check_sources import Trial, try_source
from tasks.run import Report, open_run
from tasks.sources.load import PACKAGED, load_sources, select_sources
from tasks.sources.model import Source


def check_sources(names: Sequence[str] | None, *, as_json: bool) -> int:
    """Tries the named sources, or all; gives 1 where an address fails or lists nothing.

    An address may list nothing where its source's file states that quiet nights are usual.
    """
    settings = Settings()
    chosen = select_sources(load_sources(settings.source_folders), names)
    with show_progress() as report:
        trials = asyncio.run(try_sources(chosen, settings, report))
    if as_json:
        print_json([asdict(trial) for trial in trials])
    else:
        print_trials(trials)
    return 1 if any(trial.problem for trial in trials) else 0


async def try_sources(sources: Sequence[Source], settings: Settings, report: Report) -> list[Trial]:
    """Tries sources at once, with an archive that is thrown away."""
    folders = (PACKAGED, *settings.source_folders)

    async def collect(trials: AsyncIterator[Trial]) -> list[Trial]:
        found = [trial async for trial in trials]
        report("sources", "check", 1, len(sources))
        return found

    with tempfile.TemporaryDirectory() as folder:
        client = settings.make_client_settings()
        layout = Layout(Path(folder))
        async with open_run(layout, "check", client, operator=settings.contact, workers=0, report=report) as run:
            tried = await asyncio.gather(*(collect(try_source(source, run, folders)) for source in sources))
    return [trial for trials in tried for trial in trials]


def print_trials(trials: Sequence[Trial]) -> None:
    """Prints what each address lists, then each problem with the line of the source's file that it is about."""
    rows = [asdict(trial) for trial in trials]
    print_rows(
        "discovery addresses", [{name: row[name] for name in row if name not in ("problem", "line")} for row in rows]
    )
    for trial in trials:
        if trial.problem:
            OUT.print(f"{trial.line}: {trial.problem}", soft_wrap=True, highlight=False)
