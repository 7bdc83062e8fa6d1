"""What reports without grades say instead: the outcome as a sentence, and the theme of a joint inspection."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.reading.text import squeeze_spaces

#: The three outcomes of the area SEND framework of 2023, best first, by words that only their stock sentence has.
_SEND_OUTCOMES: tuple[tuple[int, re.Pattern[str]], ...] = tuple(
    (rank, re.compile(words.replace(" ", r"\s+"), re.IGNORECASE))
    for rank, words in (
        (1, r"arrangements typically lead to positive experiences and outcomes"),
        (2, r"arrangements lead to inconsistent experiences and outcomes"),
        (3, r"widespread and/or systemic failings leading to significant concerns"),
    )
)
_OUTCOME_HEADING = re.compile(r"^(?:Inspection )?outcome\s*$", re.IGNORECASE | re.MULTILINE)
#: Before 2023 a letter on an area said whether its services had to state in writing what they would do.
_WRITTEN_STATEMENT = re.compile(
    r"[^.]*\bWritten\s+Statement\s+of\s+Action\b[^.]*\bis\s+required\b[^.]*\.", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.]+\.")
_THEME = re.compile(r"\bmulti-agency\s+response\s+to\s+(?P<theme>.+?)(?=\.|\n\s*\n|\Z)", re.DOTALL)
_HEADING_ENDS = re.compile(r"^(?:Between|From|This (?:letter|inspection))\b", re.MULTILINE)
_DEAR = re.compile(r"^Dear ", re.MULTILINE)
_PLACE = r"(?:\s+in\s+(?:the\s+)?(?:{names})(?:\s+(?:local\s+authority|(?:\w+\s+)?Council))?)"
_FOOTNOTE = re.compile(r"(?<=[a-z])\s?\d$")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome that a report states: its sentence, the page it stands on, and its rank (1 is the best of 3).

    The rank is None for what is none of the three outcomes of area SEND inspections since 2023.
    """

    rank: int | None
    sentence: str
    page: int


def find_outcome(kind: str | None, pages: Sequence[str]) -> Outcome | None:
    """Finds the outcome of an area SEND inspection, or of one of a school, where it is a sentence and no grade.

    Of an area SEND inspection only a stock sentence counts.
    """
    if kind not in {"area_send", "school"}:
        return None
    for number, page in enumerate(pages, start=1):
        heading = _OUTCOME_HEADING.search(page)
        sentence = _SENTENCE.search(page, heading.end()) if heading else None
        ranks = [rank for rank, words in _SEND_OUTCOMES if sentence and words.search(sentence[0])]
        if sentence and (kind == "school" or len(ranks) == 1):
            return Outcome(ranks[0] if ranks else None, squeeze_spaces(sentence[0]), number)
    return _find_written_statement(pages) if kind == "area_send" else None


def _find_written_statement(pages: Sequence[str]) -> Outcome | None:
    for number, page in enumerate(pages[:2], start=1):
        if stated := _WRITTEN_STATEMENT.search(page):
            return Outcome(None, squeeze_spaces(stated[0]), number)
    return None


def find_theme(kind: str | None, pages: Sequence[str], authority: str | None) -> tuple[str | None, str | None]:
    """Finds the theme of a joint targeted area inspection, without the place, and where it stands: title or sentence.

    None where neither says what the response that was looked at is to.
    """
    dear = _DEAR.search(pages[0]) if kind == "jtai" and pages else None
    if dear is None:
        return None, None
    letter = pages[0][dear.end() :]
    end = _HEADING_ENDS.search(letter)
    for rule, words in (("title", letter[: end.start()] if end else letter), ("sentence", letter)):
        if stated := _THEME.search(words):
            return _cut_place(squeeze_spaces(stated["theme"]), authority), rule
    return None, None


def _cut_place(theme: str, authority: str | None) -> str:
    names = "|".join(re.escape(name) for name in (authority, _shorten(authority)) if name)
    without = re.sub(_PLACE.format(names=names), "", theme) if names else theme
    return _FOOTNOTE.sub("", squeeze_spaces(without))


def _shorten(authority: str | None) -> str | None:
    return re.sub(r"\s+(?:\w+\s+)*(?:Council|local authority)$", "", authority) if authority else None
