"""Batches: small at first, so that reading begins soon, then large, so that commits are few; a retry starts over."""

import asyncio
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from storage.outcomes import Outcome
from storage.records import Listed
from storage.tables import read_table
from tasks.fetch import BATCH_SIZE, FIRST_BATCH, cut_batches, fetch_batch
from tasks.plan import plan_source
from tasks.read import read_batch
from tasks.run import Run, Tally
from tests.stages.conftest import Nights, make_source


def test_batches_grow_to_the_largest() -> None:
    """Each batch is twice the last one, up to the largest; every address is in one, in order."""
    rows = [{"url_key": str(number)} for number in range(3000)]
    batches = cut_batches(rows)
    assert [len(batch) for batch in batches[:4]] == [FIRST_BATCH, 2 * FIRST_BATCH, 4 * FIRST_BATCH, 8 * FIRST_BATCH]
    assert max(map(len, batches)) == BATCH_SIZE
    assert [row for batch in batches for row in batch] == rows


@pytest.mark.parametrize("count", [0, 1, FIRST_BATCH])
def test_short_lists_are_one_batch(count: int) -> None:
    """What fits the first batch is one; nothing is none."""
    assert [len(batch) for batch in cut_batches([{"url_key": ""}] * count)] == ([count] if count else [])


def refuse_commits(run: Run, *numbers: int) -> None:
    """Makes commits of a run fail, by their number from now on."""
    original, counted = run.commit, count(1)

    async def commit(frames: Any, **options: Any) -> dict[str, int]:
        if next(counted) in numbers:
            raise OSError("the disk is full")
        return await original(frames, **options)

    object.__setattr__(run, "commit", commit)


def test_a_retried_batch_counts_each_failure_once(nights: Nights) -> None:
    """What was noted by an attempt whose commit failed is void, in fetching as in reading."""
    challenge = b"<html><head><title>Just a moment...</title></head><body><div id='cf-wrapper'></div></body></html>"
    nights.site.pages |= {"/broken": (500, {}, b""), "/challenge": (200, {}, challenge)}
    url = "https://www.post.example"
    listed = {f"post.example{path}": Listed(f"{url}{path}", "feed", f"{url}/rss") for path in nights.site.pages}

    async def run_night() -> Tally:
        async with nights.open() as run:
            source, tally = make_source(), Tally("post", datetime.now(UTC))
            plan = await plan_source(source, listed, run, tally)
            refuse_commits(run, 1, 3)
            with pytest.raises(OSError, match="disk"):
                await fetch_batch(source, plan.ask, run, tally)
            fetched = await fetch_batch(source, plan.ask, run, tally)
            with pytest.raises(OSError, match="disk"):
                await read_batch(source, fetched, run, tally)
            await read_batch(source, fetched, run, tally)
            return tally

    assert asyncio.run(run_night()).count_outcomes() == {Outcome.SERVER_ERROR: 1, Outcome.BLOCKED: 1}
    addresses = read_table(nights.layout, "addresses").select("url_key", "failures", "next_try_at").sort("url_key")
    assert addresses.rows() == [("post.example/broken", 1, None), ("post.example/challenge", 1, None)]
