"""Reads pages in worker processes, so that a page that hangs, crashes or eats memory takes nothing else with it."""

import multiprocessing
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import resource_tracker
from multiprocessing.forkserver import ensure_running
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from lxml.etree import XMLSyntaxError
from pebble import ProcessExpired, ProcessFuture, ProcessPool

T = TypeVar("T")
R = TypeVar("R")

TIME_LIMIT_S = 30.0
MEMORY_LIMIT_MB = 1024
#: A worker is replaced after so many pages, so that what a parser leaks stays small.
PAGES_PER_WORKER = 1_000
#: Items sent ahead per worker: enough to keep all busy behind one slow page, few enough to keep memory flat.
AHEAD_PER_WORKER = 8
#: The exit code of a worker that ran out of memory.
OUT_OF_MEMORY = 77
#: What the server process that workers are forked from imports once for all of them.
PRELOADED = ["tasks.reading.preload"]
#: Workers are forked from a clean server: this process has threads, locks and modules that none should inherit.
CONTEXT = multiprocessing.get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Failure:
    """What stands in place of the reading of an item whose worker failed, hung, crashed or ran out of memory."""

    reason: str


class ReaderPool:
    """Worker processes that read items; a context manager. With `workers` 0 all is read in this process, unguarded.

    `time_limit_s` is wall seconds per item, `memory_limit_mb` the address space that an item may add (Linux only).
    """

    def __init__(
        self, workers: int, *, time_limit_s: float = TIME_LIMIT_S, memory_limit_mb: int = MEMORY_LIMIT_MB
    ) -> None:
        """Prepares the pool; workers start with the first item, and what they are forked from at once."""
        self._ahead = workers * AHEAD_PER_WORKER
        self._time_limit_s = time_limit_s
        self._memory_limit_mb = memory_limit_mb
        start_fork_server(workers)
        self._pending: set[ProcessFuture[Any]] = set()
        self._pool = ProcessPool(max_workers=workers, max_tasks=PAGES_PER_WORKER, context=CONTEXT) if workers else None

    def __enter__(self) -> Self:
        """Returns the pool itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the worker processes; another thread that still waits for items gets CancelledError."""
        if self._pool:
            self._pool.stop()  # type: ignore[no-untyped-call]
            # A pool that is stopped may forget what it was at, and leave whoever waits for it waiting.
            for future in tuple(self._pending):
                future.cancel()  # type: ignore[no-untyped-call]
            self._pool.join()

    def read(self, function: Callable[[T], R], items: Iterable[T]) -> Iterator[R | Failure]:
        """Calls a function on each item and gives the results in the items' order; takes items only as they are due.

        Function, items and results are pickled. Whatever the function raises becomes the Failure of its item alone.
        """
        if self._pool is None:
            yield from map(function, items)
            return
        calls = ((function, item, self._memory_limit_mb) for item in items)
        send = partial(self._send, self._pool)
        pending = deque((call, send(call)) for call in islice(calls, self._ahead))
        try:
            while pending:
                call, future = pending.popleft()
                if isinstance(future.exception(), ProcessExpired):
                    # The crash may have been another's doing (the system ended the process): asked once more.
                    future = send(call)
                error = future.exception()
                yield Failure(self._explain(error)) if error else future.result()
                pending.extend((call, send(call)) for call in islice(calls, 1))
        finally:
            for _, future in pending:
                future.cancel()  # type: ignore[no-untyped-call]

    def _send(self, pool: ProcessPool, call: tuple[Callable[[T], R], T, int]) -> ProcessFuture[R]:
        future = pool.schedule(_call_limited, args=call, timeout=self._time_limit_s)
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        if not pool.active:  # stopped by another thread, which may have looked through what is pending already
            future.cancel()  # type: ignore[no-untyped-call]
        return future

    def _explain(self, error: BaseException) -> str:
        if isinstance(error, TimeoutError):
            return f"not read within {self._time_limit_s:g} s"
        if isinstance(error, ProcessExpired):
            if error.exitcode == OUT_OF_MEMORY:
                return f"needs more than {self._memory_limit_mb} MB"
            return f"the reading process crashed (exit code {error.exitcode})"
        return f"{type(error).__name__}: {error}"


def start_fork_server(workers: int) -> None:
    """Starts what workers are forked from, unless there are to be none or it runs: it imports beside this process.

    A terminal sends Ctrl-C to all processes: workers never hear of it, and end when they are told to.
    """
    if not workers:
        return
    CONTEXT.set_forkserver_preload(PRELOADED)
    # Started by the server's start, it would let Ctrl-C through again.
    resource_tracker.ensure_running()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


_is_limited = False


def _call_limited(function: Callable[[Any], R], item: Any, memory_limit_mb: int) -> R:  # noqa: ANN401 - any item
    """Runs in the worker: sets the memory limit once, over what the imports took, then calls the function."""
    global _is_limited  # noqa: PLW0603 - a limit belongs to the process
    if not _is_limited and sys.platform == "linux":
        taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        limit = taken + memory_limit_mb * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
        _is_limited = True
    try:
        return function(item)
    except (MemoryError, XMLSyntaxError):
        # libxml2 mends whatever it is given and gives up only where memory ran out, with an error that no process can
        # send. What is left of a process that ran out of memory would fail the next item, too.
        os._exit(OUT_OF_MEMORY)
