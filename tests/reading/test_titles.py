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
        ("Council told to improve | The Northmoor Gazette Online", "Council told to improve"),
        ("Council told to improve - Northmoor", "Council told to improve"),
        ("Told to improve: Northmoor", "Told to improve: Northmoor"),
        ("Inspectors visit - Northmoor", "Inspectors visit - Northmoor"),
        ("Council told to improve - Northmoor Gazette | Northmoor Gazette", "Council told to improve"),
        ("Council told to «improve»", "Council told to «improve»"),
        ("Children&#8217;s services told to improve &amp; report", "Children’s services told to improve & report"),
    ],
)
def test_only_the_sites_name_is_stripped(title: str, stripped: str) -> None:
    """The site's name goes from either end, quotes and dashes of the headline stay."""
    assert strip_site_name(title, NAMES) == stripped


def read(head: str = "", header: str = "", listed: str | None = None, url: str = "https://news.example/a") -> Article:
    """Reads a page made of a head, a header and paragraphs."""
    html = (
        f"<html lang=en><head>{head}</head><body><main><article><header>{header}</header>"
        f"{TEXT}</article></main></body></html>"
    )
    page = PageInput(html.encode(), url, "utf-8", datetime(2024, 6, 1, tzinfo=UTC), listed_title=listed)
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


def state(headline: str = "", **meta: str) -> str:
    """States titles in a head: in JSON-LD, in `<title>` and in meta elements, with `_` for the colon of a name."""
    json_ld = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{headline}"}}</script>'
    elements = [
        f"<title>{text}</title>" if name == "title" else f"<meta property={name.replace('_', ':')} content='{text}'>"
        for name, text in meta.items()
    ]
    return "".join([json_ld if headline else "", *elements])


LONG = (
    "Council told to improve the care of children at once after inspectors find failures in each of the homes that "
    "it runs"
)
ADDRESS = "https://news.example/news/council-told-to-improve-care-at-once-1234"


@pytest.mark.parametrize(
    ("head", "h1", "listed", "url", "title"),
    [
        (state(og_title="Council must mend care", title="Council told off"), "Council told off", None, "", 1),
        (
            state("Council must mend care", og_title="Council told off", title="X"),
            "Council must mend care",
            None,
            "",
            1,
        ),
        (state("Council must mend care", og_title="Care: council told off"), "Council told off", None, "", 0),
        (
            state(
                "Council must mend care", og_title="Council told to improve care", title="Council told to improve care"
            ),
            "Council told to improve care",
            None,
            ADDRESS,
            2,
        ),
        (
            state("Council must mend care", og_title="Council told to improve care", twitter_title="Council and care"),
            "Council must mend care",
            None,
            ADDRESS,
            2,
        ),
        (state("Council told off", og_title="Council must mend care"), "Council told off", None, "", 3),
        (state(og_title="All the news of your town", title="Council told off"), "Council told off", None, "", 3),
        (state(og_title="Education | Council told off"), "Council told off", None, "", 3),
        (state(og_title="Council told off at..."), "Council told off at meeting", None, "", 4),
        (state(og_title="Council told "), 'Council told "never again"', None, "", 5),
        (state("Council told off at mee"), "Council told off at meeting", None, "", 4),
        (state(LONG[:106], title=LONG), LONG, None, "", 6),
        (state(title="Council told off"), "Council told off", "Council in trouble", "", 3),
        (state("Council must mend care"), "Council told off", "Council must mend care", "", 1),
        (state(title="Council told off"), "Council told off", "Council must mend care", "", 3),
    ],
    ids=[
        "differs from title",
        "agrees with json-ld",
        "og:title",
        "address",
        "address decides",
        "places agree",
        "of all pages",
        "kicker",
        "cut",
        "cut at a quote",
        "cut in a word",
        "cut at 110 characters",
        "listed alone",
        "listed agrees",
        "listed beside the visible",
    ],
)
def test_titles_are_weighed(head: str, h1: str, listed: str | None, url: str, title: int) -> None:
    """Editors' titles outweigh those for search engines, and that which the address is made of or the listing has."""
    expected = (
        "Care: council told off",
        "Council must mend care",
        "Council told to improve care",
        "Council told off",
        "Council told off at meeting",
        'Council told "never again"',
        LONG,
    )
    assert read(head, f"<h1>{h1}</h1>", listed, url or "https://news.example/a").title == expected[title]


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("<h1>Council told<br>to improve</h1>", "Council told to improve"),
        ("<h1><div>Care</div><div>Council told off</div></h1>", "Care Council told off"),
        ("<h1><b>C</b>ouncil told off</h1>", "Council told off"),
        ("<h1>Our papers</h1><h1>Council asked to improve</h1>", "Council asked to improve"),
    ],
    ids=["line break", "blocks", "inline", "the one that is like what the page states"],
)
def test_the_visible_headline_is_read(header: str, title: str) -> None:
    """Lines of a heading are words apart; of several headings, the one that says most of the stated title is it."""
    assert read(state(title="Council is asked to improve at once"), header).title == title


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
