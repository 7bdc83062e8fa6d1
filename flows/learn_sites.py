"""The command that learns what recurs over the sites' pages, outside of a night."""

from collections.abc import Sequence
from datetime import date

from flows.console import OUT, print_json, print_rows
from flows.settings import Settings
from flows.usage import check_usage
from storage.tables import recover
from tasks.learn_sites import learn_sites
from tasks.reading.workers import ReaderPool
from tasks.via import check_range


def learn_sites_command(since: date | None, names: Sequence[str] | None, *, as_json: bool) -> int:
    """Learns the memory of each site for which one is due, and prints what was learned; gives 0.

    Raises ValueError where `since` is still to come, or the archive cannot be written to.
    """
    check_range(since, None)
    settings = Settings()
    layout = settings.find_archive()
    sources = check_usage(names, is_local=True)
    recover(layout)
    with ReaderPool(settings.workers) as readers:
        learned = learn_sites(layout, sources, readers, holds_from=since)
    rows = [
        {**{name: row[name] for name in ("host", "holds_from", "version", "pages")}, "lines": len(row["lines"])}
        for row in learned
    ]
    if as_json:
        print_json(rows)
        return 0
    if not rows:
        OUT.print("No site has enough new pages for a memory of its own.")
        return 0
    print_rows("memories of sites", rows)
    if since:
        OUT.print("What was captured before is read with them by `inspection-news reprocess`.")
    return 0
