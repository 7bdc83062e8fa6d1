"""The sketches and overlaps of an archive, brought up to date with its articles."""

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from itertools import chain

import polars as pl

from storage.layout import Layout
from storage.overtaken import take_in_batches, watch_tables
from storage.scan import get_table
from storage.tables import commit_rows, read_table, scan_table
from tasks.likeness.articles import find_stale_articles, read_articles
from tasks.likeness.index import TEXT_SKETCHES, Change, update_overlaps
from tasks.likeness.shingles import hash_batches, make_sketches
from tasks.likeness.words import Hashes, Words

#: So many articles are taken in at once, and committed: what is held in memory of them grows with it.
BATCH_ARTICLES = 2_000
#: Short texts are alike by chance: a caption, a one-line notice.
FEWEST_WORDS = 20
#: What a sketch depends on, and where it lies.
STATE = ("article_id", "text_key", "published_at", "first_fetched_at")


def refresh_overlaps(layout: Layout) -> None:
    """Brings sketches and overlaps up to date with the articles, a batch at a time, each batch one commit."""
    take_in_batches(partial(refresh_batch, layout))


def find_stale(layout: Layout) -> pl.DataFrame:
    """Finds the articles without sketch, or with an outdated one, and those that went but have one (`is_gone`)."""
    return find_stale_articles(layout, "sketches", STATE, "word_count")


def refresh_batch(layout: Layout) -> int | None:
    """Takes in the next articles that `find_stale` gives; gives how many, None where there are none.

    Raises OvertakenError, and writes nothing, where another process changed the archive in the meantime.
    """
    check = watch_tables(layout, ("sketches", "overlaps"))
    # Batches of a time each: else every one of them writes all months again.
    stale = find_stale(layout).sort(get_table("sketches").partition_day, "article_id")
    if stale.is_empty():
        return None
    batch, waiting = stale.head(BATCH_ARTICLES), stale["article_id"].slice(BATCH_ARTICLES)
    held = scan_table(layout, "sketches")
    present = batch.remove("is_gone")
    texts = read_texts(layout, present)
    batches = list(hash_batches(list(texts.values())))
    words = key_words(texts, batches)
    sketches = _sketch_articles(present, texts, batches)
    change, holders = _find_change(held, batch["article_id"], sketches, waiting)

    def fetch(keys: Collection[int]) -> Mapping[int, Hashes]:
        older = read_texts(layout, holders.filter(pl.col("text_key").is_in([key for key in keys if key not in words])))
        found = words | key_words(older, hash_batches(list(older.values())))
        return {key: found[key] for key in keys}

    overlaps = update_overlaps(held.select("text_key", "sketch"), change, read_table(layout, "overlaps"), fetch)
    owners = {"sketches": batch.filter("is_gone")["article_id"]}
    commit_rows(layout, {"sketches": sketches}, replacements={"overlaps": overlaps}, owners=owners, check=check)
    return batch.height


def read_texts(layout: Layout, articles: pl.DataFrame) -> dict[int, str]:
    """Reads the texts of articles by their keys, opening no partitions but theirs.

    Raises OvertakenError where an article no longer has that text.
    """
    return dict(read_articles(layout, articles).select("text_key", "text").iter_rows())


def key_words(keys: Collection[int], batches: Iterable[Words]) -> dict[int, Hashes]:
    """Puts the words of texts under their keys."""
    return dict(zip(keys, chain.from_iterable(words.split(words.hashes) for words in batches), strict=True))


def _sketch_articles(stale: pl.DataFrame, keys: Collection[int], batches: Iterable[Words]) -> pl.DataFrame:
    """Makes the rows of `sketches` for some articles, from the words of the texts of some keys."""
    made = pl.DataFrame({"text_key": list(keys), "sketch": make_sketches(batches)}, schema=TEXT_SKETCHES)
    long_enough = pl.when(pl.col("word_count") >= FEWEST_WORDS).then("sketch")
    rows = stale.join(made, on="text_key", how="left").with_columns(sketch=long_enough.fill_null([]))
    return rows.select(get_table("sketches").schema.names())


def _find_change(
    held: pl.LazyFrame, changed: pl.Series, sketches: pl.DataFrame, waiting: pl.Series
) -> tuple[Change, pl.DataFrame]:
    """Finds which texts come, go and wait when some articles change, and an article from which to read each other.

    A text that only articles that wait had until now comes, too: it was compared with nothing while they waited.
    """
    before = held.select(STATE).collect()
    is_changed = pl.col("article_id").is_in(changed.implode())
    kept = before.remove(is_changed)
    settled = kept.remove(pl.col("article_id").is_in(waiting.implode()))
    holders = pl.concat([settled, sketches.select(STATE)]).unique("text_key", keep="any")
    unread = kept.join(holders, on="text_key", how="anti")["text_key"]
    replaced = before.filter(is_changed).join(pl.concat([kept, sketches.select(STATE)]), on="text_key", how="anti")
    removed = held.join(replaced.lazy(), on="article_id", how="semi").select("text_key", "sketch").collect()
    added = sketches.select("text_key", "sketch").join(settled, on="text_key", how="anti")
    return Change(added.drop_nulls().unique("text_key"), removed.drop_nulls().unique("text_key"), unread), holders
