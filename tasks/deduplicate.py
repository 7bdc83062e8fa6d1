"""Marks articles that say the same: of one address, of one text, nearly so, or held in another. Never deletes."""

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from storage.addresses import find_url_key
from storage.columns import INSTANT
from storage.layout import Layout
from storage.likeness_schemas import OVERLAPS
from storage.scan import get_table
from storage.tables import commit_rows, read_table, scan_table
from tasks.likeness.archive import FEWEST_WORDS, key_words, refresh_overlaps
from tasks.likeness.articles import TEXT_KEY
from tasks.likeness.index import TEXT_SKETCHES, Change, update_overlaps
from tasks.likeness.originals import RANK, pair_copies
from tasks.likeness.shingles import hash_batches, make_sketches
from tasks.likeness.words import Hashes, Words, make_keys

#: What stands around the part of an address that is its key, where nothing in it needs levelling.
AROUND_KEY = r"^https?://(?:www\.)?|/$"


def deduplicate_articles(layout: Layout) -> int:
    """Brings the duplicates of the archive up to date, reading no texts but the new ones and those they may be like.

    Gives the number of pairs that are new or differ from what they were.
    """
    refresh_overlaps(layout)
    is_long = pl.col("word_count") >= FEWEST_WORDS
    articles = scan_table(layout, "articles").select(*RANK, pl.when(is_long).then(TEXT_KEY)).collect(engine="streaming")
    pairs = list_pairs(articles, find_addresses(layout), read_table(layout, "overlaps"))
    return commit_rows(layout, {}, replacements={"duplicates": pairs})["duplicates"]


def find_pairs(texts: pl.DataFrame) -> pl.DataFrame:
    """Finds the duplicates in a table with `article_id` and `text`; `published_at`, where known, says who was first.

    The rows are those of the table `duplicates`.
    """
    batches = list(hash_batches(texts["text"].fill_null("")))
    described = describe_texts(texts, batches)
    words = key_words(described["text_key"], batches)
    is_long = pl.col("word_count") >= FEWEST_WORDS
    long_enough = described.filter(is_long).select(TEXT_SKETCHES.names()).unique("text_key").sort("text_key")

    def fetch(keys: Collection[int]) -> Mapping[int, Hashes]:
        return {key: words[key] for key in keys}

    nothing = pl.DataFrame(schema=TEXT_SKETCHES)
    change = Change(long_enough, nothing, nothing["text_key"])
    overlaps = update_overlaps(nothing.lazy(), change, pl.DataFrame(schema=OVERLAPS.schema), fetch)
    return list_pairs(described.with_columns(pl.when(is_long).then("text_key")), {}, overlaps)


def describe_texts(texts: pl.DataFrame, batches: Sequence[Words]) -> pl.DataFrame:
    """Describes each text by what its duplicates are found with: its key, sketch and number of words.

    `batches` are the words of the texts, as `hash_batches` gives them.
    """
    published = "published_at" if "published_at" in texts.columns else pl.lit(None, INSTANT).alias("published_at")
    return texts.select(
        "article_id",
        published,
        first_fetched_at=pl.lit(None, INSTANT),
        word_count=pl.Series([count for words in batches for count in words.count().tolist()], dtype=pl.Int64),
        text_key=pl.Series([key for words in batches for key in make_keys(words)], dtype=pl.Int64),
        sketch=make_sketches(batches),
    )


def list_pairs(articles: pl.DataFrame, addresses: Mapping[str, str], overlaps: pl.DataFrame) -> pl.DataFrame:
    """Lists the pairs of copy and original, ordered, as in the table `duplicates`; see `pair_copies`."""
    alike = pl.concat([overlaps["text_key"], overlaps["other_key"]]).implode()
    stated = [article for pair in addresses.items() for article in pair]
    is_involved = (
        pl.col("text_key").is_in(alike)
        | (pl.col("text_key").is_duplicated() & pl.col("text_key").is_not_null())
        | pl.col("article_id").is_in(stated)
    )
    pairs = sorted(pair_copies(articles.filter(is_involved), addresses, overlaps))
    return pl.DataFrame(pairs, get_table("duplicates").schema, orient="row")


def find_addresses(layout: Layout) -> dict[str, str]:
    """Finds the articles whose pages state another article's address as their own, each with that article."""
    articles = scan_table(layout, "articles").select("article_id", "url_key", "canonical_url")
    canonical = pl.col("canonical_url").str.replace_all(AROUND_KEY, "")
    elsewhere = articles.filter(canonical != pl.col("url_key").str.replace(r"/$", "")).collect(engine="streaming")
    stated = pl.Series("stated_key", [find_url_key(url) for url in elsewhere["canonical_url"]], dtype=pl.String)
    pointing = elsewhere.with_columns(stated).filter(pl.col("stated_key") != pl.col("url_key"))
    named = articles.filter(pl.col("url_key").is_in(pointing["stated_key"].implode())).collect(engine="streaming")
    pairs = pointing.join(named, left_on="stated_key", right_on="url_key", suffix="_named")
    return dict(pairs.select("article_id", "article_id_named").iter_rows())
