"""The text of a PDF, page by page, and the named ways in which a file fails to be a readable PDF.

A document's metadata is never read: its author is a member of staff, not a fact about the report.
"""

import re
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw as pdfium

from storage.outcomes import Outcome

PAGE_LIMIT = 500
#: Of all pages; the longest reports have a fiftieth of it.
CHARACTER_LIMIT = 10_000_000

_HEADER_WITHIN = 1024  # bytes; where readers look for `%PDF-` (ISO 32000, annex H, note 13) and for `%%EOF` (note 18)
_FAILURES = {
    pdfium.FPDF_ERR_PASSWORD: "encrypted: the PDF asks for a password",
    pdfium.FPDF_ERR_SECURITY: "encrypted: the PDF uses a security scheme that no reader here knows",
}
_LEVELLED = {
    "\u00ad": "",  # soft hyphen: only ever a hint
    "\u200b": "",
    "\ufeff": "",
    "\u00a0": " ",
    "\u2007": " ",
    "\u2009": " ",
    "\u202f": " ",
    "\u2010": "-",
    "\u2011": "-",
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
    "\uf02d": "\u2013",  # symbol fonts' bullets, which have no Unicode name in the file
    "\uf03c": "\u25a0",
    "\uf06e": "\u25a0",
    "\uf0a7": "\u25aa",
    "\uf0b7": "\u2022",
}
_TO_LEVEL = re.compile(f"[{''.join(_LEVELLED)}]")  # much faster than str.translate on text with few of them
_LINE_END_HYPHEN = re.compile(r"(\w+)[\x02\ufffe](\w+)")
_STRAY_MARKERS = re.compile(r"[\x02\ufffe]")
_WORD = re.compile(r"\w+")


class PdfError(Exception):
    """A file is no PDF that can be read; `outcome` names the failure, `reason` says it in words."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        """Keeps both parts as the arguments, so that the error survives the way out of a worker process."""
        super().__init__(outcome, reason)
        self.outcome = outcome
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of each page, in order; an empty text where a page has none."""

    pages: tuple[str, ...]

    @property
    def page_count(self) -> int:
        """The number of pages of the file."""
        return len(self.pages)


def extract_pages(body: bytes, *, page_limit: int = PAGE_LIMIT) -> PdfText:
    """Extracts the visible text of a PDF, lines as on the page, in the order in which the file sets them.

    Levelled: ligatures become letters; no-break and thin spaces become spaces, runs of spaces one space; soft hyphens
    and zero-width characters go; empty lines go. A word that is hyphenated over a line end is joined: without the
    hyphen where the document elsewhere writes it as one word, else with it ("decision-making").

    Raises:
        PdfError: `wrong_type` for what is no PDF; `too_large` for more than `page_limit` pages or CHARACTER_LIMIT
            characters; `unreadable` for a file that is encrypted, truncated or broken, or has no text (scanned).
    """
    _check_payload(body)
    pages = _read_pages(body, page_limit)
    if not any(page.strip() for page in pages):
        raise PdfError(Outcome.UNREADABLE, f"no text on any of {len(pages)} pages: scanned, or drawn as curves")
    return PdfText(level_pages(pages))


def level_pages(pages: list[str]) -> tuple[str, ...]:
    """Levels characters, spaces and line-end hyphens of a document's pages, as `extract_pages` documents it."""
    levelled = [_TO_LEVEL.sub(lambda match: _LEVELLED[match[0]], page) for page in pages]
    hyphenated = {match[1] + match[2] for page in levelled for match in _LINE_END_HYPHEN.finditer(page)}
    whole = hyphenated & {word for page in levelled for word in _WORD.findall(page)} if hyphenated else set()

    def join(match: re.Match[str]) -> str:
        word = match[1] + match[2]
        return word if word in whole else f"{match[1]}-{match[2]}"

    return tuple(_level_lines(_LINE_END_HYPHEN.sub(join, page)) for page in levelled)


def _level_lines(page: str) -> str:
    lines = (" ".join(line.split()) for line in _STRAY_MARKERS.sub("-", page).split("\n"))
    return "\n".join(line for line in lines if line)


def _check_payload(body: bytes) -> None:
    start = body[:_HEADER_WITHIN]
    if b"%PDF-" not in start:
        found = "a web page" if b"<html" in start.lower() or b"<!doctype" in start.lower() else "no PDF header"
        raise PdfError(Outcome.WRONG_TYPE, f"not a PDF: {found} in {len(body)} bytes")
    if b"%%EOF" not in body[-_HEADER_WITHIN:]:
        raise PdfError(Outcome.UNREADABLE, f"truncated: no end-of-file marker in {len(body)} bytes")


def _read_pages(body: bytes, page_limit: int) -> list[str]:
    try:
        with pypdfium2.PdfDocument(body) as document:
            if len(document) > page_limit:
                raise PdfError(Outcome.TOO_LARGE, f"{len(document)} pages, more than the {page_limit} that are read")
            return _read_within_limit(document)
    except pypdfium2.PdfiumError as error:
        reason = _FAILURES.get(error.err_code, f"broken: {error}")
        raise PdfError(Outcome.UNREADABLE, reason) from error


def _read_within_limit(document: pypdfium2.PdfDocument) -> list[str]:
    pages, left = [], CHARACTER_LIMIT
    for number in range(len(document)):
        pages.append(_read_page(document, number, left))
        left -= len(pages[-1])
    return pages


def _read_page(document: pypdfium2.PdfDocument, number: int, limit: int) -> str:
    page = document[number]
    textpage = page.get_textpage()
    try:
        if textpage.count_chars() > limit:
            reason = f"more than {CHARACTER_LIMIT} characters on the first {number + 1} of {len(document)} pages"
            raise PdfError(Outcome.TOO_LARGE, reason)
        text: str = textpage.get_text_bounded()
    finally:
        textpage.close()
        page.close()
    return text
