"""Who says a passage, where the text names the speaker beside it: "X said", "said X", "according to X"."""

import re
from collections.abc import Iterator

TITLE = (
    r"(?:Cllr|Coun|Councillor|Ald|Alderman|Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Lord|Lady|Baroness|Prof|Professor|Revd?|Senator"
    r"|Minister)\.?"
)
#: The quantifiers take what they can and give nothing back, so that no text is searched for long.
NAME_WORD = r"[A-Z][A-Za-z]*+(?:[’'-][A-Za-z]++)*+"
#: Between the words of a name: a space, no new line.
GAP = r"[^\S\n]++"
MORE_NAME = rf"{GAP}(?:(?:de|van|von|der|al|bin)\b|[A-Z]\.|{NAME_WORD})"
NAME = rf"(?P<title>(?:\b{TITLE}{GAP})*+)\b(?P<name>{NAME_WORD}(?:{MORE_NAME})*+)"
VERB = (
    r"\b(?:(?:has|had|also|later|then)\s++)*+(?:said|says|adds|added|explained|commented|continued|stated|insisted|warned"
    r"|responded|replied|told\s++[^,.:\n]{2,40})\b"
)
#: What stands between name and verb, such as "leader of the council".
ROLE = r"(?:\s*+,[^.!?“”\"\n]{2,160}?,|\s*+\([^()\n]{1,40}\)|\s++MP\b)?"
SUBJECT = rf"(?:\b(?P<pronoun>[Hh]e|[Ss]he)\b|{NAME}{ROLE})\s*+,?\s*+"
#: Between the verb and the words that were said.
LEAD = r"(?:\s++that\b)?[\s:,]*+"
QUOTE = r"[“‘\"']"

SAID = re.compile(SUBJECT + VERB)
SAID_BEFORE = re.compile(rf"{SUBJECT}{VERB}{LEAD}{QUOTE}?+\s*+$")
ENDS_IN_VERB = re.compile(rf"{VERB}{LEAD}{QUOTE}?+\s*+$")
IS_ACCORDING = re.compile(r"\b[Aa]ccording to\b")
ACCORDING_TO = re.compile(rf"\b[Aa]ccording to\s++(?:[a-z’'-]++\s++){{0,6}}{NAME}{ROLE}[\s:,]*+{QUOTE}?+\s*+$")
SAID_BEFORE_QUOTE = re.compile(rf"{SUBJECT}{VERB}{LEAD}{QUOTE}")
REST_OF_QUOTE = re.compile(r"[^\n“”\"]{0,600}?(?:[”\"]|[.,!?][’'])")
SAID_AFTER = (
    re.compile(rf"\s*+,?\s*+{SUBJECT}{VERB}"),
    re.compile(rf"\s*+,?\s*+{VERB}\s++(?:[a-z’'-]++\s++){{0,6}}{NAME}"),
)
CLOSING_QUOTE = re.compile(r"[.,!?][”’\"']|”")
OPENING_QUOTE = re.compile(rf"\s*{QUOTE}")
QUOTATION_MARK = re.compile(r"[“”\"‘]|[.,!?]’")
#: How far before a passage its speaker is looked for, in characters.
BEFORE = 300

#: A longer passage, in characters, is nobody's statement but a part of an article.
LONGEST_STATEMENT = 3_000

#: What somebody is, written in capitals before the name.
OFFICE = (
    "Chair|Chairman|Chief|Commissioner|Constable|Director|Executive|Headteacher|Inspector|Leader|Mayor|Member|MP|Officer"
    "|President|Principal|Secretary|Services|Spokesman|Spokeswoman"
)
IS_OFFICE = re.compile(rf"{OFFICE}|{TITLE}")
IS_TITLE = re.compile(TITLE)
#: Words that go before a name in capitals and are none.
NO_NAME = re.compile(
    "A|After|And|As|At|But|By|Children|Council|Deputy|Education|For|From|Government|However|In|Its|Labour|Meanwhile|Of"
    rf"|On|Opposition|Portfolio|Prime|Shadow|State|The|They|This|Today|Tory|We|When|While|Yesterday|{OFFICE}|{TITLE}"
)


