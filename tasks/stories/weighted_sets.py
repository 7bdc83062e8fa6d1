"""Many sets of weighted terms as arrays, and what pairs of them have in common.

A term has the same weight wherever it stands, a whole number, so that sums are the same in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WeightedSets:
    """Sets numbered from 0: `terms[offsets[i]:offsets[i + 1]]` are those of set i, numbered from 0 to `term_count`.

    `weights` has each term's weight, beside it; `totals` the sum of these for each set.
    """

    offsets: Integers
    terms: Integers
    weights: Integers
    totals: Integers
    term_count: int


def make_sets(terms: pl.Series, weights: pl.Series) -> WeightedSets:
    """Makes the sets of two columns of lists: hashes of terms, and their weights beside them."""
    offsets = np.concatenate(([0], np.cumsum(terms.list.len().to_numpy().astype(np.int64))))
    kinds, numbers = np.unique(terms.explode(empty_as_null=False).to_numpy(), return_inverse=True)
    beside = weights.explode(empty_as_null=False).to_numpy().astype(np.int64)
    sums = np.concatenate(([0], np.cumsum(beside)))
    return WeightedSets(offsets, numbers.astype(np.int64), beside, np.diff(sums[offsets]), len(kinds))


def measure_overlaps(sets: WeightedSets, left: Integers, right: Integers) -> Integers:
    """Measures for each pair of sets the weight of what both have."""
    marks = np.zeros(sets.term_count, np.int64)
    overlaps = np.zeros(len(left), np.int64)
    for one, places in _group(left):
        own = slice(sets.offsets[one], sets.offsets[one + 1])
        marks[sets.terms[own]] = sets.weights[own]
        flat, starts = _gather(sets, right[places])
        sums = np.concatenate(([0], np.cumsum(marks[sets.terms[flat]])))
        overlaps[places] = np.diff(sums[starts])
        marks[sets.terms[own]] = 0
    return overlaps


def measure_shared(sets: WeightedSets, left: Integers, right: Integers) -> dict[int, int]:
    """Measures for each set in `left` the weight of what any of the sets beside it in `right` has too."""
    is_there = np.zeros(sets.term_count, np.bool_)
    shared: dict[int, int] = {}
    for one, places in _group(left):
        own = slice(sets.offsets[one], sets.offsets[one + 1])
        others = sets.terms[_gather(sets, right[places])[0]]
        is_there[others] = True
        shared[one] = int(sets.weights[own][is_there[sets.terms[own]]].sum())
        is_there[others] = False
    return shared


def _group(values: Integers) -> Iterator[tuple[int, Integers]]:
    """Gives each value once, with the places where it stands."""
    order = np.argsort(values, kind="stable")
    kinds, starts = np.unique(values[order], return_index=True)
    yield from zip(kinds.tolist(), np.split(order, starts[1:]), strict=True) if len(kinds) else ()


def _gather(sets: WeightedSets, chosen: Integers) -> tuple[Integers, Integers]:
    """Gives the places of all terms of the chosen sets, one set after the other, and where each set starts in these."""
    lengths = sets.offsets[chosen + 1] - sets.offsets[chosen]
    starts = np.concatenate(([0], np.cumsum(lengths)))
    return np.repeat(sets.offsets[chosen] - starts[:-1], lengths) + np.arange(starts[-1]), starts
