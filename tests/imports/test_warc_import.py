"""Imports of WARC files: by warcio, by wget, torn, in folders; and of CC-NEWS, which is WARC files on the web."""

import asyncio
import gzip
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from warcio.capture_http import capture_http

from storage.layout import Layout
from storage.outcomes import Outcome
from storage.records import Row
from tasks import cc_news
from tasks.cc_news import RemoteFile, cut_month_units, list_month, note_month
from tasks.discover import discover_addresses
from tasks.discovery.listing import ListingError
from tasks.done_units import find_open_units, read_subject
from tasks.fetch import fetch_batch
from tasks.plan import plan_source
from tasks.read import read_batch
from tasks.run import Run, Tally, open_run, report_nothing
from tasks.sources.load import load_sources
from tasks.verify import verify_archive
from tasks.warc_import import WarcImport, find_warc_files
from tasks.web.settings import ClientSettings
from tests.imports.conftest import FIRST, MARCH, NEWS_FILE, Backfills, Capture, WebArchives, write_warc
from tests.stages.conftest import make_page, make_source
from tests.stages.rereading import digest_files, list_tables, read_again, read_rows

PAGE = "https://www.post.example/a"
RECORDED = ("blackpool-gazette", "community-care", "cyp-now", "localgov")


def write(path: Path, *captures: Capture, packed: bool = True) -> Path:
    """Writes a WARC file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_warc(captures, packed=packed)[0])
    return path


@pytest.mark.parametrize("packed", [True, False])
def test_pages_of_all_sources_are_imported_in_one_pass(packed: bool, backfills: Backfills, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    """Each page goes to the sources whose host it is on and that want it; rows say from where in which file it is."""
    listing = {"method": "sitemap", "url": "https://www.mail.example/sitemap.xml"}
    mail = make_source("mail", hosts=["www.mail.example"], discover=[listing], addresses={"exclude": ["^/sport"]})
    file = write(
        tmp_path / "own.warc",
        Capture(PAGE),
        Capture("https://www.mail.example/b", at=FIRST + timedelta(days=400)),
        Capture("https://www.mail.example/sport/c"),
        Capture("https://elsewhere.example/d"),
        Capture("https://www.mail.example/logo", b"\x89PNG\r\n\x1a\n", mime="image/png"),
        packed=packed,
    )
    (unit,) = backfills.import_warc(file, make_source(), mail)
    articles = {row["url"]: (row["source"], row["fetched_at"]) for row in read_rows(backfills.layout, "articles")}
    assert articles == {
        PAGE: ("post", FIRST),
        "https://www.mail.example/b": ("mail", FIRST + timedelta(days=400)),
    }
    taken_from = {row["imported_from"] for row in read_rows(backfills.layout, "captures")}
    assert {place.rpartition("@")[0] for place in taken_from} == {"own.warc"}
    assert (read_subject(unit["unit_id"], unit["sources"]), unit["is_done"]) == (
        f"warc/own.warc/{file.stat().st_size}",
        True,
    )
    assert unit["sources"] == ["mail", "post"]
    assert (unit["source"], unit["month"], unit["listed"], unit["stored"]) == (None, None, 3, 2)
    assert unit["skipped"] == "2 not wanted; 1 image/png"
    assert backfills.import_warc(file, make_source(), mail) == []
    assert all(check.passed for check in verify_archive(backfills.layout))


def test_a_file_taken_for_one_source_is_open_for_the_others(backfills: Backfills, tmp_path: Path) -> None:
    """What is imported for a source that was added later, or not meant before, is all that the file has of it."""
    listing = {"method": "sitemap", "url": "https://www.mail.example/sitemap.xml"}
    post, mail = make_source(), make_source("mail", hosts=["www.mail.example"], discover=[listing])
    file = write(tmp_path / "own.warc.gz", Capture(PAGE), Capture("https://www.mail.example/b"))
    (first,) = backfills.import_warc(file, post)
    (second,) = backfills.import_warc(file, post, mail)
    assert [(unit["listed"], unit["stored"], unit["is_done"]) for unit in (first, second)] == [
        (1, 1, True),
        (2, 1, True),
    ]
    assert {row["source"] for row in read_rows(backfills.layout, "articles")} == {"post", "mail"}
    assert len(read_rows(backfills.layout, "captures")) == 2
    assert backfills.import_warc(file, mail) == []


def test_an_empty_file_in_a_folder_is_refused_and_left_open(backfills: Backfills, tmp_path: Path) -> None:
    """It is told as what a dry run tells it for, and never done; the others are imported."""
    write(tmp_path / "in" / "a.warc.gz", Capture(PAGE))
    (tmp_path / "in" / "empty.warc.gz").write_bytes(b"")
    units = backfills.import_warc(tmp_path / "in")
    assert [(unit["is_done"], unit["reason"]) for unit in units] == [(True, None), (False, "not a WARC file")]
    assert len(backfills.import_warc(tmp_path / "in")) == 1


def test_imported_pages_are_read_again_to_the_same_bytes(backfills: Backfills, tmp_path: Path) -> None:
    """Articles, rejections, and two captures of a page that said nothing at first come out as they were made."""
    missing = b"<html><head><title>Page not found</title></head><body><h1>Page not found</h1></body></html>"
    file = write(
        tmp_path / "own.warc.gz",
        Capture(PAGE, missing),
        Capture(PAGE, at=FIRST + timedelta(days=1)),
        Capture(PAGE, make_page("Too late")[2], at=FIRST + timedelta(days=2)),
        Capture(f"{PAGE}b", b"<html><body>nothing</body></html>"),
    )
    (unit,) = backfills.import_warc(file)
    assert (unit["listed"], unit["stored"]) == (2, 1)
    assert [row["fetched_at"] for row in read_rows(backfills.layout, "articles")] == [FIRST + timedelta(days=1)]
    assert {row["outcome"] for row in read_rows(backfills.layout, "rejections")} == {"soft_404", "not_an_article"}
    before = digest_files(backfills.layout)
    assert read_again(backfills.layout).counts == {}
    assert digest_files(backfills.layout) == before


def test_captures_of_rolling_pages_in_one_file_are_versions_in_order_of_time(
    backfills: Backfills, tmp_path: Path
) -> None:
    """A run that imports two captures of a page has both as versions, and they are read again in the same order."""
    source = make_source(revisit=[{"every_days": 1}])
    days = [FIRST, FIRST + timedelta(days=1)]
    pages = [
        Capture(f"{PAGE}{number}", make_page(more=f"Update {number} of {day:%d %B}, with replies to it.")[2], day)
        for day in days
        for number in range(5)
    ]
    backfills.import_warc(write(tmp_path / "own.warc.gz", *pages), source)
    for table, day in (("article_versions", days[0]), ("articles", days[1])):
        assert [row["fetched_at"] for row in read_rows(backfills.layout, table)] == [day] * 5
    before = digest_files(backfills.layout)
    assert read_again(backfills.layout, {"post": source}).counts == {}
    assert digest_files(backfills.layout) == before


def test_all_but_what_is_damaged_is_imported(backfills: Backfills, tmp_path: Path) -> None:
    """The unit stays open and names file and offset; the mended file is another unit, and only lacks the rest."""
    captures = [Capture(f"{PAGE}{number}") for number in range(4)]
    content, places = write_warc(captures)
    starts = [start for start, _ in places]
    file = tmp_path / "own.warc.gz"
    file.write_bytes(content[: starts[1] + 40] + b"damaged" + content[starts[1] + 47 : starts[3] + 20])
    (unit,) = backfills.import_warc(file)
    assert not unit["is_done"]
    damaged = f"the record at {starts[1]} cannot be unpacked: .*, and what lies up to {starts[2]} is lost"
    torn = f"the record at {starts[3]} is torn: the file ends within it, and all that follows is lost"
    what_to_do = "all other pages are imported: get these from a whole copy"
    assert re.fullmatch(f"own.warc.gz: {damaged}; {torn}; {what_to_do}", unit["reason"])
    assert {row["url"] for row in read_rows(backfills.layout, "articles")} == {f"{PAGE}0", f"{PAGE}2"}
    file.write_bytes(content)
    (mended,) = backfills.import_warc(file)
    assert (mended["is_done"], mended["listed"], mended["stored"]) == (True, 4, 2)
    assert len(read_rows(backfills.layout, "captures")) == 4


def test_an_import_killed_between_batches_goes_on(
    backfills: Backfills, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was imported before the end of the process is not imported again."""
    file = write(tmp_path / "own.warc.gz", *(Capture(f"{PAGE}{number}") for number in range(4)))
    monkeypatch.setattr("tasks.warc_import.BATCH_SIZE", 2)

    async def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("tasks.imports.read_batch", die)
        with pytest.raises(KeyboardInterrupt):
            backfills.import_warc(file)
    (unit,) = backfills.import_warc(file)
    assert (unit["is_done"], unit["stored"]) == (True, 4)
    assert len(read_rows(backfills.layout, "captures")) == 4


