"""Which articles are alike enough to be linked, and how much of names and terms they have in common.

Whether two articles are linked follows from these two alone. Names come first: articles that name nobody and nowhere in
common tell different stories, however alike their sentences are; and few articles share their names, so that few pairs
are looked at further.
"""

from collections.abc import Callable

import numpy as np
import polars as pl

from tasks.stories.weighted_sets import make_sets, measure_overlaps

WINDOW_DAYS = 14
LEAST_NAME_SIMILARITY = 0.1
LEAST_TERM_SIMILARITY = 0.075
#: A template filled in with other names is another story: names must be nearly as alike as all terms are.
LEAST_NAME_SHARE = 0.6
#: The names of so many articles are looked up at once, which bounds the memory.
BATCH_ARTICLES = 500

ENDS = ("article_id", "other_id")
PAIRS = pl.Schema({"article_id": pl.String, "other_id": pl.String, "name_similarity": pl.Float64, "overlap": pl.Int64})
#: Gives `article_id`, `terms` and `weights` of the articles with these identifiers, in their order.
FetchTerms = Callable[[pl.Series], pl.DataFrame]


def find_pairs(articles: pl.DataFrame, asked: pl.Series, fetch: FetchTerms) -> pl.DataFrame:
    """Finds the pairs of linked articles of which at least one is asked about, as in PAIRS, the lower identifier first.

    `articles` has `article_id`, `day` and `names` of the asked articles and of all that may be near them; a day that is
    null is near any other. `overlap` is the sum of the weights of the common terms.
    """
    candidates = pair_by_names(articles, asked)
    ids = pl.concat([candidates[end] for end in ENDS]).unique().sort()
    terms = fetch(ids)
    sets = make_sets(terms["terms"], terms["weights"])
    left, right = (ids.search_sorted(candidates[end]).to_numpy().astype(np.int64) for end in ENDS)
    overlaps = measure_overlaps(sets, left, right)
    similarity = pl.Series(overlaps / np.sqrt(sets.totals[left].astype(np.float64) * sets.totals[right]))
    is_linked = (similarity >= LEAST_TERM_SIMILARITY) & (candidates["name_similarity"] >= LEAST_NAME_SHARE * similarity)
    return candidates.with_columns(overlap=pl.Series(overlaps)).filter(is_linked).select(PAIRS.names())


def pair_by_names(articles: pl.DataFrame, asked: pl.Series) -> pl.DataFrame:
    """Pairs the asked articles with those that are near and have similar names: ENDS and `name_similarity`."""
    numbered = (
        articles.sort("article_id")
        .with_columns(is_asked=pl.col("article_id").is_in(asked.implode()), total=pl.col("names").list.len())
        .with_row_index("number")
    )
    named = numbered.select("number", "is_asked", "day", name="names").explode("name", empty_as_null=False)
    numbers = numbered.filter("is_asked")["number"]
    batches = [
        _pair_batch(named, numbers[start : start + BATCH_ARTICLES]) for start in range(0, len(numbers), BATCH_ARTICLES)
    ]
    pairs = pl.concat([_pair_batch(named, numbers.clear()), *batches])
    ends = numbered.select("number", "article_id", "total")
    return (
        pairs.join(ends, left_on="left", right_on="number")
        .join(ends.rename({"article_id": "other_id"}), left_on="right", right_on="number", suffix="_other")
        .with_columns(name_similarity=(pl.col("common") / (pl.col("total") * pl.col("total_other")).sqrt()).round(6))
        .filter(pl.col("name_similarity") >= LEAST_NAME_SIMILARITY)
        .select(*ENDS, "name_similarity")
        .sort(ENDS)
    )


def _pair_batch(named: pl.DataFrame, numbers: pl.Series) -> pl.DataFrame:
    """Pairs some asked articles: `left`, `right`, and `common`, the number of common names."""
    apart = (pl.col("day") - pl.col("day_other")).dt.total_days().abs()
    is_other = pl.col("number") != pl.col("number_other")
    # A pair of two asked articles comes up twice.
    is_first = ~pl.col("is_asked_other") | (pl.col("number") < pl.col("number_other"))
    asked = named.filter(pl.col("number").is_in(numbers.implode()))
    return (
        asked.join(named, on="name", suffix="_other")
        .filter(is_other, is_first, (apart <= WINDOW_DAYS).fill_null(value=True))
        .group_by(left=pl.min_horizontal("number", "number_other"), right=pl.max_horizontal("number", "number_other"))
        .agg(common=pl.len())
    )
