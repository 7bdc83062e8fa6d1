"""Candidates and overlaps: the same whatever the order, and kept up to date without reading old texts."""

from collections.abc import Collection, Mapping

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.likeness_schemas import OVERLAPS
from tasks.likeness import candidates, index
from tasks.likeness.index import TEXT_SKETCHES, Change, update_overlaps
from tasks.likeness.shingles import hash_batches, make_sketches
from tasks.likeness.words import Hashes, hash_words
from tests.likeness.texts import keep_start, replace_words, write_release, write_text

ARTICLE = write_text(1)
TEXTS = {
    1: ARTICLE,
    2: replace_words(ARTICLE, 0.05),
    3: keep_start(ARTICLE, 0.6),
    4: f"{write_text(2, 150)} {ARTICLE}",
    5: write_text(3),
    6: write_release("Ashford", 20_000, 12),
    7: write_release("Barham", 31_500, 19),
    8: write_release("Cobham", 700, 3),
    9: keep_start(write_release("Cobham", 700, 3), 0.7),
    10: replace_words(ARTICLE, 0.6),
}
NOTHING = pl.DataFrame(schema=TEXT_SKETCHES)
NO_KEYS = NOTHING["text_key"]
NO_OVERLAPS = pl.DataFrame(schema=OVERLAPS.schema)


class Library:
    """The texts, and which of them were read."""

    def __init__(self) -> None:
        """Starts with none read."""
        self.read: set[int] = set()

    def fetch(self, keys: Collection[int]) -> Mapping[int, Hashes]:
        """Reads some texts and hashes their words."""
        self.read |= set(keys)
        return {key: hash_words([TEXTS[key]]).hashes for key in keys}


def sketch(keys: Collection[int]) -> pl.DataFrame:
    """The sketches of some texts."""
    sketches = make_sketches(hash_batches([TEXTS[key] for key in keys]))
    return pl.DataFrame({"text_key": list(keys), "sketch": sketches}, schema=TEXT_SKETCHES)


def find_all(keys: Collection[int]) -> pl.DataFrame:
    """The overlaps of some texts, found in one run."""
    return update_overlaps(NOTHING.lazy(), Change(sketch(sorted(keys)), NOTHING, NO_KEYS), NO_OVERLAPS, Library().fetch)


def test_what_is_alike_is_found_and_labelled() -> None:
    """Copies, parts and texts that hold another are found; releases of one template are, and are labelled."""
    found = find_all(TEXTS)
    pairs = {(left, right): is_template for left, right, _, _, is_template in found.iter_rows()}
    copies = {(1, 2), (1, 3), (2, 3), (1, 4), (2, 4), (3, 4), (8, 9)}
    templates = {(6, 7), (6, 8), (7, 8)}
    assert {pair for pair, is_template in pairs.items() if not is_template} >= copies
    assert {pair for pair, is_template in pairs.items() if is_template} >= templates
    assert not {pair for pair in pairs if 5 in pair or 10 in pair}


@settings(max_examples=30, deadline=None)
@given(data=st.data(), most=st.sampled_from([2, 3, 4, 256]))
def test_overlaps_are_the_same_in_any_order(data: st.DataObject, most: int) -> None:
    """Texts that come in any order and number of runs, some to leave again, have the overlaps of one run.

    That holds also where so few texts may share a hash that it becomes too common, or common no more, in between.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "MOST_TEXTS", most)
        patch.setattr(index, "MOST_TEXTS", most)
        held, known = NOTHING, NO_OVERLAPS
        waiting = data.draw(st.permutations(sorted(TEXTS)))
        while waiting:
            count = data.draw(st.integers(1, len(waiting)))
            added, waiting = waiting[:count], waiting[count:]
            leaving = data.draw(st.sets(st.sampled_from(sorted(held["text_key"])))) if held.height else set()
            removed = held.filter(pl.col("text_key").is_in(list(leaving)))
            known = update_overlaps(held.lazy(), Change(sketch(added), removed, NO_KEYS), known, Library().fetch)
            held = pl.concat([held.join(removed, on="text_key", how="anti"), sketch(added)])
        assert known.equals(find_all(held["text_key"]))


def test_old_texts_are_not_read() -> None:
    """A night reads the texts of its candidates alone, and none that was measured before."""
    old = [key for key in TEXTS if key != 2]
    library = Library()
    known = find_all(old)
    update_overlaps(sketch(old).lazy(), Change(sketch([2]), NOTHING, NO_KEYS), known, library.fetch)
    assert library.read == {1, 2, 3, 4}


def test_one_text_in_several_articles_is_one_text() -> None:
    """A text that many articles have counts once, however often it is held."""
    held = pl.concat([sketch([1])] * 300)
    found = update_overlaps(held.lazy(), Change(sketch([2]), NOTHING, NO_KEYS), NO_OVERLAPS, Library().fetch)
    assert found.select("text_key", "other_key").rows() == [(1, 2)]