def find_speaker(text: str, start: int, end: int) -> str | None:
    """Finds who says the words of a text from `start` to `end`: a name without title; None where none is given.

    A pronoun is whoever last spoke before it; a surname is completed where the full name stands before it. None too
    where the words themselves are of several speakers, or are no statement but a part of an article.
    """
    if not _may_be_statement(text, start, end):
        return None
    for match in _list_attributions(text, start, end):
        if speaker := _name_speaker(match, text):
            return speaker
    within = {_name_speaker(match, text) for match in _list_within(text, start, end)} - {None}
    if within:
        return within.pop() if len(within) == 1 else None
    return next((speaker for match in _follow_quote_back(text, start) if (speaker := _name_speaker(match, text))), None)


def _may_be_statement(text: str, start: int, end: int) -> bool:
    """Tells whether words may be what one person said: not long, and of several paragraphs most have quotes."""
    if end - start > LONGEST_STATEMENT:
        return False
    following = text.find("\n", end)
    paragraphs = text[text.rfind("\n", 0, start) + 1 : following if following >= 0 else len(text)].split("\n")
    quoted = sum(len(paragraph) for paragraph in paragraphs if QUOTATION_MARK.search(paragraph))
    return "\n" not in text[start:end] or 2 * quoted >= sum(map(len, paragraphs))


def _list_attributions(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Lists what may name the speaker right before the words and right behind them."""
    first = max(start - BEFORE, 0)
    for hint, pattern in (ENDS_IN_VERB, SAID_BEFORE), (IS_ACCORDING, ACCORDING_TO):
        if hint.search(text, first, start) and (match := pattern.search(text, first, start)):
            yield match
    if rest := REST_OF_QUOTE.match(text, end):
        yield from _list_after(text, rest.end())


def _list_within(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Lists what names a speaker among the words, where they take in more than what was said, or across their ends."""
    before = SAID_BEFORE_QUOTE.finditer(text, max(start - BEFORE, 0), end)
    yield from (match for match in before if match.end() > start)
    for quote in CLOSING_QUOTE.finditer(text, start, end):
        yield from _list_after(text, quote.end())


def _list_after(text: str, place: int) -> Iterator[re.Match[str]]:
    for pattern in SAID_AFTER:
        if match := pattern.match(text, place):
            yield match


def _follow_quote_back(text: str, start: int) -> Iterator[re.Match[str]]:
    """Follows a quote of several paragraphs, each of which opens with a quotation mark, back to who began it."""
    paragraph = text.rfind("\n", 0, start) + 1
    while paragraph and OPENING_QUOTE.match(text, paragraph):
        before = text.rstrip()[: len(text[:paragraph].rstrip())]
        paragraph = before.rfind("\n") + 1
        if found := list(SAID_BEFORE_QUOTE.finditer(text, paragraph, len(before) + 1)):
            yield found[-1]
            return


def _name_speaker(match: re.Match[str], text: str) -> str | None:
    if match.groupdict().get("pronoun"):
        named = [
            said for said in SAID.finditer(text, max(match.start() - 4 * BEFORE, 0), match.start()) if said["name"]
        ]
        return _name_speaker(named[-1], text) if named else None
    capitalised = match["name"].split()
    words = _cut_name(capitalised)
    if len(words) == 1:
        has_title = match["title"] or any(IS_TITLE.fullmatch(word) for word in capitalised)
        return _complete_name(words[0], text[: match.start()]) or (words[0] if has_title else None)
    return " ".join(words) or None


def _cut_name(words: list[str]) -> list[str]:
    """Cuts off what stands before a name in capitals: an office, a title, a sentence's first word."""
    offices = [place for place, word in enumerate(words[:-1]) if IS_OFFICE.fullmatch(word)]
    words = words[offices[-1] + 1 :] if offices else words
    while words and NO_NAME.fullmatch(words[0]):
        words = words[1:]
    return words


def _complete_name(surname: str, before: str) -> str | None:
    """Completes a surname by the last full name before it."""
    names = [_cut_name(match["name"].split()) for match in re.finditer(NAME, before)]
    full = [words for words in names if len(words) > 1 and words[-1] == surname]
    return " ".join(full[-1]) if full else None
