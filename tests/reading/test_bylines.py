"""Bylines: the people, and nothing else."""

from datetime import UTC, datetime

import pytest

from tasks.reading.article import read_article
from tasks.reading.names import split_byline
from tasks.reading.page import Article, PageInput, ReadingRules

SITE_NAMES = frozenset({"northmoor gazette", "community care"})
TEXT = "".join(
    f"<p>The council met in room {n} and spoke at length about the budget, the schools, the "
    f"roads and the care homes of the district, as it does.</p>"
    for n in range(6)
)


@pytest.mark.parametrize(
    ("byline", "people"),
    [
        ("Jane Doe", ["Jane Doe"]),
        ("By Jane Doe", ["Jane Doe"]),
        ("BY JANE DOE", ["JANE DOE"]),
        ("By Jane Doe and John Smith", ["Jane Doe", "John Smith"]),
        ("Jane Doe, John Smith & Siân Jones", ["Jane Doe", "John Smith", "Siân Jones"]),
        ("By Jane Doe, Local Democracy Reporter", ["Jane Doe"]),
        ("By Jane Doe Local Democracy Reporter", ["Jane Doe"]),
        ("LDRS reporter Jane Doe", ["Jane Doe"]),
        ("By Jane Doe, education editor, and John O'Brien", ["Jane Doe", "John O'Brien"]),
        ("Mary-Jane Smith | Social Affairs Correspondent", ["Mary-Jane Smith"]),
        ("By Jane Doe (jane.doe@paper.example)", ["Jane Doe"]),
        ("jane@doe.example Jane Doe @janedoe", ["Jane Doe"]),
        ("By Jane Doe for the Northmoor Gazette", ["Jane Doe"]),
        ("By Jane Doe and PA", ["Jane Doe"]),
        ("By Jane Doe, Press Association", ["Jane Doe"]),
        ("Jane Doe BBC News, Lancashire", ["Jane Doe"]),
        ("Jane Doe 23 July 2019", ["Jane Doe"]),
        ("Jane Doe Published 3 May 2024", ["Jane Doe"]),
        ("Written by: Jane Doe", ["Jane Doe"]),
        ("Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        ("Dr. Max Müller, Ph.D.", ["Dr. Max Müller"]),
        ("By Community Care", []),
        ("Northmoor Gazette", []),
        ("Staff reporter", []),
        ("By our reporter", []),
        ("Newsroom", []),
        ("Admin", []),
        ("PA Media", []),
        ("Reuters", []),
        ("Local Democracy Reporting Service", []),
        ("News Desk", []),
        ("The editorial team", []),
        ("@janedoe", []),
        ("23 July 2019", []),
        ("", []),
    ],
)
def test_a_byline_names_its_people(byline: str, people: list[str]) -> None:
    """Roles, agencies, addresses, dates, "By" and the outlet's own name are no people."""
    assert split_byline(byline, SITE_NAMES) == people


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
        {"head": json_ld('{"@type":"Person","name":"Northmoor Gazette"}') + '<meta name="author" content="Jane Doe">'},
        {"after": '<a rel="author" href="/jane">Jane Doe</a>'},
        {"after": '<div class="byline">By <a href="/jane">Jane Doe</a>, education reporter</div>'},
        {"after": "<p>By Jane Doe</p>"},
        {"after": "<div><span>By</span> <span>Jane Doe</span></div>"},
        {"after": "<div class=meta><span>Jane Doe</span><br><span>Tuesday, September 9, 2014</span></div>"},
        {"before": "<p>Jane Doe 23 July 2019</p>"},
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
        {"after": TEXT + "<section class=comments><cite class=author>Angry Reader</cite></section>"},
        {"after": "<aside class=related><span class=byline>By John Smith</span></aside>"},
    ],
    ids=["nothing", "organisation", "outlet", "comment", "teaser"],
)
def test_no_author_is_invented(places: dict[str, str]) -> None:
    """A page that names no person has no authors."""
    assert read(**places) == ()
