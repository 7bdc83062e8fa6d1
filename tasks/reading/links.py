"""The links in a line of a page, as Markdown."""

import re
from collections import defaultdict
from collections.abc import Iterator

from lxml.html import HtmlElement

from tasks.reading.markdown import escape_words
from tasks.reading.metadata import resolve_address
from tasks.reading.segments import WITHOUT_TEXT, Segment, is_inline
from tasks.reading.text import INVISIBLE

#: Stand for the beginning or end of a link and for the end of a line; no parsed page has them in its text.
EDGE, END = "\x00", "\x01"
#: What could end an address, or begin other markup, in Markdown.
UNSAFE = re.compile(r"[()<>\\|`\"\x00-\x20\x7f]|&(?=#?\w+;)")


class LinkMarker:
    """Marks the links in lines of one page, whose address is `base`."""

    def __init__(self, base: str) -> None:
        """Starts without having seen a line."""
        self._base = base
        self._marked: dict[HtmlElement, dict[str, set[str]]] = {}

    def mark(self, segment: Segment) -> str:
        """Writes a line as Markdown, its links with their addresses.

        Only words where two lines of one element say the same with other links.
        """
        return (self._mark_links(segment) if segment.link_share else None) or escape_words(segment.text)

    def _mark_links(self, segment: Segment) -> str | None:
        """Marks the links of a line that has any; None where it is not sure which."""
        element = segment.place.element
        around = next(element.iterancestors("a"), None)
        if around is not None:
            address = self._get_address(around)
            return f"[{escape_words(segment.text)}]({address})" if address else None
        if element not in self._marked:
            self._marked[element] = self._mark_element(element)
        forms = self._marked[element].get(segment.text, set())
        return next(iter(forms)) if len(forms) == 1 else None

    def _mark_element(self, element: HtmlElement) -> dict[str, set[str]]:
        addresses: list[str] = []
        pieces = "".join(self._iterate_pieces(element, addresses))
        forms: dict[str, set[str]] = defaultdict(set)
        following = iter(addresses)
        for line in pieces.split(END):
            plain, marked = _mark_line(line, following)
            forms[plain].add(marked)
        return forms

    def _iterate_pieces(self, element: HtmlElement, addresses: list[str]) -> Iterator[str]:
        """Iterates over the text as it is cut into lines; a link that reaches over the end of a line is not marked."""
        yield element.text or ""
        for child in element:
            if is_inline(child):
                inner = "".join(self._iterate_pieces(child, addresses))
                address = self._get_address(child) if child.tag == "a" and not {EDGE, END} & {*inner} else None
                if address:
                    addresses.append(address)
                yield f"{EDGE}{inner}{EDGE}" if address else inner
            elif child.tag not in WITHOUT_TEXT:
                yield END
            yield child.tail or ""

    def _get_address(self, link: HtmlElement) -> str | None:
        href = link.get("href") or ""
        address = resolve_address(self._base, href) if href and not href.startswith("#") else None
        return UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", address) if address else None


def _mark_line(line: str, addresses: Iterator[str]) -> tuple[str, str]:
    """Gives the words of a line, spaces squeezed, and the line as Markdown."""
    plain = marked = space = ""
    for number, part in enumerate(INVISIBLE.sub("", line).split(EDGE)):
        address = next(addresses) if number % 2 else None
        words = " ".join(part.split())
        if part[:1].isspace() and plain:
            space = " "
        if not words:
            continue
        if address and not space and marked.endswith("!"):
            marked = marked[:-1] + "\\!"
        plain += space + words
        marked += space + (f"[{escape_words(words)}]({address})" if address else escape_words(words))
        space = " " if part[-1].isspace() else ""
    return plain, marked
