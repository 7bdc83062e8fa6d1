"""The headline that a page shows: under the headings of the site, without labels, and none of the text."""

import pytest

from tasks.reading.page import Article, ReadingRules
from tests.reading import written_pages
from tests.reading.headed_pages import read, state


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
