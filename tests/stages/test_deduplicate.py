"""Duplicates of an archive and of a table of texts: found by address, by text and by what texts have in common."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.errors import OvertakenError
from storage.layout import Layout
from storage.tables import commit_rows, make_frame, read_table
from tasks.deduplicate import deduplicate_articles, find_addresses, find_pairs
from tasks.likeness import archive, candidates, index
from tests.likeness.texts import keep_start, replace_words, write_release, write_text
from tests.stages.written_articles import put_articles, write_row

TEXT = write_text(1)
DAY = datetime(2019, 1, 17, tzinfo=UTC)
TEXTS = {
    "first": TEXT,
    "same": TEXT.upper(),
    "edited": replace_words(TEXT, 0.05),
    "cut": keep_start(TEXT, 0.6),
    "other": write_text(2),
    "ashford": write_release("Ashford", 20_000, 12),
    "barham": write_release("Barham", 31_500, 19),
    "notice": "This page has moved.",
    "moved": "This page has moved.",
    "empty": None,
}
EXPECTED = [
    ("barham", "ashford", "near", True),
    ("cut", "first", "near", False),
    ("edited", "first", "near", False),
    ("same", "first", "same_text", False),
]


def make_article(name: str, text: str | None, **values: Any) -> dict[str, Any]:
    """A row of `articles`; each is published a month after the one before it in TEXTS."""
    published = DAY + timedelta(days=31 * list(TEXTS).index(name))
    return write_row(name, text, published, **values)


def read_pairs(layout: Layout) -> list[tuple[Any, ...]]:
    """The duplicates of the archive."""
    return read_table(layout, "duplicates").select("article_id", "other_id", "kind", "is_template").rows()


def expect_same(layout: Layout, other: Layout) -> None:
    """Two archives have the same tables of what is alike."""
    for table in ("sketches", "overlaps", "duplicates"):
        one, two = (read_table(place, table).sort(pl.all().exclude(pl.List)) for place in (layout, other))
        assert one.equals(two), table


def stop_after(patch: pytest.MonkeyPatch, calls: int) -> None:
    """Ends a stage that looks for outdated articles more often than it should."""
    left = iter(range(calls))
    find_stale = archive.find_stale

    def count(layout: Layout) -> pl.DataFrame:
        assert next(left, None) is not None, "the stage does not end"
        return find_stale(layout)

    patch.setattr(archive, "find_stale", count)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An empty archive."""
    return Layout(tmp_path)


