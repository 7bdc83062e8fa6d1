"""How likely each line of a page is text: a first look at every line, a second at those that the first leaves in doubt.

The second look also knows how likely the lines around are, as the first saw them (auto-context: Tu and Bai 2010,
"Auto-context and its application to high-level vision tasks").
"""

import numpy as np
from numpy.typing import NDArray

from tasks.reading.forest import FIRST_FOREST, SECOND_FOREST, Forest, Numbers, load_forest
from tasks.reading.segment_features import Lines, PageFacts, measure_lines, shift

#: Chances nearer to 0 or 1 than this are left as they are.
SURE = 0.01
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
#: A line of this chance is likelier text than not.
LIKELY = 0.5
#: A longer line counts no more than so many words.
MOST_WORDS = 40
#: Keeps the log-odds of a chance, and the mean of lines without words, finite.
LEAST_CHANCE, LEAST_WORDS = 1e-4, 1e-3
#: Stands for the log-odds, and the distance, of a line that is not there.
NO_LINE, FAR = -10.0, 99


def estimate_chances(lines: Lines, facts: PageFacts) -> Numbers:
    """Estimates the chance of each line to be text, 0 to 1."""
    return look_twice(lines, measure_lines(lines, facts), load_forest(FIRST_FOREST), load_forest(SECOND_FOREST))


def look_twice(lines: Lines, columns: dict[str, Numbers], first: Forest, second: Forest) -> Numbers:
    """Estimates the chance of each line of which the columns are measured."""
    chances = first.estimate(columns)
    in_doubt = find_doubtful(chances)
    if in_doubt.any():
        chances[in_doubt] = second.estimate(columns | measure_chances(lines, chances), in_doubt)
    return chances


def find_doubtful(chances: Numbers) -> NDArray[np.bool_]:
    """Finds the lines that the first look leaves in doubt."""
    return (chances > SURE) & (chances < 1 - SURE)


def measure_chances(lines: Lines, chances: Numbers) -> dict[str, Numbers]:
    """Measures what the chances of a page's lines say of each line; one column of numbers a name."""
    odds = np.log((chances + LEAST_CHANCE) / (1 - chances + LEAST_CHANCE))
    words = np.minimum(lines.words, MOST_WORDS) + LEAST_WORDS
    mass = chances * words
    so_far, total = np.cumsum(mass), max(1.0, mass.sum())
    return {
        "chance": odds,
        **{f"chance@{distance}": shift(odds, distance, NO_LINE) for distance in NEIGHBOURS},
        "chance_container": _average(mass, words, lines.containers),
        "chance_frame": _average(mass, words, lines.frames),
        "text_before": (so_far - mass) / total,
        "text_behind": (so_far[-1] - so_far) / total,
        "text": np.full(len(mass), np.log1p(total)),
        **_measure_distances(np.flatnonzero(chances >= LIKELY), np.arange(len(mass))),
    }


def _average(mass: Numbers, words: Numbers, groups: NDArray[np.intp]) -> Numbers:
    averages: Numbers = (np.bincount(groups, mass) / np.bincount(groups, words))[groups]
    return averages


def _measure_distances(likely: NDArray[np.intp], places: NDArray[np.intp]) -> dict[str, Numbers]:
    """Measures how many lines each line is from the first and the last likely one, and the nearest on either side."""
    if not len(likely):
        return dict.fromkeys(("from_first", "to_last", "from_likely", "to_likely"), np.full(len(places), float(FAR)))
    following = np.searchsorted(likely, places)
    before = np.concatenate([[places[0] - FAR], likely])[following]
    behind = np.concatenate([likely, [places[-1] + FAR]])[following]
    distances = {
        "from_first": places - likely[0],
        "to_last": likely[-1] - places,
        "from_likely": np.minimum(places - before, FAR),
        "to_likely": np.minimum(behind - places, FAR),
    }
    return {name: column.astype(np.float64) for name, column in distances.items()}
