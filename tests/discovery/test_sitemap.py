"""What sitemaps list."""

import gzip
import logging
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from storage.outcomes import Outcome
from tasks.discovery import sitemap
from tasks.discovery.listing import ListingError
from tasks.discovery.sitemap import Entry, parse_sitemap, unpack

HOST = "https://www.example.org"
URL = f"{HOST}/sitemap.xml"
LONDON = ZoneInfo("Europe/London")
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'

NEWS_FIELDS = (
    "<lastmod>2019-07-23</lastmod><news:news><news:publication><news:name>E</news:name></news:publication>"
    "<news:publication_date>2019-07-22T10:04Z</news:publication_date>"
    "<news:title>Tom &amp; Ann</news:title></news:news>"
)


def make_urlset(*paths: str, namespace: str = NAMESPACE) -> str:
    """Makes a sitemap of pages."""
    urls = "".join(f"<url><loc>{HOST}{path}</loc></url>" for path in paths)
    return f'<?xml version="1.0"?><urlset xmlns="{namespace}">{urls}</urlset>'


def make_index(**lastmods: str) -> str:
    """Makes an index of sitemaps /NAME.xml with their lastmod; an empty one is left out."""
    entries = "".join(
        f"<sitemap><loc>{HOST}/{name}.xml</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</sitemap>"
        for name, lastmod in lastmods.items()
    )
    return f'<sitemapindex xmlns="{NAMESPACE}">{entries}</sitemapindex>'


def parse(body: bytes | str) -> list[Entry]:
    """Parses a sitemap of a source in London."""
    return list(parse_sitemap(body.encode() if isinstance(body, str) else body, url=URL, zone=LONDON))


def make_instant(text: str) -> datetime:
    """Makes an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        make_urlset("/a"),
        make_urlset("/a", namespace="https://www.sitemaps.org/schemas/sitemap/0.9"),
        make_urlset("/a", namespace="http://www.google.com/schemas/sitemap/0.84"),
        f"<urlset><url><loc>\n {HOST}/a \n</loc></url></urlset>",
        f'<s:urlset xmlns:s="{NAMESPACE}"><s:url><s:loc>{HOST}/a</s:loc></s:url></s:urlset>',
        "<urlset><url><loc>/a</loc></url></urlset>",
        f"<urlset><!-- c --><url><!-- c --><loc>{HOST}/a</loc></url></urlset>",
        f'<urlset xmlns:i="x"><url><i:image><i:loc>{HOST}/i.jpg</i:loc></i:image><loc>{HOST}/a</loc></url></urlset>',
        gzip.compress(make_urlset("/a").encode(), mtime=0),
    ],
    ids=["usual", "https", "old", "no namespace", "prefix", "relative", "comments", "image", "gzip"],
)
def test_reads_a_page_in_every_dress(body: bytes | str) -> None:
    """Namespaces, packing and extensions do not matter."""
    assert [(entry.url, entry.is_sitemap) for entry in parse(body)] == [(f"{HOST}/a", False)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("<lastmod>2019-07-22T10:04:00+01:00</lastmod>", {"modified": "2019-07-22T09:04"}),
        ("<lastmod>2019-07-22T10:04</lastmod>", {"modified": "2019-07-22T09:04"}),
        ("<lastmod>2019-07-22</lastmod>", {"modified": "2019-07-22"}),
        ("<lastmod>22/07/2019</lastmod>", {"modified": None}),
        ("<lastmod></lastmod>", {"modified": None}),
        (
            NEWS_FIELDS,
            {"modified": "2019-07-23", "published": "2019-07-22T10:04", "title": "Tom & Ann"},
        ),
        ("<i:image xmlns:i='x'><i:title>Picture</i:title></i:image>", {"title": None, "published": None}),
    ],
)
def test_reads_what_a_sitemap_says_of_a_page(fields: str, expected: dict[str, str | None]) -> None:
    """Only news:publication_date is a publication, only lastmod a change, only news:title a title."""
    (entry,) = parse(f"<urlset {NEWS}><url><loc>{HOST}/a</loc>{fields}</url></urlset>")
    for name, value in expected.items():
        found = getattr(entry, name)
        if name == "title" or value is None:
            assert found == value
        else:
            assert found.at == make_instant(value)


@pytest.mark.parametrize(
    ("body", "outcome", "reason", "before"),
    [
        pytest.param("<html><body/></html>", Outcome.UNREADABLE, "its root is 'html'", 0, id="xhtml"),
        pytest.param("<!doctype html><p>no<br></html>", Outcome.UNREADABLE, "broken XML after 0", 0, id="html"),
        pytest.param("", Outcome.UNREADABLE, "broken XML after 0", 0, id="nothing"),
        pytest.param(make_urlset("/a", "/b")[:-9], Outcome.UNREADABLE, "broken XML after 2", 2, id="cut short"),
        pytest.param(gzip.compress(b"x" * 999, mtime=0)[:-9], Outcome.UNREADABLE, "broken gzip", 0, id="cut gzip"),
        pytest.param(b"\x1f\x8bnonsense", Outcome.UNREADABLE, "broken gzip", 0, id="no gzip"),
        pytest.param(make_urlset(*"abcd"), Outcome.TOO_LARGE, "more than 3 addresses", 3, id="too many"),
        pytest.param(gzip.compress(b" " * 5000, mtime=0), Outcome.TOO_LARGE, "more than 4096 bytes", 0, id="bomb"),
        pytest.param(b" " * 5000, Outcome.TOO_LARGE, "more than 4096 bytes", 0, id="too large"),
    ],
)
def test_refuses_what_is_no_sitemap(
    body: bytes | str, outcome: Outcome, reason: str, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error says what is wrong; the entries before it are listed."""
    monkeypatch.setattr(sitemap, "MAX_ADDRESSES", 3)
    monkeypatch.setattr(sitemap, "MAX_BYTES", 4096)
    parsed = parse_sitemap(body.encode() if isinstance(body, str) else body, url=URL, zone=LONDON)
    for _ in range(before):
        next(parsed)
    with pytest.raises(ListingError, match=reason) as caught:
        next(parsed)
    assert caught.value.outcome is outcome


