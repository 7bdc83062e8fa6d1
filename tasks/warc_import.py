"""Imports the pages of WARC files that other programs wrote: one pass over a file for all sources, in flat memory."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from storage.addresses import get_host, make_url_key
from storage.errors import DamagedError
from storage.outcomes import Outcome
from storage.records import Row
from storage.tables import make_frame
from storage.warc_foreign import ForeignRecord, ForeignWarc
from storage.warc_unpack import Readable, is_warc
from tasks.fetch import BATCH_SIZE
from tasks.imports import ForeignCapture, import_captures, is_wanted
from tasks.run import Run, Tally
from tasks.sources.model import Source
from tasks.units import FileUnit, describe_outcomes, describe_skipped
from tasks.via import Via

SUFFIXES = (".warc", ".warc.gz")
#: A batch ends when its payloads have so many bytes together, however few they are.
BATCH_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A WARC file on this machine; `name` is its path within the folder that was given."""

    path: Path
    name: str
    size: int

    def make_unit(self, sources: frozenset[str]) -> FileUnit:
        """Makes the unit that it is for some sources, by their names."""
        # Another file may have the same name: what tells them apart without reading them is their size.
        return FileUnit(Via.WARC, f"{self.name}/{self.size}", sources)


def find_warc_files(path: Path) -> list[WarcFile]:
    """Finds a WARC file, or those in a folder and below; raises ValueError where there is none."""
    if not path.exists():
        raise ValueError(f"{path}: no such file or folder")
    if path.is_file():
        if refusal := find_refusal(path):
            raise ValueError(f"{path}: {refusal}")
        return [WarcFile(path, path.name, path.stat().st_size)]
    found = sorted(file for file in path.rglob("*") if file.name.endswith(SUFFIXES) and file.is_file())
    if not found:
        raise ValueError(f"{path}: holds no WARC file ({' or '.join(SUFFIXES)})")
    return [WarcFile(file, str(file.relative_to(path)), file.stat().st_size) for file in found]


def find_refusal(path: Path) -> str | None:
    """Finds why nothing can be imported from a file, in words; None where something can."""
    try:
        with path.open("rb") as file:
            return None if is_warc(file) else "not a WARC file"
    except OSError as error:
        return str(error)


class Payloads:
    """Where the payloads of the files gone through lie, so that revisits find them; only those of wanted addresses."""

    def __init__(self) -> None:
        """Begins with none."""
        self._places: dict[str, tuple[Path, int]] = {}

    def note(self, records: Iterable[ForeignRecord], path: Path) -> Iterator[ForeignRecord]:
        """Hands the records of a file on, and notes where their payloads lie; the first place stays."""
        for record in records:
            if record.payload_digest:
                self._places.setdefault(record.payload_digest, (path, record.offset))
            yield record

    def find(self, digest: str) -> ForeignRecord | None:
        """Reads the record that has a payload; None where none was noted, or a file packed as a whole hides it."""
        if digest not in self._places:
            return None
        path, offset = self._places[digest]
        with path.open("rb") as file:
            file.seek(offset)
            found = next(iter(ForeignWarc(file, path.name, wants=lambda _url: True)), None)
        return found if found and found.payload_digest == digest else None


