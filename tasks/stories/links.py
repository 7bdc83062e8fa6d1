"""How much linked articles are alike, kept up to date as articles come and go.

A similarity is the share that two articles have in common of what each shares with *any* article it is linked with;
what nobody else tells (a turn of phrase, an aside) counts only in part. So it follows from the two and those that are
linked with either, and a new article changes the similarities of few.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from tasks.stories.pairs import ENDS, PAIRS, FetchTerms, find_pairs
from tasks.stories.weighted_sets import make_sets, measure_shared

#: An article's weight is 2/5 of that of all its terms and 3/5 of that of its shared ones, counted in fifths.
ALL_FIFTHS, SHARED_FIFTHS = 2, 3
#: No more alike than so many times their names, however alike the sentences around the names are.
NAME_FACTOR = 1.25
DECIMALS = 6

LINKS = pl.Schema(
    [*PAIRS.items(), ("article_weight", pl.Int64), ("other_weight", pl.Int64), ("similarity", pl.Float64)]
)


@dataclass(frozen=True)
class LinkChange:
    """What a change of the articles does to their links.

    No older link of the `affected` articles, or of those that went, stands any more: `links` are all that the affected
    have now. `vanished` has the ends of those that nothing replaces.
    """

    affected: pl.Series
    links: pl.DataFrame
    vanished: pl.DataFrame


def update_links(
    articles: pl.DataFrame, asked: pl.Series, gone: pl.Series, held: pl.LazyFrame, fetch: FetchTerms
) -> LinkChange:
    """Finds the links that change where articles come or change (`asked`) or go (`gone`), reading few terms.

    `articles` as for `find_pairs`, without those that go; `held` has all links before the change, as in LINKS.
    """
    changed = pl.concat([asked, gone])
    stale = held.filter(touches(changed)).collect()
    found = find_pairs(articles, asked, fetch)
    affected = pl.concat([asked, *(links[end] for links in (stale, found) for end in ENDS)]).unique().sort()
    affected = affected.filter(~affected.is_in(gone.implode()))
    kept = held.filter(touches(affected)).remove(touches(changed)).collect()
    links = weigh_links(pl.concat([kept, found], how="diagonal"), affected, fetch)
    return LinkChange(affected, links, stale.join(found, on=ENDS, how="anti").select(ENDS))


def apply_change(held: pl.LazyFrame, change: LinkChange) -> pl.LazyFrame:
    """Gives all links after a change."""
    older = held.join(change.vanished.lazy(), on=ENDS, how="anti").join(change.links.lazy(), on=ENDS, how="anti")
    return pl.concat([older, change.links.lazy()])


def touches(ids: pl.Series) -> pl.Expr:
    """Whether a link has one of these articles at either end."""
    return pl.any_horizontal(pl.col(ENDS).is_in(ids.implode()))


def weigh_links(links: pl.DataFrame, affected: pl.Series, fetch: FetchTerms) -> pl.DataFrame:
    """Weighs the affected articles by their links, which must all be given, and measures these links anew."""
    weights = weigh_articles(links, affected, fetch)
    weighed = links
    for end, column in zip(ENDS, ("article_weight", "other_weight"), strict=True):
        weighed = (
            weighed.join(weights.rename({"article_id": end}), on=end, how="left")
            .with_columns(pl.coalesce("weight", column).alias(column))
            .drop("weight")
        )
    product = pl.col("article_weight").cast(pl.Float64) * pl.col("other_weight")
    similarity = (ALL_FIFTHS + SHARED_FIFTHS) * pl.col("overlap") / product.sqrt()
    return (
        weighed.with_columns(
            similarity=pl.min_horizontal(similarity, NAME_FACTOR * pl.col("name_similarity"), 1.0).round(DECIMALS)
        )
        .select(LINKS.names())
        .sort(ENDS)
    )


def weigh_articles(links: pl.DataFrame, affected: pl.Series, fetch: FetchTerms) -> pl.DataFrame:
    """Weighs articles by what those that they are linked with have too: `article_id` and `weight`."""
    ids = pl.concat([links[end] for end in ENDS]).unique().sort()
    terms = fetch(ids)
    sets = make_sets(terms["terms"], terms["weights"])
    left, right = (ids.search_sorted(links[end]).to_numpy().astype(np.int64) for end in ENDS)
    both = np.concatenate((left, right)), np.concatenate((right, left))
    is_affected = ids.is_in(affected.implode()).to_numpy()[both[0]]
    shared = measure_shared(sets, both[0][is_affected], both[1][is_affected])
    rows = [
        (ids[number], ALL_FIFTHS * int(sets.totals[number]) + SHARED_FIFTHS * weight)
        for number, weight in shared.items()
    ]
    return pl.DataFrame(rows, schema={"article_id": pl.String, "weight": pl.Int64}, orient="row")