def test_a_folder_is_one_unit_a_file(backfills: Backfills, tmp_path: Path) -> None:
    """Files in a folder and below are found; other files there are not looked at."""
    write(tmp_path / "in" / "a.warc.gz", Capture(PAGE))
    write(tmp_path / "in" / "deep" / "b.warc", Capture(f"{PAGE}2"), packed=False)
    (tmp_path / "in" / "notes.txt").write_text("no WARC file")
    units = backfills.import_warc(tmp_path / "in")
    assert [unit["unit_id"].rsplit("/", 2)[0] for unit in units] == ["warc/a.warc.gz", "warc/deep/b.warc"]
    assert len(read_rows(backfills.layout, "articles")) == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("gone", None, "no such file"), ("page.html", b"<html>", "not a WARC"), ("in/x.txt", b"", "holds no WARC")],
)
def test_a_path_without_warc_files_is_refused(name: str, content: bytes | None, said: str, tmp_path: Path) -> None:
    """A path that leads nowhere, to another file, or to a folder of others is a mistake, told with the path."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if content is not None:
        path.write_bytes(content)
    wrong = path.parent if name.startswith("in/") else path
    with pytest.raises(ValueError, match=f"{wrong.name}: {said}"):
        find_warc_files(wrong)


def test_a_revisit_finds_its_payload_in_the_same_input(backfills: Backfills, tmp_path: Path) -> None:
    """A record that refers to a payload of an earlier file of the folder is imported under its own address."""
    capture = Capture(PAGE)
    write(tmp_path / "in" / "1.warc.gz", capture)
    revisit = (
        b"WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: https://www.post.example/b\r\n"
        b"WARC-Date: 2019-04-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:2>\r\n"
        b"WARC-Payload-Digest: sha1:" + capture.digest.encode() + b"\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    (tmp_path / "in" / "2.warc.gz").write_bytes(gzip.compress(revisit, mtime=0))
    units = backfills.import_warc(tmp_path / "in")
    assert [unit["skipped"] for unit in units] == [None, None]
    assert {row["url"]: row["fetched_at"].month for row in read_rows(backfills.layout, "articles")} == {
        PAGE: 3,
        "https://www.post.example/b": 4,
    }


def test_what_warcio_captured_is_imported(backfills: Backfills, tmp_path: Path) -> None:
    """Exchanges that warcio's recorder took from a client on this machine are pages like others, chunks joined."""

    class Chunked(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            body = make_page()[2]
            for part in (body[:100], body[100:], b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Chunked)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    with capture_http(str(tmp_path / "own.warc.gz")):
        import http.client  # noqa: PLC0415 - the recorder must come first

        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        connection.request("GET", "http://www.post.example/a")
        assert connection.getresponse().read() == make_page()[2]
        connection.close()
    server.shutdown()
    server.server_close()
    (unit,) = backfills.import_warc(tmp_path / "own.warc.gz", make_source(hosts=["127.0.0.1", "www.post.example"]))
    assert (unit["is_done"], unit["stored"]) == (True, 1)
    (capture,) = read_rows(backfills.layout, "captures")
    assert capture["content_length"] == len(make_page()[2])


async def run_night(layout: Layout, address: str) -> None:
    """A night of the recorded sources on the live sites."""
    settings = ClientSettings("inspection-news/test", address, pace=0)
    async with open_run(layout, "nightly", settings, operator=None, workers=0, report=report_nothing) as run:
        for name in RECORDED:
            source, tally = load_sources()[name], Tally(name, datetime.now(UTC))
            plan = await plan_source(source, await discover_addresses(source, run, tally), run, tally)
            await read_batch(source, await fetch_batch(source, plan.ask, run, tally), run, tally)


def test_what_wget_captured_gives_the_articles_of_a_night(
    shared: Path, serve_recorded_web: str, backfills: Backfills, tmp_path: Path
) -> None:
    """A WARC file that wget wrote of the sites leads to the same articles as a night on them."""
    wget = shutil.which("wget")
    if wget is None:
        pytest.skip("needs wget (Debian package wget), which is not here")
    sites = json.loads((shared / "recorded_web" / "web.json").read_text())["sites"]
    urls = [f"http://{site['host']}{page['path']}" for site in sites for page in site["pages"]]
    proxy = ["-e", "use_proxy=yes", "-e", f"http_proxy={serve_recorded_web}"]
    subprocess.run([wget, "-q", *proxy, "--warc-file=own", "-O", "/dev/null", *urls], cwd=tmp_path, check=False)
    (unit,) = backfills.import_warc(tmp_path / "own.warc.gz", *(load_sources()[name] for name in RECORDED))
    assert unit["is_done"]
    live = Layout(tmp_path / "live")
    asyncio.run(run_night(live, serve_recorded_web))
    # Of one page the feed alone knows the hour; and wget asked for http. All else is what the page says.
    own = ["article_id", "source", "url_key", "title", "standfirst", "authors", "text", "text_digest", "version"]
    imported, had = (
        pl.DataFrame(read_rows(layout, "articles")).select(*own, pl.col("published_at").dt.date())
        for layout in (backfills.layout, live)
    )
    assert imported.height == 5
    assert imported.to_dicts() == had.to_dicts()


class TestNews:
    """CC-NEWS: the files of a month on the web, read slice by slice."""

    @pytest.fixture(autouse=True)
    def _small_slices(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(cc_news, "SLICE_BYTES", 1000)
        return

    @staticmethod
    async def import_news(run: Run, *, name: str = "post", again: bool = False) -> tuple[list[Row], Tally]:
        """Imports the month as the flow does."""
        source = make_source(name)
        tally = Tally(source.name, datetime.now(UTC))
        importer = WarcImport([source], {source.name: tally}, run)
        (month,) = cut_month_units(MARCH, MARCH, importer.source_names)
        if not again and not find_open_units(run.layout, [month]):
            return [], tally
        files = await list_month(month, run)
        left = find_open_units(run.layout, list(files), again=again)
        rows = [await importer.import_stream(RemoteFile(files[file], run), files[file], file) for file in left]
        return [*rows, await note_month(month, rows, run)], tally

    def test_a_month_is_imported_slice_by_slice(self, archives: WebArchives, backfills: Backfills) -> None:
        """Pages come from slices of the file; file and month are units; a repeated import asks nothing."""
        archives.captures = [Capture(f"{PAGE}{number}") for number in range(4)]
        units, tally = backfills.run_with(self.import_news)
        assert [read_subject(unit["unit_id"], unit["sources"]) for unit in units] == [
            f"cc-news/2019-03/{Path(NEWS_FILE).name}",
            "cc-news/2019-03",
        ]
        assert all(unit["is_done"] for unit in units)
        assert list(tally.outcomes.values()) == [Outcome.STORED] * 4
        size = len(write_warc(archives.captures)[0])
        assert archives.count(NEWS_FILE) == -(-size // 1000)
        taken = [row["imported_from"] for row in read_rows(backfills.layout, "captures") if row["purpose"] == "page"]
        assert len(taken) == 4
        assert all(place.startswith(f"https://data.commoncrawl.org/{NEWS_FILE}@") for place in taken)
        tables, asked = list_tables(backfills.layout), len(archives.requests)
        assert backfills.run_with(self.import_news)[0] == []
        assert len(archives.requests) == asked
        assert list_tables(backfills.layout) == tables

    def test_a_month_taken_for_one_source_is_open_for_another(
        self, archives: WebArchives, backfills: Backfills
    ) -> None:
        """Month and files are gone through again for a source that they were not gone through for."""
        archives.captures = [Capture(PAGE)]
        backfills.run_with(self.import_news)
        units, tally = backfills.run_with(partial(self.import_news, name="mail"))
        assert [(unit["sources"], unit["is_done"]) for unit in units] == [(["mail"], True)] * 2
        assert len(tally.listed) == 1

    def test_a_failing_slice_leaves_file_and_month_open(self, archives: WebArchives, backfills: Backfills) -> None:
        """What could not be read over the network is told with its address, and had by the next backfill."""
        archives.captures = [Capture(PAGE)]
        archives.failing = {NEWS_FILE: 503}
        units, _ = backfills.run_with(self.import_news)
        assert [unit["is_done"] for unit in units] == [False, False]
        assert "server_error: HTTP 503" in units[0]["reason"]
        archives.failing = {}
        units, _ = backfills.run_with(self.import_news)
        assert [unit["is_done"] for unit in units] == [True, True]

    def test_a_lost_list_is_told(self, archives: WebArchives, backfills: Backfills) -> None:
        """The error names the address of the month's list."""
        archives.failing = {"warc.paths.gz": 403}
        with pytest.raises(ListingError, match=r"CC-NEWS/2019/03/warc\.paths\.gz: blocked"):
            backfills.run_with(self.import_news)

    def test_there_are_no_months_before_it_began(self) -> None:
        """The first month is August 2016."""
        start, end = (datetime(2016, month, 1, tzinfo=UTC).date() for month in (6, 9))
        units = cut_month_units(start, end, frozenset({"post"}))
        assert [unit.subject for unit in units] == ["cc-news/2016-08", "cc-news/2016-09"]


def test_the_file_of_warcio_is_one_of_ours(tmp_path: Path) -> None:
    """The stand-in's files are those that the real reader takes for WARC files."""
    assert find_warc_files(write(tmp_path / "a.warc.gz", Capture(PAGE)))[0].size > 0
    assert BytesIO(write_warc([Capture(PAGE)], packed=False)[0]).read().startswith(b"WARC/")
