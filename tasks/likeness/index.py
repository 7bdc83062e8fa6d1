"""The measured overlaps of a set of texts, kept up to date as texts come and go.

A text is known by its key, a number made from its normalised words. What two texts have in common never changes; which
pairs are looked at depends on the whole set, since a shingle of more than MOST_TEXTS texts makes no candidates. So
where a change makes a shingle too common, or common no more, the texts that have it are asked about again: the overlaps
are those that one run over the whole set would find, however the set came about.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from storage.likeness_schemas import OVERLAPS
from tasks.likeness.candidates import MOST_TEXTS, Entries, find_candidates
from tasks.likeness.overlap import FetchWords, hash_texts, measure_overlaps
from tasks.likeness.template import find_templates

KEYS = ("text_key", "other_key")
#: From these on, two texts are alike.
NEAR_JACCARD = 0.5
CONTAINED_CONTAINMENT = 0.8
#: So many pairs are measured before their texts are let go.
BATCH_PAIRS = 10_000
TEXT_SKETCHES = pl.Schema({"text_key": pl.Int64(), "sketch": pl.List(pl.Int64())})


@dataclass(frozen=True)
class Change:
    """The texts that come to a set and those that leave it, as `text_key` and `sketch`, each text once.

    `waiting` are the keys of texts in the set that cannot be read now: they leave in a later change, or come in it
    again, and are compared then. A text that comes may be in the set before.
    """

    added: pl.DataFrame
    removed: pl.DataFrame
    waiting: pl.Series


def update_overlaps(held: pl.LazyFrame, change: Change, known: pl.DataFrame, fetch: FetchWords) -> pl.DataFrame:
    """Brings overlaps up to date with a change of the texts, reading no texts but those of new candidates.

    `held` has the texts before the change, `text_key` and `sketch`, where one may stand several times; `known` the
    overlaps before it, as in the table with the lower key first. Gives those after it, ordered by their keys.
    """
    asked, entries = _ask(held, change)
    is_waiting = pl.any_horizontal(pl.col(KEYS).is_in(change.waiting.implode()))
    candidates = _find_candidates(entries, asked).remove(is_waiting)
    gone, asked_keys = change.removed["text_key"].implode(), asked["text_key"].implode()
    is_gone = pl.any_horizontal(pl.col(KEYS).is_in(gone))
    is_asked = pl.any_horizontal(pl.col(KEYS).is_in(asked_keys))
    kept = known.remove(is_gone)
    kept = pl.concat([kept.remove(is_asked), kept.filter(is_asked).join(candidates, on=KEYS, how="semi")])
    found = measure_pairs(candidates.join(kept, on=KEYS, how="anti"), fetch)
    return pl.concat([kept, found]).sort(KEYS)


def measure_pairs(pairs: pl.DataFrame, fetch: FetchWords) -> pl.DataFrame:
    """Measures pairs of texts exactly; gives those that are alike, as in the table."""
    batches = pairs.select(KEYS).sort(KEYS).iter_slices(BATCH_PAIRS)
    return pl.concat([OVERLAPS.schema.to_frame(), *(_measure_batch(batch, fetch) for batch in batches)])


def _measure_batch(pairs: pl.DataFrame, fetch: FetchWords) -> pl.DataFrame:
    keys = pl.concat([pairs[name].rename("key") for name in KEYS]).unique().sort()
    words = fetch(keys.to_list())
    texts = hash_texts([words[key] for key in keys])
    places = np.searchsorted(keys, pairs.to_numpy())
    jaccard, containment = measure_overlaps(texts, places)
    is_alike = (jaccard >= NEAR_JACCARD) | (containment >= CONTAINED_CONTAINMENT)
    is_template = np.zeros(len(pairs), np.bool_)
    partial = np.flatnonzero(is_alike & (containment < 1))
    is_template[partial] = find_templates(texts, places[partial])
    measured = pairs.with_columns(jaccard=jaccard, containment=containment, is_template=is_template)
    return measured.filter(is_alike)


def _ask(held: pl.LazyFrame, change: Change) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Gives the texts to ask about, and every entry of every text that shares a hash with one of them."""
    before = _find_entries(held, pl.concat([change.added, change.removed]))
    after = _apply(before, change)
    if before.is_empty():
        return change.added, after
    turned = _count_texts(before).join(_count_texts(after), on="hash", how="full", coalesce=True, suffix="_after")
    is_turned = (pl.col("texts").fill_null(0) > MOST_TEXTS) != (pl.col("texts_after").fill_null(0) > MOST_TEXTS)
    again = after.join(turned.filter(is_turned), on="hash", how="semi").select(pl.col("text_key").unique())
    again = again.join(change.added, on="text_key", how="anti")
    if again.is_empty():
        return change.added, after
    sketches = held.select(TEXT_SKETCHES.names()).join(again.lazy(), on="text_key", how="semi")
    asked = pl.concat([change.added, sketches.unique("text_key").collect()])
    return asked, _apply(_find_entries(held, asked), change)


def _find_entries(held: pl.LazyFrame, sketches: pl.DataFrame) -> pl.DataFrame:
    """Finds who has the hashes of some sketches: `hash`, `text_key`, and the `size` of that text's sketch."""
    hashes = sketches["sketch"].explode(empty_as_null=False)
    entries = _list_entries(held).filter(pl.col("hash").is_in(hashes.implode()))
    return entries.unique().collect(engine="streaming")


def _list_entries(sketches: pl.LazyFrame) -> pl.LazyFrame:
    return sketches.select("text_key", hash="sketch", size=pl.col("sketch").list.len()).explode("hash")


def _apply(entries: pl.DataFrame, change: Change) -> pl.DataFrame:
    added = _list_entries(change.added.lazy()).collect()
    changed = pl.concat([change.added["text_key"], change.removed["text_key"]])
    return pl.concat([entries.remove(pl.col("text_key").is_in(changed.implode())), added])


def _count_texts(entries: pl.DataFrame) -> pl.DataFrame:
    return entries.group_by("hash").agg(texts=pl.len())


def _find_candidates(entries: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    texts = entries.group_by("text_key").agg(pl.first("size")).sort("text_key")
    keys = texts["text_key"].to_numpy()
    pairs = find_candidates(
        Entries(
            entries["hash"].to_numpy().view(np.uint64),
            np.searchsorted(keys, entries["text_key"].to_numpy()),
            texts["size"].cast(pl.Int64).to_numpy(),
        ),
        texts["text_key"].is_in(asked["text_key"].implode()).to_numpy(),
    )
    return pl.DataFrame(keys[pairs], schema=dict.fromkeys(KEYS, pl.Int64), orient="row")
