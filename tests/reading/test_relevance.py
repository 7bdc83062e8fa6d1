"""Relevance: inspections of public services, and what only looks like one."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tasks.reading import relevance
from tasks.reading.relevance import MOST_WITHOUT_EVIDENCE, score_relevance

WRITTEN = tomllib.loads(Path(__file__).with_name("relevance_texts.toml").read_text(encoding="utf-8"))["text"]
#: What is known to be told wrong: kept, so that it is seen when that changes.
KNOWN_MISSES = {"Academy graduates shine in cup win"}


@pytest.mark.parametrize("entry", WRITTEN, ids=[entry["title"] for entry in WRITTEN])
def test_each_hazard_is_told_from_an_inspection(entry: dict[str, Any]) -> None:
    """Longer texts of every kind that is known to mislead, and news of every inspectorate, are told apart."""
    found = score_relevance(entry["title"], None, entry["text"])
    is_missed = entry["title"] in KNOWN_MISSES
    assert found.is_relevant is (entry["is_relevant"] != is_missed), (entry["kind"], found)


def test_the_verdict_is_the_score_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the threshold turns away, a lower one lets in: nothing but the score decides."""
    found = score_relevance("Bridge inspected", None, "Engineers inspected a school and said nothing more of it.")
    assert 0 < found.score <= MOST_WITHOUT_EVIDENCE
    assert not found.is_relevant
    monkeypatch.setattr(relevance, "THRESHOLD", found.score)
    assert found.is_relevant


def test_a_mention_in_passing_counts_less_the_longer_the_text() -> None:
    """One sentence on an inspection makes a short text relevant, and not a long one."""
    mention = "Ofsted rated the school good."
    filler = " The choir sang and the band played on the green until dusk fell."
    scores = [score_relevance("Summer at Elm Park", None, mention + filler * times).score for times in (0, 10, 40)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] >= relevance.THRESHOLD > scores[1]


def test_typography_makes_no_difference() -> None:
    """Curly quotes, capitals, line breaks and no-break spaces are read as their plain forms."""
    plain = score_relevance("School 'inadequate'", None, "Her Majesty's Inspectors put it into special measures.")
    fancy = score_relevance("SCHOOL ‘INADEQUATE’", None, "Her Majesty’s\nInspectors put it into special\u00a0measures.")
    assert fancy == plain
    assert plain.is_relevant


def test_the_standfirst_counts_as_lead() -> None:
    """What the standfirst says counts as much as the first words of the text."""
    said = "Ofsted inspectors rated the nursery inadequate."
    filler = "Parents were told on Monday."
    assert score_relevance("News", said, filler) == score_relevance("News", None, f"{said} {filler}")


def test_the_title_counts_more_than_the_last_paragraph() -> None:
    """The same words weigh more in the title than at the end of a long text."""
    filler = "The weather was mild and the harvest early. " * 40
    first = score_relevance("Ofsted inspection of council", None, filler)
    last = score_relevance("A mild autumn", None, filler + "Ofsted inspection of council.")
    assert first.score > last.score


def test_terms_say_why() -> None:
    """The matched terms are given, each once, in lower case."""
    found = score_relevance(
        "Ofsted: nursery 'inadequate'", None, "Ofsted inspectors rated the nursery inadequate. OFSTED said so."
    )
    assert {"ofsted", "inspectors", "nursery"} <= set(found.terms)
    assert len(set(found.terms)) == len(found.terms)


def test_a_source_may_have_terms_of_its_own() -> None:
    """A term of the source counts as evidence where the common ones are missing."""
    title, text = (
        "Local review of safeguarding published",
        "The safeguarding partnership review looked at the council and its schools.",
    )
    assert not score_relevance(title, None, text).is_relevant
    assert score_relevance(title, None, text, ("safeguarding partnership review", "review of safeguarding")).is_relevant


def test_an_empty_text_scores_nothing() -> None:
    """Nothing is known of an empty text."""
    found = score_relevance(None, None, "")
    assert (found.score, found.terms, found.is_relevant) == (0.0, (), False)
