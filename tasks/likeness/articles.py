"""The articles of an archive as what is made from them needs them: those that are behind, and the texts of some."""

import polars as pl

from storage.errors import OvertakenError
from storage.layout import Layout
from storage.scan import get_table, scan_files
from storage.tables import scan_table

TEXT_KEY = pl.col("text_digest").str.head(15).str.to_integer(base=16, dtype=pl.Int64).alias("text_key")


def find_stale_articles(layout: Layout, table: str, state: tuple[str, ...], *columns: str) -> pl.DataFrame:
    """Finds the articles that a table lacks or holds outdated, and those that went but are in it (`is_gone`).

    `state` names what the table's rows depend on, `article_id` first; some more `columns` of the articles are given
    too, null for those that went.
    """
    articles = scan_table(layout, "articles").with_columns(TEXT_KEY).select(*state, *columns)
    held = scan_table(layout, table).select(state)
    stale = articles.join(held, on=state, how="anti", nulls_equal=True).with_columns(is_gone=False)
    gone = held.join(articles, on="article_id", how="anti").with_columns(is_gone=True)
    return pl.concat([stale, gone], how="diagonal").collect(engine="streaming")


def read_articles(layout: Layout, articles: pl.DataFrame) -> pl.DataFrame:
    """Reads `article_id`, `text_key` and `text` of the articles that have a text, opening no partitions but theirs.

    Raises OvertakenError where an article no longer has that text.
    """
    with_text = articles.drop_nulls("text_key")
    days = with_text.select(get_table("articles").partition_day).to_series()
    wanted = pl.col("article_id").is_in(with_text["article_id"].implode())
    found = scan_days(layout, "articles", days).filter(wanted).select("article_id", TEXT_KEY, "text").collect()
    if with_text.join(found, on=("article_id", "text_key"), how="anti").height:
        raise OvertakenError
    return found


def scan_days(layout: Layout, name: str, days: pl.Series) -> pl.LazyFrame:
    """Scans those files of a partitioned table that have the months of some days."""
    table = get_table(name)
    months: set[tuple[int, int]] = {(day.year, day.month) for day in days.drop_nulls()}
    files = [path for path in sorted(layout.partition(name, *month) for month in months) if path.exists()]
    return scan_files(table, files) if files else pl.LazyFrame(schema=table.schema)