def test_every_kind_of_duplicate_is_marked(layout: Layout) -> None:
    """Copies, edits and parts are joined to the first article, a template is labelled, short texts are left alone."""
    put_articles(layout, *(make_article(name, text) for name, text in TEXTS.items()))
    assert deduplicate_articles(layout) == len(EXPECTED)
    assert read_pairs(layout) == EXPECTED
    assert deduplicate_articles(layout) == 0


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_same_articles_in_any_order_have_the_same_tables(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Articles that come in any order, over as many nights as it takes, leave what one night leaves of all of them.

    That holds too where some had another text at first.
    """
    layout = Layout(tmp_path_factory.mktemp("nights"))
    waiting = data.draw(st.permutations(list(TEXTS)))
    changing = data.draw(st.sets(st.sampled_from(list(TEXTS)), max_size=3))
    put_articles(layout, *(make_article(name, TEXTS["edited"]) for name in changing))
    deduplicate_articles(layout)
    while waiting:
        count = data.draw(st.integers(1, len(waiting)))
        put_articles(layout, *(make_article(name, TEXTS[name]) for name in waiting[:count]))
        waiting = waiting[count:]
        deduplicate_articles(layout)
    whole = Layout(tmp_path_factory.mktemp("whole"))
    put_articles(whole, *(make_article(name, text) for name, text in TEXTS.items()))
    deduplicate_articles(whole)
    expect_same(layout, whole)


def test_a_large_archive_is_taken_in_by_batches(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of articles, each a commit, leave what all at once would."""
    monkeypatch.setattr(archive, "BATCH_ARTICLES", 3)
    put_articles(layout, *(make_article(name, text) for name, text in TEXTS.items()))
    deduplicate_articles(layout)
    assert read_pairs(layout) == EXPECTED


def test_an_article_may_be_like_the_old_text_of_one_that_waits(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two articles change and each is a batch, the first is compared with the new text of the second alone."""
    monkeypatch.setattr(archive, "BATCH_ARTICLES", 1)
    put_articles(layout, make_article("edited", write_text(3)), make_article("other", TEXTS["other"]))
    deduplicate_articles(layout)
    stop_after(monkeypatch, 5)
    put_articles(layout, make_article("edited", replace_words(write_text(2), 0.05)), make_article("other", TEXT))
    deduplicate_articles(layout)
    assert read_pairs(layout) == []
    assert read_table(layout, "overlaps").is_empty()


def test_an_article_that_waits_and_only_moves_is_compared_when_it_is_taken_in(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article whose day alone changed is joined to one that was taken in a batch before it."""
    monkeypatch.setattr(archive, "BATCH_ARTICLES", 1)
    put_articles(layout, make_article("first", TEXT))
    deduplicate_articles(layout)
    stop_after(monkeypatch, 5)
    moved = make_article("first", TEXT, published_at=DAY - timedelta(days=60))
    put_articles(layout, moved, make_article("edited", TEXTS["edited"]))
    deduplicate_articles(layout)
    assert read_pairs(layout) == [("edited", "first", "near", False)]


def test_an_article_may_be_like_one_that_went(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of an article that is in the archive no more goes, and nothing is compared with it."""
    put_articles(layout, make_article("first", TEXT))
    deduplicate_articles(layout)
    stop_after(monkeypatch, 5)
    articles = make_frame("articles", [make_article("edited", TEXTS["edited"])])
    commit_rows(layout, {"articles": articles}, owners={"articles": ["first"]})
    deduplicate_articles(layout)
    assert read_table(layout, "sketches")["article_id"].to_list() == ["edited"]
    assert read_table(layout, "overlaps").is_empty()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), size=st.integers(1, 3), most=st.sampled_from([2, 256]))
def test_articles_that_change_in_batches_have_the_tables_of_one_batch(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, size: int, most: int
) -> None:
    """Articles that change their texts and days, come and go leave, taken in by batches, what all at once would."""
    names = list(TEXTS)[:6]
    text = st.sampled_from([None, *names])
    day = st.sampled_from([DAY, DAY + timedelta(days=40)])
    layout, whole = (Layout(tmp_path_factory.mktemp(name)) for name in ("batches", "whole"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "MOST_TEXTS", most)
        patch.setattr(index, "MOST_TEXTS", most)
        stop_after(patch, 50)
        patch.setattr(archive, "BATCH_ARTICLES", size)
        for _ in range(3):
            drawn = {name: (data.draw(text), data.draw(day)) for name in names}
            rows = [make_article(n, TEXTS[key], published_at=on) for n, (key, on) in drawn.items() if key]
            articles = make_frame("articles", rows)
            commit_rows(layout, {"articles": articles}, owners={"articles": names})
            deduplicate_articles(layout)
        patch.setattr(archive, "BATCH_ARTICLES", 4_000)
        commit_rows(whole, {"articles": articles})
        deduplicate_articles(whole)
    expect_same(layout, whole)


def test_a_batch_that_is_overtaken_again_and_again_ends_the_stage(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a number of tries without progress the stage says what to do."""

    def overtake(*_: object) -> pl.DataFrame:
        raise OvertakenError

    put_articles(layout, make_article("first", TEXT))
    monkeypatch.setattr(archive, "update_overlaps", overtake)
    stop_after(monkeypatch, 20)
    with pytest.raises(OvertakenError, match="no other run"):
        deduplicate_articles(layout)


def test_what_another_process_changes_is_not_lost(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another run takes in articles at the same time, what it found and what this one found are both kept."""
    put_articles(layout, make_article("first", TEXTS["first"]), make_article("ashford", TEXTS["ashford"]))
    deduplicate_articles(layout)
    put_articles(layout, make_article("edited", TEXTS["edited"]))
    update = index.update_overlaps

    def overtake(*arguments: Any) -> pl.DataFrame:
        monkeypatch.setattr(archive, "update_overlaps", update)
        found = update(*arguments)
        put_articles(layout, make_article("barham", TEXTS["barham"]))
        deduplicate_articles(layout)
        return found

    monkeypatch.setattr(archive, "update_overlaps", overtake)
    deduplicate_articles(layout)
    assert read_pairs(layout) == [EXPECTED[0], EXPECTED[2]]


def test_an_article_that_changes_is_compared_anew(layout: Layout) -> None:
    """A text that is replaced leaves its pairs and has those of the new one."""
    put_articles(layout, make_article("first", TEXT), make_article("other", TEXTS["edited"]))
    deduplicate_articles(layout)
    assert read_pairs(layout) == [("other", "first", "near", False)]
    put_articles(layout, make_article("other", TEXTS["other"]))
    deduplicate_articles(layout)
    assert read_pairs(layout) == []
    assert read_table(layout, "overlaps").is_empty()


def test_a_canonical_address_names_the_original(layout: Layout) -> None:
    """A page whose canonical address is another article points there; its own, or a strange one, makes none."""
    put_articles(
        layout,
        make_article("first", TEXT, canonical_url="https://www.post.example/other?utm_source=x"),
        make_article("other", None, canonical_url="http://POST.example/other/"),
        make_article("same", None, canonical_url="https://post.example/same/"),
        make_article("cut", None, canonical_url="https://elsewhere.example/"),
        make_article("edited", None, canonical_url="no address"),
    )
    assert find_addresses(layout) == {"first": "other"}


def test_pages_that_name_each_other_are_one_pair(layout: Layout) -> None:
    """Of two pages that state each other's address, the first is the original, and the pair stands there once."""
    put_articles(
        layout,
        make_article("first", TEXT, canonical_url="https://post.example/other"),
        make_article("other", TEXT, canonical_url="https://post.example/first"),
    )
    deduplicate_articles(layout)
    assert read_pairs(layout) == [("other", "first", "same_address", False)]


def test_duplicates_of_a_table_of_texts() -> None:
    """A table gives the pairs that an archive gives, whatever its order; without days the fullest is the original."""
    days = [DAY + timedelta(days=number) for number in range(len(TEXTS))]
    frame = pl.DataFrame({"article_id": list(TEXTS), "text": list(TEXTS.values()), "published_at": days})
    pairs = find_pairs(frame)
    assert pairs.select("article_id", "other_id", "kind", "is_template").rows() == EXPECTED
    assert find_pairs(frame.reverse()).equals(pairs)
    fullest = find_pairs(pl.DataFrame({"article_id": ["part", "whole"], "text": [TEXTS["cut"], TEXT]}))
    assert fullest.select("article_id", "other_id").rows() == [("part", "whole")]
    assert fullest["containment"].to_list() == [1.0]


def test_a_table_without_texts_has_no_pairs() -> None:
    """No text, or none long enough, gives a table without rows."""
    assert find_pairs(pl.DataFrame(schema={"article_id": pl.String, "text": pl.String})).is_empty()
    assert find_pairs(pl.DataFrame({"article_id": ["a", "b"], "text": ["This page has moved."] * 2})).is_empty()


def test_no_two_seeds_are_duplicates(shared: Path) -> None:
    """The five seed articles are about one council, and two share a statement; each is an article of its own."""
    files = sorted((shared / "seeds").glob("*.txt"))
    frame = pl.DataFrame([(file.stem, file.read_text()) for file in files], schema=["article_id", "text"], orient="row")
    assert frame.height == 5
    assert find_pairs(frame).is_empty()
