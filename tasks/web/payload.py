"""Is a body what it says it is? Judged by its bytes; the status is not believed, and the Content-Type hardly.

A page that says "not found" under status 200 must not pass for an article, nor an article about missing pages for such
a page. So a page counts as missing only where two of three agree: its title says so and nothing else, a heading says
so and nothing else, it has little text.
"""

import html
import re
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import urlsplit

import lxml.etree
import lxml.html

from storage.outcomes import Outcome
from tasks.web.sniff import GZIP, HTML, XML_TYPES, detect_media_type

#: Visible characters under which a page has no room for an article beside its menus.
LITTLE_TEXT = 1500
#: Challenge pages without a title of their own say next to nothing.
HARDLY_ANY_TEXT = 500

_SORRY = r"((oh no|oops|whoops|uh oh|sorry|we're sorry|error|but) )*"
_THING = r"(page|report|file|document|article|story|post|content|provider|resource|url|link|item)"
_THE = r"((the|this|that|your) )?"
_ASKED_FOR = r"( (that )?you( are|'re| were) (looking for|trying to \w+)| (that )?(you( have|'ve)? )?requested)?"
_NOT = r"( (not|no longer|never|cannot|can't|couldn't|isn't|wasn't|doesn't|does not|could not))+"
_NUMBER = rf"(http )?(error )?(404|410)( error)?( ({_THING} )?(not found|gone|missing|unavailable))?"
_NOT_THERE = rf"( (is|was|has|can))?{_NOT}( (be|been|currently))* (found|exists?|available|here)( (error )?404)?"
_TAKEN_AWAY = r"( (is|was|has|have|been|may))* (removed|deleted|missing|gone|unavailable)"
_WE_CANNOT = r"we (can't|cannot|couldn't|could not|are unable to|were unable to)( seem to)? (find|locate) "
_NOTHING = r"(not|nothing( was)?) found( here)?"
#: What a page says that is not there: whole phrases, matched on words in lower case without punctuation.
MISSING = re.compile(
    rf"{_SORRY}({_NUMBER}|{_THE}{_THING}{_ASKED_FOR}({_NOT_THERE}|{_TAKEN_AWAY})"
    rf"|{_WE_CANNOT}{_THE}{_THING}{_ASKED_FOR}|{_NOTHING})"
)
#: Titles of the pages that firewalls put in front: Cloudflare, Akamai, Imperva, PerimeterX, Vercel and the like.
CHALLENGE = re.compile(
    r"just a moment|attention required cloudflare|access denied( .* used cloudflare to restrict access)?|"
    r"access to this page has been denied|pardon our interruption|one moment please|checking your browser.*|"
    r"(vercel )?security (check|checkpoint|verification)|robot check|are you (a )?(robot|human)|human verification|"
    r"(please )?verify(ing)? (that )?you are (a )?human|verifying your browser|ddos guard|request unsuccessful|"
    r"(sorry )?you have been blocked|bot verification|client challenge|captcha|(error )?403( error)?( forbidden)?|"
    r"forbidden"
)
#: What the scripts of challenge pages carry; ordinary pages carry some of these too, beside their text.
CHALLENGE_MARKS = (
    b"_Incapsula_Resource",
    b"captcha-delivery.com",
    b"px-captcha",
    b"_cf_chl_opt",
    b"awswaf.com",
    b"sec-if-cpt-container",
    b"kpsdk",
    b"hcaptcha.com/1/api",
    b"recaptcha/api.js",
)
TITLE_SEPARATOR = re.compile(r"\s+[-\u2013\u2014\u00b7\u2022\u00bb]\s+|\s*\|\s*")
SPEAKING = re.compile(rb"<(title|h1)\b[^>]{0,2000}>", re.IGNORECASE)
END_OF = {b"title": re.compile(rb"</title", re.IGNORECASE), b"h1": re.compile(rb"</h1", re.IGNORECASE)}
#: The first run of prose in a paragraph: no script has its like.
PROSE = re.compile(rb"<p\b[^<>]*>([^<{};=]{40,})", re.IGNORECASE)
#: In bytes; surely more characters than HARDLY_ANY_TEXT, in whatever alphabet.
MUCH_PROSE = 2000
#: In bytes, with its tags.
LONGEST_HEADING = 2000
TAG = re.compile(r"<[^<>]*>")
NOT_SHOWN = ("script", "style", "noscript", "template", "svg")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page tells at a glance: its title, its top headings, and how many characters of text it shows."""

    title: str
    headings: tuple[str, ...]
    text_length: int


def judge_payload(body: bytes, *, sent: str | None, expected: str, url: str) -> tuple[Outcome, str] | None:
    """Tells why a body is not what was asked for, as an outcome and a reason; None where it is.

    `sent` is the media type of the Content-Type header, `expected` the one that the listing promises. Gives
    `unreadable` for an empty body, `blocked` for a challenge page, `soft_404` for a page that says there is nothing
    here, `wrong_type` for anything else.
    """
    if not body or body.isspace():
        return Outcome.UNREADABLE, "the body is empty"
    found = detect_media_type(body)
    verdict = judge_page(body) if found == HTML else None
    if verdict is None and not _is_expected(found, sent, expected, url):
        return Outcome.WRONG_TYPE, f"{expected} was due, {found or sent or 'unknown text'} came"
    return verdict


def judge_page(body: bytes) -> tuple[Outcome, str] | None:
    """Tells whether an HTML page is a challenge page or says that there is nothing here, None for any other."""
    if not may_be_no_page(body):
        return None
    page = read_page(body)
    named = f"a page titled {page.title!r}" if page.title else "a page without a title"
    if CHALLENGE.fullmatch(level_words(page.title)) and page.text_length < LITTLE_TEXT:
        return Outcome.BLOCKED, f"a challenge: {named}"
    if page.text_length < HARDLY_ANY_TEXT and (mark := find_challenge_mark(body)):
        return Outcome.BLOCKED, f"a challenge: {named}, with {mark}"
    segments = TITLE_SEPARATOR.split(page.title)
    evidence = (
        any(map(is_missing_phrase, (segments[0], segments[-1]))),
        any(map(is_missing_phrase, page.headings)),
        page.text_length < LITTLE_TEXT,
    )
    if any(evidence[:2]) and sum(evidence) > 1:
        return Outcome.SOFT_404, f"{named} and headed {' / '.join(page.headings)!r}"
    return None


def may_be_no_page(body: bytes) -> bool:
    """Tells whether a page must be parsed to know what it is; false where a glance at its bytes says that it is one.

    Parsing takes ten times as long, and few pages need it: those with a phrase of a missing page or of a challenge in
    a title or top heading, those with little prose and a mark of a challenge, and those that a glance cannot read.
    """
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or (not _has_much_prose(body) and find_challenge_mark(body)):
        return True
    for start in SPEAKING.finditer(body):
        end = END_OF[start[1].lower()].search(body, start.end(), start.end() + LONGEST_HEADING)
        said = body[start.end() : end.start()] if end else b""
        # One that is not closed holds the next: looking at each to its end would take for ever.
        if end is None or SPEAKING.search(said) or _may_say_so(said):
            return True
    return False


def find_challenge_mark(body: bytes) -> str | None:
    """Finds what the scripts of a challenge page carry."""
    return next((mark.decode() for mark in CHALLENGE_MARKS if mark in body), None)


def _has_much_prose(body: bytes) -> bool:
    lengths = accumulate(len(prose[1]) for prose in PROSE.finditer(body))
    return any(length > MUCH_PROSE for length in lengths)


def _may_say_so(written: bytes) -> bool:
    try:
        text = html.unescape(written.decode())
    except UnicodeDecodeError:
        return True
    # Tags stand within words and between them.
    said = {level_words(TAG.sub(between, text)) for between in ("", " ")}
    return any(MISSING.search(words) or CHALLENGE.search(words) for words in said)


def is_missing_phrase(text: str) -> bool:
    """Tells whether a text says that there is nothing here, and says nothing else."""
    return MISSING.fullmatch(level_words(text)) is not None


def level_words(text: str) -> str:
    """Puts a text in lower case, its words apart by one space, without punctuation but apostrophes inside words."""
    return " ".join(re.findall(r"\w+(?:'\w+)*", text.lower().replace("\u2019", "'")))


def read_page(body: bytes) -> Page:
    """Reads what an HTML page tells at a glance; empty where nothing in it can be parsed."""
    parser = lxml.html.HTMLParser(encoding="utf-8" if _is_utf_8(body) else None)
    try:
        tree = lxml.html.document_fromstring(body, parser=parser)
    except lxml.etree.ParserError:
        return Page("", (), 0)
    title = tree.findtext(".//head/title") or tree.findtext(".//title") or ""
    headings = tuple(read_text(heading) for heading in tree.iter("h1"))
    lxml.etree.strip_elements(tree, "head", *NOT_SHOWN, with_tail=False)
    return Page(" ".join(title.split()), headings, len(read_text(tree)))


def read_text(element: lxml.etree._Element) -> str:
    """Reads the text of an element and all in it, on one line."""
    return " ".join(str(element.xpath("string()")).split())


def _is_utf_8(body: bytes) -> bool:
    # Pages that name their charset in the header alone would be read as Latin-1; what decodes as UTF-8 is UTF-8.
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_expected(found: str | None, sent: str | None, expected: str, url: str) -> bool:
    if found is None:
        # Text that shows no type: the header decides whether a reader may try.
        return expected == HTML and (sent is None or sent.startswith("text/") or "html" in sent)
    if expected.endswith("xml"):
        return found in XML_TYPES or (found == GZIP and urlsplit(url).path.endswith(".gz"))
    return found == expected
