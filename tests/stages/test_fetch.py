"""Batches: small at first, so that reading begins soon, then large, so that commits are few."""

import pytest

from tasks.fetch import BATCH_SIZE, FIRST_BATCH, cut_batches


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
