"""Titles without the site's name, and standfirsts that are none of the text."""

from datetime import UTC, datetime

import pytest

from tasks.reading.article import read_article
from tasks.reading.page import Article, PageInput, ReadingRules
from tasks.reading.titles import strip_site_name
from tests.reading import written_pages

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
        ("Service « inadéquat » dit le rapport | Northmoor Gazette", "Service « inadéquat » dit le rapport"),
        ("Northmoor Gazette » Council told to improve", "Council told to improve"),
        ("Council told to improve ‹ Northmoor", "Council told to improve"),
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
        (state("Council must mend care"), "Council told off", "Council must mend care", "", 3),
        (state(title="Council told off"), "Council told off", "Council must mend care", "", 3),
        (
            state(og_title="Council told off", title="Northmoor - Council told off"),
            "Northmoor council told off",
            "",
            "",
            3,
        ),
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
        "listed as one of two",
        "listed beside the visible",
        "label with a bar elsewhere",
    ],
)
def test_titles_are_weighed(head: str, h1: str, listed: str | None, url: str, title: int) -> None:
    """Editors' titles outweigh those for search engines, and that which the address is made of; never a listed one."""
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


HEADLINE = "Council asked to improve"


@pytest.mark.parametrize(
    ("title", "header"),
    [
        (HEADLINE, f"<h1>Latest stories</h1><h2>{HEADLINE}</h2>"),
        (HEADLINE, f"<h1>Latest stories</h1><h3>{HEADLINE}</h3>"),
        (f"{HEADLINE} › Northmoor Heritage", f"<h1>Northmoor Heritage</h1><h2>{HEADLINE}</h2>"),
        (
            f"{HEADLINE} › Heritage Society of Northmoor on Sea",
            f"<h1><a href=/>Heritage Society of Northmoor on Sea</a></h1><h2>{HEADLINE}</h2>",
        ),
        (f"Some news: {HEADLINE}", f"<h1><a href=https://news.example/>Some news</a></h1><h3>{HEADLINE}</h3>"),
        (f"{HEADLINE} - 7 May - The papers of a heritage society", f"<h1>7 May</h1><h1>{HEADLINE}</h1>"),
        ("", f"<h1><a href=/><img alt=logo></a></h1><h2>{HEADLINE}</h2>"),
        ("Northmoor Gazette", f"<h1></h1><h2>{HEADLINE}</h2>"),
    ],
    ids=["h2", "h3", "name as h1", "link home", "link home with host", "first of h1", "only h2", "name as title"],
)
def test_an_h1_that_is_another_s_is_passed_over(title: str, header: str) -> None:
    """Where h1 is the site, a section or another article, the headline is the heading that says the stated title."""
    assert read(state(title=title), header).title == HEADLINE


@pytest.mark.parametrize(
    ("title", "header"),
    [
        ("Council must do better", f"<h1>{HEADLINE}</h1><h2>Council must do better</h2>"),
        ("Local news - Council told to improve its care", f"<h1>{HEADLINE}</h1><h2>Local news</h2>"),
        ("", f"<h1>{HEADLINE}</h1><h2>Related stories</h2>"),
        ("", "<h1>Council asked to <a href=https://inspectors.example/>improve</a></h1><h2>Related stories</h2>"),
    ],
    ids=["shares a word", "section", "nothing stated", "with a link"],
)
def test_the_only_h1_is_the_headline(title: str, header: str) -> None:
    """A lower heading is not the headline where h1 is of the same article, or where it does not say the title."""
    assert read(state(title=title), header).title == HEADLINE


@pytest.mark.parametrize(
    ("h1", "title"),
    [
        (f"<span>ANALYSIS</span> {HEADLINE}", HEADLINE),
        (f"{HEADLINE} <span>Subscribers</span>", HEADLINE),
        (f"<i>Wow!</i>{HEADLINE}<a href=#>Edit</a>", HEADLINE),
        (f"<span>Analysis:</span> {HEADLINE}", f"Analysis: {HEADLINE}"),
        (f"Why was {HEADLINE}", f"Why was {HEADLINE}"),
        (
            f"{HEADLINE} <span>at once, inspectors of its care say</span>",
            f"{HEADLINE} at once, inspectors of its care say",
        ),
        (f"<b>{HEADLINE}</b>" + "<i>x</i>" * 20, HEADLINE + "x" * 20),
    ],
    ids=["before", "after", "both", "colon", "no element", "longer than the headline", "not closed"],
)
def test_a_label_in_the_heading_is_none_of_the_title(h1: str, title: str) -> None:
    """What is an element of its own and is not joined to the headline by a colon goes, if the page states the rest."""
    assert read(state(title=HEADLINE), f"<h1>{h1}</h1>").title == title


