"""What a line has in common with others of its page: that they look alike, and the element that most text is in."""

from collections.abc import Sequence

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

#: The main elements of a page are the innermost ones that hold such a share of its sentences.
MAIN_SHARES = (0.3, 0.5, 0.7, 0.9)
#: A longer sentence or paragraph counts no more than so many words, lest one alone be the main text.
MOST_COUNTED = 60


def measure_kin(elements: Sequence[HtmlElement], text: Numbers, links: Numbers, ends: Numbers) -> dict[str, Numbers]:
    """Measures the lines that look like each: how many, how much text, how linked, and whether they stand next to it.

    Lines look alike where their elements and the elements above have the same tags and classes. `text` are words of
    running text, `links` shares of linked characters, `ends` 1 where a line ends a sentence.
    """
    looks: dict[tuple[str | None, ...], int] = {}
    kin = np.array([looks.setdefault(_describe(element), len(looks)) for element in elements], dtype=np.intp)
    counts, masses = np.bincount(kin), np.bincount(kin, text)
    is_same = (kin[1:] == kin[:-1]).astype(np.float64)
    return {
        "kin": np.log1p(counts)[kin],
        "kin_text": (masses / max(1.0, masses.max()))[kin],
        "kin_links": (np.bincount(kin, links) / counts)[kin],
        "kin_ends": (np.bincount(kin, ends) / counts)[kin],
        "kin_before": np.concatenate([[0.0], is_same]),
        "kin_behind": np.concatenate([is_same, [0.0]]),
    }


def measure_distances(elements: Sequence[HtmlElement], sentences: Numbers) -> dict[str, Numbers]:
    """Measures how far each line is outside the main elements: 0 inside, else the levels up to one that holds both.

    `sentences` are the words of each line that are sentences.
    """
    tree = _Ancestry()
    places = np.array([tree.number(element) for element in elements], dtype=np.intp)
    masses = np.bincount(places, np.minimum(sentences, MOST_COUNTED), minlength=len(tree.parents))
    for child in range(len(masses) - 1, 0, -1):
        masses[tree.parents[child]] += masses[child]
    return {
        f"outside_{share}": tree.measure_levels(int(np.flatnonzero(masses >= share * masses[0])[-1]))[places]
        for share in MAIN_SHARES
    }


class _Ancestry:
    """The elements that lines are in, numbered from the root on: each after the one above it."""

    def __init__(self) -> None:
        self.parents: list[int] = []
        self._numbers: dict[HtmlElement, int] = {}

    def number(self, element: HtmlElement) -> int:
        """Numbers an element and those above it; libxml2 nests no deeper than 256."""
        known = self._numbers.get(element)
        if known is None:
            above = element.getparent()
            parent = 0 if above is None else self.number(above)
            known = self._numbers[element] = len(self.parents)
            self.parents.append(parent)
        return known

    def measure_levels(self, main: int) -> Numbers:
        """Measures of each element how many levels above the main one an element holds both."""
        levels = {main: 0}
        while main:
            main = self.parents[main]
            levels[main] = len(levels)
        reached: list[int] = []
        for element, parent in enumerate(self.parents):
            reached.append(levels[element] if element in levels else reached[parent])
        return np.array(reached, dtype=np.float64)


def _describe(element: HtmlElement) -> tuple[str | None, ...]:
    above = element.getparent()
    return (element.tag, element.get("class"), *(() if above is None else (above.tag, above.get("class"))))
