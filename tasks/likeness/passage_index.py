"""The matches of a set of articles, kept up to date as articles come and go.

What two articles share depends on their words and on which shingles are too common to look for; that depends on the
whole set. So where a change makes a shingle too common, or common no more, the articles that have it are compared with
one another again: the matches are those that one run over the whole set would find, however the set came about.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from tasks.likeness import matches as likeness
from tasks.likeness.matches import LEAST_SPAN, WIDEST_GAP, WIDEST_STEP, find_matches, hash_corpus
from tasks.likeness.passages import list_matches
from tasks.likeness.words import Hashes

#: The columns of the table `fingerprints` by which matches are found.
FINGERPRINT = ("article_id", "fingerprint", "places")
ENDS = ("article_id", "other_id")
#: With which weight articles are asked about, as `find_matches` has it.
COMPARED_WITH_ALL, COMPARED_AMONG_THEMSELVES, COMPARED_WITH_ASKED = 2, 1, 0

#: Gives the texts of articles by their identifiers.
FetchTexts = Callable[[Collection[str]], Mapping[str, str]]


@dataclass(frozen=True)
class Change:
    """The articles that come to a set and those that leave it, as in FINGERPRINT; one with another text does both.

    `waiting` are articles whose older text is in the set and can be read no more: they are in a later change.
    """

    added: pl.DataFrame
    removed: pl.DataFrame
    waiting: pl.Series

    @property
    def is_waiting(self) -> pl.Expr:
        """Whether a row is of an article that waits."""
        return pl.col("article_id").is_in(self.waiting.implode())


@dataclass(frozen=True)
class MatchChange:
    """What a change of the articles does to their matches: which there are then, which are found, which no more."""

    matches: pl.DataFrame
    found: pl.DataFrame
    dropped: pl.DataFrame


@dataclass(frozen=True)
class Question:
    """Which articles to compare, `article_id` and `weight`, and the hashes that are too common to look for."""

    articles: pl.DataFrame
    common: Hashes


def update_matches(held: pl.LazyFrame, change: Change, known: pl.DataFrame, fetch: FetchTexts) -> MatchChange:
    """Brings matches up to date with a change of the articles, reading no texts but those that share rare shingles.

    `held` has the articles before the change, as in FINGERPRINT; `known` the matches before it, as in the table.
    """
    question = ask(held, change)
    ids = question.articles["article_id"]
    texts = fetch(ids.to_list())
    corpus = hash_corpus([texts[name] for name in ids])
    found = list_matches(find_matches(corpus, question.common, question.articles["weight"].to_numpy()), ids)
    changed = pl.concat([change.added["article_id"], change.removed["article_id"]])
    again = question.articles.filter(weight=COMPARED_AMONG_THEMSELVES)["article_id"]
    is_outdated = pl.any_horizontal(pl.col(ENDS).is_in(changed.implode()))
    is_outdated |= pl.all_horizontal(pl.col(ENDS).is_in(again.implode()))
    matches = pl.concat([known.remove(is_outdated), found]).sort(pl.all())
    return MatchChange(matches, found, known.filter(is_outdated))


def ask(held: pl.LazyFrame, change: Change) -> Question:
    """Finds which articles are to be compared after a change, and by which hashes."""
    changed = pl.concat([change.added, change.removed])
    before = _find_entries(held, changed)
    after = _apply(before, change)
    turned = _find_turned(before, after)
    of_turned = before.join(turned, on="hash", how="semi").select(pl.col("article_id").unique())
    again = of_turned.join(changed, on="article_id", how="anti").remove(change.is_waiting)
    if again.height:
        older = held.select(FINGERPRINT).join(again.lazy(), on="article_id", how="semi").collect()
        after = _apply(_find_entries(held, pl.concat([change.added, older])), change)
    is_common = pl.col("articles") > likeness.MOST_TEXTS
    counts = _count_articles(after)
    rare = after.join(counts.filter(~is_common & (pl.col("articles") > 1)), on="hash", how="semi")
    common = counts.filter(is_common)["hash"].to_numpy().view(np.uint64)
    return Question(_weigh(change.added, again, _find_near(rare.remove(change.is_waiting), change.added)), common)


def _find_near(entries: pl.DataFrame, added: pl.DataFrame) -> pl.DataFrame:
    """Finds the articles that have a match with one that comes: by their shingles alone, as `find_matches` has it."""
    seeds = entries.join(added, on="article_id", how="semi").join(entries, on="hash", suffix="_near")
    seeds = seeds.remove(pl.col("article_id") == pl.col("article_id_near"))
    lower = pl.when(pl.col("article_id") < pl.col("article_id_near"))
    names, near = ("article_id", "place"), ("article_id_near", "place_near")
    ordered = seeds.select(
        *(lower.then(one).otherwise(other).alias(one) for one, other in zip(names, near, strict=True)),
        *(lower.then(other).otherwise(one).alias(other) for one, other in zip(names, near, strict=True)),
    )
    ordered = ordered.unique().sort("article_id", "article_id_near", "place", "place_near")
    is_apart = pl.col("place").diff().abs() > WIDEST_GAP
    is_out_of_step = (pl.col("place_near") - pl.col("place")).diff().abs() > WIDEST_STEP
    is_new = pl.any_horizontal(pl.col(names[0], near[0]).ne_missing(pl.col(names[0], near[0]).shift()))
    chains = ordered.with_columns(chain=(is_new | is_apart | is_out_of_step).cum_sum()).group_by("chain")
    found = chains.agg(pl.first(names[0], near[0]), span=pl.col("place").max() - pl.col("place").min())
    found = found.filter(pl.col("span") >= LEAST_SPAN)
    return pl.concat([found.select(article_id=end) for end in (names[0], near[0])]).unique()


def _weigh(added: pl.DataFrame, again: pl.DataFrame, near: pl.DataFrame) -> pl.DataFrame:
    """Gives each article that takes part the weight with which it is asked about."""
    weighed = zip(
        (near.join(added, on="article_id", how="semi"), again, near),
        (COMPARED_WITH_ALL, COMPARED_AMONG_THEMSELVES, COMPARED_WITH_ASKED),
        strict=True,
    )
    articles = pl.concat([frame.select("article_id", pl.lit(weight).alias("weight")) for frame, weight in weighed])
    return articles.group_by("article_id").agg(pl.col("weight").max().cast(pl.Int64)).sort("article_id")


def _find_turned(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Finds the hashes that a change makes too common, or common no more."""
    counts = _count_articles(before).join(_count_articles(after), on="hash", suffix="_after")
    is_turned = (pl.col("articles") > likeness.MOST_TEXTS) != (pl.col("articles_after") > likeness.MOST_TEXTS)
    return counts.filter(is_turned)


def _find_entries(held: pl.LazyFrame, articles: pl.DataFrame) -> pl.DataFrame:
    """Finds who has the hashes of some fingerprints, and where: `article_id`, `hash` and `place`."""
    hashes = articles["fingerprint"].explode(empty_as_null=False).unique()
    return _list_entries(held).filter(pl.col("hash").is_in(hashes.implode())).collect(engine="streaming")


def _list_entries(articles: pl.LazyFrame) -> pl.LazyFrame:
    entries = articles.select("article_id", hash="fingerprint", place="places")
    return entries.explode("hash", "place", empty_as_null=False)


def _apply(entries: pl.DataFrame, change: Change) -> pl.DataFrame:
    added = _list_entries(change.added.lazy()).collect()
    return pl.concat([entries.join(change.removed, on="article_id", how="anti"), added])


def _count_articles(entries: pl.DataFrame) -> pl.DataFrame:
    return entries.group_by("hash").agg(articles=pl.len())
