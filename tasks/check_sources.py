"""Tries a source's discovery addresses, one by one: what each lists now, and which line of the file to mend."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.addresses import get_host
from tasks.discover import ListingAsker
from tasks.discovery.listing import ListingError
from tasks.discovery.methods import discover
from tasks.run import Run
from tasks.sources.load import find_files
from tasks.sources.locate import Path as Key
from tasks.sources.locate import locate_key
from tasks.sources.model import Source


@dataclass(frozen=True, slots=True)
class Trial:
    """What one discovery address gave: how many addresses, the newest of them, and what is wrong where.

    `quiet` tells that it lists nothing now and that the source's file allows that (`listed_per_night = 0`).
    """

    source: str
    method: str
    listed: int
    newest_at: datetime | None
    quiet: bool
    problem: str | None
    line: str | None


async def try_source(source: Source, run: Run, folders: Sequence[Path]) -> AsyncIterator[Trial]:
    """Tries each discovery method of a source in turn, as a night would."""
    ask = ListingAsker(source, run)
    for number, method in enumerate(source.discover):
        problems: list[ListingError] = []
        moments: list[datetime] = []
        urls: list[str] = []
        try:
            async for found in discover(method, source, ask, problems=problems):
                urls += [found.url] if source.wants(found.url) else []
                moments += [moment for moment in (found.published_at, found.modified_at) if moment]
        except ListingError as error:
            problems.append(error)
        is_quiet = not (urls or problems) and source.expect.listed_per_night == 0
        problem, key = find_problem(source, number, urls, problems)
        line = find_line(source, key, folders) if problem else None
        newest = max((moment for moment in moments if moment <= datetime.now(UTC)), default=None)
        yield Trial(source.name, method.method, len(urls), newest, is_quiet, problem, line)


def find_problem(
    source: Source, number: int, urls: Sequence[str], problems: Sequence[ListingError]
) -> tuple[str | None, Key]:
    """Finds what is wrong with what a discovery method lists, None where nothing is, and the key of the file for it."""
    key: Key = ("discover", number, "url")
    hosts = {get_host(url) for url in urls}
    if problems:
        return "; ".join(map(str, problems)), key
    if hosts and hosts.isdisjoint(source.allowed_hosts):
        named = ", ".join(sorted(hosts))
        return f"all that it lists lies on {named}, which hosts lacks: add there what is the publisher's", ("hosts",)
    if not urls and source.expect.listed_per_night != 0:
        return "it lists nothing that is wanted; where that may be, state listed_per_night = 0 under [expect]", key
    return None, key


def find_line(source: Source, key: Key, folders: Sequence[Path]) -> str:
    """Finds where a key of a source's file stands, as FILE:LINE."""
    path = next(path for path in find_files(folders) if path.stem == source.name)
    return f"{path}:{locate_key(path.read_text(encoding='utf-8'), key)}"
