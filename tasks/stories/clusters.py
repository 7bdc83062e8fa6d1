"""Stories from similarities: average-link clustering of the few pairs that are linked."""

import heapq
from collections.abc import Iterable

#: Two groups of articles are one story where all pairs across them are so similar on average; unlinked ones count as 0.
LEAST_SIMILARITY = 0.14
#: Similarities are summed in whole numbers, so that sums do not depend on their order.
UNIT = 1_000_000


def cluster_articles(count: int, links: Iterable[tuple[int, int, float]]) -> list[int]:
    """Clusters articles, numbered from 0: gives for each the lowest number in its cluster.

    The most similar two clusters are merged first, of equally similar ones those of the lowest numbers, for as long as
    any are similar enough.
    """
    sums = _index_links(count, links)
    sizes, parents = [1] * count, list(range(count))
    heap = [
        (-total / UNIT, left, right) for left in range(count) for right, total in sums[left].items() if left < right
    ]
    heapq.heapify(heap)
    while heap:
        negative, left, right = heapq.heappop(heap)
        if right not in sums[left] or -negative != _average(sums, sizes, left, right):
            continue
        if -negative < LEAST_SIMILARITY:
            break
        _merge(sums, left, right)
        parents[right], sizes[left] = left, sizes[left] + sizes[right]
        for other in sums[left]:
            heapq.heappush(heap, (-_average(sums, sizes, left, other), min(left, other), max(left, other)))
    for number in range(count):
        parents[number] = parents[parents[number]]
    return parents


def _index_links(count: int, links: Iterable[tuple[int, int, float]]) -> list[dict[int, int]]:
    sums: list[dict[int, int]] = [{} for _ in range(count)]
    for left, right, similarity in links:
        sums[left][right] = sums[right][left] = round(similarity * UNIT)
    return sums


def _average(sums: list[dict[int, int]], sizes: list[int], left: int, right: int) -> float:
    return sums[left][right] / (UNIT * sizes[left] * sizes[right])


def _merge(sums: list[dict[int, int]], left: int, right: int) -> None:
    """Merges the right cluster into the left one: what others have in common with either, they have with both."""
    for other, total in sums[right].items():
        del sums[other][right]
        if other != left:
            sums[left][other] = sums[other][left] = sums[left].get(other, 0) + total
    sums[right] = {}
