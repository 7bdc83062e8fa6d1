"""Marks articles that say the same: the same canonical address, or the same text. Marks, and never deletes."""

from collections.abc import Iterator

import polars as pl

from storage.addresses import make_url_key
from storage.layout import Layout
from storage.tables import commit_rows, make_frame, scan_table
from tasks.reading.text import normalise_text

SHINGLE_WORDS = 3
#: Short texts are alike by chance: a caption, a one-line notice.
FEWEST_WORDS = 20


def deduplicate_articles(layout: Layout) -> int:
    """Finds the duplicates of the whole archive again and replaces their table; gives the number of new pairs."""
    columns = [
        "article_id",
        "url_key",
        "canonical_url",
        "text_digest",
        "published_at",
        "first_fetched_at",
        "word_count",
    ]
    articles = scan_table(layout, "articles").select(columns).collect()
    same_address = pair_same_address(articles)
    # A page that names another as its original is no original of a text itself.
    originals = articles.join(same_address, on="article_id", how="anti")
    measured = measure_pairs(layout, pl.concat([same_address, pair_same_text(originals)]))
    changed = commit_rows(layout, {}, replacements={"duplicates": measured})
    return changed["duplicates"]


def find_pairs(texts: pl.DataFrame) -> pl.DataFrame:
    """Finds exact duplicates in a table with `article_id` and `text`; `published_at` says which is the original."""
    digests = [normalise_text(text or "") for text in texts["text"]]
    frame = texts.with_columns(
        text_digest=pl.Series(digests, dtype=pl.String),
        word_count=pl.Series([len(digest.split()) for digest in digests], dtype=pl.Int64),
        published_at=pl.col("published_at")
        if "published_at" in texts.columns
        else pl.lit(None, pl.Datetime("us", "UTC")),
    ).with_columns(first_fetched_at=pl.lit(None, pl.Datetime("us", "UTC")))
    pairs = pair_same_text(frame)
    rows = ({**pair, "jaccard": 1.0, "containment": 1.0, "is_template": None} for pair in pairs.iter_rows(named=True))
    return make_frame("duplicates", rows)


def pair_same_text(articles: pl.DataFrame) -> pl.DataFrame:
    """Pairs each article with the original of its text."""
    long_enough = articles.filter(pl.col("word_count") >= FEWEST_WORDS, pl.col("text_digest").is_not_null())
    return _pair_with_first(long_enough, "text_digest", "same_text")


def pair_same_address(articles: pl.DataFrame) -> pl.DataFrame:
    """Pairs an article whose page states another article's address as canonical with that article."""
    canonical = [_make_key(url) for url in articles["canonical_url"]]
    stated = articles.with_columns(canonical_key=pl.Series(canonical, dtype=pl.String))
    originals = articles.select("url_key", other_id="article_id")
    return (
        stated.filter(pl.col("canonical_key") != pl.col("url_key"))
        .join(originals, left_on="canonical_key", right_on="url_key")
        .select("article_id", "other_id", kind=pl.lit("same_address"))
        .sort("article_id")
    )


def measure_pairs(layout: Layout, pairs: pl.DataFrame) -> pl.DataFrame:
    """Measures the overlap of each pair's texts."""
    wanted = pl.concat([pairs["article_id"], pairs["other_id"]]).unique()
    found = scan_table(layout, "articles").filter(pl.col("article_id").is_in(wanted.to_list()))
    texts = dict(found.select("article_id", "text").collect().iter_rows())
    rows = []
    for pair in pairs.iter_rows(named=True):
        jaccard, containment = measure_overlap(texts[pair["article_id"]], texts[pair["other_id"]])
        rows.append({**pair, "jaccard": jaccard, "containment": containment, "is_template": None})
    return make_frame("duplicates", rows)


def measure_overlap(text: str | None, other: str | None) -> tuple[float | None, float | None]:
    """Measures Jaccard and containment over word-3-shingles of the normalised texts; None for a text without any."""
    left, right = (set(cut_shingles(normalise_text(value or ""))) for value in (text, other))
    if not left or not right:
        return None, None
    shared = len(left & right)
    return shared / len(left | right), shared / min(len(left), len(right))


def cut_shingles(text: str) -> Iterator[tuple[str, ...]]:
    """Cuts a text into runs of three words."""
    words = text.split()
    return zip(*(words[start:] for start in range(SHINGLE_WORDS)), strict=False)


def _pair_with_first(articles: pl.DataFrame, same: str, kind: str) -> pl.DataFrame:
    ordered = articles.sort(
        "published_at",
        "first_fetched_at",
        "word_count",
        "article_id",
        descending=[False, False, True, False],
        nulls_last=True,
    )
    paired = ordered.with_columns(other_id=pl.col("article_id").first().over(same))
    return (
        paired.filter(pl.col("article_id") != pl.col("other_id"))
        .select("article_id", "other_id", kind=pl.lit(kind))
        .sort("article_id")
    )


def _make_key(url: str | None) -> str | None:
    try:
        return make_url_key(url) if url else None
    except ValueError:
        return None