def test_reads_no_entities() -> None:
    """An entity, which could read a file, is not expanded: an address with one is no address."""
    head = "<!DOCTYPE urlset [<!ENTITY f SYSTEM 'file:///etc/hostname'><!ENTITY g 'x'>]>"
    locs = "".join(f"<url><loc>{HOST}/{path}</loc></url>" for path in ("a&f;", "b&g;", "c&amp;d"))
    assert [entry.url for entry in parse(f"{head}<urlset>{locs}</urlset>")] == [f"{HOST}/c&d"]


def test_refuses_a_bomb_of_entities() -> None:
    """Entities that would fill the memory end in an error before they are expanded."""
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 100}">' for n in range(9))
    with pytest.raises(ListingError, match="broken XML after 0"):
        parse(f"<!DOCTYPE urlset [{bomb}]><urlset><url><loc>{HOST}/a&e8;</loc></url></urlset>")


def test_leaves_out_and_tells_entries_without_an_address(caplog: pytest.LogCaptureFixture) -> None:
    """An entry without loc is skipped with a warning."""
    with caplog.at_level(logging.WARNING):
        entries = parse(f"<urlset><url><lastmod>2019</lastmod></url><url><loc>{HOST}/a</loc></url></urlset>")
    assert [entry.url for entry in entries] == [f"{HOST}/a"]
    assert "1 of 2 entries have no address" in caplog.text


