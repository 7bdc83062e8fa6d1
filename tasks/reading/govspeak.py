"""The text of GOV.UK's body HTML, which is rendered from Govspeak, as blocks.

All of it is the document's own, so nothing is left out but what serves the page: previews, sizes and formats of
attachments, captions of pictures, links to footnotes and back.
"""

from collections.abc import Iterator
from itertools import groupby

from lxml import html
from lxml.etree import XPath
from lxml.html import HtmlElement

from tasks.reading.body import Block, Kind
from tasks.reading.locate import find_row, join_cells
from tasks.reading.page import select
from tasks.reading.segments import Segment
from tasks.reading.text import squeeze_spaces

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("ul", "ol"), "list"),
    "blockquote": "quote",
}
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


def parse_govspeak(markup: str) -> tuple[HtmlElement, tuple[str, ...]]:
    """Parses a body; gives the tree without what serves the page, and the captions of its pictures, each once."""
    parser = html.HTMLParser(remove_comments=True, remove_pis=True)
    tree = html.fragment_fromstring(markup.replace("\x00", ""), create_parent="div", parser=parser)
    captions = [squeeze_spaces(" ".join(caption.itertext())) for caption in tree.iter("figcaption")]
    for element in select(FIND_SERVICE, tree):
        element.drop_tree()
    return tree, tuple(dict.fromkeys(filter(None, captions)))


def make_blocks(segments: list[Segment]) -> Iterator[Block]:
    """Makes blocks of all lines of a body; every table of GOV.UK's is one of data."""
    for row, members in groupby(segments, key=find_row):
        lines = list(members)
        if row is not None:
            yield Block("table", " | ".join(join_cells(lines)))
        else:
            yield from (Block(_find_kind(line.place.element), line.text) for line in lines)


def _find_kind(element: HtmlElement) -> Kind:
    kinds = (KINDS.get(node.tag) for node in (element, *element.iterancestors()))
    return next(filter(None, kinds), "paragraph")
