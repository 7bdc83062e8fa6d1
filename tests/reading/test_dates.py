"""Dates of an article: from the places that speak of it, never from its sentences, a teaser or the page's foot."""

from datetime import UTC, date, datetime

import pytest

from tasks.reading.article import read_article
from tasks.reading.date_places import read_path
from tasks.reading.page import Article, PageInput, ReadingRules

TEXT = "".join(
    f"<p>The council met in room {n} and spoke at length about the budget, the schools, the "
    f"roads and the care homes of the district, as it does.</p>"
    for n in range(6)
)
FETCHED = datetime(2024, 6, 1, tzinfo=UTC)


def read(
    head: str = "", before: str = "", after: str = "", url: str = "https://news.example/a", **page: object
) -> Article:
    """Reads a page made of a headline, what stands around it, and six paragraphs."""
    body = (
        f"<html lang=en><head><title>Council meets</title>{head}</head><body><main><article>"
        f"{before}<h1>Council meets</h1>{after}{TEXT}</article></main></body></html>"
    )
    article = read_article(PageInput(body.encode(), url, "utf-8", FETCHED, **page), ReadingRules())  # type: ignore[arg-type]
    assert isinstance(article, Article)
    return article


JSON_LD = (
    '<script type="application/ld+json">'
    '{"@type":"NewsArticle","datePublished":"2024-05-01T10:00:00Z","dateModified":"2024-05-02T11:00:00Z"}</script>'
    ""
)
META = '<meta property="article:published_time" content="2024-05-03T10:00:00+01:00">'


@pytest.mark.parametrize(
    ("places", "at", "source", "precision", "zone"),
    [
        ({"head": JSON_LD + META}, "2024-05-01T10:00:00", "json-ld", "second", "stated"),
        (
            {"head": META, "after": "<time datetime='2024-05-04'>4 May</time>"},
            "2024-05-03T09:00:00",
            "meta",
            "second",
            "stated",
        ),
        (
            {"after": "<div><time datetime='2024-05-04T08:00:00'>4 May</time></div>"},
            "2024-05-04T07:00:00",
            "time",
            "second",
            "assumed",
        ),
        (
            {"after": "<div>By Jane Doe</div><div>Published: Saturday, 4th May 2024, 9:40 pm</div>"},
            "2024-05-04T20:40:00",
            "byline",
            "minute",
            "assumed",
        ),
        ({"before": "<p class=byline>Jane Doe 4 May 2024</p>"}, "2024-05-04T00:00:00", "byline", "day", None),
        ({"url": "https://news.example/2024/05/04/council-meets/"}, "2024-05-04T00:00:00", "url", "day", None),
        ({"url": "https://news.example/care/2024/may/04/council-meets"}, "2024-05-04T00:00:00", "url", "day", None),
        ({"url": "https://news.example/2024-05-04+council"}, "2024-05-04T00:00:00", "url", "day", None),
        ({"url": "https://news.example/n1/2024/0504/c1-2.html"}, "2024-05-04T00:00:00", "url", "day", None),
        (
            {"head": '<meta property="og:url" content="https://news.example/2024/05/04/a">'},
            "2024-05-04T00:00:00",
            "url",
            "day",
            None,
        ),
        (
            {"after": "<span itemprop=datePublished content='2024-05-04T08:00:00Z'>Saturday</span>"},
            "2024-05-04T08:00:00",
            "time",
            "second",
            "stated",
        ),
        (
            {"after": "<div>04/05/2024</div>", "url": "https://northmoor.gov.uk/a"},
            "2024-05-04T00:00:00",
            "byline",
            "day",
            None,
        ),
        (
            {"after": TEXT + "<p>Share</p><div class=meta><time datetime='2024-05-04'>4 May</time></div>"},
            "2024-05-04T00:00:00",
            "markup",
            "day",
            None,
        ),
        ({"after": TEXT + "<p class=x>Posted on 4 May 2024</p>"}, "2024-05-04T00:00:00", "markup", "day", None),
        (
            {"after": TEXT + "<div><p class=x>Published on:</p> <p>4 May 2024</p></div>"},
            "2024-05-04T00:00:00",
            "markup",
            "day",
            None,
        ),
        (
            {"after": "<footer class=entry-meta>By Jane Doe <span>4 May 2024</span></footer>"},
            "2024-05-04T00:00:00",
            "byline",
            "day",
            None,
        ),
    ],
)
def test_publication_comes_from_the_surest_place(
    places: dict[str, str], at: str, source: str, precision: str, zone: str | None
) -> None:
    """JSON-LD comes before meta, meta before the visible date, that before the address; each says its source."""
    article = read(**places)
    assert article.published_at == datetime.fromisoformat(at + "+00:00")
    assert (article.published_source, article.published_precision, article.published_zone) == (source, precision, zone)


