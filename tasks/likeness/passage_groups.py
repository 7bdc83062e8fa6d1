"""Which stretches of articles are one passage: those that a match joins, and those that cover mostly the same words.

That depends on the set of matches alone, not on their order.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from storage.passage_schemas import PASSAGE_MATCHES
from tasks.likeness.matches import MOST_TEXTS, Stretch

#: Stretches are one passage where they share at least this of the longer one's words.
LEAST_COMMON = 0.5
FEWEST_CARRIERS = 2

STRETCH = ("article_id", "start", "end")
OTHER_STRETCH = ("other_id", "other_start", "other_end")
STRETCHES = pl.Schema([(name, PASSAGE_MATCHES.schema[name]) for name in STRETCH])


def group_stretches(matches: Iterable[tuple[Stretch, Stretch]]) -> list[list[Stretch]]:
    """Groups matched stretches into passages: of each text the longest, ordered by text.

    What more than MOST_TEXTS texts carry is boilerplate, and no passage.
    """
    heads: dict[Stretch, Stretch] = {}
    by_text: dict[int, set[Stretch]] = defaultdict(set)
    for match in matches:
        _join(heads, *match)
        for stretch in match:
            by_text[stretch.text].add(stretch)
    for stretches in by_text.values():
        for stretch, following in _pair_similar(sorted(stretches)):
            _join(heads, stretch, following)
    groups: dict[Stretch, dict[int, Stretch]] = defaultdict(dict)
    for stretch in sorted(heads, key=lambda stretch: (stretch.text, stretch.size, -stretch.start)):
        groups[_find_head(heads, stretch)][stretch.text] = stretch
    return [list(group.values()) for group in groups.values() if FEWEST_CARRIERS <= len(group) <= MOST_TEXTS]


def find_connected(matches: pl.DataFrame, stretches: pl.DataFrame) -> pl.DataFrame:
    """Finds the matches that may make a passage with some stretches, as in STRETCHES: those that chains lead to."""
    found, newest = stretches.clear(), stretches.unique()
    ends = list_stretches(matches)
    while newest.height:
        found = pl.concat([found, newest])
        reached = [_find_partners(matches, newest), _find_similar(ends, newest)]
        newest = pl.concat(reached).unique().join(found, on=STRETCH, how="anti")
    return matches.join(found, on=STRETCH, how="semi")


def list_stretches(matches: pl.DataFrame) -> pl.DataFrame:
    """Lists the stretches of both articles of each match, each once."""
    return pl.concat([matches.select(STRETCH), _rename(matches.select(OTHER_STRETCH))]).unique()


def _find_partners(matches: pl.DataFrame, stretches: pl.DataFrame) -> pl.DataFrame:
    """Finds what is matched with some stretches."""
    after = matches.join(stretches, on=STRETCH, how="semi").select(OTHER_STRETCH)
    before = matches.join(stretches, left_on=OTHER_STRETCH, right_on=STRETCH, how="semi").select(STRETCH)
    return pl.concat([_rename(after), before])


def _find_similar(ends: pl.DataFrame, stretches: pl.DataFrame) -> pl.DataFrame:
    """Finds the stretches that cover mostly the same words as some others."""
    pairs = ends.join(stretches, on="article_id", suffix="_given")
    common = pl.min_horizontal("end", "end_given") - pl.max_horizontal("start", "start_given")
    longer = pl.max_horizontal(pl.col("end") - pl.col("start"), pl.col("end_given") - pl.col("start_given"))
    return pairs.filter(common >= LEAST_COMMON * longer).select(STRETCH)


def _rename(stretches: pl.DataFrame) -> pl.DataFrame:
    return stretches.rename(dict(zip(OTHER_STRETCH, STRETCH, strict=True)))


def _pair_similar(stretches: Sequence[Stretch]) -> Iterator[tuple[Stretch, Stretch]]:
    for place, stretch in enumerate(stretches):
        for following in stretches[place + 1 :]:
            if stretch.end - following.start < LEAST_COMMON * stretch.size:
                break
            common = min(stretch.end, following.end) - following.start
            if common >= LEAST_COMMON * max(stretch.size, following.size):
                yield stretch, following


def _find_head(heads: dict[Stretch, Stretch], stretch: Stretch) -> Stretch:
    head = heads.setdefault(stretch, stretch)
    while head != heads[head]:
        head = heads[head]
    heads[stretch] = head
    return head


def _join(heads: dict[Stretch, Stretch], stretch: Stretch, other: Stretch) -> None:
    first, second = sorted((_find_head(heads, stretch), _find_head(heads, other)))
    heads[second] = first
