"""Average-link clustering of linked pairs."""

import random

import pytest

from tasks.stories.clusters import LEAST_SIMILARITY, cluster_articles

Links = list[tuple[int, int, float]]


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ([], [0, 1, 2, 3]),
        ([(0, 1, LEAST_SIMILARITY)], [0, 0, 2, 3]),
        ([(0, 1, LEAST_SIMILARITY - 0.001)], [0, 1, 2, 3]),
        ([(0, 1, 0.9), (1, 2, 0.2)], [0, 0, 2, 3]),
        ([(0, 1, 0.9), (1, 2, 0.2), (0, 2, 0.1)], [0, 0, 0, 3]),
        ([(2, 3, 0.9), (1, 2, 0.3), (1, 3, 0.3), (0, 1, 0.29)], [0, 1, 1, 1]),
        ([(0, 1, 0.5), (1, 2, 0.5), (2, 3, 0.5)], [0, 0, 2, 2]),
        ([(0, 1, 0.3), (2, 3, 0.3), (0, 2, 0.15), (1, 3, 0.15), (0, 3, 0.15), (1, 2, 0.15)], [0, 0, 0, 0]),
    ],
)
def test_clusters_merge_by_their_average(links: Links, expected: list[int]) -> None:
    """The most similar merge first; a chain of links is no story; of equal ones those of the lowest numbers merge."""
    assert cluster_articles(4, links) == expected


def test_the_order_of_links_does_not_matter() -> None:
    """Links may come in any order, even where many are equally similar."""
    draw = random.Random(7)  # noqa: S311 - similarities for a test
    links = [(left, right, draw.choice([0.1, 0.2, 0.3])) for right in range(40) for left in range(right)]
    sparse = draw.sample(links, 200)
    expected = cluster_articles(40, sorted(sparse))
    assert 1 < len(set(expected)) < 40
    for _ in range(5):
        draw.shuffle(sparse)
        assert cluster_articles(40, sparse) == expected


def test_clusters_are_those_of_plain_average_linkage() -> None:
    """The result is that of merging, again and again, the two clusters with the highest mean over all pairs."""
    draw = random.Random(3)  # noqa: S311 - similarities for a test
    for _ in range(20):
        links = [(left, right, round(draw.random(), 6)) for right in range(12) for left in range(right)]
        sparse = draw.sample(links, 30)
        assert cluster_articles(12, sparse) == _cluster_plainly(12, sparse)


def _cluster_plainly(count: int, links: Links) -> list[int]:
    similarity = {(left, right): value for left, right, value in links}
    clusters = [[number] for number in range(count)]

    def mean(one: list[int], other: list[int]) -> float:
        total = sum(similarity.get((min(a, b), max(a, b)), 0.0) for a in one for b in other)
        return total / (len(one) * len(other))

    while len(clusters) > 1:
        pairs = [(mean(a, b), a, b) for place, a in enumerate(clusters) for b in clusters[place + 1 :]]
        best, left, right = max(pairs, key=lambda pair: pair[0])
        if best < LEAST_SIMILARITY:
            break
        clusters = [found for found in clusters if found not in (left, right)] + [left + right]
    return [min(next(found for found in clusters if number in found)) for number in range(count)]
