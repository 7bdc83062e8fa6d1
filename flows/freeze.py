"""Freezes a page with the answer that is read from it, as a test that tells when a reader or a selector changes it."""

import asyncio
import json
import re
from datetime import UTC
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl

from flows.console import write_value
from flows.files import check_folder
from flows.read import describe_reading, fetch_job, find_source, is_address, make_job
from flows.settings import Settings
from storage.addresses import get_host, make_url_key
from storage.layout import Layout
from storage.records import MediaType, Row
from storage.tables import scan_table
from storage.warc import read_answer
from tasks.captures import IS_PAGE
from tasks.reading.capture import BodyJob, read_body
from tasks.reading.page import Rejected
from tasks.sources.load import load_sources
from tasks.web.body import decode_body

LONGEST_NAME = 80
#: What a page is named beside its answer, which has the `.json`.
SUFFIXES: dict[MediaType, str] = {"text/html": ".html", "application/pdf": ".pdf", "application/json": ".body"}


def freeze_page(page: str, folder: Path, settings: Settings) -> Path:
    """Freezes a page, named by its address or the identifier of its capture; gives the file of the answer.

    The newest archived capture of an address is taken; without one the page is fetched. Beside the answer `<name>.json`
    lies the page as `<name>.html`, `<name>.pdf` or, of GOV.UK's API, `<name>.body`. Raises ValueError where there is no
    such capture or page, where it is frozen already, or where the folder is a file.
    """
    check_folder(folder)
    sources = load_sources(settings.source_folders)
    capture = find_capture(settings.layout, page)
    if capture:
        archived = read_answer(settings.layout, capture["warc_filename"], capture["warc_record_offset"])
        body = decode_body(archived.body, archived.headers)
        job = make_job(body, capture["url"], capture["fetched_at"], sources, archived.header("Content-Type"))
    elif is_address(page):
        fetched = asyncio.run(fetch_job(page, settings, sources))
        if isinstance(fetched, Rejected):
            raise ValueError(f"{page} cannot be frozen: {fetched.reason}")
        job = fetched
    else:
        raise ValueError(f"{page} is neither an address (https://…) nor a capture_id of {settings.layout.root}")
    source = find_source(job.expected.url, sources)
    return write_page(job, folder / (source.name if source else get_host(job.expected.url)))


def find_capture(layout: Layout, page: str) -> Row | None:
    """Finds an answer by the identifier of its capture, or the newest whole page at an address."""
    if is_address(page):
        is_meant = (pl.col("url_key") == make_url_key(page)) & IS_PAGE
    else:
        is_meant = (
            (pl.col("capture_id") == page) & (pl.col("warc_record_type") == "response") & pl.col("outcome").is_null()
        )
    found = scan_table(layout, "captures").filter(is_meant).sort("fetched_at").tail(1).collect()
    return found.row(0, named=True) if found.height else None


def write_page(job: BodyJob, folder: Path) -> Path:
    """Writes a page and its answer into a folder; raises ValueError where the name is taken."""
    expected = job.expected
    name = make_name(expected.url)
    answer = folder / f"{name}.json"
    if answer.exists():
        raise ValueError(f"{answer} exists; remove it to freeze the page anew")
    described = json.loads(json.dumps(describe_reading(read_body(job)), default=write_value))
    facts = {"url": expected.url, "fetched_at": expected.fetched_at.astimezone(UTC), "content_type": job.content_type}
    folder.mkdir(parents=True, exist_ok=True)
    answer.with_suffix(SUFFIXES[expected.media_type]).write_bytes(job.body)
    text = json.dumps({**facts, "answer": described}, default=write_value, ensure_ascii=False, indent=2)
    answer.write_text(text + "\n", encoding="utf-8")
    return answer


def make_name(url: str) -> str:
    """Makes a file's name of an address: the last parts of its path, without what file systems dislike."""
    words = re.sub(r"[^A-Za-z0-9]+", "-", urlsplit(url).path + " " + urlsplit(url).query).strip("-")
    return words[-LONGEST_NAME:].strip("-") or "index"
