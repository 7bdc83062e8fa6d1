"""What the stages of one run share: the archive, the client, the recorder, the reader's processes, the tally."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from storage.layout import Layout
from storage.live_runs import hold_run, mark_stopped_runs
from storage.outcomes import Outcome
from storage.tables import commit_rows, create_tables
from storage.warc import WarcWriter, close_torn_files
from tasks.captures import Recorder
from tasks.reading.workers import ReaderPool
from tasks.robots_memory import RobotsMemory
from tasks.sources.model import Source
from tasks.web.client import Client
from tasks.web.settings import ClientSettings

#: How many batches the reader processes work at: enough to keep them busy, while what was read before is committed.
READING_THREADS = 2


@dataclass(slots=True)
class Tally:
    """What became of the addresses of one source in one run, and what went wrong on the way.

    `found` counts what its listings list now; `listed` has in addition what earlier runs left open. `reach` is from
    when on its listings have what it published, where they do not have all; `unlisted` counts the months of a backfill
    that are not wholly within it. `skipped` says why the source was not asked at all.
    """

    source: str
    started_at: datetime
    found: int = 0
    listed: set[str] = field(default_factory=set)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    reach: datetime | None = None
    unlisted: int = 0
    skipped: str | None = None
    ended_at: datetime | None = None

    def count_outcomes(self) -> Counter[Outcome]:
        """Counts the addresses per outcome."""
        return Counter(self.outcomes.values())

    def defer_rest(self) -> None:
        """Puts off what an error kept from an end: the next run takes it up."""
        self.outcomes.update(dict.fromkeys(self.listed - self.outcomes.keys(), Outcome.DEFERRED))

    def check_balance(self) -> str | None:
        """Says in words where listed addresses and outcomes do not balance; None where they do."""
        if self.listed == self.outcomes.keys():
            return None
        without, unlisted = self.listed - self.outcomes.keys(), self.outcomes.keys() - self.listed
        return f"{len(without)} listed addresses have no outcome, {len(unlisted)} outcomes no listed address"


#: Hears of progress: the source, the stage, how many more are done, and of how many in all, where that is known now.
Report = Callable[[str, str, int, int], None]


def report_nothing(source: str, stage: str, done: int, total: int) -> None:
    """Takes a report of progress and keeps it to itself."""


@dataclass(frozen=True)
class Run:
    """One run of a flow, as its stages see it."""

    run_id: str
    flow: str
    started_at: datetime
    layout: Layout
    client: Client
    recorder: Recorder
    readers: ReaderPool
    reading: ThreadPoolExecutor
    report: Report = report_nothing
    sources: Mapping[str, Source] = field(default_factory=dict)
    commits: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def commit(
        self,
        frames: Mapping[str, pl.DataFrame],
        *,
        owners: Mapping[str, Collection[str]] | None = None,
        check: Callable[[], None] | None = None,
    ) -> dict[str, int]:
        """Commits rows together with the captures recorded so far, off the event loop; `check` is `commit_rows`' own.

        One commit of a run follows the other: else an address could be committed before the capture that it names,
        which another source's commit has taken with it.
        """
        async with self.commits:
            captures = self.recorder.take_rows()
            try:
                return await asyncio.to_thread(
                    commit_rows, self.layout, {"captures": captures, **frames}, owners=owners or {}, check=check
                )
            except BaseException:
                self.recorder.put_back(captures)
                raise


def make_run_id(now: datetime) -> str:
    """Makes the identifier of a run: its start in UTC and a random part."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


@asynccontextmanager
async def open_run(
    layout: Layout,
    flow: str,
    client_settings: ClientSettings,
    *,
    operator: str | None,
    workers: int,
    report: Report,
    sources: Mapping[str, Source] | None = None,
) -> AsyncIterator[Run]:
    """Opens a run on an archive: finishes and marks what killed runs left, and closes its own WARC file at the end.

    `sources` are all there are, by name: another source of the run's may have read the same page.
    """
    now = datetime.now(UTC)
    run_id = make_run_id(now)
    await asyncio.to_thread(create_tables, layout, now.date())
    await asyncio.to_thread(close_torn_files, layout)
    await asyncio.to_thread(mark_stopped_runs, layout)
    writer = WarcWriter(
        layout, f"{flow}-{run_id}", day=now.date(), software=client_settings.user_agent, operator=operator or ""
    )
    # Reading has threads of its own: it would keep commits and name look-ups waiting in the common ones.
    reading_threads = ThreadPoolExecutor(READING_THREADS, "reading")
    # The readers are stopped before the threads that wait for them are waited for.
    with hold_run(layout, run_id), writer, reading_threads as reading, ReaderPool(workers) as readers:
        recorder = Recorder(writer, run_id)
        robots = RobotsMemory(layout)
        async with Client(
            client_settings,
            record_robots=lambda exchange: _drop(recorder.record(exchange, source=None, purpose="robots")),
            remember_robots=robots.recall,
        ) as client:
            run = Run(run_id, flow, now, layout, client, recorder, readers, reading, report, sources or {})
            yield run
        await run.commit({})


def _drop(_value: str) -> None:
    """Turns a recorder's answer into the nothing that the client expects."""
