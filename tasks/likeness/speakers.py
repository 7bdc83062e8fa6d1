"""Who says a passage, where the text names the speaker beside it: "X said", "said X", "according to X"."""

import re
from collections.abc import Iterator

TITLE = (
    r"(?:Cllr|Coun|Councillor|Ald|Alderman|Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Lord|Lady|Baroness|Prof|Professor|Revd?|Senator"
    r"|Minister|Sgt|Sergeant|Superintendent|Supt|Captain|Capt|Rep)\.?"
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
PERSON = re.compile(NAME)
SAID_BEFORE = re.compile(rf"{SUBJECT}{VERB}{LEAD}{QUOTE}?+\s*+$")
ENDS_IN_VERB = re.compile(rf"{VERB}{LEAD}{QUOTE}?+\s*+$")
IS_ACCORDING = re.compile(r"\b[Aa]ccording to\b")
ACCORDING_TO = re.compile(rf"\b[Aa]ccording to\s++(?:[a-z’'-]++\s++){{0,6}}{NAME}{ROLE}[\s:,]*+{QUOTE}?+\s*+$")
SAID_BEFORE_QUOTE = re.compile(rf"{SUBJECT}{VERB}{LEAD}{QUOTE}")
SAID_AFTER = (
    re.compile(rf"[^\S\n]*+,?[^\S\n]*+{SUBJECT}{VERB}"),
    re.compile(rf"[^\S\n]*+,?[^\S\n]*+{VERB}\s++(?:[a-z’'-]++\s++){{0,6}}{NAME}"),
)
#: Behind a quote that ends with a full stop: what says more than who spoke tells of something else.
SAYS_NO_MORE = re.compile(r"[^\S\n]*+(?:[.\n]|$)")
#: What joins a second speaker to the first: "X and Y said", "said X and Y".
JOINED_BEFORE = re.compile(r"(?:\b[A-Z][\w’'-]*+\.?|[,)])\s++(?:and|&)\s++(?:[a-z’'-]++\s++){0,3}$")
JOINED_AFTER = re.compile(rf"{ROLE}\s++(?:and|&)\s++(?:[a-z’'-]++\s++){{0,3}}[A-Z]")
CLOSING_QUOTE = re.compile(r"[.,!?][”’\"']|”")
REST_OF_SENTENCE = re.compile(r"[^.!?\n]*+[.!?]?\s*+")
CLOSING_MARKS = "”\"’'"
#: A quote without its closing mark; where it has none, it goes on to the end of its paragraph.
QUOTED = re.compile(
    r"“[^”\"\n]*+"
    r"|(?<![^\s(\[:—–-])\"[^”\"\n]*+"
    r"|‘(?:[^’'\n]|[’'](?=\w))*+"
    r"|(?<!\w)'(?=[A-Za-z])(?:[^’'\n]|[’'](?=\w))*+"
)
#: How far before a passage its speaker is looked for, in characters; and the name that a pronoun stands for.
BEFORE = 300
PRONOUN_REACH = 4 * BEFORE
#: How far behind a passage its quote may end, in characters.
BEHIND = 600

#: A longer passage, in characters, is nobody's statement but a part of an article.
LONGEST_STATEMENT = 3_000

#: What somebody is, written in capitals before the name.
OFFICE = (
    "CEO|Chair|Chairman|Chairwoman|Chancellor|Chief|Commissioner|Congressman|Congresswoman|Constable|Director|Executive"
    "|Governor|Headteacher|HMI|Inspector|Judge|Leader|Manager|Mayor|Member|MP|Nurse|Officer|President|Principal"
    "|Representatives?|Secretary|Senators|Services|Spokesman|Spokeswoman"
)
IS_OFFICE = re.compile(rf"{OFFICE}|{TITLE}")
IS_TITLE = re.compile(TITLE)
#: What an office is of: "Chief Inspector of Prisons".
FIELD = (
    r"Adults|Children(?:[’']s)?|Constabulary|Culture|Defen[cs]e|Education|Environment|Families|Fire|Health|Housing"
    r"|Justice|Learning|Prisons|Probation|Rescue|Schools|Skills|Transport"
)
IS_FIELD = re.compile(rf"{FIELD}|Services")
#: Words that go before a name in capitals and are none.
NO_NAME = re.compile(
    "A|After|And|As|At|Both|But|By|Council|Deputy|For|From|Government|However|In|Its|Labour|Meanwhile|Of|On|Opposition"
    "|Portfolio|Prime|Shadow|State|The|They|This|Today|Tory|Vice|We|When|While|Yesterday|Father-of-\\w+|Mother-of-\\w+"
    "|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
    rf"|{FIELD}|{OFFICE}|{TITLE}"
)
#: Words of a name that is not a person's.
NO_PERSON = re.compile(
    "Academy|Agency|Association|Authority|Board|Charity|Coalition|College|Commission|Committee|Company|Constabulary"
    "|Council|Councillors|Department|Estyn|Federation|Foundation|Government|Group|Hospital|House|Inspectorate"
    "|Inspectors|Institute|Limited|Ltd|Ministry|NHS|Network|Office|Ofsted|Parliament|Partnership|Party|Police|School"
    rf"|Schools|Service|Society|Team|Trust|Unions?|Unison|University|{OFFICE}"
)
POSSESSIVE = re.compile(r"[’']s$")


def find_speaker(text: str, start: int, end: int) -> str | None:
    """Finds who says the words of a text from `start` to `end`: a name without title; None where none is given.

    A pronoun is the one person named shortly before it; a surname is completed where the full name stands before it.
    None too where several persons or an organisation say the words, or where they are not mostly quoted, unless they
    are a paragraph's reported speech.
    """
    if end - start > LONGEST_STATEMENT:
        return None
    quotes = _list_quotes(text, start, end)
    before = _find_before(text, start)
    if not _is_mostly_quoted(text, quotes, start, end):
        is_reported = "\n" not in text[start:end] and not any(first < start < last for first, last in quotes)
        return _name_speaker(before, text) if before and is_reported else None
    beside = before or _find_behind(text, quotes, end)
    found = [*([beside] if beside else []), *_list_within(text, start, end)] or _follow_quote_back(text, start)
    named = {
        name for match in found if (name := _name_speaker(match, text)) or match is beside or not _is_pronoun(match)
    }
    return named.pop() if len(named) == 1 else None


def _is_mostly_quoted(text: str, quotes: list[tuple[int, int]], start: int, end: int) -> bool:
    """Tells whether half of the words is quoted, and they don't open with the text's headline."""
    headline = text.find("\n", 0, end)
    if start == 0 and headline >= 0 and not any(first < headline for first, _ in quotes):
        return False
    return 2 * sum(max(min(last, end) - max(first, start), 0) for first, last in quotes) >= end - start


def _list_quotes(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Lists where the quotes around and in the words open and close, both without the closing marks."""
    first = max(text.rfind("\n", 0, start) + 1, start - LONGEST_STATEMENT)
    return [quote.span() for quote in QUOTED.finditer(text, first, end + BEHIND)]


def _find_before(text: str, start: int) -> re.Match[str] | None:
    """Finds what names the speaker right before the words."""
    first = max(start - BEFORE, 0)
    for hint, pattern in (ENDS_IN_VERB, SAID_BEFORE), (IS_ACCORDING, ACCORDING_TO):
        if hint.search(text, first, start) and (match := pattern.search(text, first, start)):
            return match
    return None


def _find_behind(text: str, quotes: list[tuple[int, int]], end: int) -> re.Match[str] | None:
    """Finds what names the speaker right behind the quote in which the words end."""
    closed = (last for first, last in quotes if first < end <= last < len(text) and text[last] in CLOSING_MARKS)
    return next((match for last in closed for match in _list_after(text, last + 1)), None)


def _list_within(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Lists what names a speaker among the words, where they take in more than what was said, or across their ends."""
    before = SAID_BEFORE_QUOTE.finditer(text, max(start - BEFORE, 0), end)
    yield from (match for match in before if match.end() > start)
    for quote in CLOSING_QUOTE.finditer(text, start, end):
        yield from _list_after(text, quote.end())


def _list_after(text: str, place: int) -> Iterator[re.Match[str]]:
    """Lists what names a speaker right behind a quote's closing mark, in the same paragraph."""
    is_ended = text[max(place - 2, 0) : place - 1] == "."
    for pattern in SAID_AFTER:
        if (match := pattern.match(text, place)) and not (is_ended and not SAYS_NO_MORE.match(text, match.end())):
            yield match


def _follow_quote_back(text: str, start: int) -> list[re.Match[str]]:
    """Follows a quote of several paragraphs, each opened with a mark and only the last one closed, to who began it."""
    end = start
    while end:
        first = max(text.rfind("\n", 0, end) + 1, end - LONGEST_STATEMENT)
        *closed, opened = [quote.span() for quote in QUOTED.finditer(text, first, end)] or [(0, 0)]
        if opened[1] < end:
            return []
        if text[first : opened[0]].strip():
            return _list_openers(text, opened[0], closed)
        end = first
        while end and text[end - 1].isspace():
            end -= 1
    return []


def _list_openers(text: str, place: int, closed: list[tuple[int, int]]) -> list[re.Match[str]]:
    """Lists what names the speaker of a quote that opens at a place: right before it, or behind their last quote."""
    if before := _find_before(text, place):
        return [before]
    behind = _list_after(text, closed[-1][1] + 1) if closed else ()
    return [match for match in behind if REST_OF_SENTENCE.fullmatch(text, match.end(), place)]


def _is_pronoun(match: re.Match[str]) -> bool:
    return bool(match.groupdict().get("pronoun"))


def _name_speaker(match: re.Match[str], text: str) -> str | None:
    if _is_pronoun(match):
        return _resolve_pronoun(text, match.start())
    if _is_joined(match, text):
        return None
    return _name_person(match, text)


def _resolve_pronoun(text: str, place: int) -> str | None:
    """Gives the one person who is named in the reach of a pronoun; None where there are several."""
    reach = max(place - PRONOUN_REACH, 0), place
    speakers = [match for match in SAID.finditer(text, *reach) if match["name"]]
    full = [match for match in PERSON.finditer(text, *reach) if match["title"] or len(match["name"].split()) > 1]
    people = {_name_person(match, text) for match in speakers + full} - {None}
    return people.pop() if len(people) == 1 else None


def _is_joined(match: re.Match[str], text: str) -> bool:
    """Tells whether a second speaker is named beside the first; "Fire and Rescue Services" is one office's field."""
    place = match.start("title")
    before = JOINED_BEFORE.search(text, max(place - BEFORE // 4, 0), place)
    return bool(
        (before and not IS_FIELD.fullmatch(match["name"].split()[0])) or JOINED_AFTER.match(text, match.end("name"))
    )


def _name_person(match: re.Match[str], text: str) -> str | None:
    """Gives the name that was matched, in full where the text has it; None where it is no person's."""
    capitalised = match["name"].split()
    words = _cut_name(capitalised)
    if any(NO_PERSON.fullmatch(word) for word in words):
        return None
    if len(words) == 1:
        has_title = match["title"] or any(IS_TITLE.fullmatch(word) for word in capitalised)
        return _complete_name(words[0], text[: match.start()]) or (words[0] if has_title else None)
    return " ".join(words) or None


def _cut_name(words: list[str]) -> list[str]:
    """Cuts off what stands before a name in capitals: an office, a title, whose it is, a sentence's first word."""
    ahead = [place for place, word in enumerate(words[:-1]) if IS_OFFICE.fullmatch(word) or POSSESSIVE.search(word)]
    words = words[ahead[-1] + 1 :] if ahead else words
    while words and NO_NAME.fullmatch(words[0]):
        words = words[1:]
    return [POSSESSIVE.sub("", word) for word in words]


def _complete_name(surname: str, before: str) -> str | None:
    """Completes a surname by the last full name before it."""
    names = [_cut_name(match["name"].split()) for match in PERSON.finditer(before)]
    full = [words for words in names if len(words) > 1 and words[-1] == surname]
    return " ".join(full[-1]) if full else None
