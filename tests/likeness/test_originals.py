"""Which article is the original: the first, then the fullest; and each copy is joined to it directly."""

from datetime import UTC, datetime

import polars as pl
import pytest

from storage.columns import INSTANT
from storage.likeness_schemas import OVERLAPS
from tasks.likeness.originals import RANK, pair_copies, resolve_addresses

Article = tuple[str, int | None, int | None, int]


def make_articles(*articles: Article) -> pl.DataFrame:
    """Articles as (identifier, text, day of publication, words)."""
    rows = [
        (day and datetime(2019, 1, day, tzinfo=UTC), None, words, article, text)
        for article, text, day, words in articles
    ]
    types = {"published_at": INSTANT, "first_fetched_at": INSTANT, "word_count": pl.Int64, "article_id": pl.String}
    return pl.DataFrame(rows, schema={**{name: types[name] for name in RANK}, "text_key": pl.Int64}, orient="row")


def make_overlaps(*overlaps: tuple[int, int, float, float, bool]) -> pl.DataFrame:
    """Overlaps as in the table."""
    return pl.DataFrame(list(overlaps), schema=OVERLAPS.schema, orient="row")


def pair(
    articles: pl.DataFrame, overlaps: pl.DataFrame, addresses: dict[str, str] | None = None
) -> list[tuple[object, ...]]:
    """The pairs, ordered, whatever the order of what they are made from."""
    pairs = sorted(pair_copies(articles, addresses or {}, overlaps))
    assert pairs == sorted(pair_copies(articles.reverse(), addresses or {}, overlaps.reverse()))
    return [tuple(one) for one in pairs]


def test_the_original_is_the_first_then_the_fullest() -> None:
    """The article of the earliest day is the original; without days the one with the most words is."""
    overlaps = make_overlaps((1, 2, 0.9, 1.0, False), (3, 4, 0.6, 0.7, False))
    articles = make_articles(("b", 1, 2, 300), ("a", 2, 3, 400), ("d", 3, None, 300), ("c", 4, None, 200))
    assert pair(articles, overlaps) == [
        ("a", "b", "near", 0.9, 1.0, False),
        ("c", "d", "near", 0.6, 0.7, False),
    ]


def test_chains_do_not_join_strangers() -> None:
    """What is like a copy, but not like its original, is no copy; each copy is joined to the original directly."""
    overlaps = make_overlaps((1, 2, 0.6, 0.7, False), (2, 3, 0.6, 0.7, False), (1, 4, 0.3, 0.9, False))
    articles = make_articles(("a", 1, 1, 300), ("b", 2, 2, 300), ("c", 3, 3, 300), ("d", 4, 4, 100))
    assert pair(articles, overlaps) == [
        ("b", "a", "near", 0.6, 0.7, False),
        ("d", "a", "contained", 0.3, 0.9, False),
    ]


def test_a_copy_is_of_the_original_that_it_is_most_like() -> None:
    """Where a text is like several originals, such as two releases of one template, it is a copy of the nearest."""
    overlaps = make_overlaps((1, 2, 0.7, 0.9, True), (1, 3, 0.55, 0.8, False), (2, 3, 0.6, 0.9, False))
    articles = make_articles(("a", 1, 1, 300), ("b", 2, 2, 300), ("c", 3, 3, 200))
    assert pair(articles, overlaps) == [("b", "a", "near", 0.7, 0.9, True), ("c", "b", "near", 0.6, 0.9, False)]
    alike = make_overlaps((1, 2, 0.7, 0.9, True), (1, 3, 0.6, 0.8, False), (2, 3, 0.6, 0.9, False))
    assert pair(articles, alike)[1] == ("c", "a", "near", 0.6, 0.8, False)


def test_articles_of_one_text_share_its_original() -> None:
    """Articles of one text are copies of the first of them, or all of them of what that text is a copy of."""
    articles = make_articles(("a", 1, 1, 300), ("b", 1, 2, 300), ("c", 2, 3, 200), ("d", 2, 4, 200), ("e", None, 5, 3))
    assert pair(articles, make_overlaps((1, 2, 0.8, 1.0, False))) == [
        ("b", "a", "same_text", 1.0, 1.0, False),
        ("c", "a", "near", 0.8, 1.0, False),
        ("d", "a", "near", 0.8, 1.0, False),
    ]


def test_a_template_joins_nothing() -> None:
    """Releases of one template are paired and labelled, and stay originals, each with copies of its own."""
    overlaps = make_overlaps((1, 2, 0.9, 0.95, True), (2, 3, 0.7, 1.0, False), (1, 3, 0.6, 0.9, True))
    articles = make_articles(("a", 1, 1, 300), ("b", 2, 2, 300), ("c", 3, 3, 200))
    assert pair(articles, overlaps) == [("b", "a", "near", 0.9, 0.95, True), ("c", "b", "near", 0.7, 1.0, False)]


def test_an_address_names_the_original() -> None:
    """A page that states another's address is a copy of that, and no original of its text."""
    articles = make_articles(("amp", 1, 1, 300), ("page", 2, 2, 300), ("copy", 1, 3, 300), ("stub", None, 1, 5))
    addresses = {"amp": "page", "stub": "page"}
    assert pair(articles, make_overlaps((1, 2, 0.4, 0.9, False)), addresses) == [
        ("amp", "page", "same_address", 0.4, 0.9, False),
        ("copy", "page", "contained", 0.4, 0.9, False),
        ("stub", "page", "same_address", None, None, False),
    ]


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [
        ({"b": "a"}, {"b": "a"}),
        ({"a": "b"}, {"a": "b"}),
        ({"a": "b", "b": "a"}, {"b": "a"}),
        ({"a": "b", "b": "c"}, {"a": "c", "b": "c"}),
        ({"c": "b", "b": "a", "a": "b"}, {"c": "a", "b": "a"}),
        ({"a": "b", "b": "c", "c": "a"}, {"b": "a", "c": "a"}),
    ],
)
def test_addresses_lead_to_one_original(addresses: dict[str, str], expected: dict[str, str]) -> None:
    """Stated addresses are followed to the last; of pages that name one another, the first is the original."""
    assert resolve_addresses(addresses, {"a": 0, "b": 1, "c": 2}) == expected
