"""Turns at a host: intervals, concurrency, holds and rests."""

import asyncio
from typing import Any

import pytest

from tasks.web.errors import HostUnreachableError, HostWaitingError
from tasks.web.scoreboard import FAILURES_IN_A_ROW, REST_S, Scoreboard

HOST = "news.test"


@pytest.fixture
def board(fake_time: Any) -> Scoreboard:
    """A board that waits out at most a minute."""
    return Scoreboard(fake_time.clock, longest_hold_s=60)


async def take_turns(board: Scoreboard, fake_time: Any, *turns: tuple[str, float], concurrency: int = 9) -> list[float]:
    """Takes turns all at once, and gives the second at which each started."""
    starts = []

    async def take(host: str, interval_s: float) -> None:
        async with board.take_turn(host, interval_s=interval_s, concurrency=concurrency):
            starts.append(fake_time.seconds)
            await asyncio.sleep(0)

    await asyncio.gather(*(take(*turn) for turn in turns))
    return starts


@pytest.mark.parametrize("concurrency", [1, 9])
def test_starts_are_an_interval_apart(board: Scoreboard, fake_time: Any, concurrency: int) -> None:
    """The first starts at once, each other one interval after the last."""
    starts = asyncio.run(take_turns(board, fake_time, *[(HOST, 2.0)] * 4, concurrency=concurrency))
    assert starts == [0, 2, 4, 6]


def test_hosts_do_not_wait_for_each_other(board: Scoreboard, fake_time: Any) -> None:
    """The pace is that of one host."""
    starts = asyncio.run(take_turns(board, fake_time, ("a.test", 5.0), ("b.test", 5.0), ("c.test", 5.0)))
    assert starts == [0, 0, 0]


def test_sources_share_a_host(board: Scoreboard, fake_time: Any) -> None:
    """Each request waits its own source's interval since the last one, whoever's it was."""
    assert asyncio.run(take_turns(board, fake_time, (HOST, 1.0), (HOST, 5.0), (HOST, 1.0))) == [0, 5, 6]


def test_concurrency_is_kept_and_slots_come_back(board: Scoreboard) -> None:
    """No more run at once than allowed, also after some failed or were cancelled."""
    running, most = 0, 0

    async def take(number: int) -> None:
        nonlocal running, most
        async with board.take_turn(HOST, interval_s=0, concurrency=2):
            running += 1
            most = max(most, running)
            try:
                await asyncio.sleep(0.001)
                if number == 3:
                    raise RuntimeError
            finally:
                running -= 1

    async def run() -> int:
        tasks = [asyncio.ensure_future(take(number)) for number in range(9)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        tasks[5].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        return sum(result is None for result in results)

    assert (asyncio.run(run()), most) == (6, 2)


def test_hold_delays_all(board: Scoreboard, fake_time: Any) -> None:
    """What the host asked for holds for every source, and their intervals follow after it."""
    board.hold(HOST, 30)
    board.hold(HOST, 10)
    assert asyncio.run(take_turns(board, fake_time, (HOST, 1.0), (HOST, 1.0))) == [30, 31]


def test_hold_reaches_those_already_waiting(board: Scoreboard, fake_time: Any) -> None:
    """A hold that arrives while a request waits for its interval is seen when it wakes."""

    async def run() -> list[float]:
        starts = await take_turns(board, fake_time, (HOST, 1.0))
        waiting = asyncio.ensure_future(take_turns(board, fake_time, (HOST, 4.0)))
        await asyncio.sleep(0)
        board.hold(HOST, 20)
        return starts + await waiting

    assert asyncio.run(run()) == [0, 20]


def test_long_hold_fails_at_once(board: Scoreboard, fake_time: Any) -> None:
    """A hold over the cap is not waited out, until less than the cap is left of it."""
    board.hold(HOST, 90)
    with pytest.raises(HostWaitingError, match="another 90 s"):
        asyncio.run(take_turns(board, fake_time, (HOST, 1.0)))
    fake_time.seconds = 31
    assert asyncio.run(take_turns(board, fake_time, (HOST, 1.0))) == [90]


def test_host_rests_after_failures_in_a_row(board: Scoreboard, fake_time: Any) -> None:
    """Connections that fail in a row close the host for some minutes; one that works starts the count anew."""
    for failed in [True] * (FAILURES_IN_A_ROW - 1) + [False] + [True] * (FAILURES_IN_A_ROW - 1):
        board.note_connection(HOST, failed=failed)
    asyncio.run(take_turns(board, fake_time, (HOST, 0.0)))
    board.note_connection(HOST, failed=True)
    with pytest.raises(HostUnreachableError, match="not tried again for 300 s"):
        asyncio.run(take_turns(board, fake_time, (HOST, 0.0)))
    fake_time.seconds = REST_S
    assert asyncio.run(take_turns(board, fake_time, (HOST, 0.0))) == [REST_S]


def test_turns_go_to_those_who_wait_longest(board: Scoreboard) -> None:
    """Where many wait for a host, each end of a request lets the next in line begin, and wakes no other."""
    began: list[int] = []

    async def take(number: int) -> None:
        async with board.take_turn(HOST, interval_s=0, concurrency=1):
            began.append(number)
            await asyncio.sleep(0)

    async def run() -> None:
        await asyncio.gather(*map(take, range(20)))

    asyncio.run(run())
    assert began == list(range(20))


def test_turn_of_one_who_gives_up_goes_on(board: Scoreboard) -> None:
    """One who is stopped while waiting, woken already or not, keeps nobody behind from a turn."""
    began: list[str] = []

    async def take(name: str) -> None:
        async with board.take_turn(HOST, interval_s=0, concurrency=1):
            began.append(name)
            await asyncio.sleep(0)

    async def run() -> None:
        holder = board.take_turn(HOST, interval_s=0, concurrency=1)
        await holder.__aenter__()
        unwoken, woken, last = (asyncio.ensure_future(take(name)) for name in ("unwoken", "woken", "last"))
        await asyncio.sleep(0)
        unwoken.cancel()
        await asyncio.sleep(0)
        await holder.__aexit__(None, None, None)
        woken.cancel()
        await asyncio.wait_for(last, timeout=5)

    asyncio.run(run())
    assert began == ["last"]
