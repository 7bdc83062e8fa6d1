"""Exact duplicates: the same text or the same canonical address, each with its original."""

from datetime import UTC, datetime

import polars as pl
import pytest

from tasks.deduplicate import find_pairs, measure_overlap, pair_same_address

TEXT = " ".join(f"word{number}" for number in range(40))
DAY = datetime(2019, 1, 17, tzinfo=UTC)


def test_the_original_is_the_one_published_first() -> None:
    """Texts that differ in typography alone are one text; each copy is paired with the earliest one."""
    frame = pl.DataFrame(
        {
            "article_id": ["b", "a", "c", "d"],
            "text": [TEXT, TEXT.replace(" ", "  ").upper(), f"“{TEXT}”", "another text " + TEXT],
            "published_at": [DAY, DAY.replace(day=18), None, DAY],
        }
    )
    pairs = find_pairs(frame)
    assert pairs.select("article_id", "other_id", "kind").rows() == [("a", "b", "same_text"), ("c", "b", "same_text")]
    assert find_pairs(frame.reverse()).equals(pairs)


def test_short_texts_are_no_duplicates() -> None:
    """A one-line notice that two pages share does not make them duplicates."""
    frame = pl.DataFrame({"article_id": ["a", "b"], "text": ["This page has moved.", "This page has moved."]})
    assert find_pairs(frame).is_empty()


def test_a_canonical_address_names_the_original() -> None:
    """A page whose canonical address is another article's is a duplicate of that; its own address makes none."""
    frame = pl.DataFrame(
        {
            "article_id": ["amp", "page"],
            "url_key": ["post.example/a/amp", "post.example/a"],
            "canonical_url": ["https://www.post.example/a", "https://www.post.example/a?utm_source=x"],
        }
    )
    assert pair_same_address(frame).rows() == [("amp", "page", "same_address")]


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("a b c d", "A b, c d", (1.0, 1.0)),
        ("a b c d", "a b c e", (1 / 3, 1 / 2)),
        ("a b c", "a b c d e", (1 / 3, 1.0)),
        ("a b", "a b c", (None, None)),
        (None, "a b c", (None, None)),
    ],
)
def test_overlap_is_measured_exactly(text: str | None, other: str, expected: tuple[float | None, float | None]) -> None:
    """Jaccard and containment are shares of word-3-shingles; a text too short for one has none."""
    assert measure_overlap(text, other) == expected
