"""The structure of an article: the blocks of its text, with what the page's markup says of them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

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
#: More columns or rows than this are spanned by mistake.
MOST_COLUMNS, MOST_ROWS = 50, 1000


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
        self._columns: dict[HtmlElement, dict[HtmlElement, range]] = {}

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
        texts = dict(found)
        row = find_row(lines[0])
        own = [] if row is None else list(row.iterchildren(*CELLS))
        is_header = all(cell is not None and cell.tag == "th" for cell in own or texts)
        table = None if row is None else find_around(row, "table")
        # Where a row holds more than cells, there is no telling in which columns its lines stand.
        is_plain = table is not None and texts.keys() <= set(own)
        cells = self._place_texts(table, own, texts) if is_plain else [text for _, text in found]
        return Marked("table", "", cells=tuple(cells), is_header=is_header)

    def _place_texts(
        self, table: HtmlElement, own: list[HtmlElement], texts: Mapping[HtmlElement | None, str]
    ) -> Iterator[str]:
        """Places the texts of a row's cells in its columns; one without text, or reached into from above, is empty."""
        if table not in self._columns:
            self._columns[table] = dict(place_cells(table))
        columns = self._columns[table]
        placed = {columns[cell].start: texts.get(cell, "") for cell in own}
        return (placed.get(column, "") for column in range(max(columns[cell].stop for cell in own)))

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


def place_cells(table: HtmlElement) -> Iterator[tuple[HtmlElement, range]]:
    """Places each cell of a table in the columns that it spans, beside those that cells of rows above reach into.

    The rule is that of browsers (HTML, "forming a table"), but for cells that span to the end of their group.
    """
    reaching: dict[int, int] = {}
    for row in table.iter("tr"):
        if find_around(row, "table") is not table:
            continue
        column = 0
        begun: dict[int, int] = {}
        for cell in row.iterchildren(*CELLS):
            while column in reaching:
                column += 1
            columns = range(column, column + _count_spanned(cell, "colspan", MOST_COLUMNS))
            yield cell, columns
            begun |= dict.fromkeys(columns, _count_spanned(cell, "rowspan", MOST_ROWS))
            column = columns.stop
        reaching = {column: rows - 1 for column, rows in (reaching | begun).items() if rows > 1}


def _count_spanned(cell: HtmlElement, name: str, most: int) -> int:
    return max(1, min(_read_number(cell, name, 1), most))


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
