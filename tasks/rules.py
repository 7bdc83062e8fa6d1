"""Turns a source's file into the rules by which its pages are read on a day."""

from datetime import date

from tasks.reading.page import ReadingRules
from tasks.reading.site_memory import SiteMemory
from tasks.sources.model import Source


def make_rules(source: Source, on: date, memory: SiteMemory | None = None) -> ReadingRules:
    """Makes the reading rules that hold for a page fetched on a day; `memory` is that of its site."""
    selectors = source.choose_selectors(on).model_dump(exclude={"since", "until"})
    return ReadingRules(
        publisher=source.publisher,
        site_names=(source.title, source.publisher),
        timezone=source.timezone,
        language=source.language,
        memory=memory,
        **selectors,
    )
