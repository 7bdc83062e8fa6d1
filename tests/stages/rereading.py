"""What the tests of reading again share: reading again in this process, other readers, and what an archive holds."""

import hashlib
from dataclasses import replace
from threading import Event
from typing import Any

import polars as pl
import pytest

from storage.layout import Layout
from storage.tables import read_table
from tasks import rebuild
from tasks.reading.capture import ArchivedJob, Reading, read_capture
from tasks.reprocess import Changes, reprocess_captures
from tasks.sources.model import Source
from tests.stages.conftest import Nights, make_source

POST = {"post": make_source()}
KEY = "post.example/a"


def digest_files(layout: Layout) -> dict[str, str]:
    """The digests of all files of an archive, but for its lock."""
    files = [path for path in layout.root.rglob("*") if path.is_file() and path != layout.lock]
    return {str(path.relative_to(layout.root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def read_again(layout: Layout, sources: dict[str, Source] | None = None, **options: Any) -> Changes:
    """Reads captures again in this process."""
    return reprocess_captures(layout, sources=sources or POST, workers=0, **{"stop": Event(), **options})


def read_rows(layout: Layout, table: str) -> list[dict[str, Any]]:
    """The rows of a table."""
    return read_table(layout, table).sort(pl.all()).to_dicts()


def list_tables(layout: Layout) -> dict[str, list[dict[str, Any]]]:
    """The rows of all tables that reading fills, and of the addresses."""
    return {table: read_rows(layout, table) for table in (*rebuild.TABLES, "addresses")}


def change_reading(monkeypatch: pytest.MonkeyPatch, **values: Any) -> None:
    """Makes a reader that reads other values."""

    def read(job: ArchivedJob) -> Reading:
        reading = read_capture(job)
        return replace(reading, content=replace(reading.content, **values))  # type: ignore[type-var]

    monkeypatch.setattr(rebuild, "read_capture", read)


def expect_no_change(nights: Nights, sources: dict[str, Source] | None = None) -> None:
    """Reads all captures again and finds every file as it was."""
    before = digest_files(nights.layout)
    changes = read_again(nights.layout, sources)
    assert (changes.counts, changes.problems) == ({}, [])
    assert digest_files(nights.layout) == before
