"""Which lines are kept for what they stand beside."""

import numpy as np
import pytest
from lxml.html import HtmlElement

from tasks.reading.kept_lines import keep_headings, keep_lists, keep_siblings, keep_tables
from tasks.reading.main_text import make_blocks
from tasks.reading.page import parse_page
from tasks.reading.segment_features import prepare_lines
from tasks.reading.segments import segment_page

PARAGRAPHS = [
    f"In unit {n} of the service staff asked for help early when something was amiss, and managers gave it quickly."
    for n in range(6)
]
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def parse(inner: str) -> HtmlElement:
    """Parses a page around an article."""
    tree = parse_page(f"<html><body><main><article>{inner}</article></main></body></html>".encode(), "utf-8")
    assert tree is not None
    return tree


ROWS = "<tr><th>Area<th>Grade<tr><td>Care<td>Good<tr><td>Leaders<td>Fair"
LONG = "<td>" + "Inspectors found that staff knew the children well. " * 10


@pytest.mark.parametrize(
    ("inner", "rows"),
    [
        (f"{TEXT}<table>{ROWS}</table>{TEXT}", ["Area | Grade", "Care | Good", "Leaders | Fair"]),
        (f"{TEXT}<figure><table>{ROWS}</table></figure>{TEXT}", ["Area | Grade", "Care | Good", "Leaders | Fair"]),
        (f"{TEXT}<table><tr><td>Share<td>Print</table>{TEXT}", []),
        (f"{TEXT}<div><div><table>{ROWS}</table></div></div>{TEXT}", []),
        (f"{TEXT}<table>{ROWS}<tr>{LONG}{LONG}</table>{TEXT}", []),
        (f"<table>{ROWS}</table>{TEXT}", []),
    ],
    ids=["among text", "wrapped", "one row", "elsewhere", "a layout", "before the text"],
)
def test_tables_among_text_are_kept_whole(inner: str, rows: list[str]) -> None:
    """A table of data between paragraphs is text with all its cells; one that stands elsewhere, or lays out, is not."""
    segments = segment_page(parse(inner))
    is_text = keep_tables(segments, np.array([segment.place.element.tag == "p" for segment in segments]))
    blocks = make_blocks([segment for segment, chosen in zip(segments, is_text, strict=True) if chosen])
    assert [block.text for block in blocks if block.kind == "table"] == rows


def test_a_table_that_ends_the_article_is_kept_to_its_last_cell() -> None:
    """The text ends in a table with all of its last row, and takes in no other table behind it."""
    rows = [["School", "Before", "Now"], ["Elm Park", "Good", "Outstanding"], ["Oak Hill", "Good", "Inadequate"]]
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    tree = parse(f"{TEXT}<table>{cells}</table><aside><table>{cells.replace('Elm', 'Ash')}</table></aside>")
    segments = segment_page(tree)
    is_text = np.array([segment.text in (*PARAGRAPHS, "Oak Hill") for segment in segments])
    is_text[[segment.text for segment in segments].index("Oak Hill") + 3 :] = False
    kept = [segment.text for segment, keeps in zip(segments, keep_tables(segments, is_text), strict=True) if keeps]
    assert kept == [*PARAGRAPHS, *(cell for row in rows for cell in row)]


def test_a_table_of_which_a_cell_is_text_is_kept_whole() -> None:
    """Where a value is text, the name of its row and those of its columns are too, however deep the table stands."""
    table = "<table><tr><th>Area<th>Grade<tr><td>Care<td>Good<tr><td>Leaders<td>Fair</table>"
    segments = segment_page(parse(f"<p>One.</p><div><div><div>{table}</div></div></div><p>Two.</p>"))
    is_text = keep_tables(segments, np.array([segment.text in ("One.", "Good", "Two.") for segment in segments]))
    kept = [segment.text for segment, chosen in zip(segments, is_text, strict=True) if chosen]
    assert kept == ["One.", "Area", "Grade", "Care", "Good", "Leaders", "Fair", "Two."]


def test_a_nearly_likely_paragraph_beside_text_stays() -> None:
    """A paragraph in one element with text needs little chance; one elsewhere, or a heading, is not kept."""
    lines = prepare_lines(segment_page(parse(f"<h2>Found in all of the many units</h2>{TEXT}"))[-7:])
    chances = np.array([0.3, 0.3, 0.9, 0.9, 0.9, 0.05, 0.9])
    assert keep_siblings(lines, chances, chances > 0.5).tolist() == [False, True, True, True, True, False, True]


def keep(inner: str) -> list[str]:
    """Gives the lines that are kept of an article beside its paragraphs, the lines of which are text as they stand."""
    segments = segment_page(parse(f"<h1>Home praised</h1><p>First.</p>{inner}<p>Last.</p>"))
    is_text = np.array([segment.place.element.tag == "p" for segment in segments])
    is_kept = keep_lists(segments, is_text)
    return [segment.text for segment, kept, said in zip(segments, is_kept, is_text, strict=True) if kept and not said]


ITEMS = "<li>Good food<li>Clean rooms<li>Kind staff"
KEPT = ["Good food", "Clean rooms", "Kind staff"]


