"""The sample site answers as real sites do, and its expected answers cover all that it lists."""

import gzip
import json
import re
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

from storage.addresses import make_url_key
from storage.outcomes import Outcome
from tasks.sources.load import load_source
from tests.sample_site.build_reports import build_report
from tests.sample_site.sample_content import load_outlet
from tests.sample_site.serve import FOLDERS, Day, SampleServer, start_server

SITE = Path(__file__).resolve().parents[1] / "sample_site"
TRADE, REGIONAL = "https://www.careworkweekly.example", "https://www.harbourpost.example"
SEARCH, FILES = "https://reports.inspectorate.example", "https://files.inspectorate.example"
POSTS = f"{TRADE}/wp-json/wp/v2/posts"
UPDATED = f"{TRADE}/2026/07/28/northmere-first-without-headline-grade/"
NEW = f"{TRADE}/2026/07/29/northmere-names-new-director/"
EXPECTED = tomllib.loads((SITE / "expected.toml").read_text(encoding="utf-8"))
ENTRIES: list[dict[str, Any]] = [*EXPECTED["article"], *EXPECTED["other"], *EXPECTED["report"]]
REPORTS = sorted((SITE / "content" / "inspectorate").glob("*.md"))

Answer = tuple[int, Message, bytes]
Get = Callable[..., Answer]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Hands a redirect back as it came."""

    def redirect_request(self, *_: Any) -> None:
        """Follows nothing."""


@pytest.fixture
def server() -> Iterator[SampleServer]:
    """The sample site on its first day."""
    server = start_server()
    yield server
    server.stop()


@pytest.fixture
def get(server: SampleServer) -> Get:
    """Asks the sample site for an address; gives status, headers and body as they come."""
    return make_get(server.server_port)


def make_get(port: int) -> Get:
    """Makes a client that sends every request to that port, with the Host header of the address."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)

    def get(url: str, **headers: str) -> Answer:
        parts = urlsplit(url)
        target = f"http://127.0.0.1:{port}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(target, headers={"Host": parts.netloc} | named)
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read()

    return get


def find_locations(body: bytes) -> list[str]:
    """Finds the addresses of a sitemap or its index, packed or not."""
    content = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    return [element.text or "" for element in ET.fromstring(content).iter() if element.tag.endswith("}loc")]  # noqa: S314 - our own


def list_feed(get: Get, url: str) -> list[str]:
    """Lists the links of a feed."""
    return [element.text or "" for element in ET.fromstring(get(url)[2]).iterfind("channel/item/link")]  # noqa: S314 - our own


def list_reports(get: Get) -> list[str]:
    """Lists the files of all providers, over all pages of the search."""
    found, start = [], 0
    while results := re.findall(r'href="(/provider/44/\d+)"', get(f"{SEARCH}/search?rows=2&start={start}")[2].decode()):
        for path in results:
            found += re.findall(r'publication-link" href="([^"]+)"', get(SEARCH + path)[2].decode())
        start += 2
    return found


def list_all(get: Get) -> set[str]:
    """Lists every address that the site's feeds, sitemaps, WordPress interface and provider pages have."""
    found = {*list_feed(get, f"{TRADE}/feed/"), *list_feed(get, f"{REGIONAL}/rss"), *list_reports(get)}
    found |= {post["link"] for post in json.loads(get(f"{POSTS}?per_page=100")[2])}
    for index in (f"{TRADE}/sitemap_index.xml", f"{REGIONAL}/sitemap.xml"):
        for part in find_locations(get(index)[2]):
            found |= set(find_locations(get(part)[2]))
    return {make_url_key(url) for url in found}


@pytest.mark.parametrize("day", [1, 2])
def test_expected_answers_cover_every_listed_address(server: SampleServer, get: Get, day: int) -> None:
    """What the site lists on a day is what expected.toml names for it, no more and no less."""
    server.set_day(day)
    assert list_all(get) == {make_url_key(entry["url"]) for entry in ENTRIES if entry.get("day", 1) <= day}


def test_every_listed_address_is_answered(server: SampleServer, get: Get) -> None:
    """Articles and reports answer 200, and the others what their outcome says."""
    server.set_day(2)
    statuses = {"duplicate": 301, "gone": 410, "off_site": 302}
    for entry in ENTRIES:
        status, headers, body = get(entry["url"])
        assert status == statuses.get(entry["outcome"], 200), entry["url"]
        assert headers.get("Location") == entry.get("redirects_to")
        assert body.startswith(b"%PDF-") == ("file" in entry)


@pytest.mark.parametrize("entry", EXPECTED["article"], ids=lambda entry: entry["url"].rstrip("/").rpartition("/")[2])
def test_article_pages_hold_what_is_expected_of_them(server: SampleServer, get: Get, entry: dict[str, Any]) -> None:
    """A page has the expected title, authors, sentences and dates, and the words that must not get into the text."""
    server.set_day(entry.get("day", 1))
    page = get(entry["url"])[2].decode()
    visible = " ".join(re.sub(r"<[^>]+>", "", page).split())
    wanted = ("title", "first_sentence", "last_sentence")
    missing = [words for words in [*(entry[key] for key in wanted), *entry["authors"]] if words not in visible]
    assert not missing
    assert f"<p>{entry['first_sentence']}" in page
    assert f"{entry['last_sentence']}</p>" in page
    assert f"{entry['published_on']:%Y-%m-%d}T" in page
    chrome = [words for words in entry["absent"] if words in visible]
    assert len(chrome) >= min(len(entry["absent"]), 6), "the page has hardly any of the words that must not be read"
    assert not [words for words in entry["absent"] if words in find_text(entry["url"])]


