"""Versions of an article: what the newer text changed, and the older text as a row of its own."""

import difflib

from storage.records import Row
from tasks.reading.text import normalise_text


def supersede_article(earlier: Row, newer: Row) -> Row:
    """Makes the row of the superseded text, and numbers the newer row after it."""
    newer["version"] = earlier["version"] + 1
    newer["first_fetched_at"] = earlier["first_fetched_at"]
    return {
        **earlier,
        "superseded_at": newer["fetched_at"],
        "change_share": measure_change(earlier["text"], newer["text"]),
    }


def measure_change(earlier: str | None, newer: str | None) -> float:
    """Measures the share of words, of both texts together, that are not common to the two, in order."""
    before, after = (normalise_text(text or "").split() for text in (earlier, newer))
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    common = sum(block.size for block in matcher.get_matching_blocks())
    total = len(before) + len(after)
    return 1 - 2 * common / total if total else 0.0
