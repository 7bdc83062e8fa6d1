"""What recurs over a site's pages."""

from datetime import UTC, datetime
from itertools import permutations

import pytest

from tasks.reading.article import read_article
from tasks.reading.body import Block
from tasks.reading.page import Article, PageInput, ReadingRules, parse_page
from tasks.reading.segments import segment_page
from tasks.reading.site_memory import PageLines, SiteMemory, digest_page, drop_remembered, learn_memory

APPEAL = "Our reporters depend on readers like you to go on with their work."
BACKGROUND = "Ofsted has inspected the services of every local authority for children in need since the law of 2014."


def make_page(number: int) -> bytes:
    """Makes one page of a site, with the site's appeal among its paragraphs."""
    text = "".join(
        f"<p>In case {number} the inspectors of unit {n} found that staff asked for help early and got it.</p>"
        for n in range(6)
    )
    more = text.replace("case", "file")
    return f"<html><body><article><h1>Case {number}</h1>{text}<p>{APPEAL}</p>{more}</article></body></html>".encode()


def read(body: bytes, memory: SiteMemory | None = None) -> Article:
    """Reads a page of the site."""
    page = PageInput(body, "https://news.example/9", "utf-8", datetime(2024, 6, 1, tzinfo=UTC))
    article = read_article(page, ReadingRules(memory=memory))
    assert isinstance(article, Article)
    return article


def digest(number: int) -> PageLines:
    """Digests the lines of one page of the site and of its text."""
    tree = parse_page(make_page(number), "utf-8")
    assert tree is not None
    return digest_page(segment_page(tree), read(make_page(number)).text)


def learn(pages: int, line: str, texts: int, others: int = 0) -> SiteMemory:
    """Learns from pages of which the first ones have a line in their text, and the next ones elsewhere."""
    tree = parse_page(f"<p>{line}</p>".encode(), "utf-8")
    assert tree is not None
    boxes = segment_page(tree)
    own = [f"What page {number} has to say of the council and its services." for number in range(pages)]
    return learn_memory(
        "news.example",
        [
            digest_page(
                boxes if texts <= number < texts + others else [], f"{text}\n\n{line}" if number < texts else text
            )
            for number, text in enumerate(own)
        ],
    )


@pytest.mark.parametrize(
    ("line", "pages", "texts", "others", "is_remembered"),
    [
        pytest.param("Join our community", 5, 3, 0, True, id="a short line on several pages"),
        pytest.param("Join our community", 5, 2, 0, False, id="a short line of two pages"),
        pytest.param("Join our community", 20, 5, 0, False, id="a short line on too few of many"),
        pytest.param("Join our community", 20, 6, 0, True, id="a short line on three pages of ten"),
        pytest.param(APPEAL, 5, 5, 0, True, id="a paragraph on every page"),
        pytest.param(BACKGROUND, 10, 5, 0, False, id="what half of the stories repeat"),
        pytest.param(BACKGROUND, 10, 6, 0, True, id="a paragraph on most pages"),
        pytest.param(APPEAL, 4, 4, 0, False, id="too few pages"),
        pytest.param(APPEAL, 10, 2, 8, True, id="taken for text on some of the pages that have it"),
        pytest.param(APPEAL, 10, 1, 9, False, id="one page's own words, in the boxes of all others"),
        pytest.param("* * *", 10, 10, 0, False, id="a line without any word"),
    ],
)
def test_what_recurs_in_texts_is_remembered(
    line: str, pages: int, texts: int, others: int, *, is_remembered: bool
) -> None:
    """A line is the site's from a share of the pages on, a paragraph from a higher one, and text on several pages."""
    memory = learn(pages, line, texts, others)
    blocks = [Block("paragraph", text) for text in ("It was quiet in the town on Monday.", "Nobody came.", line)]
    assert len(memory.lines) == is_remembered
    assert len(drop_remembered([*blocks, *blocks[:2] * 3], memory, ())) == 9 - is_remembered


def test_a_line_is_known_in_any_typography() -> None:
    """Case, spaces and quotes do not matter."""
    blocks = [Block("paragraph", APPEAL.upper()), *[Block("paragraph", "In case 9 all was quiet.")] * 5]
    assert drop_remembered(blocks, learn(5, APPEAL, 5), ()) == blocks[1:]
    assert drop_remembered(blocks, None, ()) == blocks


@pytest.mark.parametrize("own", [f"{APPEAL[:-1]} – a report", APPEAL])
def test_what_the_page_says_of_itself_stays(own: str) -> None:
    """A line that stands in the page's own title or description is not dropped, whatever other pages have."""
    blocks = [Block("paragraph", APPEAL), *[Block("paragraph", "In case 9 all was quiet.")] * 5]
    assert drop_remembered(blocks, learn(5, APPEAL, 5), (None, own)) == blocks
    assert drop_remembered(blocks, learn(5, APPEAL, 5), (None, "Something else")) == blocks[1:]


def test_a_text_never_loses_most_of_itself() -> None:
    """Where too much of a text is remembered, all of it stays."""
    short = [Block("paragraph", APPEAL), Block("paragraph", "It was quiet in town.")]
    long = [*short, Block("paragraph", "Nobody came, and nobody had been told to come, as the council said later.")]
    assert drop_remembered(short, learn(5, APPEAL, 5), ()) == short
    assert drop_remembered([*long, *long[1:]], learn(5, APPEAL, 5), ()) == [*long[1:], *long[1:]]


def test_one_text_under_many_addresses_counts_once() -> None:
    """Pages with the same text are one: their paragraphs do not become furniture."""
    memory = learn_memory("news.example", [*[digest(1)] * 20, *(digest(number) for number in range(2, 6))])
    assert memory.pages == 5
    assert len(memory.lines) == 1


def test_the_version_is_of_what_is_remembered() -> None:
    """The same pages in any order give the same version, other lines or another host another one."""
    pages = [digest(number) for number in range(5)]
    assert len({learn_memory("a.example", order).version for order in list(permutations(pages))[::17]}) == 1
    versions = {learn_memory(host, pages).version for host in ("a.example", "b.example")}
    assert len(versions | {learn_memory("a.example", []).version}) == 3


def test_a_page_is_read_with_what_is_remembered() -> None:
    """With the site's memory its appeal is not in the text; without, it may be; the rest is the same."""
    memory = learn_memory("news.example", [digest(number) for number in range(5)])
    with_memory, without = read(make_page(9), memory), read(make_page(9))
    assert APPEAL in without.text
    assert with_memory.text == without.text.replace(f"{APPEAL}\n\n", "")