@pytest.mark.parametrize(
    ("visible", "expected"),
    [
        ("11:00 am", ("2024-05-01T10:00:00+00:00", "json-ld", "second", "stated")),
        ("11:01 am", ("2024-05-01T10:01:00+00:00", "byline", "minute", "assumed")),
    ],
)
def test_an_assumed_offset_gives_way_to_one_that_states_the_same_minute(
    visible: str, expected: tuple[str, str, str, str]
) -> None:
    """A selector's date without an offset is no guess where another place states that instant; else it stays one."""
    body = (
        f"<html lang=en><head>{JSON_LD}</head><body><main><article><h1>Council meets</h1>"
        f"<div class=date>1 May 2024, {visible}</div>{TEXT}</article></main></body></html>"
    )
    page = PageInput(body.encode(), "https://news.example/a", "utf-8", FETCHED)
    article = read_article(page, ReadingRules(date=(".date",)))
    assert isinstance(article, Article)
    assert article.published_at == datetime.fromisoformat(expected[0])
    assert (article.published_source, article.published_precision, article.published_zone) == expected[1:]


def test_the_listing_dates_a_page_that_does_not() -> None:
    """What a feed said is taken where the page says nothing, under the listing's name."""
    listed = datetime(2024, 5, 4, 8, tzinfo=UTC)
    article = read(listed_published_at=listed, listed_published_precision="second", listed_method="feed")
    assert (article.published_at, article.published_source, article.published_zone) == (listed, "feed", "stated")


def test_a_later_place_makes_the_same_day_more_precise() -> None:
    """A byline that only names the day is made precise by a feed that names that day's minute, and by no other day."""
    byline = "<p class=byline>Jane Doe 4 May 2024</p>"
    same = datetime(2024, 5, 4, 8, tzinfo=UTC)
    assert (
        read(
            before=byline, listed_published_at=same, listed_published_precision="second", listed_method="feed"
        ).published_at
        == same
    )
    other = datetime(2024, 5, 6, 8, tzinfo=UTC)
    article = read(before=byline, listed_published_at=other, listed_published_precision="second", listed_method="feed")
    assert (article.published_at, article.published_source) == (datetime(2024, 5, 4, tzinfo=UTC), "byline")


