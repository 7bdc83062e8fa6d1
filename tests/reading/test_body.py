"""The blocks of trafilatura's reading."""

import pytest

from tasks.reading.body import Block, read_with_trafilatura
from tasks.reading.page import parse_page

TEXT = "".join(f"<p>In unit {n} of the service staff asked for help early, and managers gave it.</p>" for n in range(8))
LONG = "Inspectors found that staff knew the children well. " * 8


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        ("<tr><td>Area<td>Grade<tr><td>Care<td>Good", ["Area | Grade", "Care | Good"]),
        ("<tr><td><p>Area</p><td><p>Grade</p><p>2026</p>", ["Area | Grade 2026"]),
        ("<tr><td>Area<td><td>Grade", ["Area | Grade"]),
        (f"<tr><td>Area<td><p>{LONG}</p><p>{LONG}</p>", ["Area", LONG.strip(), LONG.strip()]),
    ],
    ids=["cells", "paragraphs in cells", "empty cell", "columns of a layout"],
)
def test_a_row_is_one_line(table: str, rows: list[str]) -> None:
    """The cells of a row are one line, but where they are so long that the table lays out the page."""
    page = f"<html><body><article>{TEXT}<table>{table}</table>{TEXT}</article></body></html>"
    tree = parse_page(page.encode(), "utf-8")
    assert tree is not None
    assert [block for block in read_with_trafilatura(tree) if block.kind == "table"] == [
        Block("table", row) for row in rows
    ]
