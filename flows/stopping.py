"""Runs a flow so that Ctrl-C and SIGTERM stop it in order: told in one line, with the exit status that shells expect.

The flow has a thread of its own, and signals come to the main one: raised within the flow, they would end whichever
task is at work then, and be taken for its failure. Nothing that is started in that thread hears of Ctrl-C, which a
terminal sends to all processes: Prefect's temporary server and the readers are needed until the flow has ended.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from multiprocessing import resource_tracker
from queue import SimpleQueue
from typing import NoReturn, TypeVar

from flows.console import ERR, show_progress
from flows.stages import OBSERVER, Observer

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM)
#: What these log goes to Prefect's server alone: whoever runs a flow tells of failures in a line, not in pages.
TOLD_BY_CALLERS = ("prefect.flow_runs", "prefect.task_runs")
#: How long a flow has to end in order; what takes longer, such as to tell a server that is gone, is not waited for.
STOP_S = 10.0


def run_flow(flow: Awaitable[T]) -> T:
    """Runs a flow under progress bars, and gives what it gives.

    A signal that stops it ends the process, with 130 for Ctrl-C and 143 for SIGTERM.
    """
    # Started later, it would let Ctrl-C through again.
    resource_tracker.ensure_running()
    for name in TOLD_BY_CALLERS:
        logging.getLogger(name).propagate = False
    events = SimpleQueue[int | None]()
    cancels = SimpleQueue[Callable[[], object]]()

    async def run() -> T:
        task = asyncio.current_task()
        assert task  # noqa: S101 - there is one wherever something is awaited
        cancels.put(partial(asyncio.get_running_loop().call_soon_threadsafe, task.cancel))
        return await flow

    thread = ThreadPoolExecutor(1, "flow", signal.pthread_sigmask, (signal.SIG_BLOCK, {signal.SIGINT}))
    with take_signals(events), show_progress() as report:
        OBSERVER.set(Observer(report))
        ended = thread.submit(copy_context().run, asyncio.run, run())
        ended.add_done_callback(lambda _: events.put(None))
        number = events.get()
        if number is not None:
            stop(number, cancels.get(), ended)
    if number is not None:
        end_at_once(128 + number)
    return ended.result()


@contextmanager
def take_signals(events: SimpleQueue[int | None]) -> Iterator[None]:
    """Takes the signals that stop a run as events, until it has ended; a repeated one changes nothing."""
    before = {number: signal.signal(number, lambda number, _: events.put(number)) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stop(number: int, cancel: Callable[[], object], ended: "Future[T]") -> None:
    """Says that a flow is stopped, and gives it time to end in order."""
    # Prefect tells of each task that is cancelled as of a crash.
    logging.getLogger("prefect").setLevel(logging.CRITICAL)
    ERR.print(f"inspection-news: stopped by {signal.Signals(number).name}; run it again to go on", soft_wrap=True)
    cancel()
    wait([ended], timeout=STOP_S)


def end_at_once(status: int) -> NoReturn:
    """Ends the process, and Prefect's temporary server with it, whatever other threads still wait for."""
    if prefect_server := sys.modules.get("prefect.server.api.server"):
        prefect_server.SubprocessASGIServer().stop()
    sys.stdout.flush()
    os._exit(status)