@pytest.mark.parametrize(
    "places",
    [
        {},
        {
            "after": (
                "<p>The inspection took place from 9 June 2023 to 13 June 2023, and the council was told "
                "of it at once, which is why it has now met to speak about all that followed from it "
                "since.</p>"
            )
        },
        {"after": TEXT + "<p>Another meeting is on 4 May 2024.</p>"},
        {"after": "<aside class=related><time datetime='2024-05-04'>4 May 2024</time></aside>"},
        {"after": "<div class='most-read'><span>4 May 2024</span></div>"},
        {"after": TEXT + "<footer>© 3 January 2019 News Ltd</footer>"},
        {
            "head": (
                '<script type="application/ld+json">'
                '{"@type":"NewsArticle","datePublished":"1970-01-01T00:00:01Z"}</script>'
            )
        },
        {"head": '<meta property="article:published_time" content="2024-07-01T10:00:00Z">'},
        {"after": "<div class=caption>Councillors, 4 May 2024</div>"},
        {"after": "<div class=picBox><p>Councillors meet in the hall, 4 May 2024</p></div>"},
        {"after": "<div class=today>Saturday, 4 May 2024</div>"},
        {"before": "<div><time datetime='2024-05-04'>4 May</time></div></article></main><main><article>"},
        {"after": "<ul class=events><li><div>4 May 2024</div><h2>Fair</h2></li></ul>"},
        {"after": "<div>04/05/2024</div>"},
        {"after": TEXT + "<span class=date>4 May 2024</span><span class=date>6 May 2024</span>"},
        {"after": TEXT + "<div><h3>Another</h3><span class=date>4 May 2024</span></div>"},
        {"after": TEXT + "<a href=/b><time datetime='2024-05-04'>4 May</time></a>"},
        {"after": TEXT + "<footer><time datetime='2024-05-04'>4 May</time></footer>"},
        {"after": TEXT + "<div><p class=date>Updated 4 May 2024</p></div>"},
        {"url": "https://news.example/2031/05/04/council-meets/"},
        {"url": "https://news.example/id/20240504/1"},
    ],
    ids=[
        "nothing",
        "sentence",
        "last paragraph",
        "aside",
        "most read",
        "footer",
        "epoch",
        "future",
        "caption",
        "picture box",
        "today",
        "head of the page",
        "list of events",
        "two readings",
        "two far away",
        "teaser",
        "link",
        "time in the foot",
        "change far away",
        "future address",
        "number",
    ],
)
def test_no_date_is_invented(places: dict[str, str]) -> None:
    """Sentences, teasers, the foot, the epoch and the future are no publication dates."""
    assert read(**places).published_at is None


@pytest.mark.parametrize("url", ["https://[www.post.example/2024/05/04/title", "", "no address"])
def test_what_is_no_address_names_no_day(url: str) -> None:
    """An address that cannot be taken apart dates nothing, and costs no page."""
    assert read_path(url) is None


@pytest.mark.parametrize(
    ("title", "is_dated"),
    [
        ("Council meets | News | 4 May 2024", True),
        ("Council meets | Northmoor | 4 May 2024", False),
        ("News | 4 May 2024", False),
        ("Council meets | News | 4 May 2024 at noon", False),
    ],
)
def test_a_title_may_end_with_the_day(title: str, is_dated: bool) -> None:  # noqa: FBT001 - one of a table's columns
    """A date behind the site's own name in `<title>` is the publication; any other there may be an event's."""
    body = f"<html lang=en><head><title>{title}</title></head><body><h1>Council meets</h1>{TEXT}</body></html>"
    article = read_article(PageInput(body.encode(), "https://news.example/a", "utf-8", FETCHED), ReadingRules())
    assert isinstance(article, Article)
    assert article.published_at == (datetime(2024, 5, 4, tzinfo=UTC) if is_dated else None)


def test_a_change_is_no_publication() -> None:
    """A date that is labelled as an update is the modification, and only that."""
    article = read(after="<div>Last updated on 5 May 2024</div>")
    assert (article.published_at, article.modified_at) == (None, datetime(2024, 5, 5, tzinfo=UTC))
    both = read(after="<div>Published: 4 May 2024 Updated: 5 May 2024</div>")
    assert (both.published_at, both.modified_at) == (datetime(2024, 5, 4, tzinfo=UTC), datetime(2024, 5, 5, tzinfo=UTC))
    timed = read(after="<time datetime='2024-05-05T09:15'>Updated: 09:15, 5 May 2024</time>")
    assert (timed.published_at, timed.modified_at) == (None, datetime(2024, 5, 5, 8, 15, tzinfo=UTC))
    stated = read(head=JSON_LD)
    assert (stated.modified_at, stated.modified_source) == (datetime(2024, 5, 2, 11, tzinfo=UTC), "json-ld")


