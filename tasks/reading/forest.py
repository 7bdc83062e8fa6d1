"""A forest of decision trees, as trained by tests/benchmarks/train_forest.py: from the numbers of lines to chances."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

#: Lines that are judged at once, so that a page of a million lines needs no more memory for it than one of thousands.
BATCH = 2_000
FIRST_FOREST = Path(__file__).with_name("first_forest.json")
SECOND_FOREST = Path(__file__).with_name("second_forest.json")


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """The nodes of all trees in one row: at a node, a column at most the threshold leads left, else right.

    A leaf leads to itself and has a value; the values that a line's leaves sum up to are the log-odds of its chance.
    """

    names: tuple[str, ...]
    roots: NDArray[np.intp]
    depth: int
    columns: NDArray[np.intp]
    thresholds: Numbers
    #: Of each node the left and the right one, in turn.
    children: NDArray[np.intp]
    values: Numbers

    @classmethod
    def from_json(cls, stated: Mapping[str, Any]) -> Self:
        """Makes a forest of its description."""
        return cls(
            tuple(stated["names"]),
            np.array(stated["roots"], dtype=np.intp),
            stated["depth"],
            np.array(stated["columns"], dtype=np.intp),
            np.array(stated["thresholds"], dtype=np.float64),
            np.array([stated["lefts"], stated["rights"]], dtype=np.intp).ravel(order="F"),
            np.array(stated["values"], dtype=np.float64),
        )

    def estimate(self, columns: Mapping[str, Numbers], of: NDArray[np.bool_] | slice = slice(None)) -> Numbers:
        """Estimates the chance of each line, or `of` some; `columns` holds every name that the forest knows."""
        table = np.stack([columns[name][of] for name in self.names], axis=1)
        batches = [self._sum_leaves(table[start : start + BATCH]) for start in range(0, len(table), BATCH)]
        chances: Numbers = 1 / (1 + np.exp(-np.concatenate(batches)))
        return chances

    def _sum_leaves(self, table: Numbers) -> Numbers:
        count, width = table.shape
        cells, starts = table.ravel(), (np.arange(count) * width)[:, np.newaxis]
        nodes = np.tile(self.roots, (count, 1))
        for _ in range(self.depth):
            # `take` does what indexing does, at half the cost.
            is_right = cells.take(starts + self.columns.take(nodes)) > self.thresholds.take(nodes)
            nodes = self.children.take(2 * nodes + is_right)
        sums: Numbers = self.values.take(nodes).sum(axis=1)
        return sums


@cache
def load_forest(path: Path) -> Forest:
    """Loads a forest of this package."""
    return Forest.from_json(json.loads(path.read_text(encoding="utf-8")))
