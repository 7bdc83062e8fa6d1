"""Terms: which words of an article count, which are names, and how much each counts."""

import pytest

from tasks.stories.terms import LEAD_WORDS, cut_words, find_names, get_weight, hash_term, make_terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Coun Blackburn’s plan", ["coun", "blackburn", "plan"]),
        ("don't, DON’T", ["don't", "don't"]),
        ("£5m, 12-week_plan", ["5m", "12", "week", "plan"]),
        ("Ynys Môn", ["ynys", "môn"]),
        ("Mo\u0302n chil\u00addren", ["môn", "children"]),
    ],
)
def test_words_are_levelled(text: str, expected: list[str]) -> None:
    """Case, typography and a possessive make no difference; letters with accents are letters."""
    assert [word.levelled for word in cut_words(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Torhaven Council said Nancy Meade is leaving on Tuesday", {"torhaven", "nancy", "meade"}),
        ("Leaving: why Meade said she is leaving", {"meade"}),
        ("Ofsted and the Department for Education", set()),
        ("A B 12", set()),
    ],
)
def test_names_are_written_with_a_capital_throughout(text: str, expected: set[str]) -> None:
    """What also stands in lower case, is common, or is a single letter or a number names nobody."""
    assert find_names(cut_words(text)) == expected


def test_rare_words_count_more() -> None:
    """A word that many texts have counts less than a rare one; a pair of words counts as a rare word."""
    assert get_weight("council") < get_weight("commissioner") < get_weight("zzyzx") == get_weight("council zzyzx")


def test_terms_are_words_and_pairs_without_stop_words() -> None:
    """Words and pairs of neighbours count once each; a stop word neither counts nor joins a pair."""
    terms = make_terms("Neglect", "found in Wirby. Found in Wirby")
    assert set(terms.terms) == {
        hash_term(term) for term in ("neglect", "found", "wirby", "neglect found", "wirby found")
    }
    assert terms.names == [hash_term("wirby")]
    assert len(terms.weights) == len(terms.terms)


def test_a_title_that_the_text_repeats_counts_once() -> None:
    """Only the beginning of an article counts, and its title not twice."""
    assert make_terms("Neglect found", "Neglect found again") == make_terms(None, "Neglect found again")
    long = "word " * LEAD_WORDS
    assert make_terms(None, f"{long} Wirby") == make_terms(None, long)


def test_hashes_may_be_kept() -> None:
    """The hash of a term is the same in every process and version; a lone surrogate has one too."""
    assert hash_term("ofsted") == -2754677770449655980
    assert hash_term("\ud800") != hash_term("\ud801")
