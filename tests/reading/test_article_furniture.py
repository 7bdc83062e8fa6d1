"""What stands among and behind an article's paragraphs is not its text."""

import pytest

from tasks.reading.body import Block
from tasks.reading.furniture import clear_furniture, drop_labelled_links
from tasks.reading.page import parse_page
from tasks.reading.segments import Segment, segment_page
from tests.reading.written_pages import TEXT, read_text

UNITS = [Block("paragraph", f"Inspectors visited unit {number} in the spring of that year.") for number in range(6)]


@pytest.mark.parametrize(
    "furniture",
    [
        "<div class=share>Share this article</div>",
        "<p>Have your say</p>",
        "<div><span>Hide Ad</span></div>",
        "<p>Read more: <a href=/x>Another service was visited, too</a></p>",
        "<p><strong>READ MORE</strong> <a href=/x>Another service was visited, too</a></p>",
        "<p>Sign up to our daily newsletter to get all the latest stories</p>",
        "<p>Subscribe to our newsletter for weekly updates delivered to your inbox.</p>",
        "<p>Already have an account? Sign in</p>",
        "<figure><img src=a.jpg><figcaption>Staff at the service in spring</figcaption></figure>",
        "<p class=caption>Staff at the service in spring</p>",
        "<p>Photo: Jane Doe/PA</p>",
        "<p>(credit: Jane Doe / Stock)</p>",
        "<p>We use cookies to make this site better.</p>",
        "<p>Follow us on Twitter and Facebook for the latest news</p>",
        "<p>👉 See more of how such services were rated.</p>",
        "<p>Team Manager, Northmoor Council, £40,221 - £51,515 per annum</p>",
    ],
)
def test_furniture_among_the_paragraphs_goes(furniture: str) -> None:
    """Share bars, cross-links, newsletters, logins, captions, credits, cookies and adverts are not in the text."""
    without = read_text(f"<h1>Service visited</h1>{TEXT}")
    middle = TEXT.replace("</p><p>", f"</p>{furniture}<p>", 1)
    assert read_text(f"<h1>Service visited</h1>{middle}") == without


@pytest.mark.parametrize(
    "ending",
    [
        (
            "<h3>More from Northmoor Gazette</h3><ul><li><a href=/a>Council fined over a data breach "
            "in spring</a></li></ul>"
        ),
        (
            "<h4>One Response to Service visited</h4><ol class=commentlist><li><p>I was there and it "
            "was not like that at all, they only saw what they were shown.</p></li></ol>"
        ),
        "<h4>Comments are closed.</h4><p>These are the rules for comments.</p>",
        "<h3>Featured jobs</h3><p>Team Manager, Northmoor</p><p>Social Worker, Southmoor</p>",
        "<h3>Most read</h3><p>Fylde road works go on</p>",
    ],
)
def test_what_follows_the_article_goes(ending: str) -> None:
    """Related links, comments and adverts behind the article are cut off, with their heading."""
    assert read_text(f"<h1>Service visited</h1>{TEXT}{ending}") == read_text(f"<h1>Service visited</h1>{TEXT}")


@pytest.mark.parametrize("heading", ["Most Popular", "More from Northmoor Gazette", "Partner content"])
def test_the_article_goes_on_behind_a_box(heading: str) -> None:
    """A box in the second half costs its own lines alone, where paragraphs of the article follow it."""
    text = read_text(f"<h1>Service visited</h1>{TEXT}{TEXT}<h4>{heading}</h4>{TEXT.replace('unit', 'home')}")
    assert "home 7" in text
    assert heading not in text


def test_a_marker_among_the_first_paragraphs_cuts_nothing_off() -> None:
    """A "Most read" box in the middle costs its own line, not the rest of the article."""
    text = read_text(f"<h1>Service visited</h1><p>Most read</p>{TEXT}")
    assert "unit 7" in text


