"""The inspectors that a report names: who led, and the team where it is listed."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from tasks.reading.report_evidence import find_page
from tasks.reading.text import squeeze_spaces

_LABELLED = re.compile(
    r"^(?:Lead|Reporting)\s+inspectors?\s*:?[ \t]+(.+(?:(?:(?<=[,&])|(?<=\band)|(?<=Majesty['\u2019]s))\n.+)*)",
    re.IGNORECASE | re.MULTILINE,
)
_POST = (
    r"\b(?:S?HMIs?|HM|SCRI|CQC|Ofsted|Inspectors?|Senior|Associate|(?:His|Her)\s+Majesty['\u2019]s|Children['\u2019]s"
    r"|Services|OBE|CBE|MBE)\b"
)
_POSTS = re.compile(rf"{_POST}|\bNational\s+Lead\s+for\s[^;]*", re.IGNORECASE)
_NAME_WORD = rf"(?!{_POST}|(?:Lead|Care|Quality|Commission|Team)\b)[A-Z][\w'\u2019-]*\.?"
_NAME = re.compile(rf"{_NAME_WORD}(?: (?:{_NAME_WORD}|d['\u2019][A-Z]\w+|de|van|von|der|la|le)){{1,3}}")
_TEAM_LIST = re.compile(r"^(?:Inspection team|Information about this inspection)$", re.IGNORECASE | re.MULTILINE)
_TEAM_LIST_WITHIN = 1500  # characters; what follows the list is prose
_LED = re.compile(rf"({_NAME.pattern}),?\s+(?:{_POST},?\s+)*(?i:lead\s+inspector)")
_LED_BY = re.compile(rf"\bThis\s+inspection\s+was\s+led\s+by\s+(?:{_POST}\s+)*({_NAME.pattern})")
_TEAM_HEADING = re.compile(r"^(?:The )?inspection team:?$", re.IGNORECASE | re.MULTILINE)
_TEAM_END = re.compile(
    r"^(?:If you are not happy|Any complaints|The Office for Standards|\d+$)",
    re.IGNORECASE | re.MULTILINE,
)
_LABEL = re.compile(r"^([^\n:]+:|Deputy lead inspectors?\b)[ \t]*", re.MULTILINE)
_LAST_LINE = re.compile(r"\.\s*$", re.MULTILINE)
_BRACKETED = re.compile(r"\([^)]*\)")
_NAMED_WITH_POST = re.compile(
    rf"\b({_NAME.pattern})(?:,[ \t]*|[ \t]+)(?=(?:lead inspector|Ofsted|CQC|HMI|Care Quality|Her Majesty|His Majesty))"
)


class Leads(NamedTuple):
    """Who led an inspection, the rule that found them (label, team_list, sentence), and the page."""

    names: tuple[str, ...] = ()
    rule: str | None = None
    page: int | None = None


def find_team(pages: Sequence[str]) -> tuple[str, ...]:
    """Finds the inspectors whom the list of the inspection team names, in order, the lead among them.

    The list has a label before names ("Team inspectors: …"), or a post after each name. Those whom it labels as
    something else ("Senior data analyst: …") did not inspect. Empty where none is listed.
    """
    text = "\n".join(pages)
    headings = list(_TEAM_HEADING.finditer(text))
    if not headings:
        return ()
    start = headings[-1].end() + 1
    end = _TEAM_END.search(text, start)
    listed = text[start : end.start() if end else start + _TEAM_LIST_WITHIN]
    _, *parts = _LABEL.split(listed)
    labelled = [words for label, words in zip(parts[::2], parts[1::2], strict=True) if "inspector" in label.lower()]
    if labelled:
        lists = (_LAST_LINE.split(words)[0].replace("\n", " ") for words in labelled)
        names = [name for words in lists for name in _split_names(words)]
    else:
        names = _NAMED_WITH_POST.findall(listed)
    return tuple(dict.fromkeys(name.rstrip(".") for name in names))


def find_lead_inspectors(pages: Sequence[str]) -> Leads:
    """Finds the lead inspectors: after their label, else in the list of the team, else in the sentence that says so.

    A piece that is not the shape of a person's name is left out.
    """
    text = "\n".join(pages)
    label = _LABELLED.search(text)
    if label and (names := _split_names(label[1])):
        return Leads(names, "label", find_page(pages, label.start()))
    team = _TEAM_LIST.search(text)
    led = _LED.findall(text, team.end(), team.end() + _TEAM_LIST_WITHIN) if team else []
    if team and led:
        return Leads(tuple(dict.fromkeys(led)), "team_list", find_page(pages, team.start()))
    stated = _LED_BY.search(text)
    return Leads((stated[1],), "sentence", find_page(pages, stated.start())) if stated else Leads()


def _split_names(words: str) -> tuple[str, ...]:
    pieces = re.split(r"[,;\n]|\band\b|&", _POSTS.sub(";", _BRACKETED.sub(";", words)))
    names = (squeeze_spaces(piece) for piece in pieces)
    return tuple(name for name in names if _NAME.fullmatch(name))
