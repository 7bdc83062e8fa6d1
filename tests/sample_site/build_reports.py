"""Makes the sample inspectorate's PDFs from content/inspectorate/*.md: `python tests/sample_site/build_reports.py`.

The text of a report is marked up by the first character of a line: `#` the title, `##` a heading, `-` a bullet, `|` a
row of a table, `>` a line that is kept as it stands, `~` small print, `---` a new page. The bytes are the same every
time: dates are fixed and nothing is compressed.
"""

import sys
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from fpdf import FPDF, XPos, YPos

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from sample_content import read_content  # noqa: E402 - the folder beside this script is no package

MARKS = ("##", "#", "-", "|", ">", "~")
NOTICE = "Invented sample. No such authority, person or inspection exists."


class Report(FPDF):
    """One report on A4, set in the core fonts."""

    def __init__(self, details: dict[str, Any]) -> None:
        """Starts the report of that front matter, with its first page."""
        super().__init__()
        self.details = details
        self.core_fonts_encoding = "cp1252"
        self.set_compression(compress=False)
        self.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))
        self.set_producer("sample site")
        self.set_margin(22)
        self.set_auto_page_break(auto=True, margin=24)
        self.add_page()

    def header(self) -> None:
        """Sets the page number above the text, where the report's layout has it there."""
        if self.details.get("numbered_above"):
            self.set_font("Helvetica", size=9)
            self.cell(text=str(self.page_no()), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def footer(self) -> None:
        """Sets the running title of the layouts that have one, and the notice of every page."""
        self.set_y(-20)
        self.set_font("Helvetica", size=8)
        if self.details.get("footer") and self.page_no() > 1:
            self.cell(text=f"{self.details['footer']} {self.page_no()}", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.cell(text=NOTICE)

    def write_block(self, text: str, *, size: float, style: str = "", gap: float = 3) -> None:
        """Sets one block over the width of the page."""
        self.set_font("Helvetica", style, size)
        self.multi_cell(0, size * 0.5, text, markdown=True, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(gap)

    def write_table(self, lines: list[str]) -> None:
        """Sets a table of one or two columns; the first row is its head."""
        grade_width = self.details.get("grade_width", 0.5)
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
        widths = (1 - grade_width, grade_width) if len(rows[0]) > 1 else (1,)
        self.set_font("Helvetica", size=11)
        with self.table(col_widths=widths, line_height=6, text_align="LEFT") as table:
            for row in rows:
                table.row(row)
        self.ln(4)

    def write_lines(self, mark: str, lines: list[str]) -> None:
        """Sets neighbouring lines of one mark."""
        if mark == "|":
            self.write_table(lines)
        elif mark == ">":
            self.write_block("\n".join(lines), size=12, gap=4)
        elif mark == "~":
            self.write_block("\n".join(lines), size=8)
        elif mark == "-":
            self.write_block("\n".join(f"\N{BULLET} {line}" for line in lines), size=11)
        elif mark:
            self.write_block("\n".join(lines), size=20 if mark == "#" else 14, style="B")
        else:
            self.write_block(" ".join(lines), size=11)


def split_mark(line: str) -> tuple[str, str]:
    """Splits a line into its mark, empty for running text, and what the mark stands before."""
    mark = next((mark for mark in MARKS if line.startswith(mark)), "")
    return mark, line.removeprefix(mark).strip()


def build_report(path: Path) -> bytes:
    """Makes one report's PDF."""
    details, text = read_content(path)
    report = Report(details)
    for number, page in enumerate(text.split("\n---\n")):
        if number:
            report.add_page()
        for paragraph in page.strip().split("\n\n"):
            for mark, group in groupby(map(split_mark, paragraph.splitlines()), key=lambda pair: pair[0]):
                report.write_lines(mark, [line for _, line in group])
    return bytes(report.output())


def main() -> None:
    """Writes every report into the folder that the server reads."""
    for path in sorted((HERE / "content" / "inspectorate").glob("*.md")):
        target = HERE / "reports" / f"{path.stem}.pdf"
        target.write_bytes(build_report(path))
        print(f"{target.name}: {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
