"""Which lines of a page are its text."""

import numpy as np
import pytest
from lxml.html import HtmlElement

from tasks.reading import main_text
from tasks.reading.body import Block, read_with_trafilatura
from tasks.reading.forest import Forest
from tasks.reading.main_text import choose_lines, find_facts, find_furniture, find_main_text, make_blocks
from tasks.reading.page import parse_page
from tasks.reading.segment_features import PageFacts
from tasks.reading.segments import segment_page

PARAGRAPHS = [
    f"In unit {n} of the service staff asked for help early when something was amiss, and managers gave it quickly."
    for n in range(6)
]
TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
MENU = "<nav class=menu><ul>" + "".join(f"<li><a href=/{n}>Section {n}</a></li>" for n in range(12)) + "</ul></nav>"


def parse(inner: str) -> HtmlElement:
    """Parses a page around an article."""
    tree = parse_page(f"<html><body>{MENU}<main><article>{inner}</article></main></body></html>".encode(), "utf-8")
    assert tree is not None
    return tree


def read(tree: HtmlElement, title: str | None = None) -> list[Block]:
    """Reads the main text of a page."""
    return find_main_text(tree, segment_page(tree), PageFacts(title))


def test_the_article_is_found_and_the_menu_is_not() -> None:
    """The paragraphs are text, in their order; what stands around them is not."""
    blocks = read(parse(f"<h1>Service visited</h1>{TEXT}"), "Service visited")
    assert [block for block in blocks if block.kind == "paragraph"] == [Block("paragraph", text) for text in PARAGRAPHS]
    assert not any("Section" in block.text for block in blocks)


def test_a_page_without_lines_has_no_text() -> None:
    """An empty body gives no block and no error."""
    tree = parse_page(b"<html><body><script>1</script></body></html>", "utf-8")
    assert tree is not None
    assert read(tree) == []


def test_what_follows_the_end_is_not_text() -> None:
    """Behind a line that ends the article, comments are not text, however much like text they look."""
    comments = f"<h3>Leave a comment</h3><div>{TEXT.replace('unit', 'ward')}</div>"
    blocks = read(parse(f"<h1>Service visited</h1>{TEXT}{TEXT.replace('unit', 'wing')}{comments}"), "Service visited")
    assert not any("ward" in block.text for block in blocks)


def test_what_stands_in_the_text_is_kept_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items and subheadings that look like a menu's are read where paragraphs announce or follow them."""
    items = "<p>They saw these:</p><ul><li>Section 3</li><li>Section 5</li></ul>"
    inner = f"<h2>What inspectors saw</h2>{TEXT}{items}<h2>Section 8</h2>{TEXT}"
    monkeypatch.setattr(
        main_text,
        "estimate_chances",
        lambda lines, _: np.array([0.01 if "Section" in line.text else 0.99 for line in lines.segments]),
    )
    blocks = [block for block in read(parse(inner)) if block.kind != "paragraph"]
    assert [(block.kind, block.text) for block in blocks] == [
        ("heading", "What inspectors saw"),
        ("list", "Section 3"),
        ("list", "Section 5"),
        ("heading", "Section 8"),
    ]


def test_blocks_keep_their_kind() -> None:
    """Headings, items, quotes and table rows are told apart; the cells of a row are one line."""
    inner = (
        "<h2>What was found</h2><ul><li>Staff knew the children well.</li></ul>"
        "<blockquote><p>We are proud of our staff.</p></blockquote>"
        "<table><tr><th>Area</th><th>Grade</th></tr><tr><td><p>Care</p></td><td><p>Good</p><p>2026</p></td></tr></table>"
        "<table><tr><td><p>Laid out.</p></td></tr></table>"
    )
    assert list(make_blocks(segment_page(parse(inner))))[12:] == [
        Block("heading", "What was found"),
        Block("list", "Staff knew the children well."),
        Block("quote", "We are proud of our staff."),
        Block("table", "Area | Grade"),
        Block("table", "Care | Good 2026"),
        Block("paragraph", "Laid out."),
    ]


@pytest.mark.parametrize(
    ("chances", "chosen"),
    [
        ([0.99, 0.98, 0.4, 0.02], [True, True, False, False]),
        ([0.6, 0.45, 0.4, 0.35], [True, True, True, True]),
        ([0.01], [True]),
    ],
    ids=["clear", "doubtful", "only line"],
)
def test_the_lines_of_the_best_expected_f1_are_chosen(chances: list[float], chosen: list[bool]) -> None:
    """On a clear page a line must be likelier text than not; on a doubtful page less is asked."""
    assert choose_lines(np.array(chances), np.full(len(chances), 20.0)).is_text.tolist() == chosen


def test_what_is_hardly_text_is_kept_from_trafilatura() -> None:
    """A menu is furniture as a whole, and nothing around a line that may be text; nor all, where no line may be."""
    tree = parse(f"<h1>Service visited</h1><div>{TEXT}<ul><li>Share</li><li>Print</li></ul></div>")
    segments = segment_page(tree)
    is_likely = [segment.text in PARAGRAPHS for segment in segments]
    found = find_furniture(segments, np.where(is_likely, 0.2, 0.001))
    assert sorted(element.tag for element in found) == ["h1", "nav", "ul"]
    assert find_furniture(segments, np.zeros(len(segments))) == set()
    assert [block.text for block in read_with_trafilatura(tree, found)] == PARAGRAPHS
    assert len(tree.findall(".//li")) == 14


def test_facts_are_what_the_page_states() -> None:
    """Description and stated text come from meta elements and JSON-LD."""
    facts = find_facts("Title", {"description": "Said"}, {"articleBody": "The text."})
    assert facts == PageFacts("Title", "Said", "The text.")


def test_a_forest_adds_the_values_of_its_leaves() -> None:
    """Each tree leads a line left where its column is at most the threshold; the sum of leaves gives the chance."""
    forest = Forest.from_json(
        {
            "names": ["a"], "depth": 1, "roots": [0, 3], "columns": [0] * 4, "thresholds": [1.0, 0.0, 0.0, 0.0],
            "lefts": [1, 1, 2, 3], "rights": [2, 1, 2, 3], "values": [0.0, -2.0, 2.0, 0.5],
        }
    )  # fmt: skip
    assert forest.estimate({"a": np.array([1.0, 1.1])}).tolist() == pytest.approx(
        [1 / (1 + np.exp(1.5)), 1 / (1 + np.exp(-2.5))]
    )
