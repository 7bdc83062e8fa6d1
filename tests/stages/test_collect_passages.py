"""Passages of an archive: one run or many, in any order, give the same tables; what changes leaves no trace."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from storage.errors import OvertakenError
from storage.layout import Layout
from storage.overtaken import watch_tables
from storage.tables import commit_rows, make_frame, read_table
from tasks import collect_passages as stage
from tasks.collect_passages import collect_batch, collect_passages
from tasks.likeness import matches, passage_groups
from tasks.likeness import passage_archive as archive
from tasks.likeness.articles import read_articles
from tasks.likeness.passage_archive import find_stale
from tasks.likeness.passages import find_passages
from tests.likeness.texts import write_text
from tests.stages.written_articles import put_articles, write_row

DAY = datetime(2019, 1, 17, tzinfo=UTC)
FIRST, SECOND, NOTICE = (write_text(number, 40) for number in (101, 102, 103))
LONG = f"{FIRST} {write_text(104, 25)}"
SAID = "Cllr Jane Ashworth said: “{}”"
KEYS = {
    "passages": ["passage_id", "article_id"],
    "fingerprints": ["article_id"],
    "passage_matches": ["article_id", "other_id", "start", "other_start"],
}


def write_article(number: int, *quotes: str) -> str:
    """Writes an article of words of its own, with some quotes between them."""
    parts = [write_text(1000 * number + place, 50) for place in range(len(quotes) + 1)]
    return ".\n\n".join(part for pair in zip(parts, [*quotes, ""], strict=True) for part in pair if part)


TEXTS = {
    "a": write_article(1, SAID.format(FIRST)),
    "b": write_article(2, FIRST, NOTICE),
    "c": write_article(3, SAID.format(LONG), SECOND, NOTICE),
    "d": write_article(4, SECOND, LONG),
    "e": write_article(5, " ".join(SECOND.split()[5:]), NOTICE),
    "f": write_article(6, NOTICE, f"Jane Ashworth, its leader, added: “{FIRST}”"),
    "g": write_article(7, NOTICE),
    "same": write_article(2, FIRST, NOTICE).upper(),
    "alone": write_article(8, " ".join(SECOND.split()[:9])),
    "notice": "This page has moved.",
    "empty": None,
}


def make_article(name: str, text: str | None, **values: Any) -> dict[str, Any]:
    """A row of `articles`; some months have several."""
    published = DAY + timedelta(days=11 * (list(TEXTS).index(name) * 7 % len(TEXTS)))
    return write_row(name, text, published, **values)


ARTICLES = [make_article(name, text) for name, text in TEXTS.items()]


def read_tables(layout: Layout) -> dict[str, pl.DataFrame]:
    """Reads the three tables, ordered by their keys."""
    return {name: read_table(layout, name).sort(key) for name, key in KEYS.items()}


def expect_same(layout: Layout, other: Layout) -> None:
    """Fails where a table differs."""
    found = read_tables(other)
    for name, table in read_tables(layout).items():
        assert table.equals(found[name]), name


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """An empty archive."""
    return Layout(tmp_path / "archive")


@pytest.fixture
def other(tmp_path: Path) -> Layout:
    """Another one."""
    return Layout(tmp_path / "other")


def test_an_archive_has_the_passages_of_its_articles(layout: Layout) -> None:
    """The table has what the same texts have outside an archive; running again changes nothing."""
    put_articles(layout, *ARTICLES)
    count = collect_passages(layout)
    passages = read_table(layout, "passages").sort(KEYS["passages"])
    assert passages.height == count > 0
    outside = find_passages(pl.DataFrame(ARTICLES).select("article_id", "text", "published_at"))
    assert passages.drop("published_at", "first_fetched_at").equals(outside)
    assert collect_passages(layout) == 0
    assert passages["passage_id"].n_unique() == 4
    said = passages.filter(pl.col("speaker") == "Jane Ashworth")
    assert sorted(said["article_id"]) == ["a", "b", "c", "d", "f", "same"]
    for name, start, end, text in passages.select("article_id", "start", "end", "text").iter_rows():
        assert (TEXTS[name] or "")[start:end] == text


@pytest.mark.parametrize("most", [2, 4, 100])
@pytest.mark.parametrize("seed", range(4))
def test_one_run_or_many_give_the_same_tables(
    layout: Layout, other: Layout, monkeypatch: pytest.MonkeyPatch, seed: int, most: int
) -> None:
    """Articles may come in any order, in any number of runs and batches, some with another text at first, or to go.

    That holds too where shingles become too common on the way, and rare again.
    """
    for module in (matches, passage_groups):
        monkeypatch.setattr(module, "MOST_TEXTS", most)
    put_articles(layout, *ARTICLES)
    collect_passages(layout)
    draw = random.Random(seed)  # noqa: S311 - an order for a test
    texts = list(TEXTS.values())
    first = [make_article(name, draw.choice(texts), version=1) for name in draw.sample(list(TEXTS), 4)]
    left = draw.sample(ARTICLES, len(ARTICLES))
    put_articles(other, *first)
    while left:
        collect_passages(other)
        monkeypatch.setattr(stage, "BATCH_ARTICLES", draw.randint(1, 5))
        count = draw.randint(1, 5)
        put_articles(other, *left[:count])
        left = left[count:]
    collect_passages(other)
    expect_same(other, layout)


@pytest.mark.parametrize("name", ["a", "c", "g"])
def test_an_article_that_goes_leaves_no_trace(layout: Layout, other: Layout, name: str) -> None:
    """After an article was thrown out, tables are as if it had never been there."""
    put_articles(layout, *ARTICLES)
    collect_passages(layout)
    kept = [row for row in ARTICLES if row["article_id"] != name]
    commit_rows(layout, {}, replacements={"articles": make_frame("articles", kept)})
    collect_passages(layout)
    put_articles(other, *kept)
    collect_passages(other)
    expect_same(layout, other)


@pytest.mark.parametrize("batch", [1, 3, 100])
def test_a_text_that_changes_is_collected_anew(
    layout: Layout, other: Layout, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """Texts and dates that are replaced, all in one night, leave their passages, however small the batches are.

    So does a text of the same words in which a new reader left out some marks: places in it count characters.
    """
    monkeypatch.setattr(stage, "BATCH_ARTICLES", batch)
    put_articles(layout, *ARTICLES)
    collect_passages(layout)
    changed = [
        make_article(name, (text or "").replace(".\n\n", "\n"), reader_version="next") for name, text in TEXTS.items()
    ]
    changed[1] = make_article("b", write_article(9, SECOND))
    changed[3]["published_at"] += timedelta(days=300)
    put_articles(layout, *changed)
    collect_passages(layout)
    put_articles(other, *changed)
    collect_passages(other)
    expect_same(layout, other)


def test_a_third_carrier_joins_a_known_passage(layout: Layout) -> None:
    """An article that quotes what two have already is one more row, under the same identifier."""
    late = make_article("f", TEXTS["f"], published_at=DAY + timedelta(days=900))
    put_articles(layout, *(row for row in ARTICLES if row["article_id"] in {"a", "b"}))
    collect_passages(layout)
    before = read_table(layout, "passages").filter(pl.col("text") == FIRST)
    put_articles(layout, late)
    assert collect_passages(layout) > 0
    after = read_table(layout, "passages").filter(pl.col("text") == FIRST)
    assert after.height == before.height + 1
    assert after["passage_id"].unique().to_list() == before["passage_id"].unique().to_list()


def test_a_night_reads_no_texts_but_those_that_share_words(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """The texts of old articles that share no more than a turn of phrase with the new ones stay unread."""
    put_articles(layout, *(row for row in ARTICLES if row["article_id"] != "e"))
    collect_passages(layout)
    read: set[str] = set()

    def note(layout: Layout, articles: pl.DataFrame) -> pl.DataFrame:
        read.update(articles["article_id"])
        return read_articles(layout, articles)

    monkeypatch.setattr(archive, "read_articles", note)
    put_articles(layout, make_article("e", write_article(5, SECOND)))
    collect_passages(layout)
    assert read == {"c", "d", "e"}


def test_what_another_process_changes_is_not_overwritten(
    layout: Layout, other: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that was overtaken since its articles were found writes nothing, and is taken in again."""
    put_articles(layout, *ARTICLES)
    monkeypatch.setattr(stage, "BATCH_ARTICLES", 4)

    def overtake(layout: Layout) -> pl.DataFrame:
        monkeypatch.setattr(stage, "find_stale", find_stale)
        stale = find_stale(layout)
        collect_passages(layout)
        return stale

    check = watch_tables(layout, stage.TABLES)
    stale = overtake(layout)
    with pytest.raises(OvertakenError):
        collect_batch(layout, stale.head(4), stale["article_id"].slice(4), check)
    put_articles(other, *ARTICLES)
    monkeypatch.setattr(stage, "find_stale", overtake)
    collect_passages(other)
    expect_same(layout, other)


def test_two_seeds_share_a_statement(layout: Layout, shared: Path) -> None:
    """Of the five seed articles, two carry the council leader's statement, with him as its speaker."""
    seeds = sorted((shared / "seeds").glob("*.txt"))
    rows = [
        make_article(name, file.read_text(), article_id=file.stem[:3]) for name, file in zip(TEXTS, seeds, strict=False)
    ]
    put_articles(layout, *rows)
    collect_passages(layout)
    passages = read_table(layout, "passages").sort("article_id")
    assert passages["article_id"].to_list() == ["001", "003"]
    assert passages["speaker"].to_list() == ["Simon Blackburn"] * 2
