"""The tables that tell which passages articles share, and those by which this is found out.

They are made from `articles` and can be made again. Places in an article count its words or its characters from 0.
"""

import polars as pl

from storage.columns import Column, Table, instant, integer, text

_PARTITION = ("published_at", "first_fetched_at")

PASSAGES = Table(
    "passages",
    "one passage that several articles share, in one of them, with its speaker",
    ("passage_id", "article_id"),
    (
        text("passage_id", "the passage, an identifier made from its place in the earliest article that carries it"),
        text("article_id", "an article that carries it"),
        integer("start", "where it starts in the article's text", "characters", required=True),
        integer("end", "where it ends there: the character after its last", "characters", required=True),
        text("text", "the passage as it stands in this article", required=True),
        text("speaker", "who says it, as this article names them, else as the others agree; null where none does"),
        instant("published_at", "publication of the article"),
        instant("first_fetched_at", "when the article was captured first", required=True),
    ),
    partition_by=_PARTITION,
)

FINGERPRINTS = Table(
    "fingerprints",
    "one article, by the sample of its word-6-shingles with which passages that it shares are found",
    ("article_id",),
    (
        text("article_id", "the article"),
        integer("text_key", "the first 60 bits of text_digest; null where the article has no text", "key"),
        text("capture_id", "the capture that its text was read from", required=True),
        text("reader_version", "name and version of the reader that read it", required=True),
        text("memory_version", "version of the site's memory that it was read with; null where none holds"),
        Column("fingerprint", pl.List(pl.Int64), "the sampled hashes in the order of the text, each once"),
        Column("places", pl.List(pl.Int64), "the first word of each of them, beside it", unit="words"),
        instant("published_at", "publication of the article"),
        instant("first_fetched_at", "when the article was captured first", required=True),
    ),
    partition_by=_PARTITION,
)

PASSAGE_MATCHES = Table(
    "passage_matches",
    "one stretch of words that two articles share but for small edits",
    ("article_id", "other_id", "start", "other_start"),
    (
        text("article_id", "the one article, with the lower identifier"),
        text("other_id", "the other article"),
        integer("start", "its first word in the one article", "words"),
        integer("end", "the word after its last there", "words", required=True),
        integer("other_start", "its first word in the other article", "words"),
        integer("other_end", "the word after its last there", "words", required=True),
    ),
)
