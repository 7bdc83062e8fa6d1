"""Whether an article is about an inspection of a public service: a score with the terms that say so."""

import re
from dataclasses import dataclass

from tasks.reading.terms import BODIES, GRADES, INSPECTING, INSPECTORATES, INSTRUMENTS, LOOKALIKES, OTHER_KINDS
from tasks.reading.text import squeeze_spaces

WORDS_OF_LEAD = 90
THRESHOLD = 0.5
#: What a group adds to the score by where it is found: in the title, in the lead, elsewhere (more than once, once).
WEIGHTS: dict[str, tuple[float, float, float, float]] = {
    "inspectorate": (0.45, 0.35, 0.2, 0.08),
    "instrument": (0.3, 0.25, 0.15, 0.05),
    "inspecting": (0.15, 0.15, 0.1, 0.03),
    "grade": (0.25, 0.2, 0.15, 0.08),
    "body": (0.15, 0.1, 0.05, 0.0),
    "extra": (0.3, 0.2, 0.1, 0.05),
}
PATTERNS = {
    "inspectorate": INSPECTORATES,
    "instrument": INSTRUMENTS,
    "inspecting": INSPECTING,
    "grade": GRADES,
    "body": BODIES,
}
#: What an advert or an obituary loses, for each of its own terms in title and lead.
LOSS_PER_OTHER_TERM = 0.2
#: A mention in passing: one name of an inspectorate in so many words is no subject.
WORDS_PER_MENTION = 400


@dataclass(frozen=True, slots=True)
class Relevance:
    """How much a text is about an inspection, 0 to 1, the terms matched, in order and once each, and the verdict."""

    score: float
    terms: tuple[str, ...]
    is_relevant: bool


def score_relevance(
    title: str | None, standfirst: str | None, text: str, extra_terms: tuple[str, ...] = ()
) -> Relevance:
    """Scores how much an article is about an inspection of a public service.

    Title and lead (standfirst and the first words of the text) count most. Relevant needs evidence besides the score:
    an inspectorate, or inspecting with an instrument or a grade and an inspected body; "inspector" alone is none.
    `extra_terms` are a source's own terms, in any case, each weighed like an instrument.
    """
    parts = _split(title, standfirst, text)
    patterns = dict(PATTERNS)
    if extra_terms:
        patterns["extra"] = re.compile(rf"\b(?:{'|'.join(map(re.escape, extra_terms))})\b", re.IGNORECASE)
    found = {group: [_find(pattern, part) for part in parts] for group, pattern in patterns.items()}
    score = sum(_weigh(group, *places) for group, places in found.items())
    score -= LOSS_PER_OTHER_TERM * sum(len(set(_find(OTHER_KINDS, part))) for part in parts[:2])
    score = round(min(1.0, max(0.0, score)), 4)
    is_evident = _is_evident({group: sum(map(len, places)) for group, places in found.items()}, len(text.split()))
    terms = dict.fromkeys(
        term.lower() for group in found if group != "body" for place in found[group] for term in place
    )
    if found["body"][0] or found["body"][1]:
        terms |= dict.fromkeys(term.lower() for place in found["body"][:2] for term in place)
    return Relevance(score, tuple(terms), is_evident and score >= THRESHOLD)


def _split(title: str | None, standfirst: str | None, text: str) -> tuple[str, str, str]:
    words = text.split()
    lead = " ".join([standfirst or "", *words[:WORDS_OF_LEAD]])
    parts = (title or "", lead, " ".join(words[WORDS_OF_LEAD:]))
    title_part, lead_part, rest = (LOOKALIKES.sub(" ", squeeze_spaces(part)) for part in parts)
    return title_part, lead_part, rest


def _find(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match[0].strip() for match in pattern.finditer(text)]


def _weigh(group: str, title: list[str], lead: list[str], rest: list[str]) -> float:
    in_title, in_lead, often, once = WEIGHTS[group]
    elsewhere = often if len(rest) > 1 else once if rest else 0.0
    return (in_title if title else 0.0) + (in_lead if lead else 0.0) + elsewhere


def _is_evident(counts: dict[str, int], words: int) -> bool:
    named = counts["inspectorate"]
    if named:
        others = counts["instrument"] + counts["inspecting"] + counts["grade"]
        return bool(others) and named + others >= words / WORDS_PER_MENTION
    if counts.get("extra"):
        return True
    return bool(counts["body"]) and bool(counts["inspecting"]) and bool(counts["instrument"] or counts["grade"])
