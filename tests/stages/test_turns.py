"""Turns: a source's batches are read at once and kept one after the other."""

import asyncio
from datetime import UTC, datetime

from tasks.run import Tally


def test_batches_are_kept_in_the_order_they_came() -> None:
    """A batch that is read first waits for the one before it, and one that fails holds nobody up."""
    kept: list[str] = []

    async def keep(tally: Tally, name: str, seconds: float) -> None:
        turn = tally.take_turn()
        try:
            await asyncio.sleep(seconds)
            await turn.wait()
            kept.append(name)
            if name == "fails":
                raise ValueError(name)
        finally:
            turn.end()

    async def run() -> None:
        tally = Tally("outlet", datetime.now(UTC))
        batches = [keep(tally, "slow", 0.05), keep(tally, "fails", 0.02), keep(tally, "quick", 0)]
        await asyncio.gather(*batches, return_exceptions=True)

    asyncio.run(run())
    assert kept == ["slow", "fails", "quick"]
