"""Words and blocks as Markdown (CommonMark with GitHub's tables): rendered, they are the words of the plain text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from tasks.reading.body import Block, Kind

#: What would be taken as markup wherever it stands; an underscore between letters is none.
MARKUP = re.compile(r"[\\`*\[\]<~_&](?:(?<=[\\`*\[\]<~])|(?<=_)(?:(?<![^\W_]_)|(?![^\W_]))|(?<=&)(?=#?\w+;))")
#: What would be taken as markup at the beginning of a line: headings, quotes, rules, lists.
MARKUP_AT_START = re.compile(r"\A(?:#{1,6}(?= |$)|[+-](?= |$)|>|-[- ]*$)")
NUMBER_AT_START = re.compile(r"\A([0-9]{1,9})(?=[.)](?: |$))")
#: Number signs at the end of a heading belong to its markup.
MARKUP_AT_END = re.compile(r"(?:^|(?<= ))(?=#+$)")
#: The level of a heading whose element is not known.
USUAL_LEVEL = 2


@dataclass(frozen=True, slots=True)
class Marked:
    """A block with its structure.

    `line` is the block's words as Markdown, `cells` those of a table's row, empty ones too. `level` is that of the
    heading, or how deep the list lies; `item` names the item, which may have several lines, `number` is its number in
    an ordered list.
    """

    kind: Kind
    line: str
    level: int = 0
    item: object = None
    number: int | None = None
    cells: tuple[str, ...] = ()
    is_header: bool = False


def escape_words(text: str) -> str:
    """Escapes what Markdown takes as markup within a line."""
    return MARKUP.sub(r"\\\g<0>", text)


def mark_plainly(block: Block) -> Marked:
    """Marks up a block of which only kind and words are known."""
    cells = tuple(map(escape_words, block.text.split(" | "))) if block.kind == "table" else ()
    return Marked(block.kind, escape_words(block.text), cells=cells)


def write_markdown(blocks: Iterable[Marked]) -> str:
    """Writes blocks as Markdown, an empty line between them, but for items of a list and rows of a table."""
    return "\n\n".join(_write_run(list(run)) for _, run in groupby(blocks, key=lambda block: block.kind))


def _write_run(run: list[Marked]) -> str:
    """Writes successive blocks of one kind."""
    match run[0].kind:
        case "heading":
            return "\n\n".join(f"{'#' * (block.level or USUAL_LEVEL)} {_end(block.line)}" for block in run)
        case "list":
            return _write_list(run)
        case "table":
            return _write_tables(run)
        case "quote":
            return "\n>\n".join(f"> {_start(block.line)}" for block in run)
    return "\n\n".join(_start(block.line) for block in run)


def _start(line: str) -> str:
    """Escapes what would be taken as markup at the beginning of a line."""
    return NUMBER_AT_START.sub(r"\1\\", MARKUP_AT_START.sub(r"\\\g<0>", line))


def _end(line: str) -> str:
    """Escapes what would be taken as markup at the end of a heading."""
    return MARKUP_AT_END.sub(r"\\", line)


def _write_list(run: list[Marked]) -> str:
    """Writes items, those of inner lists and the further lines of an item as far in as the item's own text."""
    lines: list[str] = []
    # The items that the next line may be in, each with the width of its marker.
    around: list[tuple[Marked, int]] = []
    for block in run:
        goes_on = [place for place, (item, _) in enumerate(around) if item.item is not None and item.item is block.item]
        if goes_on:
            del around[goes_on[0] + 1 :]
            lines += ["", " " * sum(width for _, width in around) + _start(block.line)]
            continue
        while around and around[-1][0].level >= block.level:
            around.pop()
        indent = " " * sum(width for _, width in around)
        marker = "- " if block.number is None else f"{block.number}. "
        if around and block.number is not None:
            # In an item, only a list that begins with 1 may follow the text without an empty line.
            lines.append("")
        lines.append(f"{indent}{marker}{_start(block.line)}")
        around.append((block, len(marker)))
    return "\n".join(lines)


def _write_tables(run: list[Marked]) -> str:
    """Writes rows; a row of headers below one of values begins another table."""
    tables: list[list[Marked]] = []
    before = None
    for row in run:
        if before is None or (row.is_header and not before.is_header):
            tables.append([])
        tables[-1].append(row)
        before = row
    return "\n\n".join(map(_write_table, tables))


def _write_table(rows: list[Marked]) -> str:
    """Writes a table, which in Markdown has a header, if an empty one, and no row longer than that."""
    header, body = (rows[0].cells, rows[1:]) if rows[0].is_header else ((), rows)
    width = max(len(row.cells) for row in rows)
    headers = (*header, *[""] * (width - len(header)))
    return "\n".join([_write_row(headers), "|" + " --- |" * width, *(_write_row(row.cells) for row in body)])


def _write_row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
