"""Remembers robots.txt from the archive, so that the runs of a day ask each host for it once."""

from datetime import UTC, datetime

import polars as pl

from storage.errors import ArchiveError
from storage.layout import Layout
from storage.tables import scan_table
from storage.warc import read_answer
from tasks.captures import OK
from tasks.web.body import decode_body
from tasks.web.robots import FRESH_FOR, RememberedRobots

#: Without a robots.txt everything is allowed; other answers may pass, and are asked for again.
ABSENT = (404, 410)


class RobotsMemory:
    """Recalls each host's newest robots.txt answer of the last 24 hours."""

    def __init__(self, layout: Layout) -> None:
        """Recalls from an archive."""
        self._layout = layout

    def recall(self, origin: str) -> RememberedRobots | None:
        """Recalls the robots.txt of an origin; None where it was not asked for lately, or answered nothing final.

        None, too, where its WARC file is lost or damaged, of which `verify` tells.
        """
        lately = (
            scan_table(self._layout, "captures")
            .filter(
                pl.col("purpose") == "robots",
                pl.col("url") == f"{origin}/robots.txt",
                pl.col("outcome").is_null() | pl.col("fetch_status").is_in(ABSENT),
                pl.col("fetched_at") > datetime.now(UTC) - FRESH_FOR,
                pl.col("warc_record_type") == "response",
                (pl.col("fetch_status") == OK) | pl.col("fetch_status").is_in(ABSENT),
            )
            .sort("fetched_at")
            .tail(1)
            .collect()
        )
        if lately.is_empty():
            return None
        row = lately.row(0, named=True)
        if row["fetch_status"] != OK:
            # Its body says nothing, and is in whatever encoding.
            return RememberedRobots(row["fetch_status"], b"", row["fetched_at"])
        try:
            archived = read_answer(self._layout, row["warc_filename"], row["warc_record_offset"])
        except ArchiveError:
            return None
        return RememberedRobots(archived.status, decode_body(archived.body, archived.headers), archived.fetched_at)
