"""Recalls from the archive with which memory of its site each capture is read.

A page is read with the memory that held on the day of its first capture: so its versions differ by what the page says
and never by what was learned in between. An imported capture is read with that of its own day. A memory holds from the
day after it was learned on, and none is replaced: in whatever order work is done, and whenever captures are read again,
each is read with the same memory.
"""

from collections.abc import Collection

import polars as pl

from storage.layout import Layout
from storage.tables import scan_table
from tasks.captures import IS_PAGE
from tasks.reading.site_memory import SiteMemory
from tasks.sources.model import Source

#: The site of a row with a url_key.
SITE = pl.col("url_key").str.extract("^([^/]*)")


def has_memory(source: Source) -> bool:
    """Tells whether a source's pages are read with a memory.

    Those of a source that tells of nothing but inspections are not: they are written from templates, and what recurs
    there is text.
    """
    return source.kind == "news" and source.relevance.required


def recall_memories(layout: Layout, url_keys: Collection[str]) -> dict[str, SiteMemory]:
    """Recalls the memories for all captures of pages, by capture_id; a capture for which none holds is left out."""
    memories = load_memories(layout, {key.partition("/")[0] for key in url_keys})
    if memories.is_empty():
        return {}
    own_days = pl.col("fetched_at").filter(pl.col("imported_from").is_null()).min().over("url_key")
    day = pl.when(pl.col("imported_from").is_null()).then(own_days).otherwise("fetched_at").dt.date()
    captures = (
        scan_table(layout, "captures")
        .filter(IS_PAGE, pl.col("url_key").is_in(list(url_keys)))
        .select("capture_id", host=SITE, day=day)
        .sort("day")
        .collect()
    )
    found = captures.join_asof(memories, left_on="day", right_on="holds_from", by="host", check_sortedness=False)
    remembered = {
        (row["host"], row["holds_from"]): SiteMemory(row["host"], row["pages"], frozenset(row["lines"]))
        for row in memories.iter_rows(named=True)
    }
    named = found.drop_nulls("holds_from").select("capture_id", "host", "holds_from").iter_rows()
    return {capture_id: remembered[host, holds_from] for capture_id, host, holds_from in named}


def load_memories(layout: Layout, hosts: Collection[str]) -> pl.DataFrame:
    """Loads all memories of some sites, in order of the days from which they hold."""
    memories = scan_table(layout, "site_memories").filter(pl.col("host").is_in(list(hosts)))
    return memories.select("host", "holds_from", "pages", "lines").sort("holds_from").collect()
