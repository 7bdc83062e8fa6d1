"""Pairs of articles that are linked."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl
import pytest

from tasks.stories.pairs import WINDOW_DAYS, find_pairs

DAY = date(2025, 1, 20)


def find(articles: Sequence[tuple[str, date | None, list[int], list[int]]], *asked: str) -> list[tuple[str, str]]:
    """Finds the linked pairs of articles, given as identifier, day, names and terms, all of one weight."""
    numbers = pl.List(pl.Int64)
    schema = pl.Schema([("article_id", pl.String), ("day", pl.Date), ("names", numbers), ("terms", numbers)])
    frame = pl.DataFrame(articles, schema=schema, orient="row")
    weighed = frame.with_columns(weights=pl.col("terms").list.eval(pl.element() * 0 + 100))

    def fetch(ids: pl.Series) -> pl.DataFrame:
        return pl.DataFrame({"article_id": ids}).join(weighed, on="article_id", how="left", maintain_order="left")

    pairs = find_pairs(frame.drop("terms"), pl.Series(asked or frame["article_id"], dtype=pl.String), fetch)
    return pairs.select("article_id", "other_id").rows()


@pytest.mark.parametrize(
    ("days", "expected"),
    [(0, True), (WINDOW_DAYS, True), (-WINDOW_DAYS, True), (WINDOW_DAYS + 1, False), (None, True)],
)
def test_linked_articles_are_near(days: int | None, expected: bool) -> None:  # noqa: FBT001 - a table of answers
    """Articles further apart than the window are not linked; one without a day is near any."""
    other = None if days is None else DAY + timedelta(days=days)
    assert bool(find([("a", DAY, [1], [1, 2]), ("b", other, [1], [1, 2])])) == expected


@pytest.mark.parametrize(
    ("names", "terms", "expected"),
    [
        ([1, 2], [1, 2, 3], True),
        ([3, 4], [1, 2, 3], False),
        ([], [1, 2, 3], False),
        ([1, 4], [1, 2, 3], False),
        ([1, 4], [1, 8, 9], True),
        ([1, 2], [7, 8, 9], False),
    ],
)
def test_linked_articles_share_names_and_terms(names: list[int], terms: list[int], expected: bool) -> None:  # noqa: FBT001 - a table of answers
    """Without common names, or terms, articles are not linked; the more terms they share, the more names they must."""
    assert bool(find([("a", DAY, [1, 2], [1, 2, 3]), ("b", DAY, names, terms)])) == expected


def test_each_pair_comes_up_once_and_only_where_asked() -> None:
    """Pairs have the lower identifier first; those of which neither is asked about are left out."""
    articles = [(name, DAY, [1], [1, 2]) for name in "cab"]
    assert find(articles) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert find(articles, "b") == [("a", "b"), ("b", "c")]
    assert find(articles[:1]) == []
