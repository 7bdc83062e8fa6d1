"""The chain of a source's batches, and what is derived from the whole archive in a process of its own."""

import asyncio
import time
from datetime import UTC, datetime
from multiprocessing import active_children
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from flows import stages
from flows.stages import DERIVATIONS, carry_out, derive
from storage.layout import Layout
from tasks.plan import Plan
from tasks.run import Run, Tally, report_nothing
from tasks.sources.model import Source


def sleep(_layout: Layout) -> int:
    """Takes longer than anybody waits."""
    time.sleep(15)
    return 1


def count_parts(layout: Layout) -> int:
    """Counts the parts of the archive's path."""
    return len(layout.root.parts)


def wait_for_process() -> None:
    """Waits until a process was started."""
    while not active_children():
        time.sleep(0.1)


def test_a_derivation_of_its_own_gives_its_rows_and_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What it gives comes back, and its process ends with it."""
    monkeypatch.setitem(DERIVATIONS, "count", count_parts)
    layout = Layout(tmp_path)
    assert asyncio.run(derive.fn("count", layout, is_apart=True)) == len(tmp_path.parts)
    assert not active_children()


def test_a_stop_ends_a_derivation_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its process is not waited for, nor left behind: there is time to note the run as stopped."""
    monkeypatch.setitem(DERIVATIONS, "sleep", sleep)

    async def stop() -> float:
        work = asyncio.create_task(derive.fn("sleep", Layout(tmp_path), is_apart=True))
        await asyncio.to_thread(wait_for_process)
        started = time.monotonic()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        return time.monotonic() - started

    assert asyncio.run(stop()) < 10
    assert not active_children()


class Chain:
    """Stages that note what they are given in place of the web, the readers and the archive."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, fails: tuple[str, int] | None = None) -> None:
        """Puts them in place; the one named in `fails` fails at its batch of that number."""
        self.fetched: list[int] = []
        self.kept: list[list[int]] = []
        self._fails = fails
        for name in ("fetch", "read", "keep"):
            monkeypatch.setattr(stages, name, getattr(self, f"_{name}"))
        monkeypatch.setattr(stages, "hide", lambda value: value)

    def run(self, *, count: int, left: int = 0) -> list[str]:
        """Carries out a plan of so many addresses, with some left to read; gives the errors that it tells of."""
        tally = Tally("post", datetime.now(UTC))
        plan = Plan(ask=[{"number": number} for number in range(count)], read=[{"number": -1 - n} for n in range(left)])
        source = cast(Source, SimpleNamespace(name="post"))
        asyncio.run(carry_out(plan, source, cast(Run, SimpleNamespace(report=report_nothing)), tally))
        return tally.errors

    async def _fetch(self, _source: Any, rows: Any, _run: Any, _tally: Any, batch: int, _batches: int) -> Any:
        self._check("fetch", batch)
        self.fetched += [row["number"] for row in rows]
        return rows

    async def _read(self, _source: Any, rows: Any, _run: Any, batch: int, _batches: int) -> Any:
        # A batch takes less than the one before it: order is not left to chance.
        await asyncio.sleep(0.05 / (batch + 1))
        self._check("read", batch)
        return rows

    async def _keep(self, _source: Any, pages: Any, _run: Any, _tally: Any, batch: int, _batches: int) -> None:
        self._check("keep", batch)
        self.kept.append([page["number"] for page in pages])

    def _check(self, stage: str, batch: int) -> None:
        if self._fails == (stage, batch):
            raise OSError(f"{stage} failed")


def test_what_is_read_is_kept_in_order_and_in_few_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small batches are kept together, the rest at the end, each address once, as planned."""
    chain = Chain(monkeypatch)
    assert chain.run(count=1250, left=3) == []
    assert [number for batch in chain.kept for number in batch] == [-1, -2, -3, *range(1250)]
    assert [len(batch) for batch in chain.kept] == [753, 500]


def test_a_short_list_is_kept_and_nothing_makes_no_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """One page is kept as soon as it is read; where nothing is planned, nothing is kept."""
    chain = Chain(monkeypatch)
    assert (chain.run(count=1), chain.kept) == ([], [[0]])
    chain = Chain(monkeypatch)
    assert (chain.run(count=0), chain.kept) == ([], [])


@pytest.mark.parametrize(
    ("fails", "missing"),
    [
        (("fetch", 2), range(50, 150)),
        (("read", 1), range(50)),
        (("keep", 4), range(750)),
        (("keep", 5), range(750, 1250)),
    ],
)
def test_a_batch_that_fails_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, fails: tuple[str, int], missing: range
) -> None:
    """What stops one is told, and all the others are kept."""
    chain = Chain(monkeypatch, fails=fails)
    assert chain.run(count=1250) == [f"OSError: {fails[0]} failed"]
    kept = [number for batch in chain.kept for number in batch]
    assert kept == [number for number in range(1250) if number not in missing]
