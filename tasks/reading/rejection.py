"""Pages that came with status 200 and are no article: challenges, walls, "not found", lists, empty shells."""

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

from storage.outcomes import Outcome
from tasks.reading.body import Block
from tasks.reading.locate import Positions
from tasks.reading.page import Rejected
from tasks.reading.segments import Segment
from tasks.reading.text import squeeze_spaces

CHALLENGE = re.compile(
    r"just a moment|attention required|access (?:to this page has been )?denied|are you (?:a )?(?:robot|human)|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|"
    r"pardon our interruption|enable javascript and cookies to continue|checking your browser|security check|"
    r"request unsuccessful|"
    r"unusual traffic|bot (?:verification|detection)|captcha|you have been blocked|403 forbidden",
    re.IGNORECASE,
)
WALL = re.compile(
    r"before you continue|we value your privacy|your privacy choices|(?:log|sign) in to (?:continue|read|view)|"
    r"(?:register|subscribe|sign up) (?:now |for free |free )?to (?:continue|read|view|keep)|"
    r"to (?:continue|keep) reading|this (?:article|content|page) is (?:for|only available to|"
    r"available to) (?:\w+ )?(?:subscribers|members)|(?:subscriber|member)s? only|"
    r"(?:login|sign in|log in) required|accept (?:all )?cookies to",
    re.IGNORECASE,
)
NOT_FOUND = re.compile(
    r"\b404\b|(?:page|article|report|story|content|file) (?:was |is |has |could |can(?:no|')t |can not |be |"
    r"been )*(?:not |no longer )?(?:be )?(?:not found|found|missing|moved|removed|deleted|available|exist)|"
    r"(?:can'?t|cannot|could ?n[o']t|couldn't|unable to) (?:find|locate) (?:the|that|this|your) (?:page|article|"
    r"report|story)|nothing (?:was )?found|does not exist|no longer (?:available|exists)|oops",
    re.IGNORECASE,
)
SHELL = re.compile(
    r"(?:need|have) to enable javascript|(?:please )?enable javascript|javascript is (?:disabled|required)|"
    r"requires javascript",
    re.IGNORECASE,
)
#: A page that is a challenge, a wall or an error says little else.
MOST_WORDS_OF_NOTICE = 120
FEWEST_WORDS = 25
MOST_LINKED = 0.6


def judge_page(tree: HtmlElement, title: str | None, words: int, linked: float) -> Rejected | None:
    """Judges whether a page holds an article at all, of so many words, a share of them `linked`; None where it does."""
    if words <= MOST_WORDS_OF_NOTICE:
        page_title = next((squeeze_spaces(element.text_content()) for element in tree.iter("title")), "")
        notice = _judge_notice(" ".join([page_title, title or ""]), _get_visible_text(tree), words)
        if notice:
            return Rejected(notice[0], notice[1], title)
    if words < FEWEST_WORDS:
        has_video = next(tree.iter("video"), None) is not None
        return Rejected(
            Outcome.NOT_AN_ARTICLE, "a video without text" if has_video else f"no article text ({words} words)", title
        )
    if linked >= MOST_LINKED:
        return Rejected(Outcome.NOT_AN_ARTICLE, "a list of links", title)
    return None


def measure_linked(blocks: Sequence[Block], places: Sequence[Positions], segments: Sequence[Segment]) -> float:
    """Measures the share of the text whose blocks are whole links, 0 to 1; `places` is where each block stands."""
    linked = [
        bool(positions) and all(segments[position].link_share == 1 for position in positions) for positions in places
    ]
    total = sum(len(block.text) for block in blocks)
    return sum(len(block.text) for block, is_linked in zip(blocks, linked, strict=True) if is_linked) / max(1, total)


def _judge_notice(titles: str, text: str, words: int) -> tuple[Outcome, str] | None:
    for pattern, outcome, what in (
        (NOT_FOUND, Outcome.SOFT_404, "says that there is nothing here"),
        (CHALLENGE, Outcome.BLOCKED, "a challenge page"),
    ):
        match = pattern.search(titles) or (pattern.search(text) if words < FEWEST_WORDS else None)
        if match:
            return outcome, f"{what}: {match[0]!r}"
    if words >= FEWEST_WORDS:
        return None
    wall = WALL.search(titles + " " + text)
    if wall:
        return Outcome.BLOCKED, f"a login or consent wall: {wall[0]!r}"
    shell = SHELL.search(text)
    return (Outcome.NOT_AN_ARTICLE, f"a page that only a script fills: {shell[0]!r}") if shell else None


def _get_visible_text(tree: HtmlElement) -> str:
    return squeeze_spaces(" ".join(text for text in tree.xpath("//body//text()[not(parent::script or parent::style)]")))
