"""Whether an article is about an inspection of a public service: a score with the terms that say so."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tasks.reading.terms import GROUP_NAMES, ROOTS, TERM

WORDS_OF_LEAD = 90
THRESHOLD = 0.5
#: What a group adds to the score where it is found in the title, in the lead, further down.
WEIGHTS = {
    "inspectorate": (0.5, 0.4, 0.25),
    "instrument": (0.35, 0.25, 0.15),
    "own": (0.35, 0.25, 0.15),
    "inspecting": (0.25, 0.2, 0.1),
    "grade": (0.3, 0.2, 0.1),
    "service": (0.15, 0.1, 0.0),
    "authority": (0.1, 0.05, 0.0),
    "overseer": (0.1, 0.05, 0.0),
}
EVIDENCE = frozenset({"inspectorate", "instrument", "own", "inspecting", "grade"})
#: What makes a place: evidence, and what speaks again of who inspects or of what was found.
SPEAKING = EVIDENCE | {"overseer", "finding"}
#: What makes evidence beside the name of an inspectorate.
COMPANIONS = frozenset({"instrument", "own", "inspecting", "grade", "judging"})
#: The most that a text scores which speaks of inspecting, but of no inspectorate and nothing that replaces its name.
MOST_WITHOUT_EVIDENCE = 0.4
#: What each word of another subject takes away in the title, in the lead, further down; so much in all is forgiven.
LOSSES = {"foreign": (0.35, 0.35, 0.25), "other": (0.25, 0.2, 0.1)}
FORGIVEN = 0.2
#: Mentions within so many characters are one place where a text comes to speak of inspections.
ONE_PLACE = 120
#: A text with fewer places than one in so many words mentions inspections in passing, and its score is as much lower;
#: a longer text than so many words needs no more of them.
WORDS_PER_PLACE = 60
MOST_WORDS_TO_FILL = 240
#: A grade is judged, and special measures are those of a service, where the word of judging or the service stands in
#: the same sentence, at most so many characters before it.
REACH = 45
NAMED_INSPECTOR = re.compile(r"(?<!['’]s )(?<!HM )Insp(?:ector)?\.? (?!of\b)[A-Z]\w+")
QUOTES = ("'", '"')
BEFORE_IMPROVEMENT = ("need ", "needs ", "needed ", "need of ")
JUDGED_AS = re.compile(
    r" (?:rating|judge?ment|grade|grading|verdict|"
    r"by (?:ofsted|inspectors|the (?:cqc|inspectorate|watchdog|regulator)))\b"
)


class Mention(NamedTuple):
    """A term that was found: its group, its part (0 title, 1 lead, 2 the rest), and where it starts in there."""

    group: str
    term: str
    part: int
    start: int


@dataclass(frozen=True, slots=True)
class Relevance:
    """How much a text is about an inspection, 0 to 1, and the terms that say so, once each."""

    score: float
    terms: tuple[str, ...]

    @property
    def is_relevant(self) -> bool:
        """Whether the score reaches the threshold."""
        return self.score >= THRESHOLD


def score_relevance(
    title: str | None, standfirst: str | None, text: str, extra_terms: tuple[str, ...] = ()
) -> Relevance:
    """Scores how much an article is about an inspection of a public service.

    Title and lead (standfirst and the first words of the text) count most. A score over MOST_WITHOUT_EVIDENCE needs an
    inspectorate, or what stands for one: a service in special measures, or one with two terms of which one is an
    instrument or a judged grade.
    `extra_terms` are a source's own terms, in any case, each weighed like an instrument.
    """
    words = text.split(None, WORDS_OF_LEAD)
    lead = " ".join([standfirst or "", *words[:WORDS_OF_LEAD]])
    written = (title or "", lead, "".join(words[WORDS_OF_LEAD:]))
    own = tuple(term.lower() for term in extra_terms)
    if not _has_root("\n".join(written), own):
        return Relevance(0.0, ())
    parts = [_level(part) for part in written]
    mentions = [mention for number, part in enumerate(parts) for mention in _find_mentions(part, number, own)]
    return Relevance(_compute_score(mentions, sum(part.count(" ") + 1 for part in parts)), _list_terms(mentions))


def _has_root(text: str, own: Sequence[str]) -> bool:
    lowered = text.lower()
    return any(root in (lowered if root.islower() else text) for root in ROOTS) or any(term in lowered for term in own)


def _level(text: str) -> str:
    """Levels what the terms do not tell apart: case, quotes, spaces; "Inspector" before a name is a police rank."""
    if "Insp" in text:
        text = NAMED_INSPECTOR.sub(" ", text)
    if not text.isascii():
        text = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return " ".join(text.lower().split())


def _find_mentions(text: str, part: int, own: tuple[str, ...]) -> Iterator[Mention]:
    ends = {"judging": -REACH, "service": -REACH}
    for match in TERM.finditer(text):
        group, start = GROUP_NAMES[(match.lastindex or 0) - 1], match.start()
        ends[group] = match.end()
        if group != "grade" or _is_near(text, ends["judging"], start) or _is_grade_alone(text, match):
            yield Mention(group, match[0], part, start)
        if match[0] == "special measures" and _is_near(text, ends["service"], start):
            yield Mention("service in measures", match[0], part, start)
    if own:
        for match in _compile_own(own).finditer(text):
            yield Mention("own", match[0], part, match.start())


@lru_cache(maxsize=100)
def _compile_own(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, terms))})\b")


def _is_near(text: str, end: int, start: int) -> bool:
    """Whether a term that ends at `end` reaches what starts at `start` in the same sentence."""
    return start - end < REACH and ". " not in text[end:start]


def _is_grade_alone(text: str, match: re.Match[str]) -> bool:
    """Whether a grade is one without a word of judging before it: quoted, or of the kind that no other trade gives."""
    start, end = match.span()
    is_quoted = text[max(0, start - 1) : start] in QUOTES and text[end : end + 1] in QUOTES
    if match[0] == "significant improvement":
        return text.endswith(BEFORE_IMPROVEMENT, 0, start)
    return match[0].endswith(("improvement", "failings")) or is_quoted or JUDGED_AS.match(text, end) is not None


def _list_terms(mentions: Sequence[Mention]) -> tuple[str, ...]:
    """Lists by group, and once each, the terms that add to the score where they are."""
    adding = [mention for mention in mentions if mention.group in WEIGHTS and WEIGHTS[mention.group][mention.part]]
    return tuple(dict.fromkeys(mention.term for group in WEIGHTS for mention in adding if mention.group == group))


def _compute_score(mentions: Sequence[Mention], words: int) -> float:
    found = {(mention.group, mention.part) for mention in mentions}
    score = sum(weights[part] for group, weights in WEIGHTS.items() for part in range(3) if (group, part) in found)
    places = _count_places(mentions)
    if not any((group, 0) in found for group in EVIDENCE):
        score *= min(1.0, places * WORDS_PER_PLACE / min(words, MOST_WORDS_TO_FILL))
    score = min(1.0, score)
    others = dict.fromkeys(
        (mention.group, mention.part, mention.term) for mention in mentions if mention.group in LOSSES
    )
    score -= max(0.0, sum(LOSSES[group][part] for group, part, _ in others) - FORGIVEN)
    most = 1.0 if _is_evident(mentions) else MOST_WITHOUT_EVIDENCE
    return round(max(0.0, min(most, score)), 4)


def _count_places(mentions: Sequence[Mention]) -> int:
    count, place = 0, (-1, 0)
    for part, start in sorted((mention.part, mention.start) for mention in mentions if mention.group in SPEAKING):
        if (part, start) >= place:
            count, place = count + 1, (part, start + ONE_PLACE)
    return count


def _is_evident(mentions: Sequence[Mention]) -> bool:
    groups = {mention.group for mention in mentions}
    if "inspectorate" in groups:
        return not groups.isdisjoint(COMPANIONS)
    if "own" in groups or "service in measures" in groups:
        return True
    terms = {mention.term for mention in mentions if mention.group in COMPANIONS - {"judging"}}
    return "service" in groups and len(terms) > 1 and not groups.isdisjoint({"instrument", "grade"})
