"""Who says a passage: the rule is null rather than a guess."""

import time

import pytest

from tasks.likeness.speakers import find_speaker

NARRATED = "Inspectors came. [The council was rated inadequate in January after years of decline]. "
LETTER = "[It is concerning that the response continues to be too slow]"


def find_marked(text: str) -> str | None:
    """Finds the speaker of what stands in brackets in a text."""
    start, end = text.index("["), text.index("]") - 1
    return find_speaker(text.replace("[", "").replace("]", ""), start, end)


@pytest.mark.parametrize(
    "text",
    [
        f"{NARRATED}‘We will improve,’ said Cllr Jane Ashworth.",
        f"{NARRATED}'We will improve,' said Cllr Jane Ashworth.",
        f'{NARRATED}"We will improve," said Cllr Jane Ashworth.',
        f"{NARRATED}“We will improve,” said Cllr Jane Ashworth.",
        "[The council was rated inadequate in January. “We will improve],” said Cllr Jane Ashworth.",
        "[It was rated inadequate. Leader Jane Ashworth said: “We will improve.” The report is due on Monday].",
        "Leader Jane Ashworth said: “[We will improve.” The report is due on Monday at the town hall].",
        "[New funds for schools\nJane Ashworth was there today.\n“They will help,” said Ashworth.\nContact: us].",
        "[New funds for schools\n“They will help us to improve the services for every child,” said Jane Ashworth].",
        "Jane Ashworth said: “We will improve.”\n[Inspectors found that children waited too long for help].",
        "“We will improve.\n[The council was rated inadequate in January].\n‘It is a shame,’ said Jane Ashworth.",
    ],
)
def test_narration_is_nobodys_statement(text: str) -> None:
    """Words of which less than half is quoted have no speaker, though a quote stands beside or among them."""
    assert find_marked(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“[We will improve] it all,” said Jane Ashworth.", "Jane Ashworth"),
        ("'[We'll improve] it all,' said Jane Ashworth.", "Jane Ashworth"),
        ("‘[It’s the council’s duty]’, Jane Ashworth said.", "Jane Ashworth"),
        ('“[We will improve] it all," said Jane Ashworth.', "Jane Ashworth"),
        ("“[We will improve,” said Jane Ashworth. “It all takes time]. We know.”", "Jane Ashworth"),
        ("Jane Ashworth said that [the council would improve].", "Jane Ashworth"),
        ("On Tuesday Jane Ashworth said: “[We will improve].”", "Jane Ashworth"),
        ("Superintendent Jane Ashworth said: “[We will improve].”", "Jane Ashworth"),
        ("Registered Manager Jane Ashworth said: “[We will improve].”", "Jane Ashworth"),
        ("Mother-of-two Jane Ashworth said: “[We will improve].”", "Jane Ashworth"),
        ("“[We will improve.” Jane Ashworth said: “It all takes time]. We know.” Tom Barlow left.", "Jane Ashworth"),
        ("Jane Ashworth said: “[We accept it.” Tom Barlow said: “We do not accept it].”", None),
        ("“[We will improve it all]\nJane Ashworth said more.", None),
        ("Ofsted said: “[We accept it.” Tom Barlow said: “We do not accept it].”", None),
        ("A spokesperson said: “[We will improve].”\n\nTom Barlow added: “It takes time.”", None),
        ("“[We will improve].” Tom Barlow said he would resign.", None),
        ("“[Will we improve]?” Tom Barlow said, and left.", "Tom Barlow"),
        ("“[We will improve].” Tom Barlow said.", "Tom Barlow"),
    ],
)
def test_quoted_words_have_the_speaker_of_their_quote(text: str, expected: str | None) -> None:
    """Words of which most is quoted have the one speaker who stands beside or among them."""
    assert find_marked(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Ashworth said it was fair. She added: “[We will improve].”", "Jane Ashworth"),
        ("Cllr Jane Ashworth spoke. Cllr Ashworth said it was fair. She added: “[We will improve].”", "Jane Ashworth"),
        ("Leeds City Council met. Jane Ashworth said it was fair. She added: “[We will improve].”", "Jane Ashworth"),
        ("Tom Barlow said it was fair. Jane Ashworth said staff were tired. He added: “[We will improve].”", None),
        ("Jane Ashworth said it was fair. Its author is Tom Barlow. She added: “[We will improve].”", None),
        ("Jane Ashworth said it was fair. Cllr Barlow left. She added: “[We will improve].”", None),
        ("“[We will improve],” said Jane Ashworth. Tom Barlow left.", "Jane Ashworth"),
        ("Tom Barlow left. “[We will improve,” said Jane Ashworth. “It takes time],” she added.", None),
    ],
)
def test_a_pronoun_is_the_one_person_named(text: str, expected: str | None) -> None:
    """A pronoun is resolved only where one person is named before it."""
    assert find_marked(text) == expected


