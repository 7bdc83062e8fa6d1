"""Passages that several articles carry, such as a council leader's statement, each with who said it.

What an article shares with another is a stretch of its words. Stretches of one article that cover mostly the same words
are one passage; so are the two that a match joins.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from storage.addresses import make_identifier
from tasks.likeness.matches import Stretch, find_matches, hash_corpus
from tasks.likeness.speakers import find_speaker
from tasks.likeness.word_spans import locate_words
from tasks.likeness.words import Indices
from tasks.reading.text import normalise_text

PASSAGES = pl.Schema(
    {
        "passage_id": pl.String,
        "article_id": pl.String,
        "start": pl.Int64,
        "end": pl.Int64,
        "text": pl.String,
        "speaker": pl.String,
    }
)
#: Stretches are one passage where they share at least this of the longer one's words.
LEAST_COMMON = 0.5
FEWEST_CARRIERS = 2
#: A speaker whom fewer of the carriers name is none of theirs: a notice that once stands behind somebody's words.
LEAST_NAMING = 0.2

Row = tuple[str, str, int, int, str, str | None]


@dataclass(frozen=True)
class Article:
    """An article that carries a passage."""

    article_id: str
    text: str

    @cached_property
    def spans(self) -> Indices:
        """Where its words stand in its text."""
        return locate_words(self.text)

    def locate(self, stretch: Stretch) -> tuple[int, int]:
        """Locates a stretch of its words: the first character, and the one after the last."""
        return int(self.spans[stretch.start, 0]), int(self.spans[stretch.end - 1, 1])


def find_passages(texts: pl.DataFrame) -> pl.DataFrame:
    """Finds the passages that several texts of a table, with `article_id` and `text`, share; one row per carrier.

    The rows are as in PASSAGES, ordered; `start` and `end` count characters of the text. The order of the texts makes
    no difference.
    """
    ordered = texts.select(pl.col("article_id").cast(pl.String), pl.col("text").fill_null("")).sort("article_id")
    passages = group_stretches(find_matches(hash_corpus(ordered["text"].to_list())))
    carriers = sorted({stretch.text for passage in passages for stretch in passage})
    articles = {text: Article(*ordered.row(text)) for text in carriers}
    rows = sorted(row for passage in passages for row in _describe(passage, articles))
    found = pl.DataFrame(rows, schema=PASSAGES, orient="row")
    return found.unique(["passage_id", "article_id"], keep="first", maintain_order=True)


def group_stretches(matches: Iterable[tuple[Stretch, Stretch]]) -> list[list[Stretch]]:
    """Groups matched stretches into passages: of each text the longest, ordered by text."""
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
    return [list(group.values()) for group in groups.values() if len(group) >= FEWEST_CARRIERS]


def _pair_similar(stretches: Sequence[Stretch]) -> Iterator[tuple[Stretch, Stretch]]:
    for place, stretch in enumerate(stretches):
        for following in stretches[place + 1 :]:
            common = min(stretch.end, following.end) - following.start
            if common < LEAST_COMMON * stretch.size:
                break
            if common >= LEAST_COMMON * following.size:
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


def _describe(carriers: Sequence[Stretch], articles: Mapping[int, Article]) -> Iterator[Row]:
    """Describes one passage: a row for each article that carries it, with the speaker that any of them names."""
    placed = [(articles[stretch.text], stretch) for stretch in carriers if articles[stretch.text].spans.size]
    if len(placed) < FEWEST_CARRIERS:
        return
    found = [(article, *article.locate(stretch)) for article, stretch in placed]
    speakers = [find_speaker(article.text, start, end) for article, start, end in found]
    shared = _agree(speakers)
    first, start, end = found[0]
    identifier = make_identifier(normalise_text(first.text[start:end]))
    for (article, start, end), speaker in zip(found, speakers, strict=True):
        yield identifier, article.article_id, start, end, article.text[start:end], speaker or shared


def _agree(speakers: Sequence[str | None]) -> str | None:
    """Gives the one speaker whom enough of the articles name; None where they name none or several."""
    named = [speaker for speaker in speakers if speaker]
    return named[0] if len(set(named)) == 1 and len(named) >= LEAST_NAMING * len(speakers) else None
