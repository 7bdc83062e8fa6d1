"""What `read` is given: an address or a file, and a time."""

import gzip
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from flows.read import check_options, check_url, choose_media_type, is_address, parse_list, parse_moment, read_file


@pytest.mark.parametrize("page", ["https://", "http:///a", "https://[nothing/", "https://www.post.example:port/"])
def test_an_address_that_is_none_is_told(page: str) -> None:
    """The message names what was given, whatever is wrong with it."""
    with pytest.raises(ValueError, match="is no address of a page") as error:
        is_address(page)
    assert page in str(error.value)


def test_a_file_is_no_address() -> None:
    """Only what begins as an address does is one."""
    assert is_address("https://www.post.example/a")
    assert not is_address("pages/https.html")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-01-17", datetime(2019, 1, 17, tzinfo=UTC)),
        ("2019-01-17T06:30:00+01:00", datetime(2019, 1, 17, 6, 30, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_a_moment_without_a_zone_is_in_utc(text: str, moment: datetime) -> None:
    """A day is midnight UTC; a zone that is stated counts."""
    assert parse_moment(text) == moment


def test_a_moment_that_is_none_is_told_with_an_example() -> None:
    """Whoever misspells it learns how it is written."""
    with pytest.raises(ValueError, match="'yesterday' is no instant, such as 2019-01-17"):
        parse_moment("yesterday")


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b'{"title": "a"}', "application/json"),
        (b"<!doctype html><title>How %PDF- files begin</title>", "text/html"),
        (b"plain words", "text/html"),
    ],
)
def test_a_body_is_read_as_what_it_is(body: bytes, media_type: str) -> None:
    """The type is the one that the nights find, too; a page that only speaks of PDF is none."""
    assert choose_media_type(body) == media_type


@pytest.mark.parametrize("url", ["not a url", "www.post.example/a", "https://[nothing/", 5])
def test_an_address_of_a_file_that_is_none_is_refused(url: object) -> None:
    """The rules of a source are found by it: one that names no site is a mistake. None at all is allowed."""
    with pytest.raises(ValueError, match="is no address of a page"):
        check_url("--url", url)
    check_url("--url", None)
    check_url("--url", "https://www.post.example/a")


PACKED = gzip.compress(b"<p>A page</p>" * 50, mtime=0)


@pytest.mark.parametrize(
    "content", [PACKED[:-20], PACKED[:2] + b"nothing", PACKED[:10] + b"\xff" * 40], ids=["cut", "header", "body"]
)
def test_a_torn_packed_file_is_told(content: bytes, tmp_path: Path) -> None:
    """The message names the file and what to do."""
    (path := tmp_path / "page.html.gz").write_bytes(content)
    with pytest.raises(ValueError, match=r"page\.html\.gz: cannot be unpacked: .*; get a whole copy"):
        read_file(path)
    path.write_bytes(PACKED)
    assert read_file(path).startswith(b"<p>A page")


ADDRESS, LIST = "https://www.post.example/a", Path("list.jsonl")


@pytest.mark.parametrize(
    ("page", "pages", "url", "fetched_at"),
    [
        (None, LIST, ADDRESS, None),
        (None, LIST, None, "nonsense"),
        (ADDRESS, None, ADDRESS, None),
        (ADDRESS, None, None, "2019-01-17"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(
    page: str | None, pages: Path | None, url: str | None, fetched_at: str | None
) -> None:
    """Only a file can be told where it came from, and when; a list says it in its lines."""
    with pytest.raises(ValueError, match="--url and --fetched-at are for a FILE"):
        check_options(page, pages, url, fetched_at)
    check_options(page, pages, None, None)
    check_options("page.html", None, url, fetched_at)


@pytest.mark.parametrize("given", [(None, None), ("page.html", LIST)])
def test_one_page_or_a_list_is_read(given: tuple[str | None, Path | None]) -> None:
    """Neither and both are wrong usage."""
    with pytest.raises(ValueError, match=r"give either FILE\|URL or --list"):
        check_options(*given, None, None)


def test_a_folder_is_no_page(tmp_path: Path) -> None:
    """Nor is a file that is not there."""
    with pytest.raises(ValueError, match="is a folder, but a file is needed"):
        read_file(tmp_path)
    with pytest.raises(ValueError, match=r"page\.html: no such file"):
        read_file(tmp_path / "page.html")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"id": 2, "file": "gone.html"}', "gone.html: no such file"),
        ('{"id": 2, "file": "."}', "is a folder, but a file is needed"),
        ('{"id": 2, "file": "page.html", "url": 5}', "url is 5, but text in quotes is needed"),
        ('{"id": 2, "file": 5}', "file is 5, but text in quotes is needed"),
        (
            '{"id": 2, "file": "page.html", "fetched_at": [2019]}',
            r"fetched_at is \[2019\], but text in quotes is needed",
        ),
        ('{"id": 2, "file": "page.html", "url": "https://[x"}', "is no address of a page"),
        ('{"id": 2, "file": "page.html", "fetched_at": "yesterday"}', "is no instant"),
        ('{"file": "page.html"}', r"needs a JSON object with id and file \(and url, fetched_at\): id missing"),
        ("{}", "needs a JSON object with id and file .*: id and file missing"),
        ("[1]", "needs a JSON object with id and file .*: this is another value"),
        ("page.html", "needs a JSON object with id and file .*: this is no JSON from column 1 on"),
        ('{"id": 1, "file": "page.html"}', "id 1 is that of line 1; give each page its own"),
    ],
)
def test_a_wrong_line_of_a_list_is_named(line: str, message: str, tmp_path: Path) -> None:
    """File and line are named before any page is read; empty lines count."""
    (tmp_path / "page.html").write_text("<p>A page</p>")
    (pages := tmp_path / "list.jsonl").write_text(f"{json.dumps({'id': 1, 'file': 'page.html'})}\n\n{line}\n")
    with pytest.raises(ValueError, match=rf"list\.jsonl:3: .*{message}"):
        list(parse_list(pages))


def test_a_list_names_files_from_its_folder(tmp_path: Path) -> None:
    """An identifier may be anything; without an address there is none."""
    (tmp_path / "page.html").write_text("<p>A page</p>")
    (pages := tmp_path / "list.jsonl").write_text('{"id": 7, "file": "page.html", "fetched_at": "2019-01-17"}\n')
    assert list(parse_list(pages)) == [(7, tmp_path / "page.html", "", datetime(2019, 1, 17, tzinfo=UTC))]


def test_a_list_that_is_no_text_is_told(tmp_path: Path) -> None:
    """The message says what is needed."""
    (pages := tmp_path / "list.jsonl").write_bytes(PACKED)
    with pytest.raises(ValueError, match=r"list\.jsonl: is not text in UTF-8: .*; needs JSON lines"):
        list(parse_list(pages))