def find_text(url: str) -> str:
    """Finds the text of an article as its content file has it."""
    day = Day(2, datetime(2026, 11, 1, tzinfo=UTC))
    outlets = [load_outlet(folder, day) for folder in FOLDERS.values()]
    texts = {f"https://{outlet.host}{page.path}": page.text for outlet in outlets for page in outlet.list_articles()}
    return texts[url.removesuffix("/amp")]


def test_second_day_changes_one_article_and_adds_one(server: SampleServer, get: Get) -> None:
    """All bytes but those of the updated article, the new one and their listings stay the same; dates move on."""
    urls = [entry["url"] for entry in ENTRIES if entry["url"] not in (UPDATED, NEW)]
    before = {url: get(url)[2] for url in urls}
    listed = {url: get(url)[2] for url in (f"{TRADE}/feed/", f"{TRADE}/post-sitemap.xml", POSTS, UPDATED)}
    assert get(NEW)[0] == 404
    server.set_day(2)
    assert {url: get(url)[2] for url in urls} == before
    assert all(get(url)[2] != body for url, body in listed.items())
    assert NEW in list_feed(get, f"{TRADE}/feed/")
    day_2 = next(entry["day_2"] for entry in ENTRIES if "day_2" in entry)
    assert day_2["last_sentence"] in get(UPDATED)[2].decode()
    post = next(post for post in json.loads(get(f"{POSTS}?per_page=100")[2]) if post["link"] == UPDATED)
    assert post["modified_gmt"] > post["date_gmt"]
    assert (
        f"<loc>{UPDATED}</loc><lastmod>{server.day.began.isoformat()}</lastmod>"
        in get(f"{TRADE}/post-sitemap.xml")[2].decode()
    )


@pytest.mark.parametrize("url", [f"{TRADE}/feed/", UPDATED, f"{FILES}/v1/file/70001045", f"{REGIONAL}/sitemap.xml"])
def test_conditional_requests_are_answered_304(get: Get, url: str) -> None:
    """The ETag that an answer gave brings 304 without a body, another one brings the whole answer."""
    _, headers, _ = get(url)
    assert get(url, If_None_Match=headers["ETag"])[::2] == (304, b"")
    assert get(url, If_None_Match='"another"')[0] == 200
    if "Last-Modified" in headers:
        assert get(url, If_Modified_Since=headers["Last-Modified"])[0] == 304
        assert get(url, If_None_Match='"another"', If_Modified_Since=headers["Last-Modified"])[0] == 200


def test_gzip_is_used_only_where_it_is_accepted(get: Get) -> None:
    """A page is packed for a client that accepts gzip and for no other; a PDF never is."""
    _, plain_headers, plain = get(UPDATED)
    _, packed_headers, packed = get(UPDATED, Accept_Encoding="gzip, deflate")
    assert "Content-Encoding" not in plain_headers
    assert packed_headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    assert "Content-Encoding" not in get(f"{FILES}/v1/file/70001045", Accept_Encoding="gzip")[1]


def test_robots_are_told_per_host(get: Get) -> None:
    """Each host has its own robots.txt; those of the outlets name their sitemaps."""
    bodies = {url: get(f"{url}/robots.txt")[2].decode() for url in (TRADE, REGIONAL, SEARCH, FILES)}
    assert "Disallow: /subscribers/" in bodies[TRADE]
    assert f"Sitemap: {REGIONAL}/sitemap.xml" in bodies[REGIONAL]
    assert len(set(bodies.values())) == 4


def test_unknown_hosts_and_paths_are_answered_404(get: Get) -> None:
    """What the site does not have is not made up."""
    assert [get(url)[0] for url in ("https://elsewhere.example/", f"{TRADE}/nothing/", f"{SEARCH}/provider/44/1")] == [
        404
    ] * 3


@pytest.mark.parametrize(
    ("query", "total", "pages", "rows"),
    [
        ("per_page=3&page=1", 7, 3, 3),
        ("per_page=3&page=3", 7, 3, 1),
        ("search=Inspectorate+of+Local+Services", 6, 1, 6),
        ("search=hairdryer", 0, 0, 0),
        ("after=2026-05-01T00:00:00Z&before=2026-07-01T00:00:00Z", 2, 1, 2),
        ("after=2026-07-28T08:15:00", 0, 0, 0),
        ("after=2026-07-28T08:14:59Z", 1, 1, 1),
    ],
)
def test_wordpress_pages_searches_and_dates(get: Get, query: str, total: int, pages: int, rows: int) -> None:
    """The posts come with their totals; `after` and `before` are in UTC and exclude the moment itself."""
    status, headers, body = get(f"{POSTS}?{query}")
    counted = (status, headers["X-WP-Total"], headers["X-WP-TotalPages"], len(json.loads(body)))
    assert counted == (200, str(total), str(pages), rows)


