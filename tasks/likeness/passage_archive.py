"""What the passages of an archive are found by: the fingerprints of its articles, and how far they are behind them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from storage.layout import Layout
from storage.scan import get_table
from storage.tables import scan_table
from tasks.likeness.articles import find_stale_articles, read_articles
from tasks.likeness.matches import hash_corpus, list_fingerprints
from tasks.likeness.passage_index import FINGERPRINT, Change

DATES = get_table("fingerprints").partition_by
#: What the words of an article and their places depend on, and where they lie.
STATE = ("article_id", "text_key", "capture_id", "reader_version", "memory_version", *DATES)
#: Where the publication is not known, an article counts as of the day on which it was found.
DAY = get_table("fingerprints").partition_day


@dataclass(frozen=True)
class Intake:
    """Articles to take in, as new rows of `fingerprints`, those that went, the rows before, and the texts read.

    `waiting` are outdated articles that are taken in later: what their rows were made from may be there no more.
    """

    layout: Layout
    rows: pl.DataFrame
    gone: pl.Series
    waiting: pl.Series
    held: pl.LazyFrame
    texts: dict[str, str]

    @property
    def is_changed(self) -> pl.Expr:
        """Whether a row is of an article that comes or goes."""
        return pl.col("article_id").is_in(pl.concat([self.rows["article_id"], self.gone]).implode())

    @property
    def kept(self) -> pl.LazyFrame:
        """The articles that neither come nor go."""
        return self.held.remove(self.is_changed)

    @property
    def change(self) -> Change:
        """What comes to the archive and what leaves it."""
        removed = self.held.filter(self.is_changed).select(FINGERPRINT).collect()
        return Change(self.rows.select(FINGERPRINT), removed, self.waiting)

    @property
    def days(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The days of all articles before and after: `article_id` and `day`."""
        columns = ("article_id", DAY)
        return self.held.select(columns).collect(), pl.concat(
            [self.kept.select(columns).collect(), self.rows.select(columns)]
        )

    def fetch_texts(self, ids: Collection[str]) -> Mapping[str, str]:
        """Fetches the texts of articles, reading those that were not read yet.

        Raises OvertakenError where an article no longer has its text.
        """
        missing = [name for name in ids if name not in self.texts]
        older = self.kept.filter(pl.col("article_id").is_in(missing)).select(STATE).collect()
        self.texts.update(read_articles(self.layout, older).select("article_id", "text").iter_rows())
        return self.texts

    def add_dates(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Adds to rows the dates of their articles."""
        wanted = pl.col("article_id").is_in(rows["article_id"].implode())
        columns = ("article_id", *DATES)
        dates = pl.concat([self.kept.filter(wanted).select(columns).collect(), self.rows.select(columns)])
        return rows.join(dates, on="article_id", how="left", maintain_order="left")


def find_stale(layout: Layout) -> pl.DataFrame:
    """Finds the articles whose fingerprints are missing or outdated, and those that went but have some (`is_gone`)."""
    return find_stale_articles(layout, "fingerprints", STATE)


def take_in(layout: Layout, stale: pl.DataFrame, waiting: pl.Series) -> Intake:
    """Reads the texts of some articles, as `find_stale` gives them, and makes their fingerprints.

    `waiting` are the identifiers of those that are taken in later.
    Raises OvertakenError where an article no longer has its text.
    """
    present = stale.remove("is_gone")
    texts = read_articles(layout, present).select("article_id", "text")
    made = texts.select("article_id").hstack(list_fingerprints(hash_corpus(texts["text"].to_list())))
    rows = present.join(made, on="article_id", how="left").with_columns(pl.col("fingerprint", "places").fill_null([]))
    names = get_table("fingerprints").schema.names()
    gone = stale.filter("is_gone")["article_id"]
    held = scan_table(layout, "fingerprints")
    return Intake(layout, rows.select(names), gone, waiting, held, dict(texts.iter_rows()))
