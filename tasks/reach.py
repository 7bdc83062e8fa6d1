"""How far back a source's listings reach: a feed has the newest articles alone, and says nothing of those before."""

from collections.abc import Sequence
from datetime import datetime

from storage.records import Listed
from tasks.sources.methods import Feed, ListingPages, Method, Pages, Sitemap
from tasks.sources.model import Source
from tasks.units import Unit


def find_reach(source: Source, listed: Sequence[Listed], now: datetime) -> datetime | None:
    """Finds from when on a source lists what it published; None where it can be asked by date, or lists all there is.

    `listed` is all that it listed. A feed, a news sitemap and a walk over as many pages as are turned at most end
    somewhere; where none of their articles is dated, they say nothing of any time before now.
    """
    lists = find_lists(source)
    for method in lists:
        found = [entry for entry in listed if entry.method == method.method]
        match method:
            case Feed():
                pass
            case Sitemap():
                # Entries of news are dated by publication, those of whole sites by their last change.
                if not found or not all(entry.published_at for entry in found):
                    return None
            case ListingPages():
                turned = {entry.listed_on_url for entry in found}
                if method.attachments or not method.date or len(turned) < method.pages:
                    return None
            case _:
                return None
    if not lists:
        return None
    return min((entry.published_at for entry in listed if entry.published_at), default=now)


def find_lists(source: Source) -> list[Method]:
    """Finds the methods that list what was published; fixed pages are archived for themselves."""
    return [method for method in source.discover if not isinstance(method, Pages)]


def has_feeds_alone(source: Source) -> bool:
    """Tells whether a source lists nothing but its newest articles."""
    lists = find_lists(source)
    return bool(lists) and all(isinstance(method, Feed) for method in lists)


def explain_reach(unit: Unit, reach: datetime | None) -> str | None:
    """Explains why not all of a unit was listed; None where it was."""
    if reach is None or unit.since >= reach:
        return None
    return f"its listings reach back to {reach:%Y-%m-%d}; a web archive may have what is older (--via wayback)"
