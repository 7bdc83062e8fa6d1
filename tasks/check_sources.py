"""Tries a source's discovery addresses, one by one: what each lists now, and which line of the file to mend."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tasks.discover import ListingAsker
from tasks.discovery.listing import ListingError
from tasks.discovery.methods import discover
from tasks.run import Run
from tasks.sources.load import find_files
from tasks.sources.locate import locate_key
from tasks.sources.model import Source


@dataclass(frozen=True, slots=True)
class Trial:
    """What one discovery address gave: how many addresses, the newest of them, and what is wrong where."""

    source: str
    method: str
    listed: int
    newest_at: datetime | None
    problem: str | None
    line: str | None


async def try_source(source: Source, run: Run, folders: Sequence[Path]) -> AsyncIterator[Trial]:
    """Tries each discovery method of a source in turn, as a night would."""
    ask = ListingAsker(source, run)
    for number, method in enumerate(source.discover):
        problems: list[ListingError] = []
        moments: list[datetime] = []
        listed = 0
        try:
            async for found in discover(method, source, ask, problems=problems):
                listed += source.wants(found.url)
                moments += [moment for moment in (found.published_at, found.modified_at) if moment]
        except ListingError as error:
            problems.append(error)
        problem = "; ".join(map(str, problems)) or (None if listed else "it lists nothing that is wanted")
        line = find_line(source, number, folders) if problem else None
        newest = max((moment for moment in moments if moment <= datetime.now(UTC)), default=None)
        yield Trial(source.name, method.method, listed, newest, problem, line)


def find_line(source: Source, number: int, folders: Sequence[Path]) -> str:
    """Finds where a source's discovery method stands, as FILE:LINE."""
    path = next(path for path in find_files(folders) if path.stem == source.name)
    return f"{path}:{locate_key(path.read_text(encoding='utf-8'), ('discover', number, 'url'))}"
