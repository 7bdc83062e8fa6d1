"""What is derived from the whole archive in a process of its own."""

import asyncio
import time
from multiprocessing import active_children
from pathlib import Path

import pytest

from flows.stages import DERIVATIONS, derive
from storage.layout import Layout


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
