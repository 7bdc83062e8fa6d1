"""What recurs over a site's pages is its furniture: learned from many pages, kept by version, used for reading one.

As a table it is `site_memories`, one row a site and version: `host` and `version` (the key, text), `pages` (how many it
was learned from, integer), `lines` (list of text); a row of `articles` says with which version it was read.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.reading.body import Block
from tasks.reading.segments import Segment
from tasks.reading.text import level_text

#: Of fewer pages nothing is learned: two or three of one site may be one story told on, with paragraphs in common.
FEWEST_PAGES = 5
FEWEST_RECURRENCES = 2
SMALLEST_SHARE = 0.3
#: A site's own lines are some hundreds; more are kept of none.
MOST_LINES = 2_000
DIGITS = 16


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """The digests of the lines that recur over a site's pages, and how many pages these were."""

    host: str
    pages: int
    lines: frozenset[str]

    @property
    def version(self) -> str:
        """The digest of what is remembered: the same memory has the same version everywhere."""
        stated = "\n".join([self.host, *sorted(self.lines)])
        return hashlib.sha256(stated.encode()).hexdigest()[:DIGITS]


def digest_lines(segments: Sequence[Segment]) -> frozenset[str]:
    """Digests the lines of one page, each once, as they are remembered."""
    return frozenset(_digest(segment.text) for segment in segments)


def learn_memory(host: str, pages: Iterable[frozenset[str]], fewest_pages: int = FEWEST_PAGES) -> SiteMemory:
    """Learns what recurs from the digested lines of a site's pages; nothing from fewer than `fewest_pages`.

    The order of the pages does not matter.
    """
    counts: Counter[str] = Counter()
    total = 0
    for lines in pages:
        counts.update(lines)
        total += 1
    needed = max(FEWEST_RECURRENCES, SMALLEST_SHARE * total)
    recurring = sorted((-count, line) for line, count in counts.items() if count >= needed)
    is_enough = total >= fewest_pages
    return SiteMemory(host, total, frozenset(line for _, line in recurring[:MOST_LINES]) if is_enough else frozenset())


def drop_remembered(blocks: Sequence[Block], memory: SiteMemory | None) -> list[Block]:
    """Drops the blocks that recur over the site's pages."""
    return [block for block in blocks if memory is None or _digest(block.text) not in memory.lines]


def _digest(line: str) -> str:
    return hashlib.sha256(level_text(line).encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]
