"""The tables that tell which articles are about one event, and those by which this is found out.

They are made from `articles` and can be made again. Each lies with the month of its (first-named) article.
"""

import polars as pl

from storage.columns import Column, Table, instant, integer, number, text

_NUMBERS = pl.List(pl.Int64)
_PUBLISHED = instant("published_at", "publication of the article; the first-named one of two")
_FETCHED = instant("first_fetched_at", "when that article was captured first", required=True)
_PARTITION = ("published_at", "first_fetched_at")

STORIES = Table(
    "stories",
    "one article, by the story it belongs to",
    ("article_id",),
    (
        text("article_id", "the article"),
        text("story_id", "the story, an identifier made from that of its earliest article", required=True),
        _PUBLISHED,
        _FETCHED,
    ),
    partition_by=_PARTITION,
)

STORY_TERMS = Table(
    "story_terms",
    "one article, by what its title and first 200 words are told with",
    ("article_id",),
    (
        text("article_id", "the article"),
        text("title", "the title that they were made from"),
        integer("text_key", "the first 60 bits of text_digest of the text that they were made from", "key"),
        Column("terms", _NUMBERS, "hashes of its words and word pairs"),
        Column("weights", _NUMBERS, "how much each of them counts, beside them", unit="weight"),
        Column("names", _NUMBERS, "hashes of those words that name somebody or something"),
        _PUBLISHED,
        _FETCHED,
    ),
    partition_by=_PARTITION,
)

STORY_LINKS = Table(
    "story_links",
    "two articles that may tell of one event, by how much they are alike",
    ("article_id", "other_id"),
    (
        text("article_id", "the one article, with the lower identifier"),
        text("other_id", "the other article"),
        number("name_similarity", "cosine of their names, 0 to 1", "cosine"),
        integer("overlap", "weight of the terms that both have", "weight", required=True),
        integer("article_weight", "2 x the weight of the one's terms + 3 x that of those linked ones have", "weight"),
        integer("other_weight", "the other article's, likewise", "weight"),
        number("similarity", "how much the two are alike, 0 to 1; a story needs 0.14 on average", "share"),
        _PUBLISHED,
        _FETCHED,
    ),
    partition_by=_PARTITION,
)
