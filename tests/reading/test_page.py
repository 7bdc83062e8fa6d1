"""Parsing a page: in the charset it is in, whatever it says."""

import pytest

from tasks.reading.page import decode_page, parse_page

TEXT = "Café – ‘inadequate’ £5m"


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode(), None),
        (TEXT.encode(), "iso-8859-1"),
        (TEXT.encode(), "no-such-charset"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "windows-1252"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), None),
        (TEXT.encode("windows-1252"), "windows-1252"),
        (TEXT.encode("windows-1252"), "iso-8859-1"),
        (TEXT.encode("windows-1252"), "ascii"),
        (b"<meta charset=windows-1252>" + TEXT.encode("windows-1252"), None),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">' + TEXT.encode("windows-1252"),
            None,
        ),
    ],
)
def test_a_page_is_decoded_as_what_it_is(body: bytes, charset: str | None) -> None:
    """A byte order mark comes first, then valid UTF-8, then what was sent and what the page states."""
    assert decode_page(body, charset).endswith(TEXT)


def test_a_cut_character_at_the_end_is_still_utf8() -> None:
    """A body cut in the middle of a character is not taken for another charset."""
    assert decode_page("£5m ‘good’".encode()[:-1], None).startswith("£5m ‘good")


def test_a_wrong_byte_does_not_lose_the_page() -> None:
    """A stray byte is replaced, the rest is read in the charset that was sent."""
    assert decode_page("£5m".encode() + b"\xff" + "£6m".encode(), "utf-8") == "£5m\ufffd£6m"


@pytest.mark.parametrize("charset", ["undefined", "hex", "rot13", "idna", "punycode", "unicode_escape"])
def test_what_is_no_charset_is_not_used(charset: str) -> None:
    """Names of codecs that read no pages, sent by mistake, are as good as none, and the page may state its own."""
    page = b"<meta charset=windows-1252>" + TEXT.encode("windows-1252")
    assert decode_page(page, charset).endswith(TEXT)
    assert decode_page(b"Ofsted", charset) == "Ofsted"


@pytest.mark.parametrize("body", [b"", b"   ", b"<!-- x -->", b"\x00"])
def test_nothing_parses_to_nothing(body: bytes) -> None:
    """A body without an element has no tree."""
    assert parse_page(body, None) is None


@pytest.mark.parametrize(
    "markup",
    [
        "<html><head><title>T</title></head><body><p>Menu</p></body></html><html><div><p>Inside</p></div></html>",
        "<html><head><title>T</title></head><body><p>Menu</p></body><div><p>Inside</p></div></html>",
        "<title>T</title><article><p>Inside</p></article>",
        "<body><button><i>Menu<main><p>Inside</p></main></body>",
        "<body><svg><use><main><p>Inside</p></main></body>",
    ],
    ids=["second root", "behind the body", "in the head", "in a button", "in a drawing"],
)
def test_all_paragraphs_are_in_the_body(markup: str) -> None:
    """What the parser leaves outside the body, or in an element that was not closed, is put where browsers have it."""
    tree = parse_page(markup.encode(), "utf-8")
    assert tree is not None
    body = tree.find("body")
    assert [p.text for p in body.iter("p") if p.text == "Inside"] == ["Inside"]
    assert [p for p in body.iter("p") if {"svg", "button", "head"} & {node.tag for node in p.iterancestors()}] == []
