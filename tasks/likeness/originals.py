"""Which of several articles that say the same is the original, and which are its copies.

The original is the one published first, then fetched first, then fullest, then of the lowest identifier. Every copy is
paired with its original, never with another copy: an article that is like a copy of the original but not like the
original itself is no copy of it. So no chain of small changes makes strangers one. Where an article is like several
originals, such as releases made from one template, it is a copy of the one with which it has most in common.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

from tasks.likeness.index import NEAR_JACCARD

RANK = ("published_at", "first_fetched_at", "word_count", "article_id")


class Pair(NamedTuple):
    """A copy and its original, as in the table `duplicates`."""

    article_id: str
    other_id: str
    kind: str
    jaccard: float | None
    containment: float | None
    is_template: bool = False


class Edge(NamedTuple):
    """What a text has in common with another."""

    other_key: int
    jaccard: float
    containment: float
    is_template: bool


Edges = Mapping[int, Mapping[int, Edge]]


def pair_copies(articles: pl.DataFrame, addresses: Mapping[str, str], overlaps: pl.DataFrame) -> Iterator[Pair]:
    """Pairs each copy with its original, and each original with the first that only a template joins it to.

    `articles` has `article_id`, `text_key` (null for a text too short to compare) and the columns of RANK;
    `addresses` the article that a page states as its own address, where that is another; `overlaps` is as the table.
    A pair by address has no measures where its texts are not alike.
    """
    ordered = rank_articles(articles)
    ranks = {article: rank for rank, article in enumerate(ordered["article_id"])}
    texts = dict(ordered.select("article_id", "text_key").iter_rows())
    edges = _collect_edges(overlaps, set(texts.values()))
    moved = resolve_addresses(addresses, ranks)
    for copy, original in moved.items():
        yield Pair(copy, original, "same_address", *_look_up(texts[copy], texts[original], edges))
    holders: dict[int, list[str]] = defaultdict(list)
    for article, text in texts.items():
        if text is not None and article not in moved:
            holders[text].append(article)
    yield from _pair_texts(holders, edges)


def rank_articles(articles: pl.DataFrame) -> pl.DataFrame:
    """Puts articles in order: an original comes before its copies."""
    return articles.sort(RANK, descending=[False, False, True, False], nulls_last=True)


def resolve_addresses(addresses: Mapping[str, str], ranks: Mapping[str, int]) -> dict[str, str]:
    """Follows stated addresses to the last; of articles that name one another in a circle, the first one is meant."""
    originals: dict[str, str] = {}
    for article in addresses:
        path = [article]
        while (stated := addresses.get(path[-1])) is not None and stated not in path:
            path.append(stated)
        last = path[-1] if stated is None else min(path[path.index(stated) :], key=ranks.__getitem__)
        if last != article:
            originals[article] = last
    return originals


def _collect_edges(overlaps: pl.DataFrame, keys: set[int | None]) -> Edges:
    edges: dict[int, dict[int, Edge]] = defaultdict(dict)
    columns = ("text_key", "other_key", "jaccard", "containment", "is_template")
    for text, other, jaccard, containment, is_template in overlaps.select(columns).iter_rows():
        if text in keys and other in keys:
            edges[text][other] = Edge(other, jaccard, containment, is_template)
            edges[other][text] = Edge(text, jaccard, containment, is_template)
    return edges


def _look_up(text: int | None, other: int | None, edges: Edges) -> tuple[float | None, float | None]:
    if text is None or other is None:
        return None, None
    if text == other:
        return 1.0, 1.0
    edge = edges.get(text, {}).get(other)
    return (edge.jaccard, edge.containment) if edge else (None, None)


def _pair_texts(holders: Mapping[int, list[str]], edges: Edges) -> Iterator[Pair]:
    """Walks the texts in the order of their first articles, so that every original is known before its copies."""
    originals: dict[int, int] = {}
    for rank, (text, articles) in enumerate(holders.items()):
        earlier = sorted((originals[other], edge) for other, edge in edges.get(text, {}).items() if other in originals)
        joined = [edge for _, edge in earlier]
        copies = (edge for edge in joined if not edge.is_template)
        copied = max(copies, key=lambda edge: edge.jaccard, default=None)
        if copied:
            yield from _pair_all(articles, holders[copied.other_key][0], copied)
            continue
        originals[text] = rank
        yield from (Pair(copy, articles[0], "same_text", 1.0, 1.0) for copy in articles[1:])
        if joined:
            yield from _pair_all(articles[:1], holders[joined[0].other_key][0], joined[0])


def _pair_all(copies: list[str], original: str, edge: Edge) -> Iterator[Pair]:
    kind = "near" if edge.jaccard >= NEAR_JACCARD else "contained"
    for copy in copies:
        yield Pair(copy, original, kind, edge.jaccard, edge.containment, edge.is_template)