@pytest.mark.parametrize(
    ("published", "modified", "is_believed"),
    [
        ("2024-05-01T10:00:00Z", "2024-04-01T10:00:00Z", False),
        ("2024-05-01T18:15:11Z", "2024-05-01T17:48:34Z", False),
        ("2024-05-01T18:15:11Z", "2024-05-01T18:48:34+01:00", False),
        ("2024-05-01T18:15:11Z", "2024-05-01T18:15:11Z", True),
        ("2024-05-01T18:15:11Z", "2024-05-01", True),
        ("2024-05-01", "2024-05-01T00:30:00+01:00", True),
    ],
)
def test_a_change_before_publication_is_none(published: str, modified: str, is_believed: bool) -> None:  # noqa: FBT001 - one of a table's columns
    """A modification that lies before the publication is not believed; on the day of either, only times tell."""
    node = f'{{"@type":"NewsArticle","datePublished":"{published}","dateModified":"{modified}"}}'
    found = read(head=f'<script type="application/ld+json">{node}</script>').modified_at
    assert (found is not None) == is_believed


def test_another_articles_json_ld_is_passed_over() -> None:
    """A node that names another address speaks of another article."""
    head = """<script type="application/ld+json">[{"@type":"NewsArticle","url":"https://news.example/b","datePublished":"2024-01-01"},
    {"@type":"NewsArticle","url":"https://news.example/a","datePublished":"2024-05-01"}]</script>"""
    assert read(head=head).published_at == datetime(2024, 5, 1, tzinfo=UTC)


def test_a_microformat_may_call_its_date_a_change() -> None:
    """The class `updated` alone is a change; together with `published` it is the publication."""
    changed = read(after="<div><span class='entry-date updated'>5 May 2024</span></div>")
    assert (changed.published_at, changed.modified_at) == (None, datetime(2024, 5, 5, tzinfo=UTC))
    both = read(after="<div><span class='entry-date published updated'>5 May 2024</span></div>")
    assert (both.published_at, both.modified_at) == (datetime(2024, 5, 5, tzinfo=UTC), None)


@pytest.mark.parametrize("end", ["", "."])
def test_two_labelled_dates_may_be_sentences(end: str) -> None:
    """Labels that begin a line part it into publication and change, each of which may end with a full stop."""
    line = f"First published on Sat 4 May 2024 06.00 BST. Last modified on Sat 4 May 2024 09.15 BST{end}"
    article = read(after=f"<div>{line}</div>")
    assert article.published_at == datetime(2024, 5, 4, 5, tzinfo=UTC)
    assert article.modified_at == datetime(2024, 5, 4, 8, 15, tzinfo=UTC)
    assert (article.published_precision, article.published_zone) == ("minute", "stated")


def test_a_selected_change_is_no_publication() -> None:
    """What a source's selector finds is read by its labels, too."""
    body = (
        f"<html lang=en><body><main><article><h1>Council meets</h1>"
        f"<div class=date>Updated: 09:15, 5 May 2024</div>{TEXT}</article></main></body></html>"
    )
    page = PageInput(body.encode(), "https://news.example/a", "utf-8", FETCHED)
    article = read_article(page, ReadingRules(date=(".date",)))
    assert isinstance(article, Article)
    assert (article.published_at, article.modified_at) == (None, datetime(2024, 5, 5, 8, 15, tzinfo=UTC))


def test_an_instant_keeps_the_zone_it_is_stated_in() -> None:
    """So the day is the one that the page's readers see."""
    head = '<meta property="article:published_time" content="2024-05-04T02:37:08+09:00">'
    published = read(head).published_at
    assert published is not None
    assert (published, published.date()) == (datetime(2024, 5, 3, 17, 37, 8, tzinfo=UTC), date(2024, 5, 4))