def test_wordpress_orders_and_cuts_posts_as_asked(get: Get) -> None:
    """`order=asc` puts the oldest first, `_fields` leaves only what it names."""
    posts = json.loads(get(f"{POSTS}?order=asc&_fields=link,date_gmt")[2])
    assert posts == sorted(posts, key=lambda post: post["date_gmt"])
    assert set(posts[0]) == {"link", "date_gmt"}


@pytest.mark.parametrize(
    ("query", "code"), [("per_page=3&page=4", "rest_post_invalid_page_number"), ("per_page=101", "rest_invalid_param")]
)
def test_wordpress_refuses_with_400(get: Get, query: str, code: str) -> None:
    """A page past the end and more than 100 a page are refused with WordPress's own codes."""
    status, _, body = get(f"{POSTS}?{query}")
    assert (status, json.loads(body)["code"]) == (400, code)


def test_search_pages_and_sorts_results(get: Get) -> None:
    """The search gives as many results as asked for from where asked for, newest report first where asked so."""
    newest = get(f"{SEARCH}/search?rows=2&start=0&sort=date&order=desc")[2].decode()
    assert re.findall(r'href="/provider/44/(\d+)"', newest) == ["90104", "90103"]
    assert "pagination__next" in newest
    last = get(f"{SEARCH}/search?rows=2&start=4&sort=date&order=desc")[2].decode()
    assert re.findall(r'href="/provider/44/(\d+)"', last) == ["90102"]
    assert "pagination__next" not in last


def test_provider_page_tells_kind_and_day_of_each_report(get: Get) -> None:
    """The hidden words of a link name the kind of report and its publication, the newest first."""
    page = get(f"{SEARCH}/provider/44/90105")[2].decode()
    words = re.findall(r'<span class="nonvisual">(.*, pdf - .*)</span>', page)
    assert words == [
        "Monitoring visit, pdf - 29 October 2025",
        "Children&#x27;s services inspection, pdf - 15 January 2025",
    ]


def test_dead_file_answers_200_with_a_page(get: Get) -> None:
    """A file that is no longer there is a page that says so, under status 200."""
    status, headers, body = get(f"{FILES}/v1/file/70001177")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    assert b"<h1>Report not found</h1>" in body


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_reports_are_what_the_script_builds(path: Path) -> None:
    """A committed PDF says what its content file says; the script gives the same bytes twice."""
    built = build_report(path)
    committed = (SITE / "reports" / f"{path.stem}.pdf").read_bytes()
    assert read_pages(committed) == read_pages(built), "run tests/sample_site/build_reports.py"
    assert built == build_report(path)
    assert len(committed) < 30_000
    assert all("Invented sample." in page for page in read_pages(committed))


def read_pages(pdf: bytes) -> list[str]:
    """Reads the text of each page of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def test_expected_outcomes_are_outcomes() -> None:
    """Every expected outcome is one of the archive's, and every named twin is an expected article."""
    urls = {entry["url"] for entry in ENTRIES}
    assert len(urls) == len(ENTRIES)
    assert {Outcome(entry["outcome"]) for entry in ENTRIES} >= {Outcome.STORED, Outcome.ROBOTS_DENIED, Outcome.OFF_SITE}
    twins = {entry[key] for entry in ENTRIES for key in ("same_text_as", "same_address_as") if key in entry}
    assert twins <= urls


def test_sources_of_the_sample_site_load() -> None:
    """The source files are valid, and every expected address belongs to one of them and its hosts."""
    sources = {path.stem: load_source(path) for path in (SITE / "sources").glob("*.toml")}
    assert {entry["source"] for entry in ENTRIES} == set(sources)
    assert all(urlsplit(entry["url"]).hostname in sources[entry["source"]].hosts for entry in ENTRIES)


def test_program_serves_counts_and_stops(tmp_path: Path) -> None:
    """Run as a program it tells its address first, counts and logs requests, and ends on SIGTERM with status 0."""
    log = tmp_path / "requests.log"
    command = [sys.executable, str(SITE / "serve.py"), "--port", "0", "--day", "2", "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        try:
            first_line = program.stdout.readline() if program.stdout else ""
            said = re.fullmatch(r"the sample site is served on http://127\.0\.0\.1:(\d+)\n", first_line)
            assert said, first_line
            get = make_get(int(said[1]))
            statuses = [get(NEW, User_Agent="a test")[0], get(f"{NEW}?utm_source=x")[0]]
            stats = json.loads(get("https://any.example/__stats")[2])
        finally:
            program.terminate()
    assert program.returncode == 0
    assert statuses == [200, 200]
    assert stats == {f"www.careworkweekly.example {urlsplit(NEW).path}": 2}
    first_request = log.read_text().splitlines()[0].split("\t")
    assert first_request[1:] == ["www.careworkweekly.example", urlsplit(NEW).path, "a test"]
