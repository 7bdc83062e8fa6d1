"""Text of PDFs, and the names of the ways in which a file is no readable PDF."""

import pickle
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.drawing import DeviceGray

import tasks.reading.pdf
from storage.outcomes import Outcome
from tasks.reading.pdf import PdfError, extract_pages, level_pages


def make_pdf(*pages: str, password: str | None = None, author: str = "A member of staff") -> bytes:
    """Makes a PDF with those pages in a core font, and with author metadata."""
    document = FPDF()
    document.set_author(author)
    document.set_title("Metadata title")
    document.core_fonts_encoding = "cp1252"
    if password:
        document.set_encryption(owner_password="owner", user_password=password)  # noqa: S106 - the test's own file
    for page in pages:
        document.add_page()
        document.set_font("Helvetica", size=11)
        document.multi_cell(0, 6, page)
    return bytes(document.output())


def make_drawing() -> bytes:
    """Makes a PDF whose one page holds a shape and no text, as a scan does."""
    document = FPDF()
    document.add_page()
    document.set_fill_color(DeviceGray(0.5))
    document.rect(20, 20, 100, 100, style="F")
    return bytes(document.output())


def test_pages_are_apart_and_in_order() -> None:
    """Each page's lines come as they stand on it, pages in order."""
    pdf = extract_pages(make_pdf("First line\nSecond line", "Another page"))
    assert pdf.pages == ("First line\nSecond line", "Another page")
    assert pdf.page_count == 2


def test_a_page_without_text_is_kept_empty() -> None:
    """A blank page between two others keeps its place, so that page numbers stay right."""
    assert extract_pages(make_pdf("One", "", "Three")).pages == ("One", "", "Three")


def test_junk_before_the_header_does_no_harm() -> None:
    """A header within the first kilobyte counts, as in other PDF readers."""
    assert extract_pages(b"\n\n" + make_pdf("Text")).pages == ("Text",)


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        (b"<!DOCTYPE html><html><body>Report not found</body></html>", Outcome.WRONG_TYPE, "a web page"),
        (
            b"<html><body>A report, saved as PDF by its name alone</body></html>\n%%EOF",
            Outcome.WRONG_TYPE,
            "a web page",
        ),
        (b"", Outcome.WRONG_TYPE, "0 bytes"),
        (b"PK\x03\x04 an office document", Outcome.WRONG_TYPE, "no PDF header"),
        (make_pdf("Secret", password="user"), Outcome.UNREADABLE, "encrypted"),  # noqa: S106 - the test's own file
        (make_pdf("A text that was cut off")[:700], Outcome.UNREADABLE, "truncated"),
        (b"%PDF-1.7\nnothing that makes sense\n%%EOF\n", Outcome.UNREADABLE, "broken"),
        (make_drawing(), Outcome.UNREADABLE, "no text on any of 1 pages"),
    ],
    ids=["html", "html with an end", "empty", "office", "encrypted", "truncated", "broken", "scanned"],
)
def test_a_file_that_is_no_readable_pdf_is_named(body: bytes, outcome: Outcome, words: str) -> None:
    """Each failure has its outcome and says in words what is wrong."""
    with pytest.raises(PdfError) as caught:
        extract_pages(body)
    assert caught.value.outcome == outcome
    assert words in caught.value.reason


def test_too_many_pages_are_refused() -> None:
    """A file over the page limit is not read, and its pages are counted."""
    with pytest.raises(PdfError) as caught:
        extract_pages(make_pdf("1", "2", "3"), page_limit=2)
    assert caught.value.outcome == Outcome.TOO_LARGE
    assert "3 pages" in caught.value.reason


def test_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with more text than any report is not read to its end; the reason says where it was left."""
    monkeypatch.setattr(tasks.reading.pdf, "CHARACTER_LIMIT", 20)
    assert extract_pages(make_pdf("ten signs.", "and more")).page_count == 2
    with pytest.raises(PdfError) as caught:
        extract_pages(make_pdf("ten signs.", "and ten more signs", "3"))
    assert caught.value.outcome == Outcome.TOO_LARGE
    assert "on the first 2 of 3 pages" in caught.value.reason


def test_the_error_survives_the_way_out_of_a_worker() -> None:
    """Pickled and back, the error still has its outcome and reason."""
    error = pickle.loads(pickle.dumps(PdfError(Outcome.UNREADABLE, "encrypted")))  # noqa: S301 - made here
    assert (error.outcome, error.reason) == (Outcome.UNREADABLE, "encrypted")


@pytest.mark.parametrize(
    ("page", "levelled"),
    [
        ("ef\ufb01cient o\ufb03ce", "efficient office"),
        ("5\u00a0May\u202f2024", "5 May 2024"),
        ("some\u00adwhere", "somewhere"),
        ("well\u2011kept", "well-kept"),
        ("  two   spaces \r\n\r\n next line ", "two spaces\nnext line"),
        ("\uf0b7 a point", "\u2022 a point"),
        ("a multi\x02agency team", "a multi-agency team"),
        ("a multi\ufffeagency team", "a multi-agency team"),
        ("the depart\x02ment and its department", "the department and its department"),
        ("a list:\x02 its end", "a list:- its end"),
    ],
)
def test_characters_are_levelled(page: str, levelled: str) -> None:
    """Ligatures, spaces, hyphens over line ends and symbol fonts' bullets come out as documented."""
    assert level_pages([page]) == (levelled,)


def test_a_whole_word_on_another_page_decides_about_a_hyphen() -> None:
    """The document's own spelling says whether a hyphen at a line end belongs to the word."""
    assert level_pages(["a safe\x02guarding board", "safeguarding"])[0] == "a safeguarding board"


def test_real_reports_have_text_on_every_page(shared: Path) -> None:
    """A real report gives as many pages as it has, without control characters, ligatures or odd spaces."""
    file = next((shared / "inspections" / "pdf" / "sif").glob("80431_blackpool_*.pdf"))
    pdf = extract_pages(file.read_bytes())
    assert pdf.page_count == 43
    assert all(pdf.pages)
    assert not set("".join(pdf.pages)) & set("\r\x02\ufffe\u00a0\u00ad\ufb01\ufb02")


@pytest.mark.parametrize(
    "name", ["80431_blackpool_2012-07-13_50004178.html", "80429_birmingham_2012-10-19_50004190.html"]
)
def test_report_not_found_pages_are_no_reports(shared: Path, name: str) -> None:
    """The page that the file host answers for a dead id is named as a web page."""
    with pytest.raises(PdfError, match="a web page"):
        extract_pages((shared / "inspections" / "pdf" / "soft404" / name).read_bytes())
