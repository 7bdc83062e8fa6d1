"""What recurs over a site's pages is its furniture: learned from many pages, kept by version, used for reading one.

The table `site_memories` keeps it, a row a site and the first day from which it holds. Remembered is only what was
taken for text on several pages, since nothing else can be dropped from a text: so a page's own words, which the boxes
of other pages repeat ("latest", "most read"), stay, and a memory is some lines long.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tasks.reading.body import Block
from tasks.reading.segments import Segment
from tasks.reading.text import level_text

#: Of fewer pages nothing is learned: two or three of one site may be one story told on, with paragraphs in common.
FEWEST_PAGES = 5
#: Or on all pages where these are fewer.
FEWEST_RECURRENCES = 3
#: A line must have been taken for text on so many pages.
FEWEST_TEXTS = 2
SMALLEST_SHARE = 0.3
#: A line of so many words is a paragraph, and may be one that stories have in common: it must recur on more pages.
WORDS_OF_PARAGRAPH = 12
SMALLEST_SHARE_OF_PARAGRAPH = 0.6
#: Where more of a text would go, nothing of it does: it is a page of standing text, or the site has changed.
MOST_DROPPED = 0.4
DIGITS = 16


@dataclass(frozen=True, slots=True)
class PageLines:
    """The digests of all lines of a page, and of the lines of its text, with the words of each."""

    lines: frozenset[str]
    text: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """The digests of the lines that recur in a site's texts, and how many pages they were learned from."""

    host: str
    pages: int
    lines: frozenset[str]

    @property
    def version(self) -> str:
        """The digest of what is remembered: the same memory has the same version everywhere."""
        stated = "\n".join([self.host, *sorted(self.lines)])
        return hashlib.sha256(stated.encode()).hexdigest()[:DIGITS]


def digest_page(segments: Sequence[Segment], text: str) -> PageLines:
    """Digests the lines of a page and of the text that was read from it, each once."""
    words: dict[str, int] = {}
    for line in filter(level_text, text.splitlines()):
        words[_digest(line)] = max(words.get(_digest(line), 0), len(line.split()))
    return PageLines(frozenset(_digest(segment.text) for segment in segments), words)


def learn_memory(host: str, pages: Iterable[PageLines], fewest_pages: int = FEWEST_PAGES) -> SiteMemory:
    """Learns what recurs in the texts of a site's pages; nothing from fewer than `fewest_pages`.

    Pages with one and the same text count once. The order of the pages does not matter.
    """
    lines_of_text: dict[frozenset[str], frozenset[str]] = {}
    words: dict[str, int] = {}
    for page in pages:
        text = frozenset(page.text)
        lines_of_text[text] = lines_of_text.get(text, text) | page.lines
        words |= {line: max(count, words.get(line, 0)) for line, count in page.text.items()}
    total = len(lines_of_text)
    on_pages = Counter(line for lines in lines_of_text.values() for line in lines)
    in_texts = Counter(line for text in lines_of_text for line in text)
    recurring = frozenset(
        line
        for line, texts in in_texts.items()
        if texts >= FEWEST_TEXTS and on_pages[line] >= _find_least(words[line], total)
    )
    return SiteMemory(host, total, recurring if total >= fewest_pages else frozenset())


def drop_remembered(blocks: Sequence[Block], memory: SiteMemory | None, own: Iterable[str | None]) -> list[Block]:
    """Drops the blocks that recur in the site's texts, unless that were too much of the text.

    `own` is what the page says of itself, as its title and description: a block that stands in it stays.
    """
    if memory is None or not memory.lines:
        return list(blocks)
    said = [level_text(text) for text in own if text]
    kept = [block for block in blocks if _digest(block.text) not in memory.lines or _stands_in(block, said)]
    return kept if _measure(kept) >= (1 - MOST_DROPPED) * _measure(blocks) else list(blocks)


def _find_least(words: int, pages: int) -> float:
    """Finds on how many pages a line must stand to be the site's."""
    share = SMALLEST_SHARE_OF_PARAGRAPH if words >= WORDS_OF_PARAGRAPH else SMALLEST_SHARE
    return max(share * pages, min(FEWEST_RECURRENCES, pages))


def _stands_in(block: Block, said: Sequence[str]) -> bool:
    line = level_text(block.text)
    return any(line in text for text in said)


def _measure(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _digest(line: str) -> str:
    return hashlib.sha256(level_text(line).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
