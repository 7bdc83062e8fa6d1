"""Groups of stretches: the same whatever the order of the matches, and no larger than a passage is."""

import random

import polars as pl
import pytest

from storage.passage_schemas import PASSAGE_MATCHES
from tasks.likeness import passage_groups
from tasks.likeness.matches import Stretch
from tasks.likeness.passage_groups import STRETCHES, find_connected, group_stretches

MATCHES = [
    (Stretch(0, 10, 50), Stretch(1, 0, 40)),
    (Stretch(1, 2, 40), Stretch(2, 100, 138)),
    (Stretch(2, 90, 200), Stretch(3, 0, 110)),
    (Stretch(3, 5, 110), Stretch(4, 7, 112)),
    (Stretch(0, 300, 330), Stretch(4, 300, 330)),
]


def make_table(matches: list[tuple[Stretch, Stretch]]) -> pl.DataFrame:
    """Makes rows of `passage_matches`, with the numbers of texts as identifiers."""
    rows = [(str(one.text), str(other.text), one.start, one.end, other.start, other.end) for one, other in matches]
    return pl.DataFrame(rows, schema=PASSAGE_MATCHES.schema, orient="row")


def test_stretches_of_mostly_the_same_words_are_one_passage() -> None:
    """Matches join stretches, and so do most of the same words; a part of a longer stretch is a passage of its own."""
    groups = {tuple(stretch.text for stretch in group) for group in group_stretches(MATCHES)}
    assert groups == {(0, 1, 2), (2, 3, 4), (0, 4)}


def test_of_each_text_the_longest_stretch_stands_for_the_passage() -> None:
    """A text that shares more with one text than with another carries the passage at its full length."""
    (group,) = (group for group in group_stretches(MATCHES) if group[0] == Stretch(0, 10, 50))
    assert group == [Stretch(0, 10, 50), Stretch(1, 0, 40), Stretch(2, 100, 138)]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_matches_makes_no_difference(seed: int) -> None:
    """Matches in any order make the same groups, even where a short stretch lies between two similar ones."""
    matches = [*MATCHES, (Stretch(1, 3, 20), Stretch(5, 0, 17)), (Stretch(1, 4, 39), Stretch(6, 0, 35))]
    draw = random.Random(seed)  # noqa: S311 - an order for a test
    shuffled = draw.sample(matches, len(matches))
    assert sorted(group_stretches(shuffled)) == sorted(group_stretches(matches))
    assert [0, 1, 2, 6] in [[stretch.text for stretch in group] for group in group_stretches(matches)]


def test_what_too_many_carry_is_no_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A group of more texts than a passage has is boilerplate."""
    monkeypatch.setattr(passage_groups, "MOST_TEXTS", 2)
    assert group_stretches(MATCHES) == [[Stretch(0, 300, 330), Stretch(4, 300, 330)]]


@pytest.mark.parametrize(("touched", "expected"), [(("1", 2, 40), [0, 1]), (("4", 7, 112), [2, 3]), (("9", 0, 9), [])])
def test_the_matches_of_a_passage_are_found(touched: tuple[str, int, int], expected: list[int]) -> None:
    """From one stretch all matches of its passage are found, and no others."""
    found = find_connected(make_table(MATCHES), pl.DataFrame([touched], schema=STRETCHES, orient="row"))
    assert found.sort(pl.all()).equals(make_table([MATCHES[place] for place in expected]).sort(pl.all()))
