"""Lines that are kept for what they stand beside: alone they look like anything but text."""

from collections.abc import Sequence
from itertools import groupby, islice

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from tasks.reading.body import LONGEST_CELL, is_row
from tasks.reading.forest import Numbers
from tasks.reading.line_facts import SENTENCE_ENDS
from tasks.reading.locate import find_around, find_row, join_cells
from tasks.reading.segment_features import WORDS_OF_TEXT, Lines
from tasks.reading.segments import PLACE_OF_TAG, Segment, get_container

#: So many elements may be around a table among paragraphs.
MOST_WRAPPERS = 2
FEWEST_ROWS = 2
#: A paragraph in one element with text is text from this chance on.
NEARLY = 0.1


def keep_siblings(lines: Lines, chances: Numbers, is_text: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keeps the paragraphs that stand in one element with text and are nearly likely enough: mostly the first ones."""
    is_paragraph = [
        segment.place.element.tag == "p" and segment.text.endswith(SENTENCE_ENDS) for segment in lines.segments
    ]
    has_text = np.bincount(lines.containers, is_text)[lines.containers] > 0
    return is_text | (has_text & is_paragraph & (chances >= NEARLY) & (lines.words >= WORDS_OF_TEXT))


def keep_tables(segments: Sequence[Segment], is_text: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keeps whole the tables of data that stand among the text: their cells look like anything but text."""
    chosen: list[int] = np.flatnonzero(is_text).tolist()
    found = {place: _find_table(segments[place]) for place in range(chosen[0], len(segments))} if chosen else {}
    tables: dict[HtmlElement, list[int]] = {}
    for place, table in found.items():
        # Of what follows the text, only the rest of a table that it ends in.
        if table is not None and (place < chosen[-1] or table is found[chosen[-1]]):
            tables.setdefault(table, []).append(place)
    if not tables:
        return is_text
    around_text = {get_container(segments[position].place.element) for position in chosen}
    kept = is_text.copy()
    for table, positions in tables.items():
        wrappers = islice(table.iterancestors(), MOST_WRAPPERS)
        stands_in_text = is_text[positions].any() or not around_text.isdisjoint(wrappers)
        if stands_in_text and is_data([segments[position] for position in positions]):
            kept[positions] = True
    return kept


def _find_table(segment: Segment) -> HtmlElement | None:
    is_inside = segment.place.places & PLACE_OF_TAG["table"]
    return find_around(segment.place.element, "table") if is_inside else None


def is_data(table: Sequence[Segment]) -> bool:
    """Tells whether the lines of a table are rows of short cells, rather than a page that it lays out."""
    rows = [join_cells(row) for _, row in groupby(table, key=find_row)]
    is_short = all(len(cell.split()) <= LONGEST_CELL for row in rows for cell in row)
    return is_short and sum(map(is_row, rows)) >= FEWEST_ROWS