def test_unpacks_a_bomb_no_further_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over the limit never fills the memory."""
    monkeypatch.setattr(sitemap, "MAX_BYTES", 4096)
    bomb = gzip.compress(b" " * 20_000_000, mtime=0)
    tracemalloc.start()
    with pytest.raises(ListingError, match="more than 4096 bytes"):
        unpack(bomb, URL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


def test_unpacks_several_gzip_members() -> None:
    """A file that was packed in parts is read to its end."""
    assert unpack(gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0), URL) == b"ab"


def test_visits_the_newest_sitemaps_first_and_says_when_they_changed(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """Children come by lastmod, undated ones last, each asked with the end of what its lastmod states."""
    index = make_index(old="2018-01-01", undated="", month="2019-06", new="2019-07-22T10:04:00+01:00")
    ask = canned({URL: index} | {f"{HOST}/{n}.xml": make_urlset(f"/{n}") for n in ("old", "undated", "month", "new")})
    found = run(make_source(method="sitemap", url=URL), ask)
    assert found.urls == [f"{HOST}/{name}" for name in ("new", "month", "old", "undated")]
    assert dict(ask.asked) == {
        URL: None,
        f"{HOST}/new.xml": make_instant("2019-07-22T09:04:01"),
        f"{HOST}/month.xml": make_instant("2019-07-01"),
        f"{HOST}/old.xml": make_instant("2018-01-02"),
        f"{HOST}/undated.xml": None,
    }


def test_a_loop_of_indexes_ends(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """Each sitemap is asked for once, however often it is named."""
    ask = canned({URL: make_index(sitemap="", b="", c=""), f"{HOST}/b.xml": make_index(sitemap="", b="", c=""),
                  f"{HOST}/c.xml": make_urlset("/c")})  # fmt: skip
    found = run(make_source(method="sitemap", url=URL), ask)
    assert (found.urls, found.problems) == ([f"{HOST}/c"], [])
    assert len(ask.asked) == 3


def test_a_broken_child_does_not_lose_the_others(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """What fails below an index becomes a problem each; the rest is listed, also what stands before a break."""
    ask = canned({
        URL: make_index(gone="2019-03", broken="2019-02", good="2019-01", deep1="2018"),
        f"{HOST}/broken.xml": make_urlset("/b1", "/b2")[:-20],
        f"{HOST}/good.xml": make_urlset("/g"),
        f"{HOST}/deep1.xml": make_index(deep2=""),
        f"{HOST}/deep2.xml": f"<sitemapindex><sitemap><loc>{HOST}/deep3.xml</loc></sitemap>"
        "<sitemap><loc>https://cdn.example.net/off.xml</loc></sitemap></sitemapindex>",
    })  # fmt: skip
    found = run(make_source(method="sitemap", url=URL), ask)
    assert found.urls == [f"{HOST}/b1", f"{HOST}/g"]
    assert [(problem.url.rsplit("/", 1)[1], problem.outcome) for problem in found.problems] == [
        ("gone.xml", Outcome.GONE),
        ("broken.xml", Outcome.UNREADABLE),
        ("deep3.xml", Outcome.UNREADABLE),
        ("off.xml", Outcome.OFF_SITE),
    ]
    assert not any("deep3" in url or "off.xml" in url for url, _ in ask.asked)


def test_an_entry_that_is_no_address_does_not_lose_the_others(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """A sitemap that is named by no address becomes a problem, in an index as in robots.txt; the rest is listed."""
    wrong = ["http://[", "https://www.example.org:99999999/s.xml"]
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in [*wrong, f"{HOST}/good.xml"])
    ask = canned({
        f"{HOST}/robots.txt": f"Sitemap: http://[::\nSitemap: {URL}\n",
        URL: f"<sitemapindex>{entries}</sitemapindex>",
        f"{HOST}/good.xml": make_urlset("/g"),
    })  # fmt: skip
    found = run(make_source(method="sitemap"), ask)
    assert (found.urls, found.error) == ([f"{HOST}/g"], None)
    assert [(problem.url, problem.outcome) for problem in found.problems] == [
        (url, Outcome.REFUSED_ADDRESS) for url in ["http://[::", *wrong]
    ]


def test_finds_sitemaps_in_robots_txt_and_skips_by_pattern(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """Without an address robots.txt names the sitemaps; those that a pattern of `skip` fits are not asked for."""
    robots = f"User-agent: *\nDisallow: /x\nsitemap: {HOST}/archive.xml\nSITEMAP:/news.xml\n"
    ask = canned({f"{HOST}/robots.txt": robots, f"{HOST}/news.xml": make_urlset("/n")})
    found = run(make_source(method="sitemap", skip=["arch"]), ask)
    assert (found.urls, found.problems, found.error) == ([f"{HOST}/n"], [], None)
    assert found.listed[0].listed_on_url == f"{HOST}/news.xml"


def test_a_robots_txt_without_sitemaps_is_an_error(
    canned: Callable[..., Any], make_source: Callable[..., Any], run: Callable[..., Any]
) -> None:
    """No sitemap at all is never taken for nothing new."""
    found = run(make_source(method="sitemap"), canned({f"{HOST}/robots.txt": "User-agent: *\n"}))
    assert found.error is not None
    assert "names no sitemap" in found.error.reason


@pytest.mark.parametrize(
    ("name", "number", "modified_at"),
    [
        ("blackpool-gazette", 1, "2019-07-22T10:04"),
        ("cyp-now", 0, "2014-09-09T09:00"),
        ("bbc-news", 2, "2024-08-01T12:00"),
    ],
)
def test_the_recorded_sitemaps_list_their_pages(
    run_recorded: Callable[..., Any], name: str, number: int, modified_at: str
) -> None:
    """From robots.txt over the index to the month's sitemap, packed or not: one page with its lastmod."""
    found, ask = run_recorded(name, number)
    assert (found.problems, found.error, ask.requests) == ([], None, 3)
    assert [(listed.modified_at, listed.published_at) for listed in found.listed] == [(make_instant(modified_at), None)]
