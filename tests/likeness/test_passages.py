"""Passages: found with their full length in every article that carries them, with who said them."""

from pathlib import Path

import polars as pl
import pytest

from tasks.likeness import matches
from tasks.likeness.passages import find_passages
from tasks.likeness.speakers import find_speaker
from tests.likeness.texts import write_text

QUOTE = (
    "We have known for a year that too many children wait too long for a social worker, and we have put every penny "
    "that we could find into the service since then. I make no excuses for what the inspectors saw."
)
SAID = f"{write_text(1, 80)}.\n\nCllr Jane Ashworth, leader of the council, said: “{QUOTE}”\n\n{write_text(2, 60)}."
EDITED = QUOTE.replace("every penny", "all the money")[:-1]
OTHER = f"{write_text(3, 50)}. ‘{EDITED},’ said Cllr Ashworth. {write_text(4, 90)}."
BARE = f"{write_text(5, 90)}. “{QUOTE}” {write_text(6, 70)}."
FOREIGN = f"É{write_text(7, 30)} ½ ❖ {QUOTE} {write_text(8, 70)}."


def make_texts(*texts: str) -> pl.DataFrame:
    """A table of texts."""
    return pl.DataFrame({"article_id": [f"a{number}" for number in range(len(texts))], "text": texts})


def test_a_quote_is_found_in_every_article() -> None:
    """A quote is one passage in all that carry it, at its full length, across small edits and quotation marks."""
    texts = make_texts(SAID, OTHER, BARE, FOREIGN, write_text(9))
    found = find_passages(texts)
    assert found["passage_id"].n_unique() == 1
    assert found["article_id"].to_list() == ["a0", "a1", "a2", "a3"]
    for _, article, start, end, text, _ in found.iter_rows():
        assert texts.filter(article_id=article)["text"].item()[start:end] == text
        assert text.startswith("We have known")
        assert text.endswith("inspectors saw")


def test_the_speaker_is_whom_an_article_names() -> None:
    """An article that does not name the speaker has the one that the others agree on."""
    assert set(find_passages(make_texts(SAID, BARE))["speaker"]) == {"Jane Ashworth"}
    disputed = f"{write_text(10, 80)}. Tom Barlow said: “{QUOTE}” {write_text(11, 60)}."
    found = find_passages(make_texts(SAID, disputed, BARE))
    assert found["speaker"].to_list() == ["Jane Ashworth", "Tom Barlow", None]


def test_a_speaker_whom_less_than_half_of_the_articles_name_is_not_that_of_the_others() -> None:
    """A notice that many articles carry is nobody's, though it stands behind somebody's words in one of them."""
    bare = [f"{write_text(n, 90)}. “{QUOTE}” {write_text(n + 20, 70)}." for n in range(20, 22)]
    assert set(find_passages(make_texts(SAID, bare[0]))["speaker"]) == {"Jane Ashworth"}
    assert find_passages(make_texts(SAID, *bare))["speaker"].to_list() == ["Jane Ashworth", None, None]


def test_the_order_of_the_texts_makes_no_difference() -> None:
    """The same texts in another order have the same passages."""
    texts = make_texts(SAID, OTHER, BARE, FOREIGN)
    assert find_passages(texts.reverse()).equals(find_passages(texts))


def test_a_turn_of_phrase_is_no_passage() -> None:
    """Fewer words than a dozen are shared by chance."""
    phrase = "the chief executive of the council said that it"
    assert find_passages(
        make_texts(*(f"{write_text(n, 40)} {phrase} {write_text(n + 9, 40)}" for n in (1, 2)))
    ).is_empty()


def test_boilerplate_is_no_passage(monkeypatch: pytest.MonkeyPatch) -> None:
    """What more texts carry than outlets ever carry a quote is left out."""
    monkeypatch.setattr(matches, "MOST_TEXTS", 3)
    assert find_passages(make_texts(*(f"{write_text(n, 40)} {QUOTE}" for n in range(4)))).is_empty()


