"""Reading whole pages: selectors, structure, walls, and pages made of what goes wrong."""

from datetime import UTC, datetime

import pytest

from tasks.reading import main_text
from tasks.reading.page import Article, ReadingRules, Rejected
from tests.reading.written_pages import TEXT, read, read_text


def test_paragraphs_are_one_empty_line_apart() -> None:
    """Paragraphs and headings are one empty line apart, items of a list stand on successive lines."""
    text = read_text(
        f"<h1>Service visited</h1>{TEXT}<h2>What comes next</h2><ul><li>More staff for the unit</li>"
        f"<li>A new plan for the house</li></ul>{TEXT}"
    )
    assert "\n\nWhat comes next\n\n- More staff for the unit\n- A new plan for the house\n\nInspectors" in text
    assert "\n\n\n" not in text


def test_selectors_restrict_and_drop() -> None:
    """`article` restricts where the text is looked for, `drop` takes parts out of it, others name single fields."""
    advert = (
        "<div class=box><p>Our own service is better than any other, call us today and see for "
        "yourself what we can do for you.</p></div>"
    )
    inner = (
        f"<h1>Wrong</h1><h2 class=t>Right title</h2><p class=w>by Jane Doe</p><p class=d>3 May "
        f"2024</p><p class=s>Social care</p><div class=body>{TEXT}{advert}</div><div>{advert}</div>"
    )
    rules = ReadingRules(
        article=("div.nothing", "div.body"),
        drop=(".box",),
        title=(".t",),
        byline=(".w",),
        date=(".d",),
        section=(".s",),
    )
    article = read(f"<html lang=en><body><main>{inner}</main></body></html>", rules)
    assert isinstance(article, Article)
    assert "call us today" not in article.text
    assert "unit 7" in article.text
    assert (article.title, article.authors, article.section) == ("Right title", ("Jane Doe",), "Social care")
    assert (article.published_at, article.published_source) == (datetime(2024, 5, 3, tzinfo=UTC), "byline")


def test_selectors_that_find_nothing_change_nothing() -> None:
    """A page after a redesign is read as if the source had no selectors."""
    inner = f"<h1>Service visited</h1>{TEXT}"
    assert read_text(inner, ReadingRules(article=(".old",), drop=(".gone",), title=(".no",))) == read_text(inner)


def test_reading_is_repeatable() -> None:
    """The same page gives the same article, however often and after whatever else it is read."""
    html = f"<html lang=en><body><article><h1>Service visited</h1>{TEXT}</article></body></html>"
    first = read(html)
    read(html.replace("unit", "room"))
    assert read(html) == first


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + TEXT,
        f"<article><h1>A</h1>{TEXT[:400]}",
        f"<p><table><tr><article><h1>x</h2></td>{TEXT}</b></i>",
        "<script type='application/ld+json'>{{{</script>" + TEXT,
        "<script type='application/ld+json'>" + "[" * 50_000 + "</script>" + TEXT,
        (
            '<script type="application/ld+json">{"@type":["NewsArticle"],"author":[null,1,'
            '{"name":{"a":1}}],"datePublished":5,"image":[],'
            '"keywords":{},"articleSection":[[]]}</script>'
        )
        + TEXT,
        "<meta name=author><meta content=x><link rel=canonical><html lang=''>" + TEXT,
        "<link rel=canonical href='http://[bad'><meta property=og:image content='http://[bad'>" + TEXT,
        "\x00\x01\x02" + TEXT,
    ],
    ids=[
        "deep",
        "cut",
        "shuffled",
        "broken json",
        "deep json",
        "odd types",
        "empty attributes",
        "bad addresses",
        "control",
    ],
)
def test_a_broken_page_breaks_nothing(html: str) -> None:
    """Cut, shuffled, deeply nested pages and malformed metadata are read as far as they go."""
    assert isinstance(read(html), Article | Rejected)


STRUCTURED = (
    f"<figure><img src=/uploads/visit-2026.jpg><figcaption>Staff at work. Photo: Ann Day</figcaption></figure>"
    f"<div class=body>{TEXT}<h3>What was found</h3><ol><li>Staff kept good records of every child.</li>"
    "<li>Families were given <a href=/help>early help</a> when they asked for it.</li></ol>"
    f"<table><tr><th>Area</th><th>Grade</th></tr><tr><td>Children in care</td><td>Good</td></tr></table>{TEXT}</div>"
)


@pytest.mark.parametrize("reading", ["lines", "trafilatura", "selectors"])
def test_every_reading_keeps_structure_and_captions(monkeypatch: pytest.MonkeyPatch, reading: str) -> None:
    """However the text was found, its Markdown has levels, numbers, links and header, and captions are apart."""
    if reading == "trafilatura":
        monkeypatch.setattr(main_text, "ENOUGH", 2.0)
    head = '<meta property="og:image" content="https://cdn.example/visit-2026-600x400.jpg">'
    inner = f"<main><article><h1>Service visited</h1>{STRUCTURED}</article></main>"
    page = f"<html><head>{head}</head><body>{inner}</body></html>"
    article = read(page, ReadingRules(article=(".body",)) if reading == "selectors" else None)
    assert isinstance(article, Article)
    assert (
        "\n\n### What was found\n\n1. Staff kept good records of every child.\n"
        "2. Families were given [early help](https://news.example/help) when they asked for it.\n\n"
        "| Area | Grade |\n| --- | --- |\n| Children in care | Good |\n\n"
    ) in article.markdown
    assert (
        "- Families were given early help when they asked for it.\n\nArea | Grade\nChildren in care |" in article.text
    )
    assert article.captions == ("Staff at work. Photo: Ann Day",)
    assert article.image_caption == "Staff at work. Photo: Ann Day"
    assert "Photo" not in article.text


def test_a_text_that_a_wall_cuts_off_is_an_article() -> None:
    """What is shown before a wall is kept, with what the wall asks for."""
    wall = "<div class=registration-wall><h3>Register for free to keep reading</h3></div>"
    article = read(f"<html><body><article><h1>Service visited</h1>{TEXT}{wall}</article></body></html>")
    assert isinstance(article, Article)
    assert article.wall == "registration"
    assert "Register" not in article.text
