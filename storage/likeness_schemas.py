"""The tables by which the archive finds what is alike: the sketch of each text, and what texts have in common.

They are made from `articles` and can be made again; a text is known there by its key, the first 60 bits of its digest.
"""

import polars as pl

from storage.columns import Column, Table, flag, instant, integer, number, text

SKETCHES = Table(
    "sketches",
    "one article, by the sample of its word-5-shingles with which articles that are alike are found",
    ("article_id",),
    (
        text("article_id", "the article"),
        integer("text_key", "the first 60 bits of text_digest; null where the article has no text", "key"),
        Column("sketch", pl.List(pl.Int64), "the sampled hashes, rising; empty for a text of less than 20 words"),
        instant("published_at", "publication of the article"),
        instant("first_fetched_at", "when the article was captured first", required=True),
    ),
    partition_by=("published_at", "first_fetched_at"),
)

OVERLAPS = Table(
    "overlaps",
    "two texts that are alike, by what they have in common",
    ("text_key", "other_key"),
    (
        integer("text_key", "the one text, with the lower key", "key"),
        integer("other_key", "the other text", "key"),
        number("jaccard", "shared word-3-shingles of all word-3-shingles, 0 to 1", "share"),
        number("containment", "shared word-3-shingles of those of the shorter text, 0 to 1", "share"),
        flag("is_template", "whether only a template joins the two: the same sentences about something else"),
    ),
)
