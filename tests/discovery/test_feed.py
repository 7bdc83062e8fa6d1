"""What feeds list."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from storage.outcomes import Outcome
from storage.records import Listed
from tasks.discovery.feed import parse_feed
from tasks.discovery.listing import ListingError
from tasks.sources.model import Source
from tests.discovery.conftest import CannedAsk

URL = "https://www.example.org/news/feed"
LONDON = ZoneInfo("Europe/London")


def wrap_rss(items: str, namespaces: str = "") -> str:
    """Makes an RSS 2 feed of items."""
    return (
        f'<?xml version="1.0"?><rss version="2.0" {namespaces}><channel><title>Example</title>{items}</channel></rss>'
    )


def wrap_atom(entries: str) -> str:
    """Makes an Atom feed of entries."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Example</title>{entries}</feed>'


def wrap_rdf(items: str) -> str:
    """Makes an RSS 1.0 feed of items."""
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>E</title></channel>{items}'
        "</rdf:RDF>"
    )


def parse(body: str, problems: list[ListingError] | None = None) -> list[Listed]:
    """Parses a feed of a source in London."""
    return parse_feed(body.encode(), url=URL, zone=LONDON, problems=[] if problems is None else problems)


def make_instant(text: str) -> datetime:
    """Makes an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


LINK = "<link>https://www.example.org/a</link>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            wrap_rss(f"<item>{LINK}<pubDate>Mon, 22 Jul 2019 10:04:00 GMT</pubDate></item>"),
            {"published_at": make_instant("2019-07-22T10:04"), "published_precision": "second", "modified_at": None},
            id="rss, zone stated",
        ),
        pytest.param(
            wrap_rss(f"<item>{LINK}<pubDate>Mon, 22 Jul 2019 10:04</pubDate></item>"),
            {"published_at": make_instant("2019-07-22T09:04"), "published_precision": "minute"},
            id="rss, zone assumed",
        ),
        pytest.param(
            wrap_rss(f"<item>{LINK}<pubDate>22 July 2019</pubDate></item>"),
            {"published_at": make_instant("2019-07-22"), "published_precision": "day"},
            id="rss, day only",
        ),
        pytest.param(
            wrap_rss(f"<item>{LINK}<pubDate>07/08/2019</pubDate></item>"),
            {"published_at": None, "published_precision": None},
            id="rss, day and month in doubt",
        ),
        pytest.param(
            wrap_rss(
                f"<item>{LINK}<a:updated>2019-07-23T10:00:00Z</a:updated></item>",
                'xmlns:a="http://www.w3.org/2005/Atom"',
            ),
            {"published_at": None, "modified_at": make_instant("2019-07-23T10:00")},
            id="rss, an update is no publication",
        ),
        pytest.param(
            wrap_rss("<item><link>/a?x=1</link></item>"), {"url": "https://www.example.org/a?x=1"}, id="relative link"
        ),
        pytest.param(
            wrap_rss("<item><link>b</link></item>"),
            {"url": "https://www.example.org/news/b"},
            id="link beside the feed",
        ),
        pytest.param(
            wrap_rss("<item><guid>https://www.example.org/p</guid></item>"),
            {"url": "https://www.example.org/p"},
            id="permalink",
        ),
        pytest.param(
            wrap_rss(f"<item>{LINK}<guid>https://www.example.org/p</guid></item>"),
            {"url": "https://www.example.org/a"},
            id="link before permalink",
        ),
        pytest.param(
            wrap_rss(
                f"<item>{LINK}<title>A &amp;amp; B &amp;#8216;fail&amp;#8217;\n &lt;b&gt;again&lt;/b&gt;</title></item>"
            ),
            {"title": "A & B \u2018fail\u2019 again"},
            id="title as HTML",
        ),
        pytest.param(
            wrap_rss(f"<item>{LINK}<title>AT&amp;T: 3 &lt; 4</title></item>"),
            {"title": "AT&T: 3 < 4"},
            id="title as text",
        ),
        pytest.param(
            wrap_rss(f"<item>{LINK}<description><![CDATA[<p>One</p> <p>two.</p>]]></description></item>"),
            {"summary": "One two.", "title": None},
            id="summary as HTML",
        ),
        pytest.param(
            wrap_atom(
                '<entry><id>tag:1</id><link rel="self" href="/self"/><link rel="alternate" href="/b"/><title>B</title>'
                "<published>2019-07-22T10:04:00+01:00</published><updated>2019-07-23</updated></entry>"
            ),
            {
                "url": "https://www.example.org/b",
                "title": "B",
                "published_at": make_instant("2019-07-22T09:04"),
                "modified_at": make_instant("2019-07-23"),
            },
            id="atom",
        ),
        pytest.param(
            wrap_atom('<entry><id>tag:1</id><link href="/b"/><updated>2019-07-23T10:00:00Z</updated></entry>'),
            {"published_at": None, "modified_at": make_instant("2019-07-23T10:00")},
            id="atom, updated only",
        ),
        pytest.param(
            wrap_rdf(
                '<item rdf:about="x"><title>C</title><link>https://www.example.org/c</link><dc:date>2019-07-01</dc:date></item>'
            ),
            {
                "url": "https://www.example.org/c",
                "published_at": make_instant("2019-07-01"),
                "published_precision": "day",
                "modified_at": None,
            },
            id="rdf",
        ),
        pytest.param(
            f'<rss version="2.0"><channel><item>{LINK}<title>Tom & Ann</title></item><item><li',
            {"title": "Tom & Ann"},
            id="broken",
        ),
        pytest.param(
            f"<!DOCTYPE rss [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><rss version='2.0'><channel><item>{LINK}"
            "<title>x&e;y</title></item></channel></rss>",
            {"title": "x&e;y"},
            id="external entity",
        ),
    ],
)
def test_reads_an_entry(body: str, expected: dict[str, Any]) -> None:
    """The first entry says what the feed says, and nothing that it does not."""
    listed = parse(body)[0]
    assert {name: getattr(listed, name) for name in expected} == expected
    assert (listed.method, listed.listed_on_url, listed.media_type) == ("feed", URL, "text/html")


@pytest.mark.parametrize("body", [wrap_rss(""), wrap_atom(""), wrap_rdf("")], ids=["rss", "atom", "rdf"])
def test_an_empty_feed_lists_nothing(body: str) -> None:
    """A feed without entries is no error."""
    assert parse(body) == []


@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        pytest.param("", Outcome.UNREADABLE, "no feed", id="nothing"),
        pytest.param(
            "<!doctype html><html><body><a href='/x'>x</a></body></html>",
            Outcome.UNREADABLE,
            "<!doctype html>",
            id="html",
        ),
        pytest.param('{"items": []}', Outcome.UNREADABLE, "no feed", id="json"),
        pytest.param('<rss version="2.0"><channel><title>Exam', Outcome.UNREADABLE, "broken before", id="cut short"),
        pytest.param(
            wrap_rss("<item><title>x</title></item>"), Outcome.UNREADABLE, "none of its 1 entries", id="no addresses"
        ),
        pytest.param(
            wrap_atom(
                '<entry><id>tag:example.org,2005:/search/feed-ended</id><link href="/x"/><title>E</title></entry>'
            ),
            Outcome.GONE,
            "retired",
            id="retired",
        ),
    ],
)
def test_refuses_what_is_no_feed(body: str, outcome: Outcome, reason: str) -> None:
    """What can list nothing ends in an error that names the address, the outcome and why."""
    with pytest.raises(ListingError, match=reason) as caught:
        parse(body)
    assert (caught.value.url, caught.value.outcome) == (URL, outcome)


def test_opens_nothing_that_a_body_names(tmp_path: Path) -> None:
    """A body that is the name of a file, or an address, is text and no more."""
    path = tmp_path / "feed.xml"
    path.write_text(wrap_rss(f"<item>{LINK}</item>"), encoding="utf-8")
    with pytest.raises(ListingError, match="no feed"):
        parse(str(path))


@pytest.mark.parametrize(
    "item",
    [
        "<item><title>no link</title></item>",
        "<item><link> </link></item>",
        '<item><guid isPermaLink="false">https://www.example.org/p</guid></item>',
        "<item><guid>12345</guid></item>",
        "<item><link>mailto:a@example.org</link></item>",
    ],
)
def test_leaves_out_entries_without_an_address(item: str, caplog: pytest.LogCaptureFixture) -> None:
    """An entry without an address that can be asked for is skipped with a warning: some feeds have one each night."""
    problems: list[ListingError] = []
    listed = parse(wrap_rss(f"{item}<item>{LINK}</item>"), problems)
    assert [entry.url for entry in listed] == ["https://www.example.org/a"]
    assert problems == []
    assert "1 of 2 entries have no address" in caplog.text


NUMBERED = [f"https://www.example.org/news/{number}" for number in range(3)]
WHOLE_RSS = wrap_rss("".join(f"<item><title>A {url}</title><link>{url}</link></item>" for url in NUMBERED))
WHOLE_ATOM = wrap_atom(
    "".join(f'<entry><id>{url}</id><link href="{url}"/><title>B</title></entry>' for url in NUMBERED)
)
WHOLE_RDF = wrap_rdf("".join(f'<item rdf:about="{url}"><title>C</title><link>{url}</link></item>' for url in NUMBERED))


@pytest.mark.parametrize("whole", [WHOLE_RSS, WHOLE_ATOM, WHOLE_RDF], ids=["rss", "atom", "rdf"])
def test_a_feed_that_is_cut_short_is_a_problem_wherever_it_is_cut(whole: str) -> None:
    """What is there is listed, no half address is made up, and the cut is told."""
    after_first = whole.index(NUMBERED[1])
    for length in range(after_first, len(whole)):
        problems: list[ListingError] = []
        listed = parse(whole[:length], problems)
        assert [entry.url for entry in listed] == NUMBERED[: len(listed)], whole[:length]
        assert "the feed is cut short" in str(problems[-1])


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(WHOLE_RSS, id="whole"),
        pytest.param(WHOLE_RSS.replace("A https", "A & B https"), id="an ampersand"),
        pytest.param(WHOLE_ATOM.replace("<title>B</title>", "<title>B<br></title>"), id="a tag left open"),
        pytest.param(WHOLE_RSS + "<!-- from a cache -- at noon -->\n<p>", id="more behind the end"),
        pytest.param(WHOLE_RDF.replace("<title>C", "<title>\x0bC").replace("</rdf:RDF>", "</rdf:RDF >"), id="control"),
    ],
)
def test_a_malformed_feed_that_is_whole_is_no_problem(body: str) -> None:
    """Many real feeds are slightly malformed; as long as every entry has its address, nothing is lost."""
    problems: list[ListingError] = []
    assert [entry.url for entry in parse(body, problems)] == NUMBERED
    assert problems == []


def test_the_problems_of_a_feed_are_those_of_its_source(
    canned: type[CannedAsk], make_source: Callable[..., Source], run: Callable[..., Any]
) -> None:
    """A cut feed lists what it has, and its method hands on what is wrong with it."""
    found = run(make_source(method="feed", url=URL), canned({URL: WHOLE_RSS[:-60]}))
    assert (found.urls, found.error) == (NUMBERED[:2], None)
    assert "the feed is cut short" in str(found.problems[-1])


def test_the_recorded_feed_lists_the_newest_articles(run_recorded: Callable[..., Any]) -> None:
    """Community Care's feed lists both of its recorded articles, with titles and times."""
    found, _ = run_recorded("community-care")
    assert (found.problems, found.error) == ([], None)
    assert [listed.published_at for listed in found.listed] == [
        make_instant("2020-02-05T12:30"),
        make_instant("2019-03-28T15:02:11"),
    ]
    assert found.listed[1].title == "\u2018Inadequate\u2019 local authority ordered to work with improvement partner"


def test_a_feed_that_is_gone_ends_in_an_error(run_recorded: Callable[..., Any]) -> None:
    """A feed on a host that is not recorded is an error, not an empty list."""
    found, _ = run_recorded("the-guardian")
    assert found.error is not None
    assert found.error.outcome is Outcome.GONE