def test_no_texts_have_no_passages() -> None:
    """A table without texts, or with empty ones, gives a table without rows."""
    assert find_passages(make_texts()).is_empty()
    assert find_passages(pl.DataFrame({"article_id": ["a", "b"], "text": [None, ""]})).is_empty()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cllr Jane Ashworth, leader of the council, said: “HERE”", "Jane Ashworth"),
        ("Jane Ashworth (Labour) said: “HERE”", "Jane Ashworth"),
        ("Council leader Coun Jane Ashworth added that HERE", "Jane Ashworth"),
        ("Jane Ashworth spoke first. Cllr Ashworth said: ‘HERE’", "Jane Ashworth"),
        ("Cllr Ashworth said: ‘HERE’", "Ashworth"),
        ("Blackpool Council Leader Cllr Jane Ashworth said: “HERE”", "Jane Ashworth"),
        ("Children’s Commissioner Dame Helen de Souza said: “HERE”", "Helen de Souza"),
        ("Director of Children’s Services Jane Ashworth said: “HERE”", "Jane Ashworth"),
        ("Blackpool South MP Tom Barlow said: “HERE”", "Tom Barlow"),
        ("Council Leader Cllr Jane Ashworth left. Cllr Ashworth said: ‘HERE’", "Jane Ashworth"),
        ("Executive Headteacher Mrs Ashworth said: ‘HERE’", "Ashworth"),
        ("Leeds City Council said: ‘HERE’", None),
        ("Jane Ashworth said it was time. She added: “HERE”", "Jane Ashworth"),
        ("“HERE,” said Sir Tom O’Neill, chief executive.", "Tom O’Neill"),
        ("“HERE,” Jane Ashworth, director of services, told the Post.", "Jane Ashworth"),
        ("According to the commissioner Helen Sacks-Jones, HERE", "Helen Sacks-Jones"),
        ("Jane Ashworth said: “One thing first.\n\n“Then another.\n\n“HERE”", "Jane Ashworth"),
        ("A council spokesperson said: “HERE”", None),
        ("She said: “HERE”", None),
        ("Nobody is named here. HERE", None),
        ("Jane Ashworth left. “HERE” The end.", None),
    ],
)
def test_speakers(text: str, expected: str | None) -> None:
    """The speaker is who stands beside the words with a verb of saying; a name is never guessed."""
    start = text.index("HERE")
    assert find_speaker(text, start, start + 4) == expected


def test_a_speaker_within_the_words_is_found() -> None:
    """Who says a passage may stand in it, in whole or in part; where two stand there, there is none."""
    text = "Jane Ashworth said: “We accept all that they found.”"
    assert find_speaker(text, 0, len(text)) == "Jane Ashworth"
    assert find_speaker(text, text.index("said"), len(text) - 2) == "Jane Ashworth"
    both = f"{text} Tom Barlow said: “We do not, and we never will.”"
    assert find_speaker(both, 0, len(both)) is None


def test_a_part_of_an_article_is_nobodys_statement() -> None:
    """Paragraphs of which most quote nobody are not what the one person said who is quoted at their end."""
    told = "The town’s services were inspected in May.\n\nThey were found wanting in all that matters.\n\n"
    text = f"{told}“We accept all that they found,” said Jane Ashworth."
    assert find_speaker(text, 0, text.index(",”")) is None
    assert find_speaker(text, 0, len(text)) is None
    assert find_speaker(text, len(told), len(text)) == "Jane Ashworth"


def test_two_seeds_share_a_statement(shared: Path) -> None:
    """Of the five seed articles, two carry the council leader's statement, and nothing else is shared."""
    files = sorted((shared / "seeds").glob("*.txt"))
    texts = pl.DataFrame(
        {"article_id": [file.stem[:3] for file in files], "text": [file.read_text() for file in files]}
    )
    found = find_passages(texts)
    assert found["article_id"].to_list() == ["001", "003"]
    assert found["passage_id"].n_unique() == 1
    assert found["speaker"].to_list() == ["Simon Blackburn"] * 2
    assert all(text.startswith("At no time have I, or we, shied away") for text in found["text"])
