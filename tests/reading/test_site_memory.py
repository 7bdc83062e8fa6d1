"""What recurs over a site's pages."""

from datetime import UTC, datetime
from itertools import permutations

from tasks.reading.article import read_article
from tasks.reading.body import Block
from tasks.reading.page import Article, PageInput, ReadingRules, parse_page
from tasks.reading.segments import segment_page
from tasks.reading.site_memory import SiteMemory, digest_lines, drop_remembered, learn_memory

APPEAL = "Our reporters depend on readers like you to go on with their work."


def make_page(number: int) -> bytes:
    """Makes one page of a site, with the site's appeal among its paragraphs."""
    text = "".join(
        f"<p>In case {number} the inspectors of unit {n} found that staff asked for help early and got it.</p>"
        for n in range(6)
    )
    more = text.replace("case", "file")
    return f"<html><body><article><h1>Case {number}</h1>{text}<p>{APPEAL}</p>{more}</article></body></html>".encode()


def digest(number: int) -> frozenset[str]:
    """Digests the lines of one page of the site."""
    tree = parse_page(make_page(number), "utf-8")
    assert tree is not None
    return digest_lines(segment_page(tree))


def learn(pages: int) -> SiteMemory:
    """Learns from some pages."""
    return learn_memory("news.example", [digest(number) for number in range(pages)])


def test_what_recurs_is_remembered_and_nothing_else() -> None:
    """The line that all pages have is dropped, however its typography varies; those of one page stay."""
    blocks = [Block("paragraph", APPEAL.replace("readers", "Readers")), Block("paragraph", "In case 9 it was quiet.")]
    assert drop_remembered(blocks, learn(5)) == blocks[1:]
    assert drop_remembered(blocks, None) == blocks


def test_a_few_pages_teach_nothing() -> None:
    """What a few pages have in common may be a story told on."""
    assert learn(4).lines == frozenset()


def test_the_version_is_of_what_is_remembered() -> None:
    """The same pages in any order give the same version, other lines or another host another one."""
    pages = [digest(number) for number in range(5)]
    assert len({learn_memory("a.example", order).version for order in list(permutations(pages))[::17]}) == 1
    versions = {learn_memory(host, pages).version for host in ("a.example", "b.example")}
    assert len(versions | {learn_memory("a.example", []).version}) == 3


def test_a_page_is_read_with_what_is_remembered() -> None:
    """With the site's memory its appeal is not in the text; without, it may be; the rest is the same."""
    page = PageInput(make_page(9), "https://news.example/9", "utf-8", datetime(2024, 6, 1, tzinfo=UTC))
    with_memory, without = (read_article(page, ReadingRules(memory=memory)) for memory in (learn(5), None))
    assert isinstance(with_memory, Article)
    assert isinstance(without, Article)
    assert APPEAL in without.text
    assert with_memory.text == without.text.replace(f"{APPEAL}\n\n", "")
