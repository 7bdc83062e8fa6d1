"""Whether a page puts a wall before its article: who has not paid or registered is shown part of it or nothing."""

import re
from collections.abc import Iterator, Sequence

from tasks.reading.locate import Positions
from tasks.reading.page import Wall
from tasks.reading.segments import BIT_OF_NAME, Segment
from tasks.reading.structured_data import Node, as_list

READ_ON = (
    r"to\ (?:(?:continue|keep|carry\ on|finish)\ reading|read\ (?:on|more|the\ rest)|"
    r"(?:continue|keep|read|view|unlock|access|see)\ (?:(?:the|this|our)\ )?(?:(?:full|entire|whole|complete)\ )?"
    r"(?:(?:rest|remainder)\ of\ (?:the\ |this\ )?)?(?:article|story|content|page))\b"
)
#: What a wall says, in lower case.
SAYS_WALL = re.compile(
    rf"""
      (?:register|registration|sign\ (?:up|in)|log\ ?in|subscribe|subscription|join|create\ (?:a|an|your)\b.*account)\b
        [^.!?]*{READ_ON}
    | {READ_ON}[^.!?]*\b(?:register|sign\ (?:up|in)|log\ ?in|subscribe|subscription|join|create|become)\b
    | (?:this|the)\ (?:article|story|content|page)\ is\ (?:only\ |exclusively\ )?
        (?:available\ (?:only\ |exclusively\ )?)?(?:for|to)\ (?:\w+\ ){{0,2}}
        (?:subscriber|members?\b(?!\ of\b)|register)
    | you(?:['’]ve|\ have)\ (?:read|reached|used|viewed)\b[^.!?]*\b(?:free|monthly|complimentary)\b[^.!?]*
        \b(?:article|stor(?:y|ies)|limit|page|view)
    """,
    re.VERBOSE,
)
BEGINS_WALL = re.compile(
    r"to (?:continue|keep) reading\W*$|(?:continue|keep) reading (?:with|by)\b.*\b(?:subscri|account|regist|membership)"
)
SAYS_PAYING = re.compile(r"subscri|member|\bpay|premium|[£$€]|\btrial\b|\boffer\b")
SAYS_REGISTERING = re.compile(r"regist|\bfree\b.*\baccount|account\b.*\bfree\b|sign ?(?:up|in)|log ?in")
#: Blogs lay a window over whole articles that says so and can be closed; newsletters and events are no article.
SOFT_WALL = re.compile(
    r"get access to the full archive|newsletter|comment|whatsapp|facebook|podcast|conference|webinar|\bevents?\b"
)
#: What outlets call a wall's element, and how its lines begin; articles stand in elements of such names, too.
WALL_NAME = re.compile(
    r"(?:access|pay|reg|registration|register|subscri\w*|sign-?in|login|meter(?:ed)?|piano)[-_]?wall", re.IGNORECASE
)
WALL_NAMES = BIT_OF_NAME["wall"]
ASKS = re.compile(r"(?:please )?(?:register|subscribe|sign (?:in|up)|log ?in|become a|already (?:a|have))\b")
#: What a selector of the closed part of an article names that is shown to whoever registers.
SELECTS_REGISTERING = re.compile(r"e-?mail|regist|reg-?wall|log-?in|sign-?in", re.IGNORECASE)
#: A wall's sentence is no longer, in characters, and has so many spaces.
LONGEST_SENTENCE = 300
FEWEST_SPACES = 2
#: So many lines around it belong to it.
LINES_AROUND = 3
#: What `article:content_tier` says of an article that is for subscribers only (Facebook's, for publishers).
LOCKED = "locked"


def find_wall(
    article: Node | None, meta: dict[str, str], segments: Sequence[Segment], places: Sequence[Positions]
) -> Wall | None:
    """Finds the wall before a page's article: as its own words say, else as JSON-LD or meta state it; None where none.

    `places` are those of the article's text, in which nothing is taken for a wall's words. A statement alone is taken
    as a paywall, as schema.org's isAccessibleForFree asks whether reading costs something, but where the name of what
    is closed says that it asks for an address or an account.
    """
    of_text = {position for positions in places for position in positions}
    for position, segment in enumerate(segments):
        if position not in of_text and is_wall_line(segment):
            around = segments[max(0, position - LINES_AROUND) : position + LINES_AROUND + 1]
            return _tell_kind(segment.text.lower(), " ".join(line.text for line in around).lower())
    closed = list(_iterate_closed(article))
    if any(SELECTS_REGISTERING.search(str(part.get("cssSelector"))) for part in closed):
        return "registration"
    return "paywall" if closed or meta.get("article:content_tier", "").lower() == LOCKED else None


def is_wall_line(segment: Segment) -> bool:
    """Tells whether a line that a visitor sees asks for money or registration before showing the rest."""
    is_sentence = len(segment.text) <= LONGEST_SENTENCE and segment.text.count(" ") >= FEWEST_SPACES
    if not is_sentence or segment.place.is_hidden:
        return False
    line = segment.text.lower()
    says_wall = SAYS_WALL.search(line) or BEGINS_WALL.match(line) or (ASKS.match(line) and _stands_in_wall(segment))
    return bool(says_wall) and SOFT_WALL.search(line) is None


def _stands_in_wall(segment: Segment) -> bool:
    """Tells whether a line stands in an element that is named as a wall."""
    element = segment.place.element
    return bool(segment.place.names & WALL_NAMES) and any(
        WALL_NAME.search(f"{node.get('class') or ''} {node.get('id') or ''}")
        for node in (element, *element.iterancestors())
        if node.tag not in ("body", "html")
    )


def _tell_kind(sentence: str, around: str) -> Wall:
    """Tells what a wall asks for, by its own words, else by those around it."""
    for text in (sentence, around):
        if SAYS_PAYING.search(text):
            return "paywall"
        if SAYS_REGISTERING.search(text):
            return "registration"
    return "paywall"


def _iterate_closed(article: Node | None) -> Iterator[Node]:
    """Iterates over an article and its parts that JSON-LD calls not free (schema.org, isAccessibleForFree)."""
    for node in [article, *as_list((article or {}).get("hasPart"))]:
        stated = as_list(node.get("isAccessibleForFree")) if isinstance(node, dict) else []
        if isinstance(node, dict) and any(str(value).lower().rpartition("/")[2] == "false" for value in stated):
            yield node
