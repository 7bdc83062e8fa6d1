"""The blocks of trafilatura's reading."""

import pytest

from tasks.reading.body import Block, drop_further_articles, read_with_trafilatura
from tasks.reading.page import Article, parse_page
from tests.reading.written_pages import read

TEXT = "".join(f"<p>In unit {n} of the service staff asked for help early, and managers gave it.</p>" for n in range(8))
LONG = "Inspectors found that staff knew the children well. " * 8


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("<tr><td>Area<td>Grade<tr><td>Care<td>Good", ["Area | Grade", "Care | Good"]),
        ("<tr><td><p>Area</p><td><p>Grade</p><p>2026</p>", ["Area | Grade 2026"]),
        ("<tr><td>Area<td><td>Grade", ["Area | Grade"]),
        (f"<tr><td>Area<td><p>{LONG}</p><p>{LONG}</p>", ["Area", LONG.strip(), LONG.strip()]),
    ],
    ids=["cells", "paragraphs in cells", "empty cell", "columns of a layout"],
)
def test_a_row_is_one_line(table: str, rows: list[str]) -> None:
    """The cells of a row are one line, but where they are so long that the table lays out the page."""
    page = f"<html><body><article>{TEXT}<table>{table}</table>{TEXT}</article></body></html>"
    tree = parse_page(page.encode(), "utf-8")
    assert tree is not None
    assert [block for block in read_with_trafilatura(tree) if block.kind == "table"] == [
        Block("table", row) for row in rows
    ]


OWN = "In May staff of the home asked for help early, and its managers gave it within the hour on each of the days."
FURTHER = "In June staff of another home were found to have kept no records of the medicines that they had given out."


def read_with_further(first: str, further: str) -> list[str]:
    """Gives what is left of the paragraphs of both articles and of one outside, where the first has the headline."""
    tree = parse_page(f"<html><body><div>{first}{further}<p>Outside.</p></div></body></html>".encode(), "utf-8")
    assert tree is not None
    blocks = [Block("paragraph", text) for text in (OWN, FURTHER, "Outside.")]
    return [block.text for block in drop_further_articles(blocks, next(tree.iter("h1")))]


def write_article(heading: str, paragraphs: str, named: str = "story-page") -> str:
    """Writes an article as a page that loads one after the other has it."""
    return f'<article class="{named}"><header>{heading}</header><div>{paragraphs}</div></article>'


MUCH = f"<p>{OWN}</p>" * 4
FIRST = write_article("<h1>Home praised</h1>", MUCH)


@pytest.mark.parametrize(
    ("first", "further", "left"),
    [
        (FIRST, write_article("<h1>Home warned</h1>", f"<p>{FURTHER}</p>" * 20), [OWN, "Outside."]),
        (FIRST, write_article("<h2>Home warned</h2>", f"<p>{FURTHER}</p>"), [OWN, FURTHER, "Outside."]),
        (FIRST, write_article("<h1>Home warned</h1>", f"<p>{FURTHER}</p>", "post"), [OWN, FURTHER, "Outside."]),
        (FIRST, write_article("<h1>Home warned</h1>", f"<p>{OWN} {FURTHER}</p>"), [OWN, "Outside."]),
        (
            write_article("<h1>Home praised</h1>", f"<p>{OWN}</p>"),
            write_article("<h1>Home warned</h1>", f"<p>{FURTHER}</p>"),
            [OWN, FURTHER, "Outside."],
        ),
        (
            write_article("<h1>Home praised</h1>", MUCH + write_article("<h1>Next</h1>", f"<p>{FURTHER}</p>")),
            "",
            [OWN, FURTHER, "Outside."],
        ),
        (
            f"<article class=story-page>{FIRST}",
            f"<h1>Also</h1><p>{FURTHER}</p></article>",
            [OWN, FURTHER, "Outside."],
        ),
        (f"<h1>Home praised</h1>{MUCH}", write_article("<h1>Warned</h1>", FURTHER), [OWN, FURTHER, "Outside."]),
    ],
    ids=["further", "other heading", "other class", "said twice", "little text", "inside", "around", "no article"],
)
def test_what_stands_only_in_further_articles_is_dropped(first: str, further: str, left: list[str]) -> None:
    """Of articles loaded one behind the other the headline's is kept, however long the others; nested ones stay."""
    assert read_with_further(first, further) == left


def test_a_page_is_read_without_the_articles_that_it_loads() -> None:
    """The text of a page is the article of its headline, though more of the page is another article's."""
    both = [f"<p>{n}. {OWN}</p>" for n in range(8)], [f"<p>{n}. {FURTHER}</p>" for n in range(20)]
    articles = write_article("<h1>Home praised</h1>", "".join(both[0])) + write_article(
        "<h1>Not</h1>", "".join(both[1])
    )
    article = read(f"<html><head><title>Home praised</title></head><body><main>{articles}</main></body></html>")
    assert isinstance(article, Article)
    assert article.text.split("\n\n") == [f"{n}. {OWN}" for n in range(8)]


def test_a_page_without_a_headline_keeps_all_articles() -> None:
    """Without a headline there is no telling which article is the page's own."""
    assert drop_further_articles([Block("paragraph", OWN)], None) == [Block("paragraph", OWN)]