@pytest.mark.parametrize(
    ("speaker", "expected"),
    [
        ("Chief Inspector of Prisons Charlie Taylor", "Charlie Taylor"),
        ("HM Chief Inspector of Constabulary and Fire and Rescue Services Andy Cooke", "Andy Cooke"),
        ("HM Chief Inspector of Constabulary and Fire & Rescue Services Andy Cooke", "Andy Cooke"),
        ("Chief Inspector of Probation Justin Russell", "Justin Russell"),
        ("Chief Inspector of Schools Amanda Spielman", "Amanda Spielman"),
        ("Chief Inspector of Fire Tom Barlow", "Tom Barlow"),
        ("Secretary of State for Transport Jane Ashworth", "Jane Ashworth"),
        ("Secretary of Defense Jane Ashworth", "Jane Ashworth"),
        ("Ofsted’s Amanda Spielman", "Amanda Spielman"),
        ("Ofsted's Amanda Spielman", "Amanda Spielman"),
        ("Both Saxby Chambliss", "Saxby Chambliss"),
        ("Senators Barbara A. Mikulski", "Barbara A. Mikulski"),
        ("Armed Services Committee Chairwoman Jane Ashworth", "Jane Ashworth"),
        ("Jane Ashworth and Tom Barlow", None),
        ("Jane Ashworth, leader of the council, and Cllr Tom Barlow", None),
        ("Jane Ashworth and council leader Tom Barlow", None),
    ],
)
def test_the_name_is_cut_out_of_what_stands_around_it(speaker: str, expected: str | None) -> None:
    """Offices, their fields and whose they are do not belong to a name; two names are not one speaker."""
    assert find_marked(f"{speaker} said: “[We will improve].”") == expected


def test_two_speakers_behind_the_words_are_none() -> None:
    """Who is named first of two behind a quote does not get it alone."""
    assert find_marked("“[We will improve],” said Jane Ashworth and Tom Barlow.") is None
    assert find_marked("“[We will improve],” said Jane Ashworth, the leader, and Cllr Tom Barlow.") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Jane Ashworth said: “We accept it.”\n“{LETTER},” the monitoring visit letter said.", None),
        (f"Jane Ashworth said: “We accept it.”\n\n“{LETTER}.”", None),
        (f"Jane Ashworth said: ‘We accept it.’\n\n‘{LETTER}.’", None),
        (f"Jane Ashworth said: “We accept it.\n\n“{LETTER}.”", "Jane Ashworth"),
        (f"Jane Ashworth said: ‘We accept the council’s part.\n\n‘{LETTER}.’", "Jane Ashworth"),
        (f"“We do,” said Jane Ashworth, the leader. “We accept it.\n\n“{LETTER}.”", "Jane Ashworth"),
        (f"“We do,” said Jane Ashworth. Tom Barlow spoke up. “We accept it.\n\n“{LETTER}.”", None),
        (f"Ofsted said: “We accept it.\n\n“{LETTER}.”", None),
    ],
)
def test_a_quote_is_followed_back_only_while_open(text: str, expected: str | None) -> None:
    """A quote of several paragraphs has the speaker who began it; a closed one has nothing to do with the next."""
    assert find_marked(text) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Blackpool Council",
        "Lancashire Police",
        "Local Government Association",
        "Ofsted",
        "Unison",
        "Leeds Teaching Hospitals NHS Trust",
        "National Education Union",
        "Vice President",
        "Leader of Leeds City Council Jane Ashworth",
    ],
)
def test_an_organisation_is_no_speaker(name: str) -> None:
    """Only people are speakers."""
    assert find_marked(f"{name} said: “[We will improve].”") is None
    assert find_marked(f"“[We will improve],” said {name}.") is None


@pytest.mark.parametrize(
    "piece", ["“A b. ", "‘A b ", " 'A", '"A b, ', "Aa Bb ", "Aa and ", "Aa, b ", "“A,” he said. \n", "“A\n"]
)
def test_long_texts_are_searched_in_linear_time(piece: str) -> None:
    """A long text without an answer takes no longer than its length asks for."""
    text = piece * 20_000
    begun = time.process_time()
    find_speaker(text, len(text) - 2_000, len(text) - 1_000)
    assert time.process_time() - begun < 1
