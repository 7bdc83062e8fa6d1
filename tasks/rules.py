"""Turns a source's file into the rules by which its pages are read on a day."""

from datetime import date

from tasks.reading.page import ReadingRules
from tasks.sources.model import Source


def make_rules(source: Source, on: date) -> ReadingRules:
    """Makes the reading rules that hold for a page fetched on a day."""
    selectors = source.choose_selectors(on).model_dump(exclude={"since", "until"})
    return ReadingRules(
        publisher=source.publisher,
        site_names=(source.title, source.publisher),
        timezone=source.timezone,
        language=source.language,
        **selectors,
    )
