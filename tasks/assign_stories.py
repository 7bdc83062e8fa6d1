"""Assigns every article of the archive to a story, anew only where articles came, changed or went.

What an article is told with is kept in `story_terms`, how much two are alike in `story_links`. Which links there are
and which stories follow from them depends on the set of articles alone: it makes no difference in how many runs, or in
which order, they came.
"""

from collections.abc import Callable
from functools import partial

import polars as pl

from storage.layout import Layout
from storage.overtaken import take_in_batches, watch_tables
from storage.tables import commit_rows, scan_table
from tasks.stories.archive import DATES, DAY, Change, find_stale, make_change
from tasks.stories.clusters import LEAST_SIMILARITY
from tasks.stories.links import LINKS, LinkChange, apply_change, update_links
from tasks.stories.pairs import ENDS
from tasks.stories.stories import find_connected, group_articles

#: So many articles are taken in at once, and committed: what is held in memory of them grows with it.
BATCH_ARTICLES = 2_000
TABLES = ("stories", "story_terms", "story_links")


def assign_stories(layout: Layout) -> int:
    """Brings stories up to date with the articles, a batch at a time; gives how many articles have another story."""
    return take_in_batches(partial(_assign_next, layout))


def _assign_next(layout: Layout) -> int | None:
    check = watch_tables(layout, TABLES)
    stale = find_stale(layout).sort("day", "article_id")
    return None if stale.is_empty() else assign_batch(layout, stale.head(BATCH_ARTICLES), check)


def assign_batch(layout: Layout, stale: pl.DataFrame, check: Callable[[], None]) -> int:
    """Takes in some articles, as `find_stale` gives them; gives how many articles have another story.

    `check` is of before they were found.
    Raises OvertakenError, and writes nothing, where another process changed the archive in the meantime.
    """
    change = make_change(layout, stale)
    held = scan_table(layout, "story_links").select(LINKS.names())
    updated = update_links(change.near, change.terms["article_id"], change.gone, held, change.fetch_terms)
    links = apply_change(held, updated)
    linked = pl.concat([updated.links["article_id"], updated.vanished["article_id"]]).unique()
    dates = _read_dates(layout, change)
    rows = {
        "story_terms": change.terms,
        "story_links": _add_dates(links.filter(pl.col("article_id").is_in(linked.implode())).collect(), dates),
        "stories": _add_dates(_group_again(dates, links, updated), dates),
    }
    owners = {"story_terms": change.gone, "story_links": linked, "stories": change.gone}
    return commit_rows(layout, rows, owners=owners, check=check)["stories"]


def _read_dates(layout: Layout, change: Change) -> pl.DataFrame:
    """Reads the identifiers and dates of all articles, as they are after a change."""
    columns = ("article_id", *DATES)
    outdated = pl.concat([change.terms["article_id"], change.gone])
    held = scan_table(layout, "story_terms").select(columns).remove(pl.col("article_id").is_in(outdated.implode()))
    return pl.concat([held.collect(), change.terms.select(columns)])


def _group_again(dates: pl.DataFrame, links: pl.LazyFrame, updated: LinkChange) -> pl.DataFrame:
    """Groups to stories the articles whose links changed, and all that may share a story with them."""
    strong = links.filter(pl.col("similarity") >= LEAST_SIMILARITY).select(ENDS).collect()
    changed = pl.concat([updated.affected, *(updated.links[end] for end in ENDS)])
    articles = dates.filter(pl.col("article_id").is_in(find_connected(strong, changed).implode()))
    among = pl.all_horizontal(pl.col(ENDS).is_in(articles["article_id"].implode()))
    return group_articles(articles.select("article_id", DAY), links.filter(among).collect())


def _add_dates(rows: pl.DataFrame, dates: pl.DataFrame) -> pl.DataFrame:
    return rows.join(dates, on="article_id", how="left", maintain_order="left")
