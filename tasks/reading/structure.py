"""The structure of an article: the blocks of its text, with what the page's markup says of them."""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby

from lxml.html import HtmlElement

from tasks.reading.body import Block
from tasks.reading.links import LinkMarker
from tasks.reading.locate import CELLS, Positions, find_around, find_row
from tasks.reading.markdown import Marked, mark_plainly
from tasks.reading.segments import HEADINGS, Segment

LISTS = ("ul", "ol", "dl")
ITEMS = ("li", "dt", "dd")
#: The highest number that an item may have in Markdown.
HIGHEST_NUMBER = 999_999_999
#: More columns than this are spanned by mistake.
MOST_COLUMNS = 50


def mark_blocks(
    blocks: Sequence[Block], places: Sequence[Positions], segments: Sequence[Segment], base: str
) -> Iterator[Marked]:
    """Marks up blocks by the lines they stand in; links are resolved by the page's address, `base`.

    Emphasis is not kept.
    """
    marker = _Marker(base)
    for block, positions in zip(blocks, places, strict=True):
        lines = [segments[position] for position in positions]
        yield marker.mark(block, lines) if lines else mark_plainly(block)


class _Marker:
    """What was found out of one page so far."""

    def __init__(self, base: str) -> None:
        self._links = LinkMarker(base)
        self._numbers: dict[HtmlElement, dict[HtmlElement, int]] = {}

    def mark(self, block: Block, lines: list[Segment]) -> Marked:
        """Marks up a block that stands in one line, or a row of a table in the lines of its cells."""
        element = lines[0].place.element
        match block.kind:
            case "table":
                return self._mark_row(lines)
            case "list":
                return self._mark_item(self._links.mark(lines[0]), element)
            case "heading" if element.tag in HEADINGS:
                return Marked(block.kind, self._links.mark(lines[0]), level=int(element.tag[1]))
        return Marked(block.kind, self._links.mark(lines[0]))

    def _mark_row(self, lines: list[Segment]) -> Marked:
        found = [
            (cell, " ".join(map(self._links.mark, members)))
            for cell, members in groupby(lines, key=lambda line: find_around(line.place.element, *CELLS))
        ]
        row = find_row(lines[0])
        own = [] if row is None else list(row.iterchildren(*CELLS))
        # Cells without text are in no line; where a row holds more than cells, there is no telling where they stand.
        texts = dict(found)
        cells = [(cell, texts.get(cell, "")) for cell in own] if texts.keys() <= set(own) else found
        is_header = all(cell is not None and cell.tag == "th" for cell, _ in cells)
        spanned = ((text, *[""] * (_count_columns(cell) - 1)) for cell, text in cells)
        return Marked("table", "", cells=tuple(chain.from_iterable(spanned)), is_header=is_header)

    def _mark_item(self, line: str, element: HtmlElement) -> Marked:
        item = find_around(element, *ITEMS)
        level = sum(1 for _ in element.iterancestors(*LISTS))
        return Marked("list", line, level=level, item=item, number=None if item is None else self._find_number(item))

    def _find_number(self, item: HtmlElement) -> int | None:
        """Finds the number of an item in an ordered list; None where there is none that Markdown could have."""
        parent = item.getparent()
        if parent is None or parent.tag != "ol":
            return None
        if parent not in self._numbers:
            self._numbers[parent] = dict(number_items(parent))
        number = self._numbers[parent].get(item, -1)
        return number if 0 <= number <= HIGHEST_NUMBER else None


def _count_columns(cell: HtmlElement | None) -> int:
    return 1 if cell is None else min(_read_number(cell, "colspan", 1), MOST_COLUMNS)


def number_items(ordered: HtmlElement) -> Iterator[tuple[HtmlElement, int]]:
    """Numbers the items of an ordered list as browsers do (HTML, "ordinal value")."""
    items = list(ordered.iterchildren("li"))
    step = 1 if ordered.get("reversed") is None else -1
    number = _read_number(ordered, "start", 1 if step > 0 else len(items))
    for item in items:
        number = _read_number(item, "value", number)
        yield item, number
        number += step


def _read_number(element: HtmlElement, name: str, default: int) -> int:
    try:
        return int(element.get(name) or default)
    except ValueError:
        return default
