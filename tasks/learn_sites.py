"""Learns what recurs in the texts of each site, from its archived pages, for those captured from a day on.

A site has its first memory once there are a few pages of it, and its next when as many have come as the last was
learned from: most nights learn nothing. Pages that were read and turned away as not relevant count, too; they make it
less likely that what recurs is the inspectors' business and not the site's.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl

from storage.layout import Layout
from storage.records import Row
from storage.tables import commit_rows, make_frame, scan_table
from tasks.captures import Capture, load_captures
from tasks.reading.archived_lines import read_lines
from tasks.reading.capture import READER_VERSION, ArchivedJob, Expectation
from tasks.reading.site_memory import FEWEST_PAGES, PageLines, learn_memory
from tasks.reading.workers import ReaderPool
from tasks.rules import make_rules
from tasks.site_memories import SITE, has_memory
from tasks.sources.model import Source

#: A memory is learned from a site's newest pages, no more.
MOST_PAGES = 50
#: Learning takes less: what is learned before midnight is kept before the day from which it holds.
LEARNING_TIME = timedelta(hours=1)


def learn_sites(
    layout: Layout, sources: Sequence[Source], readers: ReaderPool, *, holds_from: date | None = None
) -> list[Row]:
    """Learns the memories of the sites where one is due, and commits each; gives their rows.

    They hold from tomorrow on. With `holds_from` in the past they hold from that day until the site's next memory, and
    are learned from what was captured in between: captures read before are to be read again then.
    """
    chosen = {source.name: source for source in sources if has_memory(source)}
    now = datetime.now(UTC)
    day = holds_from or choose_day(now)
    learned = []
    for pages in find_due_pages(layout, list(chosen), day, now).partition_by("host", maintain_order=True):
        row = {**learn_site(layout, pages, chosen, readers), "holds_from": day, "learned_at": now}
        commit_rows(layout, {"site_memories": make_frame("site_memories", [row])})
        learned.append(row)
    return learned


def choose_day(now: datetime) -> date:
    """Chooses the day from which holds what is learned now."""
    return (now + LEARNING_TIME).date() + timedelta(days=1)


def find_due_pages(layout: Layout, sources: Sequence[str], day: date, now: datetime) -> pl.DataFrame:
    """Finds the sites for which a memory is due that holds from a day on, with the pages to learn it from.

    Gives host, source, capture_id and fetched_at, in order of host and time.
    """
    memories = scan_table(layout, "site_memories").select("host", "holds_from", "pages", "captures_until")
    last = memories.filter(pl.col("holds_from") <= day).sort("holds_from").group_by("host").last()
    later = memories.filter(pl.col("holds_from") > day).group_by("host").agg(until=pl.col("holds_from").min())
    fetched_on = pl.col("fetched_at").dt.date()
    is_of_time = (fetched_on >= day) | (day > now.date())
    pages = (
        list_pages(layout, sources)
        .join(last, on="host", how="left")
        .join(later, on="host", how="left")
        .filter(is_of_time, pl.col("until").is_null() | (fetched_on < pl.col("until")))
    )
    is_new = pl.col("captures_until").is_null() | (pl.col("fetched_at") > pl.col("captures_until"))
    has_grown = is_new.sum() >= pl.col("pages").fill_null(0).first().clip(FEWEST_PAGES)
    is_unlearned = pl.col("holds_from").first().is_null() | (pl.col("holds_from").first() < day)
    due = pages.filter((has_grown & is_unlearned).over("host")).sort("host", "fetched_at", "capture_id")
    newest = due.group_by("host", maintain_order=True).tail(MOST_PAGES)
    return newest.select("host", "source", "capture_id", "fetched_at").collect()


def list_pages(layout: Layout, sources: Sequence[str]) -> pl.LazyFrame:
    """Lists the pages of sources that were read as articles, kept or not, each by its newest capture of those."""
    columns = ("source", "url_key", "capture_id", "fetched_at")
    turned_away = scan_table(layout, "rejections").filter(pl.col("stage") == "relevance")
    read = pl.concat([scan_table(layout, "articles").select(columns), turned_away.select(columns)])
    of_sources = read.filter(pl.col("source").is_in(list(sources))).sort("fetched_at", "capture_id")
    return of_sources.unique("url_key", keep="last").with_columns(host=SITE)


def learn_site(layout: Layout, pages: pl.DataFrame, sources: dict[str, Source], readers: ReaderPool) -> Row:
    """Learns the memory of one site from its pages; those that cannot be read teach nothing."""
    captures = load_captures(layout, pages["capture_id"])
    jobs = [
        make_job(layout, sources[name], captures[capture_id])
        for name, capture_id in pages.select("source", "capture_id").iter_rows()
    ]
    host = str(pages["host"][0])
    memory = learn_memory(host, [lines for lines in readers.read(read_lines, jobs) if isinstance(lines, PageLines)])
    return {
        "host": host,
        "version": memory.version,
        "lines": sorted(memory.lines),
        "pages": memory.pages,
        "captures_until": pages["fetched_at"].max(),
        "reader_version": READER_VERSION,
    }


def make_job(layout: Layout, source: Source, capture: Capture) -> ArchivedJob:
    """Makes the job of reading a capture's lines, as it is read without any memory."""
    rules = make_rules(source, capture.fetched_at.date())
    expected = Expectation(capture.url, capture.fetched_at, "text/html", rules, must_be_relevant=False)
    return ArchivedJob(layout.root, capture.capture_id, capture.warc_filename, capture.warc_record_offset, expected)