@pytest.mark.parametrize(
    "sentence",
    [
        "Follow the evidence, she said.",
        "Read the report in full and you will see how much was good.",
        "More people than ever asked for help.",
        "Comments by staff were kind.",
        "Subscribe was the word on the door of the unit.",
        "“Read more,” she told the children of the unit.",
        "Published on Monday, the report says children were left at risk.",
        "Updated guidance from the inspectorate means that inspectors call first.",
        "Fees at the independent school next door are about £15,000 per annum.",
        "Agency social workers can earn up to £45 per hour, the council said.",
        "Two comments on the letter stood out, councillors said on Monday.",
        "One response to the letter came from a parent of two.",
        "More from the report was read out to the full council.",
        "Saving jobs",
    ],
)
def test_sentences_that_begin_like_furniture_stay(sentence: str) -> None:
    """A paragraph is not furniture because of its first word."""
    assert sentence in read_text(f"<h1>Service visited</h1>{TEXT}<p>{sentence}</p>{TEXT}")


@pytest.mark.parametrize(
    "line",
    [
        "___",
        "• • •",
        "Copyright 2024 The Northmoor Gazette",
        "Copyright © 2024 Northmoor Press. No copying.",
        "This page is copyright of Northmoor Press, all rights reserved.",
        "The-Northmoor-Wire™ & © 2024 Northmoor Press, Inc., a Southmoor company.",
        "READ | Another home was visited, too",
        "Related: Another home was visited, too",
        ">> Related: Another home was visited, too",
        "Follow our full coverage of the inspections here.",
        "Get email updates from your favourite writers.",
        "Follow AP's coverage at https://press.example/inspections",
        "If our reporting was of use to you, please consider making a donation.",
        "Purchases made through links earn us a small commission.",
        "We may receive a commission when you use our links.",
        "This article contains affiliate links.",
        "Is a home in your town to close? Get in touch at news@gazette.example",
        "Have you been in care? Contact: jane.doe@gazette.example",
        "jane.doe@gazette.example",
        "(END)",
        "A post shared by Home (@home) on Feb 16, 2020 at 3:02pm PST",
        "File photo of the home in spring.",
        "20:24Jane Doe-Smith",
        "8:05pmJohn O'Brien",
        "20:42KEY EVENT",
        "20.42 KEY EVENT",
        "Representational image",
        "Representative Image | Photo by Jane Doe",
    ],
)
def test_lines_that_outlets_add_go(line: str) -> None:
    """Rows of signs, rights, cross-links, pleas, addresses, captions and heads of entries are cleared."""
    before, after = Block("paragraph", "Inspectors came in May."), Block("paragraph", "They found much that was good.")
    blocks = [before, Block("paragraph", line), after]
    assert clear_furniture(blocks, said=(), authors=()) == [before, after]


@pytest.mark.parametrize(
    "block",
    [
        Block("table", "– | –"),
        Block("paragraph", "§ 31"),
        Block("paragraph", "Copyright law was not the inspectors' concern."),
        Block("paragraph", "Read the report in full and you will see how much was good."),
        Block("paragraph", "Related services were visited, too: all of them were good."),
        Block("paragraph", "Follow the full coverage of a scheme and you see its costs."),
        Block("paragraph", "Instead of flowers, please consider making a donation to the home."),
        Block("paragraph", "Agents receive a commission for each child, the report says."),
        Block("paragraph", "Do you recognise this man? Contact Northmoor Police at doe@police.example"),
        Block("paragraph", "Parents can get in touch with the home at home@northmoor.example"),
        Block("paragraph", "Ends that meet are rare in care."),
        Block("paragraph", "20:24"),
        Block("paragraph", "20:24 Closing Speech"),
        Block("paragraph", "20:24Inspectors leave the home"),
        Block("paragraph", "20:24Northmoor"),
        Block("paragraph", "File photos are kept for two years."),
    ],
)
def test_text_that_is_like_added_lines_stays(block: Block) -> None:
    """Tables, sentences that begin alike, times, appeals for a charity or by the police are text."""
    blocks = [
        Block("paragraph", "Inspectors came in May."),
        block,
        Block("paragraph", "They found much that was good."),
    ]
    assert clear_furniture(blocks, said=(), authors=()) == blocks


