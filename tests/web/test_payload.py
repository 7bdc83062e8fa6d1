"""Is a body what it says it is? Pages written for these tests, and the real page that passes for a report."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.outcomes import Outcome
from tasks.web import payload
from tasks.web.payload import is_missing_phrase, judge_page, judge_payload, may_be_no_page
from tasks.web.sniff import detect_media_type

PARAGRAPH = "<p>Inspectors found that leaders had acted on the areas for improvement they were given last year.</p>"
ARTICLE = PARAGRAPH * 30
NAVIGATION = "<nav>" + "<a href='/x'>A section of the paper</a> " * 120 + "</nav>"
PDF = b"%PDF-1.7\n1 0 obj\n"


def write_page(title: str | None, *headings: str, body: str = "") -> bytes:
    """Writes an HTML page with a title, headings and a body."""
    head = "" if title is None else f"<title>{title}</title>"
    headed = "".join(f"<h1>{heading}</h1>" for heading in headings)
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>{headed}{body}</body></html>".encode()


def judge(
    body: bytes, expected: str = "text/html", sent: str | None = None, url: str = "https://a.test/x"
) -> str | None:
    """Judges a body, and gives the outcome alone."""
    verdict = judge_payload(body, sent=sent, expected=expected, url=url)
    return verdict[0].value if verdict else None


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (PDF, "application/pdf"),
        (b"\xef\xbb\xbf\r\n" + PDF, "application/pdf"),
        (b"junk " * 100 + PDF, "application/pdf"),
        (b"<br />\n<b>Warning</b>: no font in line 3<br />\n" + PDF, "application/pdf"),
        (b" " * 1024 + PDF, None),
        (write_page("How a %PDF-1.7 file begins"), "text/html"),
        (b"<!doctype HTML>", "text/html"),
        (b"\xef\xbb\xbf\n <html lang=en>", "text/html"),
        (b"<!-- saved -->\n<!-- twice --><HTML>", "text/html"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0"><html xmlns="x">', "text/html"),
        (b"<div class=a>part</div>", "text/html"),
        (b"<p>part</p>", "text/html"),
        ("<html><p>text".encode("utf-16"), "text/html"),
        (b'<?xml version="1.0"?>\n<rss version="2.0">', "application/rss+xml"),
        (b'<rdf:RDF xmlns="x">', "application/rss+xml"),
        (b'<?xml version="1.0"?><?xml-stylesheet href="a"?><feed xmlns="x">', "application/atom+xml"),
        (b'<?xml version="1.0"?><urlset xmlns="x">', "application/xml"),
        (b"<urlset><url>", "application/xml"),
        (b"<sitemap:urlset><url>", "application/xml"),
        (b"<svg width='1'>", "image/svg+xml"),
        (b'{"results": []}', "application/json"),
        (b' [{"id": 1}]', "application/json"),
        (b"[]", "application/json"),
        (b"{}", "application/json"),
        (b"[Correction] The council was not inspected.", None),
        (gzip.compress(b"x", mtime=0), "application/gzip"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b"PK\x03\x04", "application/zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
        (b"{\\rtf1", "application/rtf"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
        (b"Plain words, caf\xe9.", None),
        (b"1 < 2", None),
        (b"", None),
    ],
)
def test_first_bytes_show_the_type(body: bytes, media_type: str | None) -> None:
    """Magic bytes and markup decide, whatever stands in front of them as far as readers accept it."""
    assert detect_media_type(body) == media_type


@pytest.mark.parametrize(
    "phrase",
    [
        "404",
        "Error 404",
        "404 error",
        "404 - Page Not Found",
        "404: Not found",
        "410 Gone",
        "Page not found",
        "PAGE NOT FOUND (404)",
        "Report not found",
        "Provider not found",
        "Not Found",
        "Nothing found here",
        "Sorry, we can't find that page",
        "Sorry, we can\u2019t find the page you\u2019re looking for.",
        "We could not find this page",
        "Oops! That page can\u2019t be found.",
        "Oops! Page not found",
        "This page is no longer available",
        "This article has been removed",
        "The page you requested could not be found",
        "The page you are looking for doesn't exist",
        "This page does not exist",
        "Sorry, this page isn't available",
        "Page unavailable",
    ],
)
def test_whole_phrase_says_that_nothing_is_here(phrase: str) -> None:
    """The usual phrases of error pages, in any case and punctuation."""
    assert is_missing_phrase(phrase)


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "Page not found: how a council lost its website",
        "Missing child not found",
        "Report finds nothing",
        "Report available",
        "Report found failings",
        "404 children waiting for a place",
        "Inspectors could not find evidence of progress",
        "We can't find the staff, says council",
        "Records were not found",
        "Sorry",
        "Page 404",
    ],
)
def test_longer_headline_does_not(phrase: str) -> None:
    """A headline with such words in it is a headline."""
    assert not is_missing_phrase(phrase)


@pytest.mark.parametrize(
    "page",
    [
        write_page(None, "Page not found"),
        write_page("Report not found - Find a report - Inspectorate", "Report not found", body=ARTICLE),
        write_page("Page not found | The Paper", "Page not found", body=NAVIGATION),
        write_page("The Paper \u2013 404", "Oops!", body=PARAGRAPH),
        write_page("Page not found - The Paper", body=PARAGRAPH),
        write_page("The Paper", "The Paper", "Sorry, we can't find that page", body=PARAGRAPH),
        b"<html><body><h1>Sorry, we can't find that page</h1></body></html>",
    ],
)
@pytest.mark.parametrize("expected", ["text/html", "application/pdf", "application/xml"])
def test_page_that_says_nothing_is_here_is_a_soft_404(page: bytes, expected: str) -> None:
    """Two of title, heading and little text agree; whatever was due."""
    assert judge(page, expected) == Outcome.SOFT_404


@pytest.mark.parametrize(
    "page",
    [
        write_page(
            "Page not found: how a council lost its website | The Paper", "Page not found: how a council", body=ARTICLE
        ),
        write_page("Page not found - the councils that hide reports - The Paper", "Page not found - the", body=ARTICLE),
        write_page("Council report vanishes | The Paper", "Council report vanishes", "Page not found", body=ARTICLE),
        write_page("Access denied: the school gates that stay shut", "Access denied", body=ARTICLE),
        write_page("Access Denied", "Access denied", body=ARTICLE),
        write_page("Ofsted: Blackpool", "Ofsted: Blackpool", body=PARAGRAPH),
        write_page(None, body=PARAGRAPH),
        write_page("Brief", "Brief", body="<script src='https://x.test/_Incapsula_Resource'></script>" + ARTICLE),
        b"Plain words.",
    ],
)
def test_article_passes(page: bytes) -> None:
    """Articles pass, those about missing pages and closed gates, too."""
    assert judge(page, sent="text/html") is None


@pytest.mark.parametrize(
    "page",
    [
        write_page("Just a moment...", body="<div id='challenge'></div><noscript>Enable JavaScript</noscript>"),
        write_page("Attention Required! | Cloudflare", "Sorry, you have been blocked", body=PARAGRAPH * 5),
        write_page("Access denied | news.test used Cloudflare to restrict access", "Error 1020"),
        write_page("Access Denied", "Access Denied", body="You don't have permission. Reference #18.2d"),
        write_page(None, body="<iframe src='/_Incapsula_Resource?SWUDNSAI=31'>Request unsuccessful.</iframe>"),
        write_page(
            "news.test", body="<script src='https://ct.captcha-delivery.com/c.js'></script><p>Please enable JS</p>"
        ),
        write_page("Access to this page has been denied", body="<div id='px-captcha'></div>"),
        write_page("Human Verification", body="<script src='https://x.token.awswaf.com/challenge.js'></script>"),
        write_page("Pardon Our Interruption", "Pardon our interruption"),
        write_page("403 Forbidden", "Forbidden"),
    ],
)
@pytest.mark.parametrize("expected", ["text/html", "application/pdf"])
def test_challenge_page_is_blocked(page: bytes, expected: str) -> None:
    """What a firewall puts in front is neither page nor PDF."""
    assert judge(page, expected) == Outcome.BLOCKED


@pytest.mark.parametrize(
    ("body", "expected", "sent"),
    [
        (write_page("Annual report", "Annual report", body=ARTICLE), "application/pdf", "application/pdf"),
        (PDF, "text/html", "text/html"),
        (b"\x89PNG\r\n\x1a\n", "text/html", "image/png"),
        (b'<?xml version="1.0"?><rss>', "text/html", "text/html"),
        (b'{"error": 1}', "text/html", "application/json"),
        (b"\x00\x01\x02", "text/html", "text/html"),
        (b"words", "text/html", "application/octet-stream"),
        (b"words", "application/pdf", "application/pdf"),
        (gzip.compress(b"<urlset>", mtime=0), "application/xml", "application/xml"),
        (write_page("Home", body=ARTICLE), "application/json", "application/json"),
    ],
)
def test_other_type_is_wrong(body: bytes, expected: str, sent: str) -> None:
    """The bytes count, not the header; the reason names both sides."""
    verdict = judge_payload(body, sent=sent, expected=expected, url="https://a.test/x")
    assert verdict is not None
    assert verdict[0] is Outcome.WRONG_TYPE
    assert verdict[1].startswith(f"{expected} was due, ")


@pytest.mark.parametrize(
    ("body", "expected", "url"),
    [
        (PDF, "application/pdf", "https://a.test/file/5"),
        (b'<?xml version="1.0"?><urlset>', "application/xml", "https://a.test/sitemap.xml"),
        (b"<rss><channel>", "application/rss+xml", "https://a.test/feed/"),
        (gzip.compress(b"<urlset>", mtime=0), "application/xml", "https://a.test/sitemap.xml.gz?x=1"),
        (b"[]", "application/json", "https://a.test/wp-json/wp/v2/posts"),
    ],
)
def test_expected_type_passes(body: bytes, expected: str, url: str) -> None:
    """Reports, feeds, packed sitemaps and JSON listings pass."""
    assert judge(body, expected, url=url) is None


@pytest.mark.parametrize("body", [b"", b" \r\n\t"])
@pytest.mark.parametrize("expected", ["text/html", "application/pdf"])
def test_empty_body_is_unreadable(body: bytes, expected: str) -> None:
    """Nothing at all is told as such."""
    assert judge_payload(body, sent=expected, expected=expected, url="https://a.test/") == (
        Outcome.UNREADABLE,
        "the body is empty",
    )


@given(st.binary(max_size=300) | st.builds(lambda tail: b"<html><title>" + tail, st.binary(max_size=100)))
def test_any_bytes_are_judged(body: bytes) -> None:
    """No body stops the run."""
    judge(body)
    judge(body, "application/pdf")


def test_real_report_not_found_page_is_a_soft_404(shared: Path) -> None:
    """The page that a dead report address answers with status 200 is caught where a PDF was due."""
    page = (shared / "recorded_web" / "report_not_found.html").read_bytes()
    verdict = judge_payload(page, sent="text/html", expected="application/pdf", url="https://a.test/v1/file/1")
    assert verdict is not None
    assert verdict[0] is Outcome.SOFT_404
    assert "Report not found" in verdict[1]


def test_real_pages_pass(shared: Path) -> None:
    """No real article is taken for a missing page or a challenge."""
    pages = sorted((shared / "articles" / "fundus_tests" / "html").glob("*.html.gz"))[::4]
    assert len(pages) > 20
    assert {path.name: judge(gzip.decompress(path.read_bytes())) for path in pages} == dict.fromkeys(
        path.name for path in pages
    )


@pytest.mark.parametrize(
    "head",
    [
        "<title>Page <b>not</b> found</title><h1>4<i>0</i>4</h1>",
        "<TITLE\n lang=en>Page&#32;not&nbsp;found</TITLE ><h1>404</h1>",
        "<title>Page not found",
        "<title>News</title><h1>Page not found<p>",
    ],
)
def test_a_glance_misses_no_missing_page(head: str) -> None:
    """However its title and heading are written, a page that may say there is nothing here is parsed."""
    assert may_be_no_page(f"<html><head>{head}<body><p>Nothing.</p>".encode())


def test_unclosed_headings_are_not_read_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of thousands of headings, each inside the one before, the first already says that the page must be parsed."""
    asked: list[bytes] = []
    monkeypatch.setattr(payload, "_may_say_so", asked.append)
    assert may_be_no_page(b"<h1>hello there " * 2_000 + b"</h1>")
    assert may_be_no_page(b"<h1>hello there " * 20 + b"</h1>")
    assert asked == []


def test_an_ordinary_page_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose title and headings speak of something else is told at a glance, also with a captcha in a form."""

    def parse(_body: bytes) -> None:
        raise AssertionError("parsed")

    monkeypatch.setattr(payload, "read_page", parse)
    prose = "<p>The school was inspected in March and found to be good in all areas.</p>" * 40
    page = f"<title>School found good | News</title><h1>School found good</h1>{prose}<script src=recaptcha/api.js>"
    assert judge_page(page.encode()) is None
