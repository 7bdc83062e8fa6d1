"""Who wrote an article: found where the page says so, and nowhere else."""

from datetime import UTC, datetime

import pytest

from tasks.reading.article import read_article
from tasks.reading.bylines import BylinePlaces, find_byline
from tasks.reading.headline import find_headline, find_headline_area
from tasks.reading.names import LOCAL_DEMOCRACY_REPORTER, Byline, Person
from tasks.reading.page import Article, PageInput, ReadingRules, parse_page
from tasks.reading.structured_data import find_article, read_structured_data

TEXT = "".join(
    f"<p>The council met in room {n} and spoke at length about the budget, the schools, the "
    f"roads and the care homes of the district, as it does.</p>"
    for n in range(6)
)


def read(head: str = "", before: str = "", after: str = "") -> tuple[str, ...]:
    """Reads the authors of a page made of a headline, what stands around it, and six paragraphs."""
    body = (
        f"<html lang=en><head><title>Council meets</title>{head}</head><body><main><article>"
        f"{before}<h1>Council meets</h1>{after}{TEXT}</article></main></body></html>"
    )
    page = PageInput(body.encode(), "https://news.example/a", "utf-8", datetime(2024, 6, 1, tzinfo=UTC))
    article = read_article(page, ReadingRules(publisher="Northmoor Gazette"))
    assert isinstance(article, Article)
    return article.authors


def json_ld(author: str) -> str:
    """Makes JSON-LD of an article with an author."""
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{author}}}</script>'


@pytest.mark.parametrize(
    "places",
    [
        {"head": json_ld('{"@type":"Person","name":"Jane Doe"}')},
        {"head": json_ld('"Jane Doe"')},
        {"head": json_ld('["Jane Doe","Jane Doe"]')},
        {"head": json_ld('{"@type":"Person","givenName":"Jane","familyName":"Doe"}')},
        {"head": json_ld('[{"@type":"Organization","name":"Gazette Group"},{"@type":"Person","name":"Jane Doe"}]')},
        {
            "head": (
                '<script type="application/ld+json">{"@graph":[{"@type":"Article","author":{"@id":"#p"}},'
                '{"@type":"Person","@id":"#p","name":"Jane Doe"}]}</script>'
            )
        },
        {"head": '<meta name="author" content="Jane Doe">'},
        {
            "head": "<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Jane Doe'>",
        },
        {"head": json_ld('{"@type":"Person","name":"Northmoor Gazette"}') + '<meta name="author" content="Jane Doe">'},
        {"after": '<a rel="author" href="/jane">Jane Doe</a>'},
        {"after": '<div class="byline">By <a href="/jane">Jane Doe</a>, education reporter</div>'},
        {"after": "<p>By Jane Doe</p>"},
        {"after": "<div><span>By</span> <span>Jane Doe</span></div>"},
        {"after": "<div class=meta><span>Jane Doe</span><br><span>Tuesday, September 9, 2014</span></div>"},
        {"before": "<p>Jane Doe 23 July 2019</p>"},
        {"after": "<div class=byline>By <a>Jane Doe</a></div><div>Updated by <a class=author>John Smith</a></div>"},
        {
            "after": TEXT
            + "<div class='author-box'><span class='author-name'>Jane Doe</span><p>Writes on care.</p></div>"
        },
        {"after": TEXT + "<p itemprop=author><span itemprop=name>Jane Doe</span></p>"},
        {"after": "<p>Written by Jane Doe</p>"},
        {"after": "<p>By: CNN Wire</p><p>Share</p><p>By Jane Doe</p>"},
        {"after": "<p>By <a href=/g>Northmoor Gazette</a></p><div><span>By</span> <span>Jane Doe</span></div>"},
        {"after": "<p>By Team Gazette</p>" + f"<div>{TEXT}<p>Written by <a href=/j>Jane Doe</a></p></div>"},
    ],
)
def test_the_author_is_found_where_the_page_says_so(places: dict[str, str]) -> None:
    """JSON-LD in all its forms, meta, marked and plain bylines are read."""
    assert read(**places) == ("Jane Doe",)


@pytest.mark.parametrize(
    "places",
    [
        {},
        {"head": json_ld('{"@type":"Organization","name":"Jane Doe Media"}')},
        {"after": "<p>By Northmoor Gazette on <time>4 May 2024</time></p>"},
        {"head": "<meta name=twitter:label1 content=Topic><meta name=twitter:data1 content='Jane Doe'>"},
        {"after": TEXT + "<section class=comments><cite class=author>Angry Reader</cite></section>"},
        {"after": "<aside class=related><span class=byline>By John Smith</span></aside>"},
        {"after": TEXT + "<p class=author>Jane Doe</p><p class=author>John Smith</p>"},
        {"after": TEXT + "<ul><li><span class=author>Jane Doe</span> Another article</li></ul>"},
        {"head": '<meta name="author" content="PA Media">', "after": TEXT + "<p class=author>Jane Doe</p>"},
        {"after": "<div>Jane Doe Travels Far on Her Way to the Northmoor Assizes</div><div>9 September 2014</div>"},
        {"after": "<p>Jane Doe/Getty Images</p>"},
        {"after": "<a href=/cup>Premier League/Northmoor Cup</a>"},
        {"after": TEXT + "<p>Written by Jane Doe</p><p>The play runs until May.</p>"},
    ],
    ids=[
        "nothing",
        "organisation",
        "outlet",
        "other label",
        "comment",
        "teaser",
        "two far away",
        "in a list",
        "agency",
        "headline",
        "picture",
        "sections",
        "play",
    ],
)
def test_no_author_is_invented(places: dict[str, str]) -> None:
    """A page that names no person has no authors."""
    assert read(**places) == ()


