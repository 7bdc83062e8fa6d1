"""Titles without the site's name, and standfirsts that are none of the text."""

from datetime import UTC, datetime

import pytest

from tasks.reading.article import read_article
from tasks.reading.page import Article, PageInput, ReadingRules
from tasks.reading.titles import strip_site_name

NAMES = frozenset({"northmoor gazette", "localgov co uk", "bbc news", "children young people now"})
FIRST = (
    "Inspectors visited the first unit of the service in May and found that staff knew the "
    "children well and kept good records."
)
TEXT = f"<p>{FIRST}</p>" + "".join(
    f"<p>In unit {n} of the service staff asked for help early when something was amiss, and "
    f"managers were quick to give it.</p>"
    for n in range(6)
)


@pytest.mark.parametrize(
    ("title", "stripped"),
    [
        ("Council told to improve - Northmoor Gazette", "Council told to improve"),
        ("Council told to improve | Education | Northmoor Gazette", "Council told to improve"),
        ("Council told to improve | Children & Young People Now", "Council told to improve"),
        ("LocalGov.co.uk - Council told to improve", "Council told to improve"),
        ("BBC NEWS | Education | Council told to improve", "Council told to improve"),
        ("Council – ‘inadequate’ – told to improve", "Council – ‘inadequate’ – told to improve"),
        ("A – ‘good’ – B - Northmoor Gazette", "A – ‘good’ – B"),
        ("Either | or", "Either | or"),
        ("Ofsted: council told to improve", "Ofsted: council told to improve"),
        ("Children's services 'require improvement'", "Children's services 'require improvement'"),
        ("Northmoor Gazette", "Northmoor Gazette"),
        ("Northmoor Gazette wins award", "Northmoor Gazette wins award"),
        ("Self-harm in custody - what inspectors found", "Self-harm in custody - what inspectors found"),
    ],
)
def test_only_the_sites_name_is_stripped(title: str, stripped: str) -> None:
    """The site's name goes from either end, quotes and dashes of the headline stay."""
    assert strip_site_name(title, NAMES) == stripped


def read(head: str = "", header: str = "", listed: str | None = None) -> Article:
    """Reads a page made of a head, a header and paragraphs."""
    html = (
        f"<html lang=en><head>{head}</head><body><main><article><header>{header}</header>"
        f"{TEXT}</article></main></body></html>"
    )
    page = PageInput(
        html.encode(), "https://news.example/a", "utf-8", datetime(2024, 6, 1, tzinfo=UTC), listed_title=listed
    )
    article = read_article(page, ReadingRules(publisher="Northmoor Gazette"))
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    ("head", "header", "listed", "title"),
    [
        ("<title>Council told to improve - Northmoor Gazette</title>", "", None, "Council told to improve"),
        (
            "<meta property=og:title content='Council told to improve'><title>Improve! | Northmoor Gazette</title>",
            "<h1>Council told to improve</h1>",
            None,
            "Council told to improve",
        ),
        (
            "<meta property=og:title content='SEO title'><title>SEO title</title>",
            "<h1>Council told to improve</h1>",
            None,
            "Council told to improve",
        ),
        ("<title>Council told to improve</title>", "<h1>Northmoor Gazette</h1>", None, "Council told to improve"),
        (
            "<title>Council told to improve</title>",
            "<h1><img alt=logo></h1><h1>Council told to improve</h1>",
            None,
            "Council told to improve",
        ),
        ("", "", "Council told to improve", "Council told to improve"),
        ("", "", None, None),
    ],
)
def test_the_headline_is_found(head: str, header: str, listed: str | None, title: str | None) -> None:
    """The visible headline comes first, then what the page says of itself, then the listing; no title is invented."""
    assert read(head, header, listed).title == title


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
