"""Text as Markdown: what a renderer makes of it are the blocks and words of the plain text."""

import gzip
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tasks.reading.article import read_article
from tasks.reading.body import Block, Kind, join_blocks
from tasks.reading.locate import locate_blocks
from tasks.reading.main_text import make_blocks
from tasks.reading.markdown import escape_words, mark_plainly, write_markdown
from tasks.reading.page import Article, PageInput, ReadingRules, parse_page
from tasks.reading.segments import segment_page
from tasks.reading.structure import mark_blocks
from tasks.reading.text import squeeze_spaces

BASE = "https://news.example/care/a-1"
RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
KIND_OF_TOKEN: dict[str, Kind] = {"heading": "heading", "list_item": "list", "blockquote": "quote", "tr": "table"}
#: Words and whatever Markdown or HTML could take as markup.
NASTY = st.text(
    st.sampled_from("ab 12.)(#>+-=*_~`|[]!<&;:/\\“’é\u00a0\u00ad\t\n")
    | st.characters(codec="utf-8", exclude_characters="\0"),
    min_size=1,
    max_size=20,
)
TRICKY = st.sampled_from(
    [
        "# no heading", "#hashtag #", "C #", "- dash", "+ plus", "---", "- - -", "1. first", "12) twelfth", "> more",
        "* * *", "**no emphasis**", "snake_case _and_ not", "[text](https://a.example)", "[x]: https://a.example",
        "![image](a.png)", "<b>bold</b>", "<https://a.example>", "&amp; &copy; &#35; AT&T", "`code`", "a | b",
        "|", "\\| \\", "~~gone~~", "https://a.example/x_y_z?a=1&b=2", "===", "| - |", "```", "~~~", "    indented", "_",
        "!", "[ ] task", "5 * 3 * 2",
    ]
)  # fmt: skip
WORDS = (NASTY | TRICKY).filter(lambda text: squeeze_spaces(text) != "")


def strip_markup(markdown: str) -> list[Block]:
    """Gives the blocks that a renderer sees; the cells of a row are joined as in the plain text."""
    blocks: list[Block] = []
    around: list[str] = []
    cells: list[str] = []
    for token in RENDERER.parse(markdown):
        name = token.type.removesuffix("_open").removesuffix("_close")
        assert not name.startswith(("html", "code", "fence", "hr")), token
        if token.nesting > 0:
            around.append(name)
        elif token.nesting < 0:
            around.pop()
            if name == "tr":
                if any(cells):
                    blocks.append(Block("table", " | ".join(cell for cell in cells if cell)))
                cells = []
        elif "tr" in around:
            cells.append(get_words(token))
        elif token.type == "inline":
            kinds = [KIND_OF_TOKEN[name] for name in around if name in KIND_OF_TOKEN]
            blocks.append(Block(kinds[0] if kinds else "paragraph", get_words(token)))
    return blocks


def get_words(token: Token) -> str:
    """Gives the words of a line; anything in it but words and links is a mistake."""
    assert {child.type for child in token.children or ()} <= {"text", "text_special", "link_open", "link_close"}, token
    return "".join(child.content for child in token.children or ())


def parse(inner: str) -> HtmlElement:
    """Parses a page."""
    tree = parse_page(f"<html><body>{inner}</body></html>".encode(), "utf-8")
    assert tree is not None
    return tree


def write(inner: str) -> tuple[list[Block], str]:
    """Gives all blocks of a page, and its Markdown."""
    segments = segment_page(parse(inner))
    blocks = list(make_blocks(segments))
    return blocks, write_markdown(mark_blocks(blocks, locate_blocks(blocks, segments), segments, BASE))


