"""The media type that the first bytes of a body show, after WHATWG MIME Sniffing, with PDFs and feeds on top."""

import re

HTML = "text/html"
PDF = "application/pdf"
XML = "application/xml"
JSON = "application/json"
GZIP = "application/gzip"
RSS = "application/rss+xml"
ATOM = "application/atom+xml"
SVG = "image/svg+xml"
BINARY = "application/octet-stream"

#: How far into a body its type is looked for; PDF readers accept junk before `%PDF-` as far as this, too.
HEAD = 1024

MAGIC: tuple[tuple[bytes, str], ...] = (
    (rb"%PDF-", PDF),
    (rb"\x1f\x8b\x08", GZIP),
    (rb"\x89PNG\r\n\x1a\n", "image/png"),
    (rb"\xff\xd8\xff", "image/jpeg"),
    (rb"GIF8[79]a", "image/gif"),
    (rb"RIFF.{4}WEBP", "image/webp"),
    (rb".{4}ftypavif", "image/avif"),
    (rb".{4}ftyp", "video/mp4"),
    (rb"PK(\x03\x04|\x05\x06)", "application/zip"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (rb"\{\\rtf", "application/rtf"),
    (rb"ID3", "audio/mpeg"),
)
MARKUP: tuple[tuple[bytes, str], ...] = (
    (rb"<!doctype\s+html|<html[\s>]", HTML),
    (rb"<rss[\s>]|<rdf:RDF[\s>]", RSS),
    (rb"<feed[\s>]", ATOM),
    (rb"<svg[\s>]", SVG),
)
HTML_TAG = re.compile(
    rb"<(head|body|title|meta|link|script|style|iframe|h[1-6]|div|p|br|b|a|font|table|main|article|section|span|ul|img)\b",
    re.IGNORECASE,
)
BEFORE_MARKUP = re.compile(
    rb"(\s+|<\?.*?\?>|<!--.*?-->|<!doctype\s+(?!html)[^>[]*(\[.*?\]\s*)?>)+", re.DOTALL | re.IGNORECASE
)
JSON_START = re.compile(rb'\{\s*(["}]|\Z)|\[\s*([]{["\d-]|true|false|null)')
PDF_ON_ITS_LINE = re.compile(rb"[\r\n]%PDF-\d\.\d")
#: Bytes that no text has (WHATWG MIME Sniffing, "binary data byte").
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
XML_TYPES = frozenset({XML, RSS, ATOM, SVG})

_MAGIC = tuple((re.compile(pattern, re.DOTALL), media_type) for pattern, media_type in MAGIC)
_MARKUP = tuple((re.compile(pattern, re.IGNORECASE), media_type) for pattern, media_type in MARKUP)


def detect_media_type(body: bytes) -> str | None:
    """Tells the media type that a body's first bytes show; None for text that shows none.

    `application/octet-stream` where the bytes are no text and no type that is known here.
    """
    head = body[:HEAD]
    for pattern, media_type in _MAGIC:
        if pattern.match(head):
            return media_type
    # PDFs with warnings of the program that made them in front look like HTML, but for this line.
    if PDF_ON_ITS_LINE.search(head):
        return PDF
    text = _decode_utf_16(body[: 16 * HEAD])
    return _detect_markup(text) or _detect_rest(head, text)


def _detect_markup(text: bytes) -> str | None:
    prologue = BEFORE_MARKUP.match(text)
    start = text[prologue.end() :] if prologue else text
    for pattern, media_type in _MARKUP:
        if pattern.match(start):
            return media_type
    if HTML_TAG.match(start):
        return HTML
    return XML if text.startswith(b"<?xml") else None


def _detect_rest(head: bytes, text: bytes) -> str | None:
    if re.match(rb"<[a-z_][\w:.-]*[\s/>]", text.lstrip(), re.IGNORECASE):
        return XML
    if b"%PDF-" in head:
        return PDF
    if JSON_START.match(text.lstrip()):
        return JSON
    return BINARY if CONTROL.search(text[:HEAD]) else None


def _decode_utf_16(text: bytes) -> bytes:
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        return text.decode("utf-16", errors="replace").encode()
    return text.removeprefix(b"\xef\xbb\xbf")
