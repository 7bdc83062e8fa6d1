"""What the stories of an archive are found by: the terms of its articles, and how far they are behind the articles."""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from storage.layout import Layout
from storage.scan import get_table
from storage.tables import scan_table
from tasks.likeness.articles import find_stale_articles, scan_days
from tasks.stories.pairs import WINDOW_DAYS
from tasks.stories.stories import describe_texts

DATES = get_table("story_terms").partition_by
#: What an article's terms depend on, and where they lie.
STATE = ("article_id", "title", "text_key", *DATES)
#: Where the publication is not known, an article counts as of the day on which it was found.
DAY = get_table("story_terms").partition_day
#: Links of links reach this far.
REACH = timedelta(days=2 * WINDOW_DAYS)


@dataclass(frozen=True)
class Change:
    """Articles to take in, as new rows of `story_terms`, those that went, and the files of terms that this concerns."""

    terms: pl.DataFrame
    gone: pl.Series
    held: pl.LazyFrame

    @property
    def near(self) -> pl.DataFrame:
        """The articles that those taken in may be linked with, and these: `article_id`, `day` and `names`."""
        columns = ("article_id", DAY, "names")
        return pl.concat([self.held.select(*columns).collect(), self.terms.select(*columns)])

    def fetch_terms(self, ids: pl.Series) -> pl.DataFrame:
        """Fetches `article_id`, `terms` and `weights` of articles, in their order."""
        columns = ("article_id", "terms", "weights")
        wanted = pl.col("article_id").is_in(ids.implode())
        found = pl.concat([self.held.filter(wanted).select(columns).collect(), self.terms.select(columns)])
        return pl.DataFrame({"article_id": ids}).join(found, on="article_id", how="left", maintain_order="left")


def find_stale(layout: Layout) -> pl.DataFrame:
    """Finds the articles whose terms are missing or outdated, and those that went but have terms (`is_gone`)."""
    return find_stale_articles(layout, "story_terms", STATE).with_columns(DAY)


def make_change(layout: Layout, stale: pl.DataFrame) -> Change:
    """Makes the change that takes in some articles, as `find_stale` gives them, reading no texts but theirs."""
    ids = stale["article_id"]
    present = stale.remove("is_gone")
    older = scan_table(layout, "story_terms").filter(pl.col("article_id").is_in(ids.implode())).select(DAY).collect()
    days = pl.concat([stale["day"], older["day"]]).unique()
    texts = scan_days(layout, "articles", present["day"]).select("article_id", "text")
    wanted = present.join(texts.collect(), on="article_id", how="left", maintain_order="left")
    described = describe_texts(wanted).drop("day")
    terms = present.join(described, on="article_id", how="left").select(get_table("story_terms").schema.names())
    near = pl.concat([days, days - REACH, days + REACH])
    held = scan_days(layout, "story_terms", near).remove(pl.col("article_id").is_in(ids.implode()))
    return Change(terms, stale.filter("is_gone")["article_id"], held)
