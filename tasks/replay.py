"""Replays what was read from all captures of a page, in order of time, into its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from storage.addresses import make_url_key
from storage.records import Row
from tasks.keep import Harvest, Kept
from tasks.reading.capture import ArchivedJob, Reading
from tasks.sources.model import Source

#: The tables that reading fills.
TABLES = ("articles", "article_versions", "inspections", "judgements", "rejections")


@dataclass(frozen=True, slots=True)
class Event:
    """One capture of a page as a run read it: for which address (as listed then) and source, and how to read it again.

    `observed_at` is when the run had it: with an imported capture that is later than when it was made. `is_named` tells
    that an article, a version or an inspection was read from it.
    """

    address: Row
    source: Source
    job: ArchivedJob
    run_id: str
    observed_at: datetime
    is_named: bool

    @property
    def is_own(self) -> bool:
        """Whether the page was asked for under its own address, and not reached by a redirect."""
        return make_url_key(self.job.expected.url) == str(self.address["url_key"])


@dataclass(slots=True)
class Replay:
    """The rows of pages by table and key, and what each capture came to."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: {table: {} for table in TABLES})
    kept: dict[str, Kept] = field(default_factory=dict)

    def add_page(self, events: Sequence[Event], readings: Mapping[str, Reading]) -> None:
        """Adds a page: all its events, and the readings of their captures by capture_id."""
        known: dict[str, Row] = {}
        judgements: dict[str, Row] = {}
        for step in cut_steps(events):
            harvest = Harvest(step[0].source, known)
            for event in step:
                capture_id = event.job.capture_id
                self.kept[capture_id] = harvest.keep(event.address, event.job, readings[capture_id])
            known |= harvest.rows["articles"] | harvest.rows["inspections"]
            if harvest.inspection_ids:
                judgements = harvest.rows["judgements"]
            for table in ("articles", "inspections", "rejections"):
                self.rows[table] |= harvest.rows[table]
            for row in harvest.rows["article_versions"].values():
                self.rows["article_versions"][f"{row['article_id']} {row['version']}"] = row
        self.rows["judgements"] |= judgements


def cut_steps(events: Sequence[Event]) -> list[list[Event]]:
    """Cuts the events of one page into steps, in order of time: of each, the first capture that is no rejection counts.

    A step is of one run. Within a run a step starts with each capture that rows name, which shows how runs at the
    same time came out, then with each of the page's own address; redirects that led to the page stand behind it.
    """
    first_of_run = {
        run_id: min(event.observed_at for event in events if event.run_id == run_id)
        for run_id in {event.run_id for event in events}
    }
    steps: list[list[Event]] = []
    for event in sorted(events, key=lambda event: (first_of_run[event.run_id], event.run_id, *_order_in_run(event))):
        last = steps[-1][-1] if steps else None
        is_next = last and (last.run_id, last.source) == (event.run_id, event.source)
        if is_next and not event.is_named and not event.is_own:
            steps[-1].append(event)
        else:
            steps.append([event])
    # A run may have had captures older than those of the runs before it, as a backfill of a page's past does.
    return sorted(steps, key=lambda step: step[0].job.expected.fetched_at)


def _order_in_run(event: Event) -> tuple[str, bool, datetime, datetime, str]:
    # Captures that rows name stand first, in order of time whichever source they are of.
    capture_id = event.job.capture_id
    source = "" if event.is_named else event.source.name
    return source, not event.is_own and not event.is_named, event.observed_at, event.job.expected.fetched_at, capture_id
