"""Chances of lines: the second look changes those in doubt, by what the chances around them say."""

import numpy as np
import pytest

from tasks.reading.forest import Forest
from tasks.reading.page import parse_page
from tasks.reading.second_look import FAR, NO_LINE, estimate_chances, find_doubtful, look_twice, measure_chances
from tasks.reading.segment_features import Lines, PageFacts, prepare_lines
from tasks.reading.segments import segment_page

PAGE = b"""<nav><a href="/">Home</a></nav>
<article><p>The council was told in March that its homes for children are not safe enough.</p>
<p>Inspectors will be back within six months, they wrote.</p></article><footer>All rights reserved</footer>"""


@pytest.fixture
def lines() -> Lines:
    """Gives the four lines of a page: a link, two paragraphs of one container, a footer."""
    tree = parse_page(PAGE, None)
    assert tree is not None
    return prepare_lines(segment_page(tree))


def make_stump(column: str, threshold: float, low: float, high: float) -> Forest:
    """Makes a forest of one tree with two leaves."""
    return Forest.from_json(
        {
            "names": [column], "depth": 1, "roots": [0], "columns": [0] * 3, "thresholds": [threshold, 0.0, 0.0],
            "lefts": [1, 1, 2], "rights": [2, 1, 2], "values": [0.0, low, high],
        }
    )  # fmt: skip


def test_every_line_gets_a_chance(lines: Lines) -> None:
    """The trained forests know only what is measured; paragraphs are likelier than furniture, each time the same."""
    chances = estimate_chances(lines, PageFacts())
    assert ((chances > 0) & (chances < 1)).all()
    assert chances[1:3].min() > chances[[0, 3]].max()
    assert (estimate_chances(lines, PageFacts()) == chances).all()


def test_only_lines_in_doubt_are_looked_at_twice(lines: Lines) -> None:
    """A line that the first forest is sure of keeps its chance, whatever the second says."""
    columns = {"a": np.array([-9.0, 0.0, 0.0, 9.0])}
    first = Forest.from_json(
        {
            "names": ["a"], "depth": 2, "roots": [0], "columns": [0] * 5, "thresholds": [-1.0, 0.0, 1.0, 0.0, 0.0],
            "lefts": [1, 1, 3, 3, 4], "rights": [2, 1, 4, 3, 4], "values": [0.0, -9.0, 0.0, 0.0, 9.0],
        }
    )  # fmt: skip
    chances = look_twice(lines, columns, first, make_stump("chance@1", 1.0, -2.0, 2.0))
    assert chances == pytest.approx(1 / (1 + np.exp([9.0, 2.0, -2.0, -9.0])))


def test_doubt_ends_near_none_and_all() -> None:
    """A chance of less than one in a hundred either way leaves no doubt."""
    assert find_doubtful(np.array([0.009, 0.02, 0.5, 0.98, 0.995])).tolist() == [False, True, True, True, False]


def test_chances_are_measured_around_each_line(lines: Lines) -> None:
    """A line has the log-odds of its neighbours, the mean chance of its container, and how far likely lines are."""
    columns = measure_chances(lines, np.array([0.001, 0.9, 0.5, 0.001]))
    assert columns["chance"][1] == pytest.approx(np.log(0.9 / 0.1), abs=0.01)
    assert columns["chance@1"].tolist() == [*columns["chance"][1:], NO_LINE]
    assert columns["chance@-2"].tolist() == [NO_LINE, NO_LINE, *columns["chance"][:2]]
    assert columns["chance_container"][1] == columns["chance_container"][2]
    assert 0.5 < columns["chance_container"][1] < 0.9
    assert columns["text_before"][2] == pytest.approx(1 - columns["text_behind"][1], abs=0.01)
    assert columns["from_first"].tolist() == [-1, 0, 1, 2]
    assert columns["to_last"].tolist() == [2, 1, 0, -1]
    assert columns["from_likely"].tolist() == [FAR, FAR, 1, 1]
    assert columns["to_likely"].tolist() == [1, 0, 0, FAR]


def test_a_page_without_likely_lines_has_them_far_away(lines: Lines) -> None:
    """Where no line is likely text, none is near."""
    columns = measure_chances(lines, np.full(4, 0.1))
    for name in ("from_first", "to_last", "from_likely", "to_likely"):
        assert columns[name].tolist() == [FAR] * 4
