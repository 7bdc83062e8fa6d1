"""Where in a page the blocks of its article stand: through this, what the markup says of them beside their words."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby

from lxml.html import HtmlElement

from tasks.reading.body import Block
from tasks.reading.segments import PLACE_OF_TAG, Segment

CELLS = ("td", "th")

#: The positions of a block's lines among those of the page; a table's row has those of all its cells.
Positions = tuple[int, ...]


def locate_blocks(blocks: Sequence[Block], segments: Sequence[Segment]) -> list[Positions]:
    """Locates each block among the lines of its page by its words; an empty tuple where no line says just these.

    Of lines with the same words the next one behind the block before is taken.
    """
    lines: dict[str, list[Positions]] = {block.text: [] for block in blocks}
    for position, segment in enumerate(segments):
        if segment.text in lines:
            lines[segment.text].append((position,))
    rows = _index_rows(segments) if any(block.kind == "table" for block in blocks) else {}
    found, reached = [], 0
    for block in blocks:
        candidates = (rows if block.kind == "table" else lines).get(block.text) or [()]
        following = bisect_left(candidates, (reached,))
        positions = candidates[min(following, len(candidates) - 1)]
        reached = max([reached, *(position + 1 for position in positions)])
        found.append(positions)
    return found


def find_around(element: HtmlElement, *tags: str) -> HtmlElement | None:
    """Finds the nearest element of these tags around a line's own, or that itself."""
    return element if element.tag in tags else next(element.iterancestors(*tags), None)


def find_row(segment: Segment) -> HtmlElement | None:
    """Finds the row of a table that a line stands in."""
    return find_around(segment.place.element, "tr") if segment.place.places & PLACE_OF_TAG["table"] else None


def join_cells(row: Iterable[Segment]) -> list[str]:
    """Joins the lines of a row to the texts of its cells; those without lines are left out."""
    cells = groupby(row, key=lambda segment: find_around(segment.place.element, *CELLS))
    return [" ".join(segment.text for segment in cell) for _, cell in cells]


def _index_rows(segments: Sequence[Segment]) -> dict[str, list[Positions]]:
    """Indexes the rows of the page's tables by their words as `text` has them."""
    members: dict[HtmlElement, list[int]] = defaultdict(list)
    for position, segment in enumerate(segments):
        row = find_row(segment)
        if row is not None:
            members[row].append(position)
    rows: dict[str, list[Positions]] = defaultdict(list)
    for positions in members.values():
        rows[" | ".join(join_cells(segments[position] for position in positions))].append(tuple(positions))
    return rows
