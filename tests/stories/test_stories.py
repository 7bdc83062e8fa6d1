"""Stories of a table of texts: which articles belong together, and that nothing but the set of them matters."""

import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from storage.addresses import make_identifier
from tasks.stories.stories import find_connected, find_stories

Group = Callable[[pl.DataFrame], set[frozenset[str]]]
SEEDS = ("000_af684bd11df643a1", "001_6ffa31b3c5cac371", "002_7142127e91444dd5", "003_7ca81713ef73dbca",
         "004_7b1a5774b6bb6740")  # fmt: skip


def test_articles_of_one_event_are_one_story(texts: pl.DataFrame, group: Group) -> None:
    """Two papers on one event are one story; one template filled in for other councils, schools or homes is not."""
    assert group(find_stories(texts)) == group(texts.select("article_id", "event"))


def test_publication_parts_stories_where_it_is_known(texts: pl.DataFrame) -> None:
    """The same words half a year later are another story; without dates they are the same one."""
    pair = texts.filter(pl.col("title") == "Ofsted rates Torhaven children's services inadequate")
    assert find_stories(pair)["story_id"].n_unique() == 2
    assert find_stories(pair.drop("published_at"))["story_id"].n_unique() == 1
    assert (
        find_stories(pair.with_columns(pl.col("published_at").first() + timedelta(days=14)))["story_id"].n_unique() == 1
    )


@pytest.mark.parametrize("seed", range(5))
def test_order_does_not_matter(texts: pl.DataFrame, seed: int) -> None:
    """The rows of a table may stand in any order."""
    shuffled = texts.sample(fraction=1.0, shuffle=True, seed=seed)
    assert find_stories(shuffled).equals(find_stories(texts))


def test_a_story_is_named_after_its_earliest_article(texts: pl.DataFrame) -> None:
    """The identifier of a story stays while later articles join it."""
    early = texts.filter(pl.col("article_id") != f"{1:016x}")
    stories = [dict(find_stories(frame).iter_rows()) for frame in (early, texts)]
    assert stories[0][f"{0:016x}"] == stories[1][f"{0:016x}"] == stories[1][f"{1:016x}"]
    assert stories[0][f"{0:016x}"] == make_identifier("story", f"{0:016x}")


@pytest.mark.parametrize("text", [None, "", "...", "no name stands here"])
def test_an_article_that_names_nothing_is_a_story_of_its_own(text: str | None) -> None:
    """Two texts without names, or without words, are no story, even where they are the same."""
    frame = pl.DataFrame({"article_id": ["a", "b"], "text": [text, text]}, schema_overrides={"text": pl.String})
    assert find_stories(frame)["story_id"].n_unique() == 2


def test_no_texts_make_no_stories() -> None:
    """A table without rows gives one without rows."""
    assert find_stories(pl.DataFrame(schema={"article_id": pl.String, "text": pl.String})).is_empty()


def test_of_the_seeds_two_are_one_story(shared: Path) -> None:
    """The two reports that Blackpool keeps its services are one story, and the other three are one each."""
    texts = [(shared / "seeds" / f"{name}.txt").read_text(encoding="utf-8") for name in SEEDS]
    stories = find_stories(pl.DataFrame({"article_id": SEEDS, "text": texts}))["story_id"]
    assert stories[1] == stories[3]
    assert stories.n_unique() == 4


def test_connected_articles_are_found_through_others() -> None:
    """What chains of links lead to is found, from either end, and nothing else."""
    links = pl.DataFrame({"article_id": ["a", "c", "x"], "other_id": ["b", "d", "y"]})
    chain = pl.concat([links, pl.DataFrame({"article_id": ["b"], "other_id": ["d"]})])
    assert find_connected(chain, pl.Series(["a"])).to_list() == ["a", "b", "c", "d"]
    assert find_connected(links, pl.Series(["z"])).to_list() == ["z"]


def test_a_crowd_of_other_articles_changes_nothing(texts: pl.DataFrame) -> None:
    """Articles about others leave stories as they are: weights do not depend on how many articles there are."""
    names = random.Random(1)  # noqa: S311 - names for a test
    crowd = [f"{''.join(names.choices('bcdfglmnprst', k=6)).title()} opened a new library today." for _ in range(300)]
    others = pl.DataFrame({"article_id": [f"crowd{number}" for number in range(300)], "text": crowd})
    together = find_stories(pl.concat([texts, others], how="diagonal"))
    assert together.join(texts, on="article_id", how="semi").equals(find_stories(texts))