@pytest.mark.parametrize("before", [TEXT, ""], ids=["in the middle", "as the first"])
def test_a_caption_that_a_paragraph_repeats_stays_as_paragraph(before: str) -> None:
    """What the text says in the same words as a caption is not lost."""
    sentence = "The service was built in 1990 and has forty rooms on two floors."
    inner = (
        f"<h1>Service visited</h1><figure><figcaption>{sentence}</figcaption></figure>{before}<p>{sentence}</p>{TEXT}"
    )
    assert read_text(inner).count(sentence) == 1


def test_headline_standfirst_and_byline_are_not_in_the_text() -> None:
    """What the other columns hold is not repeated at the head of the text."""
    inner = (
        f"<h1>Service visited</h1><h2 class=standfirst>Staff knew the children well, inspectors "
        f"say</h2><p class=byline>By Jane Doe</p><p>Service visited</p>{TEXT}"
    )
    assert read_text(inner).startswith("Inspectors visited unit 0")


def test_what_is_said_elsewhere_opens_no_text_but_may_stand_in_it() -> None:
    """Headline and standfirst are cleared before the first sentence; what is behind it is kept, whatever it says."""
    title, standfirst = (
        Block("heading", "Home visited"),
        Block("paragraph", "Staff knew the children, the report says."),
    )
    label, said = (
        Block("paragraph", "Care"),
        Block("paragraph", "Inspectors visited the home in the spring of that year."),
    )
    blocks = [title, label, standfirst, said, standfirst, title, said]
    cleared = clear_furniture(blocks, said=(title.text, standfirst.text), authors=())
    assert cleared == [label, said, standfirst, title, said]


@pytest.mark.parametrize("line", ["By Ana Berg", "von Ana Berg", "Par Ana Berg", "Ana Berg"])
def test_a_byline_neither_opens_nor_ends_the_text(line: str) -> None:
    """A line that only names the author is cleared at either end, in whatever words, and nowhere else."""
    byline = Block("paragraph", line)
    blocks = [byline, *UNITS, byline, *UNITS, byline]
    cleared = clear_furniture(blocks, said=(), authors=["Ana Berg"])
    assert cleared == [*UNITS, byline, *UNITS]


@pytest.mark.parametrize(
    "line",
    [
        "Ana Berg/Bo Carlsen",
        "By Ana Berg, Bo Carlsen and Ana Bergman",
        "Ana Berg und Bo Carlsen | 15.12.2020 um 14:49 Uhr",
        "15.12.2020 – 14:49",
        "May 3, 2024 at 2:15 p.m",
        "CNN",
        "(Reuters)",
    ],
)
def test_a_line_of_names_times_or_an_agency_opens_no_text(line: str) -> None:
    """However several authors, day and clock are joined; farther below the same line is text."""
    byline = Block("paragraph", line)
    cleared = clear_furniture([byline, *UNITS, byline], said=(), authors=["Ana Berg", "Bo Carlsen", "Ana Bergman"])
    assert cleared == [*UNITS, byline]


@pytest.mark.parametrize("line", ["Ana Berg meets Bo Carlsen", "Bo Carlsen und die Heime", "14:49", "CNN at the home"])
def test_a_first_line_that_says_more_is_text(line: str) -> None:
    """A heading that has authors' names or an agency among other words, or a clock alone, is kept."""
    blocks = [Block("heading", line), *UNITS]
    assert clear_furniture(blocks, said=(), authors=["Ana Berg", "Bo Carlsen"]) == blocks


@pytest.mark.parametrize(
    "line",
    [
        "Ana Berg was there.",
        "Bo Carlsen",
        "“I was there,” Ana Berg said in the end.",
        "Consultation closes 12 June 2023",
        "Next hearing: Monday 12 June 2023, 10am",
    ],
)
def test_a_last_line_that_says_more_is_text(line: str) -> None:
    """What says more than who wrote it, names another or a day, is text at the end."""
    blocks = [*UNITS, Block("paragraph", line)]
    assert clear_furniture(blocks, said=(), authors=["Ana Berg"]) == blocks


def cut_lines(inner: str) -> list[Segment]:
    """Cuts the body of a page into lines."""
    tree = parse_page(f"<html><body>{inner}</body></html>".encode(), "utf-8")
    assert tree is not None
    return segment_page(tree)


