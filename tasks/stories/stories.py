"""Stories: the articles of one event, under an identifier made from the earliest of them."""

import polars as pl

from storage.addresses import make_identifier
from tasks.stories.clusters import cluster_articles
from tasks.stories.links import LINKS, touches, update_links
from tasks.stories.pairs import ENDS
from tasks.stories.terms import make_terms

TERMS = pl.Schema(dict.fromkeys(("terms", "weights", "names"), pl.List(pl.Int64)))
STORIES = pl.Schema({"article_id": pl.String, "story_id": pl.String})


def find_stories(texts: pl.DataFrame) -> pl.DataFrame:
    """Finds the stories of a table of texts: `article_id` and `story_id`, ordered by the first.

    `texts` has `article_id` and `text`, and may have `title` and `published_at`. Articles are compared with those
    published at most WINDOW_DAYS before or after them, and where a publication is not known with all.
    """
    articles = describe_texts(texts)
    asked = articles["article_id"]

    def fetch(ids: pl.Series) -> pl.DataFrame:
        return pl.DataFrame({"article_id": ids}).join(articles, on="article_id", how="left", maintain_order="left")

    change = update_links(articles, asked, asked.clear(), pl.LazyFrame(schema=LINKS), fetch)
    return group_articles(articles.select("article_id", "day"), change.links)


def describe_texts(texts: pl.DataFrame) -> pl.DataFrame:
    """Describes articles by `article_id`, `day` (of publication, null where not known) and the columns of TERMS."""
    titles = texts["title"] if "title" in texts.columns else [None] * texts.height
    terms = [make_terms(title, text) for title, text in zip(titles, texts["text"], strict=True)]
    day = pl.col("published_at").cast(pl.Date) if "published_at" in texts.columns else pl.lit(None, pl.Date)
    described = texts.select("article_id", day=day)
    return pl.concat([described, pl.DataFrame(terms, schema=TERMS, orient="row")], how="horizontal")


def group_articles(articles: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Groups articles (`article_id`, `day`) to stories by all links among them, as in STORIES.

    The earliest article of a story, of several of one day the one with the lowest identifier, gives it its identifier;
    so it stays the same while later articles join.
    """
    ordered = articles.sort("day", "article_id", nulls_last=True).with_row_index("number")
    numbers = ordered.select("article_id", "number")
    ends = [
        links.select(pl.col(end).alias("article_id")).join(numbers, on="article_id", how="left", maintain_order="left")
        for end in ENDS
    ]
    lowest = cluster_articles(
        ordered.height, zip(*(frame["number"] for frame in ends), links["similarity"], strict=True)
    )
    ids = ordered["article_id"].to_list()
    stories = [make_identifier("story", ids[number]) for number in lowest]
    return pl.DataFrame({"article_id": ids, "story_id": stories}, schema=STORIES).sort("article_id")


def find_connected(strong: pl.DataFrame, ids: pl.Series) -> pl.Series:
    """Finds the articles that may share a story with any of these: those that chains of strong links lead to."""
    found, newest = ids.unique(), ids
    while len(newest):
        ends = strong.filter(touches(newest))
        reached = pl.concat([ends[end] for end in ENDS]).unique()
        newest = reached.filter(~reached.is_in(found.implode()))
        found = pl.concat([found, newest])
    return found.sort()
