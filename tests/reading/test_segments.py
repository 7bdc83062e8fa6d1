"""A page cut into its lines, with what the markup around each says."""

import pytest

from tasks.reading.page import parse_page
from tasks.reading.segments import NAMES, PLACE_OF_TAG, Segment, classify_name, segment_page


def cut(markup: str) -> list[Segment]:
    """Cuts the body of a page."""
    tree = parse_page(f"<html><body>{markup}</body></html>".encode(), "utf-8")
    assert tree is not None
    return segment_page(tree)


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<p>One <b>bold</b> and <a href=/>linked</a> line.</p>", ["One bold and linked line."]),
        ("<p>First<br>second<br><br>third</p>", ["First", "second", "third"]),
        ("<div>before<p>inside</p>behind</div>", ["before", "inside", "behind"]),
        ("<ul><li>one<li>two</ul>", ["one", "two"]),
        ("<p>seen<script>let x</script><style>p{}</style><button>Menu</button> here</p>", ["seen here"]),
        ("<p> \u200b </p><p>kept</p>", ["kept"]),
        ("<p>fell to <bg-quote>1.4%</bg-quote> on Friday</p>", ["fell to 1.4% on Friday"]),
        ("<div>before<x-box><p>inside</p></x-box>behind</div>", ["before", "inside", "behind"]),
        ("<button><figure><figcaption>A caption</figcaption></figure></button>", ["A caption"]),
        ("", []),
    ],
)
def test_blocks_and_breaks_end_lines(markup: str, lines: list[str]) -> None:
    """Each block and line break ends a line, inline elements do not, and what is not shown is not text."""
    assert [segment.text for segment in cut(markup)] == lines


@pytest.mark.parametrize(
    ("span", "lines"),
    [
        ('<span class="id-3 br" data-pos=2></span>', ["Staff were kind.", "The home was clean."]),
        ('<span class="brand"></span>', ["Staff were kind.The home was clean."]),
        ("<span></span>", ["Staff were kind.The home was clean."]),
        ("<span class=br> So it was: </span>", ["Staff were kind. So it was: The home was clean."]),
        ("<i class=br></i>", ["Staff were kind.The home was clean."]),
    ],
    ids=["a break", "another name", "no name", "with words", "an icon"],
)
def test_an_empty_span_named_as_a_break_ends_a_line(span: str, lines: list[str]) -> None:
    """A site that names an empty span `br` shows two paragraphs, which are not glued together."""
    assert [segment.text for segment in cut(f"<p>Staff were kind.{span}The home was clean.</p>")] == lines


def test_a_line_knows_how_much_of_it_is_linked() -> None:
    """The share of characters inside links is 1 for a menu's item, 0 for plain text."""
    shares = [
        segment.link_share for segment in cut("<li><a href=/>Sport</a></li><p>Plain</p><p>Half<a href=/>Half</a></p>")
    ]
    assert shares == [1.0, 0.0, 0.5]


def test_a_line_knows_what_it_is_in() -> None:
    """Places and names are those of all elements above a line, near names those of the nearest that has any."""
    markup = "<aside class=newsletter><ul class='related-links'><li>Line</li></ul></aside>"
    place = cut(markup)[0].place
    assert place.places == PLACE_OF_TAG["aside"] | PLACE_OF_TAG["ul"]
    assert place.names == classify_name("newsletter") | classify_name("related-links")
    assert place.near_names == classify_name("related-links")


@pytest.mark.parametrize("hidden", ["hidden", "aria-hidden=true", "style='color:red; display: none'"])
def test_hidden_lines_are_known(hidden: str) -> None:
    """What a browser does not show is marked, with all that is in it."""
    assert [segment.place.is_hidden for segment in cut(f"<div {hidden}><div><p>a</p></div></div><p>b</p>")] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("ArticleBody", {"body"}),
        ("newsletter-signup", {"wall"}),
        ("social-share", {"share"}),
        ("comments", {"comment"}),
        ("x1a9", set()),
    ],
)
def test_names_speak_of_what_is_inside(name: str, kinds: set[str]) -> None:
    """The names that outlets give their elements are told apart, whatever their case."""
    assert {kind for bit, kind in enumerate(NAMES) if classify_name(name) >> bit & 1} == kinds
