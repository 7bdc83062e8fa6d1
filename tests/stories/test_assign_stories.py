"""Stories of an archive: one run or many, in any order, give the same tables."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from storage.addresses import make_identifier
from storage.errors import OvertakenError
from storage.layout import Layout
from storage.overtaken import watch_tables
from storage.tables import commit_rows, read_table
from tasks import assign_stories as stage
from tasks.assign_stories import TABLES, assign_batch, assign_stories
from tasks.stories.archive import find_stale
from tasks.stories.stories import find_stories

FIRST_DAY = datetime(2025, 1, 20, 9, tzinfo=UTC)

MakeArticles = Callable[[pl.DataFrame], pl.DataFrame]


def read_tables(layout: Layout) -> dict[str, pl.DataFrame]:
    """Reads the three tables, ordered by their keys."""
    return {
        name: read_table(layout, name).sort(key)
        for name, key in (
            ("stories", "article_id"),
            ("story_terms", "article_id"),
            ("story_links", ["article_id", "other_id"]),
        )
    }


def expect_equal(found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> None:
    """Fails where a table differs."""
    for name, table in expected.items():
        assert found[name].equals(table), name


@pytest.fixture
def articles(texts: pl.DataFrame, make_articles: MakeArticles) -> pl.DataFrame:
    """The articles as rows of their table."""
    return make_articles(texts)


def test_an_archive_has_the_stories_of_its_articles(
    layout: Layout, texts: pl.DataFrame, articles: pl.DataFrame
) -> None:
    """The table has the stories that the same texts have outside an archive; running again changes nothing."""
    commit_rows(layout, {"articles": articles})
    assert assign_stories(layout) == articles.height
    stories = read_table(layout, "stories").sort("article_id")
    assert stories.select("article_id", "story_id").equals(find_stories(texts))
    assert assign_stories(layout) == 0


@pytest.fixture
def chained(make_articles: MakeArticles) -> pl.DataFrame:
    """Articles over half a year, each like those of the days around it: one long chain, which makes several stories."""
    rows = [
        {
            "article_id": f"{number * 7919 % 1000:016d}",
            "event": "chain",
            "title": None,
            "text": " ".join(
                [f"Name{number + place} said" for place in range(6)] + [f"w{4 * number + place}" for place in range(30)]
            ),
            "published_at": FIRST_DAY + timedelta(days=4 * number),
        }
        for number in range(32)
    ]
    return make_articles(pl.DataFrame(rows, schema_overrides={"title": pl.String}))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["articles", "chained"])
def test_one_run_or_many_give_the_same_tables(
    layout: Layout, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory, name: str, seed: int,
) -> None:  # fmt: skip
    """Articles may come in any order and in any number of runs, in batches of any size."""
    articles = request.getfixturevalue(name)
    commit_rows(layout, {"articles": articles})
    assign_stories(layout)
    draw = random.Random(seed)  # noqa: S311 - an order for a test
    monkeypatch.setattr(stage, "BATCH_ARTICLES", draw.randint(2, articles.height // 2))
    left = articles.sample(fraction=1.0, shuffle=True, seed=seed)
    nightly = Layout(tmp_path_factory.mktemp("nightly"))
    while left.height:
        taken = draw.randint(1, articles.height // 2)
        commit_rows(nightly, {"articles": left.head(taken)})
        assign_stories(nightly)
        left = left.slice(taken)
    expect_equal(read_tables(nightly), read_tables(layout))


def test_a_chain_of_links_makes_several_stories(layout: Layout, chained: pl.DataFrame) -> None:
    """Articles that only others between them connect are no story; each story has the identifier of its first."""
    commit_rows(layout, {"articles": chained})
    assign_stories(layout)
    stories = read_table(layout, "stories").sort("published_at")
    assert 3 < stories["story_id"].n_unique() < chained.height
    first = stories.unique("story_id", keep="first", maintain_order=True)
    assert [make_identifier("story", name) for name in first["article_id"]] == first["story_id"].to_list()


@pytest.mark.parametrize("seed", range(3))
def test_an_article_that_moves_in_time_leaves_no_trace(
    layout: Layout, chained: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """After an article got another date, tables are as if it had always had that."""
    is_moved = pl.int_range(pl.len()) == 10 * seed + 5
    moved = chained.with_columns(pl.col("published_at") + pl.duration(days=300 * is_moved.cast(pl.Int64)))
    fresh = Layout(tmp_path_factory.mktemp("fresh"))
    for archive, versions in ((layout, (moved, chained, moved)), (fresh, (moved,))):
        for articles in versions:
            commit_rows(archive, {"articles": articles})
            assign_stories(archive)
    expect_equal(read_tables(layout), read_tables(fresh))


@pytest.mark.parametrize("seed", range(3))
def test_what_changes_or_goes_leaves_no_trace(
    layout: Layout, articles: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """After an article got another text, title or date, or was thrown out, tables are as if it had always been so."""
    draw = random.Random(seed)  # noqa: S311 - a choice for a test
    chosen = draw.sample(range(articles.height), 4)
    texts, titles, days = (articles[name].to_list() for name in ("text", "title", "published_at"))
    digests = articles["text_digest"].to_list()
    texts[chosen[0]], digests[chosen[0]] = texts[chosen[1]], digests[chosen[1]]
    titles[chosen[2]] = "Nancy Meade and Sarah Hale leave"
    days[chosen[3]] += timedelta(days=60)
    before = articles.with_columns(
        pl.Series("text", texts), pl.Series("text_digest", digests), pl.Series("title", titles),
        pl.Series("published_at", days, dtype=articles.schema["published_at"]),
    )  # fmt: skip
    commit_rows(layout, {"articles": before})
    assign_stories(layout)
    after = articles.remove(pl.col("article_id") == articles["article_id"][chosen[1]])
    commit_rows(layout, {}, replacements={"articles": after})
    assign_stories(layout)
    fresh = Layout(tmp_path_factory.mktemp("fresh"))
    commit_rows(fresh, {"articles": after})
    assign_stories(fresh)
    expect_equal(read_tables(layout), read_tables(fresh))


@pytest.mark.parametrize(("days", "stories"), [(0, 1), (14, 1), (15, 2)])
def test_an_article_without_date_counts_as_of_the_day_it_was_found(
    layout: Layout, articles: pl.DataFrame, days: int, stories: int
) -> None:
    """An undated article joins those of the days around its first capture, not those of other times."""
    dated, undated = (articles.filter(pl.col("title").str.contains("Torhaven.*services")).slice(n, 1) for n in (0, 1))
    found = undated.with_columns(
        published_at=pl.lit(None, dated.schema["published_at"]),
        first_fetched_at=dated["published_at"] + timedelta(days=days),
    )
    commit_rows(layout, {"articles": pl.concat([dated, found])})
    assign_stories(layout)
    assert read_table(layout, "stories")["story_id"].n_unique() == stories


def test_a_night_reads_no_older_texts(layout: Layout, articles: pl.DataFrame) -> None:
    """What older articles are told with is known: their texts are not needed any more."""
    commit_rows(layout, {"articles": articles.head(6)})
    assign_stories(layout)
    lost = articles.with_columns(text=pl.when(pl.int_range(pl.len()) >= 6).then("text"))
    commit_rows(layout, {"articles": lost})
    assign_stories(layout)
    stories = read_table(layout, "stories").sort("article_id").select("article_id", "story_id")
    whole = articles.select("article_id", "title", "text", "published_at")
    assert stories.equals(find_stories(whole))


def test_a_batch_is_not_written_over_what_another_process_wrote(layout: Layout, articles: pl.DataFrame) -> None:
    """Where the tables changed since they were read, nothing is written, and the stage looks again."""
    commit_rows(layout, {"articles": articles})
    with pytest.MonkeyPatch.context() as patch:

        def overtake(layout: Layout) -> pl.DataFrame:
            patch.undo()
            stale = find_stale(layout)
            assign_stories(layout)
            return stale

        patch.setattr(stage, "find_stale", overtake)
        check = watch_tables(layout, TABLES)
        stale = overtake(layout)
        with pytest.raises(OvertakenError):
            assign_batch(layout, stale, check)
        patch.setattr(stage, "find_stale", overtake)
        assert assign_stories(layout) == 0
    assert read_table(layout, "stories").height == articles.height
