"""Standfirsts: what is shown under the headline, and is none of the text."""

import pytest

from tasks.reading.page import Article
from tests.reading import written_pages
from tests.reading.headed_pages import FIRST, read


def read_described(description: str, below: str) -> Article:
    """Reads an article that the page describes so, with what stands below its headline."""
    head = f"<head><meta property=og:description content='{description}'></head>"
    article = written_pages.read(f"{head}<main><article><h1>Home visited</h1>{below}</article></main>")
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    ("head", "header", "standfirst"),
    [
        (
            "",
            "<h1>A</h1><h2 class=standfirst>Inspectors praise staff but call for more of them</h2>",
            "Inspectors praise staff but call for more of them",
        ),
        (
            "<meta property=og:description content='Inspectors praise staff but call for more of them'>",
            "<h1>A</h1><div class=x1><span>Inspectors praise staff but call for more of them</span></div>",
            "Inspectors praise staff but call for more of them",
        ),
        (
            "<meta property=og:description content='Inspectors praise staff but call for more of them'>",
            "<h1>A</h1>",
            None,
        ),
        (f"<meta property=og:description content='{FIRST}'>", "<h1>A</h1>", None),
        (f"<meta property=og:description content='{FIRST[:60]}...'>", "<h1>A</h1>", None),
    ],
    ids=["marked", "shown", "not shown", "first paragraph", "begin of it"],
)
def test_a_standfirst_is_shown_under_the_headline(head: str, header: str, standfirst: str | None) -> None:
    """A description that is not shown, or is the first paragraph, is no standfirst, and the text keeps it."""
    article = read(head, header)
    assert article.standfirst == standfirst
    assert article.text.startswith(FIRST)


def test_a_first_paragraph_before_a_wall_is_text() -> None:
    """The description is no standfirst where it is the first of the paragraphs, of which a wall may hide the most."""
    article = read_described(
        FIRST,
        f"<div><p>{FIRST}</p><p>It was the first visit in two years, and the last of the old kind.</p>"
        f"<div id=subscription-content>{written_pages.TEXT}</div></div>",
    )
    assert article.standfirst is None
    assert article.text.startswith(FIRST)


@pytest.mark.parametrize(
    ("begin", "end"),
    [("<div class=text><p>", "</p></div>"), ("<div class=x><div><p>", "</p></div></div>")],
    ids=["each in an element", "deeper"],
)
def test_a_first_paragraph_in_an_element_of_its_own_is_text(begin: str, end: str) -> None:
    """The description is no standfirst where all paragraphs stand in elements like its own."""
    paragraphs = f"<p>{FIRST}</p>{written_pages.TEXT}".replace("<p>", begin).replace("</p>", end)
    article = read_described(FIRST, f"<p>By Jane Doe</p><div class=body>{paragraphs}</div>")
    assert article.standfirst is None
    assert article.text.startswith(FIRST)


def test_a_paragraph_behind_another_is_text() -> None:
    """The description is no standfirst where it is the last of the paragraphs in a row."""
    last = "It was a good visit, as such visits go."
    article = read_described(last, f"<div><p>{FIRST}</p><p>{last}</p></div><div>{written_pages.TEXT}</div>")
    assert article.standfirst is None
    assert article.text.startswith(f"{FIRST}\n\n{last}")


@pytest.mark.parametrize(
    "below",
    [
        f"<div class=lead><p>{FIRST}</p></div><div class=text>{written_pages.TEXT}</div>",
        f"<p>Care in the north</p><p>{FIRST}</p><div>{written_pages.TEXT}</div>",
    ],
    ids=["another element", "behind a label"],
)
def test_a_described_paragraph_apart_is_the_standfirst(below: str) -> None:
    """A description that stands in an element unlike those of the text, or behind a label alone, is the standfirst."""
    article = read_described(FIRST, below)
    assert article.standfirst == FIRST
    assert FIRST not in article.text
