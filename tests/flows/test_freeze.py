"""`freeze` keeps a page with what is read from it, as the archive has it or as the site answers."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.freeze import find_capture, write_page
from flows.read import make_job
from storage.layout import Layout
from storage.records import Exchange
from storage.tables import commit_rows
from storage.warc import WarcWriter
from tasks.captures import Recorder
from tests.sample_site.serve import start_server
from tests.sources.frozen_pages import load_page

SOURCES = Path(__file__).resolve().parents[1] / "sample_site" / "sources"
PAGE = "https://www.careworkweekly.example/2025/01/15/seaborough-childrens-services-rated-inadequate/"
NAME = "care-work-weekly/2025-01-15-seaborough-childrens-services-rated-inadequate.json"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The sample site, and an archive that has nothing yet."""
    server = start_server()
    yield {
        "connect_to": f"127.0.0.1:{server.server_port}",
        "sources": SOURCES,
        "archive": tmp_path_factory.mktemp("freeze") / "archive",
    }
    server.stop()


def test_a_page_of_the_site_is_frozen_and_not_twice(run_command: Any, settings: Any, tmp_path: Path) -> None:
    """The answer lies beside the page under its source, and a page that is frozen stays as it is."""
    ran = run_command("freeze", PAGE, "--into", tmp_path, **settings)
    assert (ran.status, ran.out.strip()) == (0, str(tmp_path / NAME))
    body, page = load_page(tmp_path / NAME)
    assert b"<article" in body
    assert page.url == PAGE
    assert page.answer["authors"] == ["Marian Tolley"]
    again = run_command("freeze", PAGE, "--into", tmp_path, **settings)
    assert again.status == 2
    assert "remove it to freeze the page anew" in again.err
    assert not settings["archive"].exists()


def test_a_capture_is_frozen_without_the_site(run_command: Any, settings: Any, tmp_path: Path) -> None:
    """What the archive holds is taken from there, by capture_id or by address, with the time of the capture."""
    assert run_command("nightly", "--source", "care-work-weekly", **settings).status == 0
    articles = pl.read_parquet(f"{settings['archive']}/tables/articles/**/*.parquet")
    row = articles.filter(pl.col("url") == PAGE).row(0, named=True)
    offline = {**settings, "connect_to": "127.0.0.1:9"}
    for number, page in enumerate((row["capture_id"], PAGE)):
        assert run_command("freeze", page, "--into", tmp_path / str(number), **offline).status == 0
        frozen = json.loads((tmp_path / str(number) / NAME).read_text())
        assert frozen["answer"]["text"] == row["text"]
        assert frozen["fetched_at"] == row["fetched_at"].isoformat()


def test_the_newest_whole_page_at_an_address_is_found(tmp_path: Path) -> None:
    """Neither a redirect, nor an answer that was cut, is a page: what came before it is, or nothing."""
    layout, at = Layout(tmp_path / "archive"), datetime(2026, 11, 21, tzinfo=UTC)
    old, new = "https://www.post.example/old", "https://www.post.example/new"
    sent = [("Host", "www.post.example")]
    exchanges = [
        Exchange(old, at, sent, status=301, response_headers=(("Location", new),)),
        Exchange(new, at, sent, status=200, body=b"<p>A page</p>"),
        Exchange(new, at + timedelta(days=1), sent, status=200, body=b"<p>A pa", truncated="disconnect"),
    ]
    with WarcWriter(layout, "nightly", day=date(2026, 11, 21), software="test", operator="test") as writer:
        recorder = Recorder(writer, "run")
        _, whole, _ = [recorder.record(exchange, source="post", purpose="page") for exchange in exchanges]
        commit_rows(layout, {"captures": recorder.take_rows()})
    found = find_capture(layout, new)
    assert found
    assert found["capture_id"] == whole
    assert find_capture(layout, old) is None


def test_a_document_of_an_api_is_frozen_as_one(tmp_path: Path) -> None:
    """What GOV.UK's Content API sent is read as the nights read it, and lies beside its answer unchanged."""
    document = {
        "base_path": "/government/news/a",
        "title": "Inspection report published",
        "schema_name": "news_article",
        "document_type": "press_release",
        "locale": "en",
        "details": {"body": "<p>Inspectors rated the council good.</p>" * 20},
        "first_published_at": "2025-01-15T10:00:00Z",
        "public_updated_at": "2025-01-15T10:00:00Z",
    }
    body, url = json.dumps(document).encode(), "https://www.gov.uk/api/content/government/news/a"
    job = make_job(body, url, datetime(2025, 1, 16, tzinfo=UTC), {}, "application/json; charset=utf-8")
    kept, page = load_page(write_page(job, tmp_path))
    assert kept == body
    assert (page.answer["outcome"], page.answer["title"]) == (None, "Inspection report published")


def test_a_file_in_place_of_the_folder_is_wrong_usage(run_command: Any, settings: Any, tmp_path: Path) -> None:
    """The path is named, before any page is looked for, be it a folder above that is a file."""
    (file := tmp_path / "pages").write_text("a file")
    for folder, said in ((file, "is a file"), (file / "new" / "sub", f"lies below {file}, which is a file")):
        ran = run_command("freeze", PAGE, "--into", folder, **settings)
        assert (ran.status, ran.err) == (2, f"inspection-news: {folder}: {said}, but a folder is needed\n")


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("nothing", "nor a capture_id of"),
        (PAGE + "x", "404"),
        ("https://[nothing/", "https://[nothing/ is no address of a page"),
    ],
)
def test_what_cannot_be_frozen_is_told(run_command: Any, settings: Any, tmp_path: Path, page: str, words: str) -> None:
    """A name that is nothing, or a page that the site does not have, is an error that says so; no file is written."""
    ran = run_command("freeze", page, "--into", tmp_path / "pages", **settings)
    assert ran.status == 2
    assert words in ran.err
    assert not (tmp_path / "pages").exists()
