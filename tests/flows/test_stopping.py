"""A signal stops a flow in order, whatever the flow is at; here the signals come to the tests' own process."""

import asyncio
import os
import signal
import threading
from multiprocessing import resource_tracker
from typing import NoReturn

import pytest

from flows import stopping
from flows.stages import OBSERVER
from flows.stopping import run_flow

STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.fixture(autouse=True)
def keep_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the end of the process raise SystemExit."""

    def end(status: int) -> NoReturn:
        raise SystemExit(status)

    monkeypatch.setattr(stopping, "end_at_once", end)


def test_a_flow_runs_to_its_end() -> None:
    """What the flow gives, or raises, comes through; the observer that it sees is the caller's."""

    async def flow() -> int:
        OBSERVER.get().run_id = "a run"
        return 7

    async def fail() -> NoReturn:
        raise ValueError("no such source")

    assert run_flow(flow()) == 7
    assert OBSERVER.get().run_id == "a run"
    with pytest.raises(ValueError, match="no such source"):
        run_flow(fail())


@pytest.mark.parametrize("number", STATUS, ids=lambda number: number.name)
def test_a_signal_ends_a_flow_in_order_and_in_one_line(
    number: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    """The flow is cancelled once, however often the signal comes, has time to clean up, and one line says so."""
    closed: list[bool] = []

    async def flow() -> None:
        os.kill(os.getpid(), number)
        try:
            await asyncio.sleep(30)
        finally:
            os.kill(os.getpid(), number)
            await asyncio.sleep(0.1)
            closed.append(True)

    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as ended:
        run_flow(flow())
    assert (ended.value.code, closed) == (STATUS[number], [True])
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", f"inspection-news: stopped by {number.name}; run it again to go on\n")
    assert signal.getsignal(number) is before


def test_what_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow that hangs in its end holds nobody up."""
    monkeypatch.setattr(stopping, "STOP_S", 0.2)
    over = threading.Event()

    async def flow() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.to_thread(over.wait)

    with pytest.raises(SystemExit) as ended:
        run_flow(flow())
    over.set()
    assert ended.value.code == STATUS[signal.SIGTERM]


def test_what_a_flow_starts_does_not_hear_of_ctrl_c() -> None:
    """The readers, and Prefect's own server, are needed until the flow has ended: they are started without SIGINT."""

    async def flow() -> set[int]:
        resource_tracker.ensure_running()
        return await asyncio.to_thread(signal.pthread_sigmask, signal.SIG_BLOCK, set())

    assert signal.SIGINT in run_flow(flow())
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, set())
