"""Collects the passages that articles of the archive share, anew only where articles came, changed or went.

What an article is compared by is kept in `fingerprints`, what two share in `passage_matches`. Which matches there are
and which passages follow from them depends on the set of articles alone: it makes no difference in how many runs, or in
which order, they came.
"""

from collections.abc import Callable, Collection
from functools import partial

import polars as pl

from storage.layout import Layout
from storage.overtaken import take_in_batches, watch_tables
from storage.tables import commit_rows, read_table
from tasks.likeness.passage_archive import DAY, Intake, find_stale, take_in
from tasks.likeness.passage_groups import find_connected, list_stretches
from tasks.likeness.passage_index import MatchChange, update_matches
from tasks.likeness.passages import describe_passages, group_matches

#: So many articles are taken in at once, and committed: what is held in memory of them grows with it.
BATCH_ARTICLES = 2_000
TABLES = ("passages", "fingerprints", "passage_matches")


def collect_passages(layout: Layout) -> int:
    """Brings passages up to date with the articles, a batch at a time; gives how many rows are new or differ."""
    return take_in_batches(partial(_collect_next, layout))


def _collect_next(layout: Layout) -> int | None:
    check = watch_tables(layout, TABLES)
    # Batches of a time each: else every one of them writes all months again.
    stale = find_stale(layout).sort(DAY, "article_id")
    if stale.is_empty():
        return None
    return collect_batch(layout, stale.head(BATCH_ARTICLES), stale["article_id"].slice(BATCH_ARTICLES), check)


def collect_batch(layout: Layout, stale: pl.DataFrame, waiting: pl.Series, check: Callable[[], None]) -> int:
    """Takes in some articles, as `find_stale` gives them; gives how many rows of passages are new or differ.

    `waiting` are the identifiers of those that are taken in later; `check` is of before both were found.
    Raises OvertakenError, and writes nothing, where another process changed the archive in the meantime.
    """
    intake = take_in(layout, stale, waiting)
    known = read_table(layout, "passage_matches")
    change = update_matches(intake.held, intake.change, known, intake.fetch_texts)
    outdated, passages = _collect_again(intake, known, change)
    rows = {"fingerprints": intake.rows, "passages": passages}
    owners: dict[str, Collection[str]] = {"fingerprints": intake.gone, "passages": outdated}
    matches = {"passage_matches": change.matches}
    return commit_rows(layout, rows, replacements=matches, owners=owners, check=check)["passages"]


def _collect_again(intake: Intake, known: pl.DataFrame, change: MatchChange) -> tuple[list[str], pl.DataFrame]:
    """Finds the passages that the matches that changed were part of, and the rows of those they are part of now."""
    touched = list_stretches(pl.concat([change.found, change.dropped]))
    connected = find_connected(pl.concat([change.matches, change.dropped]).unique(), touched)
    before, after = (
        group_matches(matches.join(connected, on=matches.columns, how="semi"), days)
        for matches, days in zip((known, change.matches), intake.days, strict=True)
    )
    # A passage of an article that waits changes when that is taken in.
    waiting = set(intake.waiting)
    whole = {name: carried for name, carried in after.items() if waiting.isdisjoint(article for article, _ in carried)}
    carriers = {article for carried in whole.values() for article, _ in carried}
    return list(before), intake.add_dates(describe_passages(whole, intake.fetch_texts(carriers)))
