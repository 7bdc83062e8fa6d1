"""Passages that several articles carry, such as a council leader's statement, each with who said it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from storage.addresses import make_identifier
from storage.columns import INSTANT
from storage.passage_schemas import PASSAGE_MATCHES, PASSAGES
from tasks.likeness.matches import Stretch, find_common, find_matches, hash_corpus
from tasks.likeness.passage_groups import FEWEST_CARRIERS, OTHER_STRETCH, STRETCH, group_stretches
from tasks.likeness.speakers import find_speaker
from tasks.likeness.word_spans import locate_words
from tasks.likeness.words import Indices

#: The columns of the table `passages` that tell nothing of the article's date.
UNDATED = pl.Schema({name: dtype for name, dtype in PASSAGES.schema.items() if name not in PASSAGES.partition_by})
#: A speaker whom fewer of the carriers name is none of theirs: a notice that once stands behind somebody's words.
LEAST_NAMING = 0.5

PassageRow = tuple[str, str, int, int, str, str | None]
#: The stretches of one passage, each with its article, that of the earliest article first.
Carried = list[tuple[str, Stretch]]


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

    The rows are as in UNDATED, ordered; `start` and `end` count characters of the text. The order of the texts makes
    no difference; `published_at`, where the table has it, says which is the earliest.
    """
    day = pl.col("published_at").cast(INSTANT).dt.date() if "published_at" in texts.columns else pl.lit(None, pl.Date)
    ordered = texts.select(pl.col("article_id").cast(pl.String), pl.col("text").fill_null(""), day=day)
    ordered = ordered.sort("article_id")
    matches = match_texts(ordered)
    carried = group_matches(matches, ordered)
    return describe_passages(carried, dict(ordered.select("article_id", "text").iter_rows()))


def match_texts(texts: pl.DataFrame) -> pl.DataFrame:
    """Matches all texts of a table with one another: `article_id`, by which it is ordered, and `text`."""
    corpus = hash_corpus(texts["text"].to_list())
    return list_matches(find_matches(corpus, find_common(corpus)), texts["article_id"])


def list_matches(matches: Sequence[tuple[Stretch, Stretch]], ids: pl.Series) -> pl.DataFrame:
    """Lists matches, in order, as in the table `passage_matches`, from the identifiers of their texts.

    Of those that start at the same words the longest stays.
    """
    names = ids.to_list()
    rows = [(names[one.text], names[other.text], one.start, one.end, other.start, other.end) for one, other in matches]
    listed = pl.DataFrame(rows, schema=PASSAGE_MATCHES.schema, orient="row")
    return listed.unique(PASSAGE_MATCHES.key, keep="last", maintain_order=True)


def group_matches(matches: pl.DataFrame, articles: pl.DataFrame) -> dict[str, Carried]:
    """Groups matches into passages, by their identifiers.

    `articles` has `article_id` and `day` of at least all that are matched; the place of a passage in the earliest, of
    several of one day in that with the lowest identifier, gives it its own.
    """
    ids = articles.sort("day", "article_id", nulls_last=True)["article_id"].to_list()
    numbers = {name: number for number, name in enumerate(ids)}
    ends = [matches.select(end).iter_rows() for end in (STRETCH, OTHER_STRETCH)]
    pairs = (
        (Stretch(numbers[one], *places), Stretch(numbers[other], *other_places))
        for (one, *places), (other, *other_places) in zip(*ends, strict=True)
    )
    carried = [[(ids[stretch.text], stretch) for stretch in group] for group in group_stretches(pairs)]
    return {_identify(group): group for group in carried}


def describe_passages(passages: Mapping[str, Carried], texts: Mapping[str, str]) -> pl.DataFrame:
    """Describes passages as in UNDATED, from the texts of the articles that carry them."""
    names = {name for carried in passages.values() for name, _ in carried}
    articles = {name: Article(name, texts[name]) for name in names}
    rows = sorted(row for name, carried in passages.items() for row in _describe(name, carried, articles))
    return pl.DataFrame(rows, schema=UNDATED, orient="row")


def _identify(carried: Carried) -> str:
    (article, stretch), *_ = carried
    return make_identifier("passage", article, str(stretch.start), str(stretch.end))


def _describe(identifier: str, carried: Carried, articles: Mapping[str, Article]) -> Iterator[PassageRow]:
    """Describes one passage: a row for each article that carries it, with the speaker that any of them names."""
    placed = [(articles[name], stretch) for name, stretch in carried if articles[name].spans.size]
    if len(placed) < FEWEST_CARRIERS:
        return
    found = [(article, *article.locate(stretch)) for article, stretch in placed]
    speakers = [find_speaker(article.text, start, end) for article, start, end in found]
    shared = _agree(speakers)
    for (article, start, end), speaker in zip(found, speakers, strict=True):
        yield identifier, article.article_id, start, end, article.text[start:end], speaker or shared


def _agree(speakers: Sequence[str | None]) -> str | None:
    """Gives the one speaker whom enough of the articles name; None where they name none or several."""
    named = [speaker for speaker in speakers if speaker]
    return named[0] if len(set(named)) == 1 and len(named) >= LEAST_NAMING * len(speakers) else None
