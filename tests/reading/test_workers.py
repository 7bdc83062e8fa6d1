"""Worker processes: what one item does to its process, no other item feels."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from threading import Thread

import pytest

from tasks.reading.forest import load_forest
from tasks.reading.workers import AHEAD_PER_WORKER, Failure, ReaderPool
from tests.reading.conftest import read_in_workers


def behave(item: str) -> str:
    """Does what the item says, in a worker process."""
    match item:
        case "hang":
            time.sleep(600)
        case "crash":
            os._exit(7)
        case "eat":
            return str(len(bytearray(2**30)))
        case "raise":
            raise ValueError("no such thing")
        case "slow":
            time.sleep(0.3)
    return item.upper()


def list_modules(_item: int) -> list[str]:
    """Lists what a worker process has imported."""
    return list(sys.modules)


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    """However long each item takes and however many workers there are, results keep the items' order."""
    items = ["slow", "a", "b", "slow", "c", *"defghijklmnop"]
    assert list(read_in_workers(behave, items, workers=workers)) == [item.upper() for item in items]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("hang", "not read within 1 s"),
        ("crash", "the reading process crashed (exit code 7)"),
        ("eat", "needs more than 300 MB"),
        ("raise", "ValueError: no such thing"),
    ],
)
def test_a_bad_item_fails_alone(item: str, reason: str) -> None:
    """An item that hangs, crashes, eats memory or raises becomes a failure with its reason; all others are read."""
    items = ["a", "b", item, "c", "d", item, "e"]
    read = list(read_in_workers(behave, items, workers=2, time_limit_s=1, memory_limit_mb=300))
    assert read == ["A", "B", Failure(reason), "C", "D", Failure(reason), "E"]


def test_items_are_taken_only_as_they_are_due() -> None:
    """A pool holds a bounded number of items, so that a long list is never in memory at once."""
    taken = 0

    def count() -> Iterator[str]:
        nonlocal taken
        for _ in range(1000):
            taken += 1
            yield "x"

    with ReaderPool(1) as pool:
        results = pool.read(behave, count())
        assert [next(results) for _ in range(3)] == ["X"] * 3
        assert taken <= 3 + AHEAD_PER_WORKER
        results.close()
        assert list(pool.read(behave, ["still", "there"])) == ["STILL", "THERE"]


def test_whoever_waits_for_a_pool_that_ends_is_told() -> None:
    """Another thread that is at its items when the pool ends waits no longer, nor for what had not begun."""
    told: list[str] = []

    def read() -> None:
        with pytest.raises(CancelledError):
            list(results)
        told.append("cancelled")

    waiting = Thread(target=read, daemon=True)
    with ReaderPool(1) as pool:
        results = pool.read(behave, ["a", *["hang"] * 40])
        assert next(results) == "A"
        waiting.start()
    waiting.join(timeout=10)
    assert told == ["cancelled"]


def test_workers_know_no_prefect() -> None:
    """A worker process does not pay for importing Prefect."""
    [modules] = read_in_workers(list_modules, [0], workers=1)
    assert isinstance(modules, list)
    assert "prefect" not in modules


def list_blocked_signals(_item: int) -> set[int]:
    """Lists the signals that never come to the process."""
    return {int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, set())}


def test_workers_do_not_hear_of_ctrl_c() -> None:
    """A terminal sends it to all processes, and what is being read is needed until the run has ended in order."""
    (blocked,) = read_in_workers(list_blocked_signals, [1], workers=1)
    assert signal.SIGINT in blocked
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())


def count_loaded_forests(_item: int) -> int:
    """Tells how many forests a worker has loaded."""
    return load_forest.cache_info().currsize


def test_workers_start_with_what_reading_needs() -> None:
    """What is loaded at a first page is loaded once, in the process that workers are forked from."""
    assert list(read_in_workers(count_loaded_forests, [1], workers=1)) == [2]
