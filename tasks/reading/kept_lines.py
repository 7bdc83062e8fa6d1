"""Lines that are kept for what they stand beside: alone they look like anything but text."""

from collections.abc import Sequence
from itertools import groupby, islice

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from tasks.reading.body import LONGEST_CELL, is_row
from tasks.reading.forest import Numbers
from tasks.reading.furniture import heads_box, is_furniture_line
from tasks.reading.line_facts import SENTENCE_ENDS
from tasks.reading.locate import find_around, find_row, join_cells
from tasks.reading.segment_features import WORDS_OF_TEXT, Lines
from tasks.reading.segments import BIT_OF_NAME, HEADINGS, PLACE_OF_TAG, Segment, get_container

#: So many elements may be around a table among paragraphs.
MOST_WRAPPERS = 2
FEWEST_ROWS = 2
#: A paragraph in one element with text is text from this chance on.
NEARLY = 0.1
#: A list is text as a whole where so much of it is, or else furniture.
SHARE_OF_LIST = 0.5
#: Lists with more than this in links are of other pages.
MOST_LINKED = 0.5
#: What stands in these is beside the article; a list in an element that is named so is of a box, as what to buy.
BESIDE_ARTICLE = sum(PLACE_OF_TAG[tag] for tag in ("nav", "aside", "footer", "form"))
BOXES = sum(BIT_OF_NAME[name] for name in ("advert", "comment", "related", "share", "wall"))


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


def keep_lists(segments: Sequence[Segment], is_text: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keeps whole the lists among the text that a line of text with a colon leads up to, or of which half is text."""
    chosen: list[int] = np.flatnonzero(is_text).tolist()
    kept = is_text.copy()
    for positions in _group_lists(segments).values() if chosen else ():
        first, last = positions[0], positions[-1]
        is_among_text = chosen[0] <= first and last <= chosen[-1]
        if is_among_text and not kept[positions].all() and is_plain_list([segments[place] for place in positions]):
            # A list that was kept may lead up to the one inside it.
            is_led_up_to = first > 0 and kept[first - 1] and leads_up(segments[first - 1].text)
            if is_led_up_to or kept[positions].mean() >= SHARE_OF_LIST:
                kept[[place for place in positions if not is_furniture_line(segments[place].text)]] = True
    return kept


def _group_lists(segments: Sequence[Segment]) -> dict[HtmlElement, list[int]]:
    """Groups the lines in lists by the innermost list, but for those of the outlet's own parts of the page."""
    lists: dict[HtmlElement, list[int]] = {}
    for position, segment in enumerate(segments):
        if segment.place.places & PLACE_OF_TAG["list"] and not segment.place.places & BESIDE_ARTICLE:
            found = find_around(segment.place.element, "ul", "ol")
            if found is not None:
                lists.setdefault(found, []).append(position)
    return lists


def is_plain_list(lines: Sequence[Segment]) -> bool:
    """Tells whether the lines of a list are items, rather than links, or parts of boxes that it lays out."""
    links = sum(line.link_share for line in lines)
    return links <= MOST_LINKED * len(lines) and not any(
        line.place.near_names & BOXES or line.place.element.tag in HEADINGS for line in lines
    )


def keep_headings(segments: Sequence[Segment], is_text: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keeps the subheadings among the text that stand as others do that are text, though a menu says the same words."""
    chosen: list[int] = np.flatnonzero(is_text).tolist()
    known = {_find_rank(segments[place]) for place in chosen if segments[place].place.element.tag in HEADINGS}
    kept = is_text.copy()
    for place in range(chosen[0], chosen[-1]) if known else ():
        heading, following = segments[place : place + 2]
        is_followed = bool(is_text[place + 1]) and _follows(heading, following)
        if is_followed and _find_rank(heading) in known and is_subheading(heading):
            kept[place] = True
    return kept


def _find_rank(segment: Segment) -> tuple[HtmlElement | None, str]:
    """Finds what headings of one rank share: the element that they stand in, and their tag."""
    return segment.place.element.getparent(), segment.place.element.tag


def _follows(heading: Segment, line: Segment) -> bool:
    """Tells whether a line stands in one element with a heading, or is an item of a list."""
    is_item = line.place.places & PLACE_OF_TAG["list"] != 0
    return is_item or get_container(line.place.element) is heading.place.element.getparent()


def is_subheading(line: Segment) -> bool:
    """Tells whether a heading has words, and is neither a link nor that of a box."""
    is_furniture = is_furniture_line(line.text) or heads_box(line.text)
    return line.link_share <= MOST_LINKED and not is_furniture and any(map(str.isalnum, line.text))


def leads_up(text: str) -> bool:
    """Tells whether a line of text says that something follows, which is not other pages."""
    return text.endswith(":") and not is_furniture_line(text)
