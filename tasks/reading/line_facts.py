"""What the words of a line say, wherever on a page it stands."""

from functools import lru_cache
from typing import NamedTuple

from tasks.reading.furniture import is_furniture_line
from tasks.reading.text import level_text

SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "”", '"', "’", "'", ":", "»", "؟", ")", "]")
#: A script without spaces has words of about three characters.
LONGEST_WORD = 12
CHARACTERS_IN_WORD = 3
#: Of a line, in characters.
BEGINNING = 80


class LineFacts(NamedTuple):
    """What the words of a line say, wherever it stands."""

    levelled: str
    words: float
    capitals: float
    ends_sentence: float
    has_comma: float
    is_furniture: float


@lru_cache(maxsize=20_000)
def describe_line(text: str) -> LineFacts:
    """Describes the words of a line; most lines of a page are those of every page of its site."""
    return LineFacts(
        level_text(text),
        count_line_words(text),
        measure_capitals(text),
        text.endswith(SENTENCE_ENDS),
        "," in text or "、" in text,
        is_furniture_line(text),
    )


def count_line_words(text: str) -> int:
    """Counts the words of a line, also where its script has no spaces between them."""
    words = len(text.split())
    return words if words * LONGEST_WORD > len(text) else len(text) // CHARACTERS_IN_WORD


def measure_capitals(text: str) -> float:
    """Measures the share of capitals where a line begins: a list of names or a menu has many."""
    start = text[:BEGINNING]
    return 0.0 if start.islower() else sum(map(str.isupper, start)) / len(start)