@pytest.mark.parametrize(
    "after",
    [
        "<p>By Jane Doe and John Smith</p>",
        "<p>By <a href=/j>Jane Doe</a> and <a href=/s>John Smith</a></p>",
        "<p><span>By</span> <a href=/j>Jane Doe</a>, <a href=/s>John Smith</a></p><p>Share</p>",
        "<p class=byline>By <a href=/j>Jane Doe</a> &amp; <a href=/s>John Smith</a></p>",
        "<p><a rel=author href=/j>Jane Doe</a>, <a rel=author href=/s>John Smith</a></p>",
        "<footer class=node__meta>By <a href=/j>Jane Doe</a> and <a href=/s>John Smith</a></footer>",
        "<p>Jane Doe/John Smith</p>",
        "<p>by <a href=/g>Northmoor Gazette</a></p><p><strong>Jane Doe/John Smith</strong></p>",
    ],
)
def test_all_authors_are_found_in_their_order(after: str) -> None:
    """However their names are parted and linked."""
    assert read(after=after) == ("Jane Doe", "John Smith")


def find(head: str = "", after: str = "") -> Byline:
    """Finds the byline of a page made of a head, a headline and what stands after it."""
    body = f"<html><head>{head}</head><body><article><h1>Council meets</h1>{after}{TEXT}</article></body></html>"
    tree = parse_page(body.encode(), "utf-8")
    assert tree is not None
    nodes = read_structured_data(tree)
    area = find_headline_area(find_headline(tree, "Council meets"))
    places = BylinePlaces(tree, find_article(nodes, ""), nodes, area)
    return find_byline(places, frozenset({"northmoor gazette"}))


@pytest.mark.parametrize(
    ("head", "after", "role"),
    [
        (json_ld('{"@type":"Person","name":"Jane Doe","jobTitle":"Local Democracy Reporter"}'), "", "LDR"),
        (json_ld('"Jane Doe"'), "<p class=byline>By Jane Doe, Local Democracy Reporter</p>", "LDR"),
        ('<meta name=author content="Jane Doe">', "<p class=byline>Jane Doe | Health Editor</p>", "Health Editor"),
        (json_ld('{"@type":"Person","name":"Jane Doe","jobTitle":"Writes about care"}'), "", None),
        (json_ld('"Jane Doe"'), "<p class=byline>By John Smith, Health Editor</p>", None),
    ],
)
def test_a_role_may_stand_elsewhere_than_the_name(head: str, after: str, role: str | None) -> None:
    """The role comes from the first place that gives one to the same person; a description is no role."""
    expected = LOCAL_DEMOCRACY_REPORTER if role == "LDR" else role
    assert find(head, after).people == (Person("Jane Doe", expected),)


@pytest.mark.parametrize(
    ("head", "people", "organisations"),
    [
        (json_ld('[{"@type":"Person","name":"Jane Doe"},{"@type":"Person","name":"PA"}]'), ("Jane Doe",), ("PA",)),
        (json_ld('{"@type":"Organization","name":"Northmoor Trust"}'), (), ("Northmoor Trust",)),
        ('<meta name=author content="Northmoor Gazette">', (), ("Northmoor Gazette",)),
        (
            json_ld('{"@type":"Organization","name":"admin"}') + '<meta name=author content="PA Wire">',
            (),
            ("PA Wire",),
        ),
        (
            json_ld('"Northmoor staff reporter"') + '<meta name=author content="Associated Press in Valencia">',
            (),
            ("Associated Press",),
        ),
        ("", (), ()),
    ],
)
def test_organisations_stand_beside_the_people(
    head: str, people: tuple[str, ...], organisations: tuple[str, ...]
) -> None:
    """Those that the chosen place credits beside people, or the first place where no person is named, are kept."""
    byline = find(head)
    assert (byline.names, byline.organisations) == (people, organisations)


def test_an_agencys_line_before_the_reporters_is_kept_beside_it() -> None:
    """Where several lines begin with "By", those up to the first that names people count, and none behind it."""
    byline = find(after="<p>By: PA Wire</p><p>By Jane Doe</p><p>By John Smith, Reuters</p>")
    assert (byline.names, byline.organisations) == (("Jane Doe",), ("PA Wire",))
