"""The text of GOV.UK's body HTML, which is rendered from Govspeak, as blocks.

All of it is the document's own, so nothing is left out but what serves the page: previews, sizes and formats of
attachments, captions of pictures, links to footnotes and back.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from lxml import html
from lxml.etree import XPath
from lxml.html import HtmlElement

from tasks.reading.body import Block, Kind
from tasks.reading.page import select
from tasks.reading.text import squeeze_spaces

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("ul", "ol"), "list"),
    "blockquote": "quote",
}
#: Elements that begin and end a line.
BREAKING = frozenset({
    *KINDS, "address", "br", "caption", "dd", "div", "dl", "dt", "figure", "hr", "li", "p", "pre", "section", "table",
})  # fmt: skip
HAS_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"
FIND_SERVICE = XPath(
    " | ".join([
        *(f"//{tag}" for tag in ("script", "style", "svg", "figcaption")),
        *(f"//a[{HAS_CLASS.format(name)}]" for name in ("footnote", "reversefootnote")),
        *(f"//div[{HAS_CLASS.format(name)}]" for name in ("attachment-thumb", "accessibility-warning")),
        *(f"//*[{HAS_CLASS.format(name)}]" for name in ("gem-c-attachment__thumbnail", "gem-c-attachment__metadata")),
        f"//*[{HAS_CLASS.format('attachment')}]//p[{HAS_CLASS.format('metadata')}]",
    ])
)  # fmt: skip
FIND_CELLS = XPath("./td | ./th")


def read_govspeak(markup: str) -> list[Block]:
    """Reads the blocks of a body; none where it has no text."""
    parser = html.HTMLParser(remove_comments=True, remove_pis=True)
    tree = html.fragment_fromstring(markup.replace("\x00", ""), create_parent="div", parser=parser)
    for element in select(FIND_SERVICE, tree):
        element.drop_tree()
    return [
        Block(kind, text)
        for kind, pieces in groupby(_iterate_pieces(tree, "paragraph"), key=itemgetter(0))
        for line in "".join(piece for _, piece in pieces).split("\n")
        if (text := squeeze_spaces(line))
    ]


def _iterate_pieces(element: HtmlElement, kind: Kind) -> Iterator[tuple[Kind, str]]:
    """Iterates over the text in pieces; lines end where a block begins or ends, not where the markup breaks them."""
    if element.tag == "tr":
        yield "table", "\n" + " | ".join(_read_cell(cell) for cell in select(FIND_CELLS, element)) + "\n"
        return
    kind = KINDS.get(str(element.tag), kind)
    edge = "\n" if element.tag in BREAKING else ""
    yield kind, edge + _level(element.text)
    for child in element:
        yield from _iterate_pieces(child, kind)
        yield kind, _level(child.tail)
    yield kind, edge


def _read_cell(cell: HtmlElement) -> str:
    return squeeze_spaces("".join(piece for _, piece in _iterate_pieces(cell, "table")))


def _level(text: str | None) -> str:
    return (text or "").replace("\n", " ")
