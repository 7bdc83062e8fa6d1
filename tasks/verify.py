"""Verifies an archive: every WARC file whole, every table in order, everything that is referred to there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from storage.checksums import find_changed_files, find_lost_files
from storage.columns import Table
from storage.errors import DamagedError, name_cause, name_first
from storage.layout import Layout
from storage.outcomes import Outcome
from storage.scan import list_partitions, scan_files
from storage.schemas import TABLES
from storage.tables import recover, scan_table
from storage.warc import check_warc
from storage.warc_read import OPEN_SUFFIX
from tasks.verdicts import Check

BACKUP = "get it from a backup, then run verify again"


def verify_archive(layout: Layout) -> list[Check]:
    """Verifies everything; each finding is a check with its first examples."""
    torn = {name: list(find_torn_files(layout, table)) for name, table in TABLES.items()}

    def verify(name: str, tables: Sequence[str], expected: str, find: Callable[[], Iterable[str]]) -> Check:
        unreadable = [f"cannot be checked: table {table} cannot be read" for table in tables if torn[table]]
        return _make_check(name, unreadable or find_twice(find, layout), expected)

    return [
        *(verify_table(layout, table, torn[table.name]) for table in TABLES.values()),
        verify_warc_files(layout),
        verify("captures", ["captures"], "every capture in its WARC file", partial(find_lost_places, layout)),
        verify(
            "addresses to rows",
            ["addresses", "articles", "captures", "inspections"],
            "every stored address has its article or inspection",
            partial(find_lost_rows, layout),
        ),
        *(
            verify(
                f"{table} to captures",
                [table, "captures"],
                "every row has its capture",
                partial(find_lost_captures, layout, table),
            )
            for table in ("addresses", "articles", "inspections", "rejections")
        ),
        *(
            verify(
                f"{table} to site_memories",
                [table, "site_memories"],
                "every row has its memory",
                partial(find_lost_memories, layout, table),
            )
            for table in ("articles", "article_versions", "rejections")
        ),
    ]


def find_twice(find: Callable[[], Iterable[str]], layout: Layout) -> list[str]:
    """Finds what is found twice: a run beside this may commit after one table was read, and before the next is."""
    found = list(find())
    if found:
        recover(layout)  # which waits for a commit that is under way
        still = {*find()}
        found = [problem for problem in found if problem in still]
    return found


def verify_table(layout: Layout, table: Table, torn: list[str]) -> Check:
    """Verifies a table: its files are as they were written, its key tells rows apart, no required value is missing."""
    try:
        problems = [*find_lost_files(layout, table.name), *(torn or find_changed_files(layout, table.name))]
    except DamagedError as error:
        problems = [str(error), *torn]
    problems += [] if torn else find_twice(partial(find_broken_rows, layout, table), layout)
    return _make_check(f"table {table.name}", problems, "files as written, unique keys, required columns filled")


def check_tables(layout: Layout, *, is_quick: bool = False) -> None:
    """Raises DamagedError, naming the file, where a file of a table is lost or cannot be read.

    What `is_quick` opens each file, and reads none: that finds those that broke off.
    """
    for table in TABLES.values():
        for problem in find_lost_files(layout, table.name):
            raise DamagedError(problem)
        for problem in find_torn_files(layout, table, is_quick=is_quick):
            raise DamagedError(problem)


def find_torn_files(layout: Layout, table: Table, *, is_quick: bool = False) -> Iterator[str]:
    """Finds the files of a table that cannot be opened, or of which some column cannot be read, one at a time."""
    for path in list_partitions(layout, table.name):
        try:
            pl.read_parquet_schema(path) if is_quick else scan_files(table, [path]).collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            name = path.relative_to(layout.root)
            yield f"{name} cannot be read: {name_cause(error)}; {BACKUP}"


def find_broken_rows(layout: Layout, table: Table) -> Iterator[str]:
    """Finds whether rows of a table share a key, or lack a required value."""
    columns = scan_table(layout, table.name).select(table.required).collect()
    doubled = columns.height - columns.unique(table.key).height
    if doubled:
        yield f"{doubled} rows share a key"
    for column in columns:
        if column.null_count():
            yield f"{column.null_count()} rows without {column.name}"


def verify_warc_files(layout: Layout) -> Check:
    """Verifies every WARC file: gzip members, block and payload digests."""
    files = sorted(layout.warc.rglob("*.warc.gz"))
    problems = [
        f"{path.relative_to(layout.warc)}: {problem}; {BACKUP}" for path in files for problem in check_warc(path)
    ]
    return _make_check("warc files", problems, f"{len(files)} files whole")


def find_lost_places(layout: Layout) -> Iterator[str]:
    """Finds the WARC files that end before a capture's place, or are missing."""
    ends = (
        scan_table(layout, "captures")
        .group_by("warc_filename")
        .agg(end=(pl.col("warc_record_offset") + pl.col("warc_record_length")).max())
    )
    for name, end in ends.sort("warc_filename").collect().iter_rows():
        path = layout.warc / name
        open_path = Path(f"{path}{OPEN_SUFFIX}")
        found = next((candidate for candidate in (path, open_path) if candidate.is_file()), None)
        if found is None:
            yield f"{name} is missing; {BACKUP}"
        elif found.stat().st_size < end:
            yield f"{name} ends at {found.stat().st_size}, a capture at {end}; {BACKUP}"


def find_lost_captures(layout: Layout, table: str) -> Iterator[str]:
    """Finds the captures that rows of a table name and that are not there."""
    captures = scan_table(layout, "captures").select("capture_id")
    named = scan_table(layout, table).filter(pl.col("capture_id").is_not_null())
    lost = named.join(captures, on="capture_id", how="anti").select("capture_id").collect()
    for identifier in lost["capture_id"]:
        yield f"no capture {identifier}"


def find_lost_rows(layout: Layout) -> Iterator[str]:
    """Finds the addresses that were stored and have neither article nor inspection."""
    # A row has the address at which its page was found in the end, behind redirects.
    final = scan_table(layout, "captures").select("capture_id", final_key="url_key")
    stored = scan_table(layout, "addresses").filter(outcome=Outcome.STORED.value)
    found = stored.join(final, on="capture_id", how="left").with_columns(
        pl.coalesce("final_key", "url_key").alias("key")
    )
    rows = pl.concat(scan_table(layout, table).select(key="url_key") for table in ("articles", "inspections"))
    for url in found.join(rows, on="key", how="anti").sort("url").collect()["url"]:
        yield f"no article or inspection of {url}"


def find_lost_memories(layout: Layout, table: str) -> Iterator[str]:
    """Finds the memories of sites with which rows of a table were read and that are not there."""
    memories = scan_table(layout, "site_memories").select(memory_version="version")
    named = scan_table(layout, table).filter(pl.col("memory_version").is_not_null())
    lost = named.join(memories, on="memory_version", how="anti").select("memory_version", "url").sort(pl.all())
    for version, url in lost.collect().iter_rows():
        yield f"no memory {version}, with which {url} was read"


def _make_check(name: str, problems: list[str], expected: str) -> Check:
    return Check(name, not problems, len(problems), expected, name_first(problems) or None)