@pytest.mark.parametrize(
    ("inner", "kept"),
    [
        (f"<p>Inspectors found:</p><ul>{ITEMS}</ul>", KEPT),
        (f"<p>Inspectors found:</p><ol>{ITEMS}</ol>", KEPT),
        (f"<p>Inspectors left.</p><ul>{ITEMS}</ul>", []),
        (f"<h2>Inspectors found:</h2><ul>{ITEMS}</ul>", []),
        (f"<p>Read more:</p><ul>{ITEMS}</ul>", []),
        (f"<p>They left.</p><ul><li><p>Safe.</p><li><p>Caring.</p><li><p>Well led.</p>{ITEMS}</ul>", KEPT),
        (f"<p>They left.</p><ul><li><p>Safe.</p><li><p>Caring.</p>{ITEMS}</ul>", []),
        (
            f"<p>They found:</p><ul>{ITEMS}:<ul><li>At night<li>By day</ul></ul>",
            [*KEPT[:2], "Kind staff:", "At night", "By day"],
        ),
        (f"<p>Inspectors found:</p><ul>{ITEMS}<li>Sign up for our alerts</ul>", KEPT),
    ],
    ids=["colon", "numbered", "no colon", "no text", "pointer", "half", "less than half", "nested", "furniture"],
)
def test_a_list_among_text_is_kept_whole(inner: str, kept: list[str]) -> None:
    """A list that a line of text with a colon leads up to, or of which half is text, is text but for its furniture."""
    assert keep(inner) == kept


LED_UP_TO = "<p>Inspectors found:</p>"


@pytest.mark.parametrize(
    "inner",
    [
        f"{LED_UP_TO}<aside><ul>{ITEMS}</ul></aside>",
        f"{LED_UP_TO}<nav><ul>{ITEMS}</ul></nav>",
        f"{LED_UP_TO}<form><ul>{ITEMS}</ul></form>",
        f"{LED_UP_TO}<footer><ul>{ITEMS}</ul></footer>",
        f"{LED_UP_TO}<div class=buy-box><ul class=prices>{ITEMS}</ul></div>",
        f"{LED_UP_TO}<ul class=related-stories>{ITEMS}</ul>",
        f"{LED_UP_TO}<ul><li><a href=/1>Home warned</a><li><a href=/2>Home closed</a><li>More</ul>",
        f"{LED_UP_TO}<ul><li><h3>Home warned</h3>In May<li><h3>Home closed</h3>In June</ul>",
    ],
    ids=["aside", "menu", "form", "footer", "prices", "related", "links", "laid out"],
)
def test_a_list_beside_the_text_is_not_kept(inner: str) -> None:
    """Lists of the site, of links and of offers stay out, even where a line with a colon happens to stand before."""
    assert keep(inner) == []


def test_a_list_that_reaches_beyond_the_text_is_not_kept() -> None:
    """Before the first and behind the last line of text a list is not completed: notes and menus stand there."""
    items = "<li><p>Safe.</p><li><p>Caring.</p>"
    segments = segment_page(parse(f"<ul><li>Menu{items}</ul><p>Text.</p><ul>{items}<li>Note</ul>"))
    is_text = np.array([segment.place.element.tag == "p" for segment in segments])
    assert keep_lists(segments, is_text).tolist() == is_text.tolist()


def test_a_page_without_text_has_no_lists() -> None:
    """Where no line is text, no list is."""
    segments = segment_page(parse(f"Found:<ul>{ITEMS}</ul>"))
    assert not keep_lists(segments, np.zeros(len(segments), dtype=np.bool_)).any()


def keep_unchosen_headings(inner: str) -> list[str]:
    """Gives the headings that are kept of an article of which only the paragraphs and "Chosen" were text."""
    segments = segment_page(parse(f"<p>First.</p><h2>Chosen</h2>{inner}<p>Last.</p>"))
    is_text = np.array([segment.place.element.tag == "p" or segment.text == "Chosen" for segment in segments])
    is_kept = keep_headings(segments, is_text)
    assert (is_kept >= is_text).all()
    return [segment.text for segment, kept, said in zip(segments, is_kept, is_text, strict=True) if kept and not said]


@pytest.mark.parametrize(
    ("inner", "kept"),
    [
        ("<h2>Conclusion</h2><p>All was well.</p>", ["Conclusion"]),
        ("<h2>Conclusion</h2><ul><li><p>All was well.</ul>", ["Conclusion"]),
        ("<h3>Conclusion</h3><p>All was well.</p>", []),
        ("<div><h2>Conclusion</h2><p>All was well.</p></div>", []),
        ("<h2>Conclusion</h2><div><p>All was well.</p></div>", []),
        ("<h2>Conclusion</h2>Loose words<p>All was well.</p>", []),
        ("<h2><a href=/1>Conclusion</a></h2><p>All was well.</p>", []),
        ("<h2>Most read</h2><p>All was well.</p>", []),
        ("<h2>Sign up to our alerts</h2><p>All was well.</p>", []),
        ("<h2>***</h2><p>All was well.</p>", []),
    ],
    ids=[
        "alike",
        "a list",
        "other tag",
        "elsewhere",
        "text elsewhere",
        "no text",
        "link",
        "box",
        "furniture",
        "a rule",
    ],
)
def test_a_subheading_like_those_of_the_text_is_kept(inner: str, kept: list[str]) -> None:
    """A heading before text is text where another of its tag in its element is, unless it heads a box or is a link."""
    assert keep_unchosen_headings(inner) == kept


def test_headings_around_the_text_are_not_kept() -> None:
    """Before the first line of text stands no subheading, and none without one that is text."""
    segments = segment_page(parse("<h2>News</h2><p>First.</p><h2>Found</h2><p>Safe.</p>"))
    for known, kept in (("Found", ["First.", "Found", "Safe."]), ("", ["First.", "Safe."])):
        is_text = np.array([segment.text in ("First.", "Safe.", known) for segment in segments])
        is_kept = keep_headings(segments, is_text)
        assert [segment.text for segment, keeps in zip(segments, is_kept, strict=True) if keeps] == kept
    assert not keep_headings(segments, np.zeros(len(segments), dtype=np.bool_)).any()