@pytest.mark.parametrize(
    ("inner", "markdown"),
    [
        pytest.param("<h2>Found</h2><p>Good.</p><h4>Next #</h4>", "## Found\n\nGood.\n\n#### Next \\#", id="headings"),
        pytest.param("<ul><li>One</li><li>Two</li></ul><p>End.</p>", "- One\n- Two\n\nEnd.", id="list"),
        pytest.param("<ol start=3><li>One<li value=7>Two<li>Three</ol>", "3. One\n7. Two\n8. Three", id="numbered"),
        pytest.param("<ol reversed><li>One<li>Two</ol>", "2. One\n1. Two", id="counted down"),
        pytest.param("<ol start=-1><li>One<li>Two</ol>", "- One\n0. Two", id="no number of Markdown's"),
        pytest.param("<ul><li>A<ul><li>a</ul><li>B</ul>", "- A\n  - a\n- B", id="nested"),
        pytest.param("<ol><li>A<ol start=4><li>d</ol><li>B</ol>", "1. A\n\n   4. d\n2. B", id="nested numbers"),
        pytest.param("<ol><li><p>A</p><p>more</p><li>B</ol>", "1. A\n\n   more\n2. B", id="item of two paragraphs"),
        pytest.param("<blockquote><p>Sorry.</p><p>Very.</p></blockquote>", "> Sorry.\n>\n> Very.", id="quote"),
        pytest.param(
            "<table><tr><th>Area<th>Grade<tr><td>Care<td>Good<tr><td>A | B<td>Fair</table>",
            "| Area | Grade |\n| --- | --- |\n| Care | Good |\n| A \\| B | Fair |", id="table",
        ),
        pytest.param(
            "<table><tr><td>a<td><td>c<tr><td>d<td>e<td>f</table>",
            "|  |  |  |\n| --- | --- | --- |\n| a |  | c |\n| d | e | f |", id="no header, an empty cell",
        ),
        pytest.param(
            "<table><tr><th>A<th>B<tr><td>1<td>2<tr><th>C<th>D<tr><td>3<td>4</table>",
            "| A | B |\n| --- | --- |\n| 1 | 2 |\n\n| C | D |\n| --- | --- |\n| 3 | 4 |", id="a second header",
        ),
        pytest.param(
            "<table><tr><th>Area<th>Grade<th>Year<tr><td rowspan=2>Care<td>Good<td>2019<tr><td>Inadequate<td>2020",
            "| Area | Grade | Year |\n| --- | --- | --- |\n| Care | Good | 2019 |\n|  | Inadequate | 2020 |",
            id="a cell that reaches into the next row",
        ),
        pytest.param(
            "<tr><td><table><caption>Care</caption></table></td><td><table><caption>Good</caption></table></td></tr>",
            "|  |  |\n| --- | --- |\n| Care | Good |", id="a row in no table",
        ),
        pytest.param("<table><tr><th>Year<td>2024</table>", "|  |  |\n| --- | --- |\n| Year | 2024 |", id="row header"),
        pytest.param(
            "<p>Read <a href='/report?a=1&amp;b=(2)'> the <b>report</b> </a>now.",
            "Read [the report](https://news.example/report?a=1&b=%282%29) now.", id="link",
        ),
        pytest.param("<p>Wow!<a href='https://a.example/'>So</a>", "Wow\\![So](https://a.example/)", id="no image"),
        pytest.param("<p><a href=#1>1</a> <a href='javascript:x()'>two</a> <a>x</a>", "1 two x", id="no address"),
        pytest.param("<a href=/b><h3>Head</h3></a>", "### [Head](https://news.example/b)", id="link around a block"),
        pytest.param("<div><a href=/b>one<br>two</a></div>", "one\n\ntwo", id="link over lines"),
        pytest.param("<div><a href=/b>More</a><br><a href=/c>More</a></div>", "More\n\nMore", id="like words"),
        pytest.param("<p>One<br>or <a href=/b>two</a></p>", "One\n\nor [two](https://news.example/b)", id="a line"),
        pytest.param("<p>It was <em>very</em> <strong>good</strong>.", "It was very good.", id="emphasis is not kept"),
    ],
)  # fmt: skip
def test_structure_is_written_as_markdown(inner: str, markdown: str) -> None:
    """Headings have their level, items their depth and number, tables their header, links their address."""
    blocks, written = write(inner)
    assert written == markdown
    assert strip_markup(written) == blocks


def test_words_that_need_no_escape_are_left_alone() -> None:
    """Ordinary text is not littered with backslashes."""
    text = "At 3.30pm on 1 May, Smith & Sons (snake_case) said: “It's £5-£10 – or 50%!” #ofsted a-b = c + d; AT&T > x."
    assert escape_words(text) == text


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["paragraph", "heading", "list", "quote", "table"]), WORDS), min_size=1))
def test_markup_in_words_is_escaped(parts: list[tuple[Kind, str]]) -> None:
    """Whatever the words are, a renderer gives them back, in blocks of the same kinds."""
    blocks = [Block(kind, squeeze_spaces(text)) for kind, text in parts]
    blocks = [block for block in blocks if block.kind != "table" or block.text.strip(" |") == block.text]
    markdown = write_markdown(map(mark_plainly, blocks))
    assert join_blocks(strip_markup(markdown)) == join_blocks(blocks)


def draw_lists(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draws lists and quotes around what is drawn."""
    items = st.lists(inner, min_size=1, max_size=3).map(lambda texts: "".join(f"<li>{text}</li>" for text in texts))
    start = st.integers(-1, 12).map(lambda number: f"<ol start={number}>")
    return st.one_of(
        items.map(lambda text: f"<ul>{text}</ul>"),
        st.tuples(start, items).map(lambda pair: f"{pair[0]}{pair[1]}</ol>"),
        st.lists(inner, min_size=2, max_size=3).map("".join),
        inner.map(lambda text: f"<blockquote>{text}</blockquote>"),
    )


LINES = st.one_of(
    WORDS.map(escape),
    WORDS.map(lambda text: f"<p>{escape(text)}</p>"),
    st.tuples(WORDS, WORDS, WORDS).map(
        lambda words: f"<p>{escape(words[0])}<a href='/{escape(words[1])}'>{escape(words[1])}</a>{escape(words[2])}</p>"
    ),
    WORDS.map(lambda text: f"<h3>{escape(text)}</h3>"),
    st.lists(
        st.lists(st.tuples(st.sampled_from(["td", "th"]), WORDS), min_size=1, max_size=3), min_size=1, max_size=3
    ).map(
        lambda rows: "<table>{}</table>".format(
            "".join(f"<tr>{''.join(f'<{tag}>{escape(text)}</{tag}>' for tag, text in row)}</tr>" for row in rows)
        )
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.recursive(LINES, draw_lists, max_leaves=8))
def test_without_its_markup_it_is_the_text(inner: str) -> None:
    """However lists, tables, quotes and links are nested, the Markdown without its markup is the plain text."""
    blocks, markdown = write(inner)
    assert join_blocks(strip_markup(markdown)) == join_blocks(blocks)


@pytest.mark.parametrize("folder", ["fundus_tests", "wcxb_dev"])
def test_real_pages_give_their_text_back(shared: Path, folder: str) -> None:
    """On real pages, whichever way their text was read, the Markdown without its markup is the plain text."""
    paths = sorted((shared / "articles" / folder / "html").glob("*.html.gz"))[::20]
    assert paths
    for path in paths:
        page = PageInput(gzip.decompress(path.read_bytes()), BASE, None, datetime(2026, 11, 1, tzinfo=UTC))
        article = read_article(page, ReadingRules())
        if isinstance(article, Article):
            assert join_blocks(strip_markup(article.markdown)) == article.text, path.name