@dataclass(slots=True)
class Batch:
    """Some captures, by source and url_key."""

    captures: dict[str, dict[str, ForeignCapture]] = field(default_factory=lambda: defaultdict(dict))
    count: int = 0
    payload_bytes: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it has as many captures, or bytes, as a batch may have."""
        return self.count >= BATCH_SIZE or self.payload_bytes >= BATCH_BYTES

    def add(self, source: Source, url_key: str, capture: ForeignCapture) -> None:
        """Adds a capture."""
        self.captures[source.name][url_key] = capture
        self.count += 1
        self.payload_bytes += len(capture.exchange.body)


class WarcImport:
    """Imports WARC files for some sources in one run; `tallies` are those of the sources, by name."""

    def __init__(self, sources: Sequence[Source], tallies: Mapping[str, Tally], run: Run) -> None:
        """Prepares to import."""
        self._sources = {source.name: source for source in sources}
        self._tallies, self._run = tallies, run
        self._payloads = Payloads()
        self._by_host: dict[str, list[Source]] = defaultdict(list)
        for source in sources:
            for host in source.hosts:
                self._by_host[host].append(source)

    @property
    def source_names(self) -> frozenset[str]:
        """The names of the sources that it imports for."""
        return frozenset(self._sources)

    async def import_file(self, path: Path, unit: FileUnit) -> Row:
        """Imports a WARC file of this machine; gives the row of its unit, which a file that is refused leaves open."""
        if refusal := find_refusal(path):
            return await self._note(unit, [], problem=refusal, skipped=None)
        with path.open("rb") as opened:
            warc = self._open_warc(opened, path.name)
            return await self._import(warc, self._payloads.note(warc, path), path.name, unit)

    async def import_stream(self, stream: Readable, name: str, unit: FileUnit) -> Row:
        """Imports a WARC file that is read from elsewhere; gives the row of its unit."""
        warc = self._open_warc(stream, name)
        return await self._import(warc, warc, name, unit)

    def choose_sources(self, url: str) -> list[Source]:
        """Chooses the sources that want an address."""
        try:
            return [source for source in self._by_host.get(get_host(url), ()) if is_wanted(source, url)]
        except ValueError:
            return []

    def cut_batches(self, records: Iterable[ForeignRecord], name: str) -> Iterator[Batch]:
        """Cuts records into batches, of which none has an address twice.

        Raises DamagedError, as the records do, after what came before it.
        """
        batch = Batch()
        try:
            for record in records:
                url = record.exchange.url
                key, sources = make_url_key(url), self.choose_sources(url)
                if batch.is_full or any(key in batch.captures[source.name] for source in sources):
                    yield batch
                    batch = Batch()
                place = f"{name}@{record.offset}"
                for source in sources:
                    batch.add(source, key, ForeignCapture(record.exchange, place, name, record.payload_digest))
        except DamagedError:
            yield batch
            raise
        yield batch

    def _open_warc(self, opened: Readable, name: str) -> ForeignWarc:
        return ForeignWarc(
            opened, name, wants=lambda url: bool(self.choose_sources(url)), find_payload=self._payloads.find
        )

    async def _import(self, warc: ForeignWarc, records: Iterable[ForeignRecord], name: str, unit: FileUnit) -> Row:
        """Imports batch by batch, and notes the unit when the rows are durable; what is not damaged stays."""
        batches = self.cut_batches(records, name)
        pages: dict[tuple[str, str], None] = {}
        problem: str | None = None
        while True:
            try:
                batch = await asyncio.to_thread(next, batches, None)
            except DamagedError as error:
                problem = f"{error}; all other pages are imported: get these from a whole copy"
                break
            except OSError as error:
                problem = str(error)
                break
            if batch is None:
                break
            for source, captures in batch.captures.items():
                unwanted = await import_captures(
                    self._sources[source], captures, str(unit.via), self._run, self._tallies[source]
                )
                warc.skipped.update(reason for _, reason in unwanted)
                pages |= dict.fromkeys((source, key) for key in captures)
            self._run.report(name, str(unit.via), batch.count, 0)
        outcomes = [self._tallies[source].outcomes.get(key) for source, key in pages]
        return await self._note(unit, outcomes, problem=problem, skipped=describe_skipped(warc.skipped))

    async def _note(
        self, unit: FileUnit, outcomes: Sequence[Outcome | None], *, problem: str | None, skipped: str | None
    ) -> Row:
        row = describe_outcomes(unit, outcomes, self._run, problem=problem, skipped=skipped)
        await self._run.commit({"backfill_units": make_frame("backfill_units", [row])})
        return row