def test_links_right_behind_a_label_go_with_it() -> None:
    """Whole links behind "Read more:" are other pages, up to the next line that is none."""
    lines = [
        "<b>READ MORE:</b>",
        "<a href=/a>Another home was visited</a>",
        "* <a href=/b>Yet another home was visited in the same town</a>",
        "The council said no more.",
        "<a href=/c>The report in full</a>",
    ]
    segments = cut_lines("".join(f"<p>{line}</p>" for line in lines))
    blocks = [Block("paragraph", segment.text) for segment in segments]
    assert drop_labelled_links(blocks, segments) == [blocks[0], *blocks[3:]]


@pytest.mark.parametrize(
    "lines",
    [
        ("They said this:", "<a href=/a>Another home was visited</a>"),
        ("Read more:", "The council <a href=/a>said no more</a>."),
        ("Read more", "<a href=/a>Another home was visited</a>"),
        ("Read more:", "<a href=/a>The council met</a>", "Then again:", "The council met"),
    ],
)
def test_other_links_stay(lines: tuple[str, ...]) -> None:
    """Links behind a sentence, with words beside them, or that another line says without a link, are text."""
    segments = cut_lines("".join(f"<p>{line}</p>" for line in lines))
    blocks = [Block("paragraph", segment.text) for segment in segments]
    assert drop_labelled_links(blocks, segments) == blocks


def test_labelled_links_are_not_in_the_text() -> None:
    """The links behind a label are left out of the article with it, even where they were taken for paragraphs."""
    links = "<p>READ MORE:</p><p>* <a href=/x>Managers of a home in the same town were praised by inspectors</a></p>"
    inner = f"<h1>Service visited</h1>{TEXT.replace('</p><p>', f'</p>{links}<p>', 1)}"
    assert read_text(inner) == read_text(f"<h1>Service visited</h1>{TEXT}")


SAID = [Block("paragraph", f"Inspectors visited unit {number} in the spring of that year.") for number in range(3)]


@pytest.mark.parametrize(
    "biography",
    [
        "Ana Berg is the Gazette's education editor. She has two cats.",
        "Dr. Ana Berg writes on care from Northmoor",
        "Ana Berg has been covering schools since 2010.",
    ],
)
def test_what_the_last_paragraphs_say_of_the_authors_goes(biography: str) -> None:
    """Who the authors are is not in the text, where three blocks are left of it."""
    lines = [Block("paragraph", biography), Block("paragraph", "Bo Carlsen was a teacher.")]
    assert clear_furniture([*SAID, *lines], said=("Homes visited",), authors=["Ana Berg", "Bo Carlsen"]) == SAID
    blocks = [*SAID[1:], lines[0]]
    assert clear_furniture(blocks, said=(), authors=["Ana Berg"]) == blocks


@pytest.mark.parametrize(
    "last",
    [
        Block("paragraph", "Bo Carlsen is the home's manager."),
        Block("paragraph", "Ana Bergman is the home's manager."),
        Block("paragraph", "Ana Berg asked for the report."),
        Block("paragraph", "Ana Berg has been told to leave."),
        Block("list", "Ana Berg is the editor"),
        Block("paragraph", "Ana Berg is here. " + "The inspectors said no more of what they saw. " * 10),
    ],
)
def test_other_last_paragraphs_stay(last: Block) -> None:
    """What is said of others, what authors did, items of lists and long paragraphs are text."""
    assert clear_furniture([*SAID, last], said=("Homes visited",), authors=["Ana Berg"]) == [*SAID, last]


@pytest.mark.parametrize("said", ["Ana Berg, who wrote for us, dies", "We remember Ana Berg"])
def test_an_article_about_its_author_keeps_its_end(said: str) -> None:
    """Whom headline or standfirst name is whom the article is about, as in an obituary."""
    blocks = [*SAID, Block("paragraph", "Ana Berg was born in Northmoor.")]
    assert clear_furniture(blocks, said=(said, None), authors=["Ana Berg"]) == blocks
