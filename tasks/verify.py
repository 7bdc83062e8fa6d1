"""Verifies an archive: every WARC file whole, every table in order, everything that is referred to there."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from storage.columns import Table
from storage.layout import Layout
from storage.schemas import TABLES
from storage.tables import scan_table
from storage.warc import check_warc
from tasks.verdicts import Check

MOST_EXAMPLES = 3


def verify_archive(layout: Layout) -> list[Check]:
    """Verifies everything; each finding is a check with its first examples."""
    return [
        *verify_tables(layout),
        verify_warc_files(layout),
        verify_captures(layout),
        verify_references(layout, "addresses"),
        *(verify_references(layout, table) for table in ("articles", "inspections", "rejections")),
        *(verify_memories(layout, table) for table in ("articles", "article_versions", "rejections")),
    ]


def verify_tables(layout: Layout) -> Iterator[Check]:
    """Verifies each table: its key tells rows apart, and no required value is missing."""
    for table in TABLES.values():
        problems = list(find_table_problems(layout, table))
        yield _make_check(f"table {table.name}", problems, "unique keys, required columns filled")


def find_table_problems(layout: Layout, table: Table) -> Iterator[str]:
    """Finds what is wrong with a table, in words."""
    try:
        columns = scan_table(layout, table.name).select(table.required).collect()
    except pl.exceptions.PolarsError as error:
        yield f"cannot be read: {error}"
        return
    doubled = columns.height - columns.unique(table.key).height
    if doubled:
        yield f"{doubled} rows share a key"
    for column in columns:
        if column.null_count():
            yield f"{column.null_count()} rows without {column.name}"


def verify_warc_files(layout: Layout) -> Check:
    """Verifies every WARC file: gzip members, block and payload digests."""
    files = sorted(layout.warc.rglob("*.warc.gz"))
    problems = [f"{path.relative_to(layout.warc)}: {problem}" for path in files for problem in check_warc(path)]
    return _make_check("warc files", problems, f"{len(files)} files whole")


def verify_captures(layout: Layout) -> Check:
    """Verifies that each capture's place lies within its WARC file."""
    ends = (
        scan_table(layout, "captures")
        .group_by("warc_filename")
        .agg(end=(pl.col("warc_record_offset") + pl.col("warc_record_length")).max())
    )
    problems = []
    for name, end in ends.sort("warc_filename").collect().iter_rows():
        path = layout.warc / name
        open_path = Path(f"{path}.open")
        found = next((candidate for candidate in (path, open_path) if candidate.is_file()), None)
        if found is None:
            problems.append(f"{name} is missing")
        elif found.stat().st_size < end:
            problems.append(f"{name} ends at {found.stat().st_size}, a capture at {end}")
    return _make_check("captures", problems, "every capture in its WARC file")


def verify_references(layout: Layout, table: str) -> Check:
    """Verifies that every row's capture is there."""
    captures = scan_table(layout, "captures").select("capture_id")
    named = scan_table(layout, table).filter(pl.col("capture_id").is_not_null())
    lost = named.join(captures, on="capture_id", how="anti").select("capture_id").collect()
    problems = [f"no capture {identifier}" for identifier in lost["capture_id"]]
    return _make_check(f"{table} to captures", problems, "every row has its capture")


def verify_memories(layout: Layout, table: str) -> Check:
    """Verifies that the memory of a site with which a row was read is there."""
    memories = scan_table(layout, "site_memories").select(memory_version="version")
    named = scan_table(layout, table).filter(pl.col("memory_version").is_not_null())
    lost = (
        named.join(memories, on="memory_version", how="anti").select("memory_version", "url").sort(pl.all()).collect()
    )
    problems = [f"no memory {version}, with which {url} was read" for version, url in lost.iter_rows()]
    return _make_check(f"{table} to site_memories", problems, "every row has its memory")


def _make_check(name: str, problems: list[str], expected: str) -> Check:
    more = f"; and {len(problems) - MOST_EXAMPLES} more" if len(problems) > MOST_EXAMPLES else ""
    notes = "; ".join(problems[:MOST_EXAMPLES]) + more if problems else None
    return Check(name, not problems, len(problems), expected, notes)