def test_a_pictured_h1_shows_where_the_article_begins() -> None:
    """The only h1 is the headline's place where it is a picture, and the byline under it is found."""
    article = read(state(title=HEADLINE), "<h1><img alt=logo></h1><p>By Jane Ward</p>")
    assert (article.title, article.authors) == (HEADLINE, ("Jane Ward",))


def test_a_title_stated_as_the_sites_name_stays() -> None:
    """A site's name that is the page's title with a bar in it does not take the title away."""
    stated = f"{HEADLINE} - Northmoor Notes"
    head = state(og_title=stated, title=stated) + f"<meta property=og:site_name content='{stated}'>"
    assert read(head, f"<h1>Northmoor Notes</h1><h3>{HEADLINE}</h3>").title == HEADLINE


@pytest.mark.parametrize(
    ("name", "title", "header", "found"),
    [
        (HEADLINE, HEADLINE, f"<h1>{HEADLINE}</h1>", HEADLINE),
        (HEADLINE, f"{HEADLINE} - Northmoor Gazette", f"<h1>{HEADLINE}</h1>", HEADLINE),
        ("Northmoor Notes", f"{HEADLINE} - Northmoor Notes", f"<h1>Northmoor Notes</h1><h2>{HEADLINE}</h2>", HEADLINE),
        ("News", "News", "<h1>News</h1>", None),
        (HEADLINE, HEADLINE, "<h1>Northmoor Gazette</h1>", None),
    ],
    ids=["everywhere", "with the name in title", "name", "name of host", "not visible"],
)
def test_a_visible_headline_that_is_stated_as_the_sites_name_is_the_title(
    name: str, title: str, header: str, found: str | None
) -> None:
    """Where a page states one text as title and as site's name, it is the headline if the page shows it as that."""
    head = state(og_title=name, title=title) + f"<meta property=og:site_name content='{name}'>"
    assert read(head, header).title == found


def test_the_sites_name_over_an_article_is_not_its_title() -> None:
    """Where other places state another title, what is stated as the site's name is that."""
    name = "St Mary Primary School"
    head = state(og_title=name, title=HEADLINE) + f"<meta property=og:site_name content='{name}'>"
    assert read(head, f"<h1>{name}</h1>").title == HEADLINE


def test_the_host_with_www_is_a_site_name() -> None:
    """A title that begins with the whole name of the host loses it."""
    assert read(state(title=f"www.News.example - {HEADLINE}"), url="https://www.news.example/a").title == HEADLINE


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
    html = (
        f"<head><meta property=og:description content='{FIRST}'></head><article><h1>Home visited</h1><div>"
        f"<p>{FIRST}</p><p>It was the first visit in two years, and the last of the old kind.</p>"
        f"<div id=subscription-content>{written_pages.TEXT}</div></div></article>"
    )
    article = written_pages.read(html)
    assert isinstance(article, Article)
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
    html = (
        f"<head><meta property=og:description content='{FIRST}'></head><main><article><header><h1>Home visited</h1>"
        f"<p>By Jane Doe</p></header><div class=body>{paragraphs}</div></article></main>"
    )
    article = written_pages.read(html)
    assert isinstance(article, Article)
    assert article.standfirst is None
    assert article.text.startswith(FIRST)


def test_a_paragraph_behind_another_is_text() -> None:
    """The description is no standfirst where it is the last of the paragraphs in a row."""
    last = "It was a good visit, as such visits go."
    html = (
        f"<head><meta property=og:description content='{last}'></head><article><h1>Home visited</h1><div><p>{FIRST}"
        f"</p><p>{last}</p></div><div>{written_pages.TEXT}</div></article>"
    )
    article = written_pages.read(html)
    assert isinstance(article, Article)
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
    head = f"<head><meta property=og:description content='{FIRST}'></head>"
    article = written_pages.read(f"{head}<article><h1>Home visited</h1>{below}</article>")
    assert isinstance(article, Article)
    assert article.standfirst == FIRST
    assert FIRST not in article.text


def test_the_headline_that_is_shown_is_not_in_the_text() -> None:
    """Where the title is another, as stated for sharing, what the page shows as its headline is no paragraph."""
    shown = "Inspectors visit home for the first time in two years"
    html = (
        "<head><meta property=og:title content='Inspectors back at home after two years'></head>"
        f"<body><article id=body><h1>{shown}</h1>{written_pages.TEXT}</article></body>"
    )
    article = written_pages.read(html, ReadingRules(article=("article#body",)))
    assert isinstance(article, Article)
    assert article.text.startswith("Inspectors visited unit 0")
