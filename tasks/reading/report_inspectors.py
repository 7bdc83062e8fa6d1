"""The lead inspectors that a report names."""

import re
from collections.abc import Sequence

from tasks.reading.text import squeeze_spaces

_LABELLED = re.compile(
    r"^(?:Lead|Reporting)\s+inspectors?\s*:?[ \t]+(.+(?:(?:(?<=[,&])|(?<=\band)|(?<=Majesty['\u2019]s))\n.+)*)",
    re.IGNORECASE | re.MULTILINE,
)
_POST = r"\b(?:HMIs?|CQC|Ofsted|Inspectors?|(?:His|Her)\s+Majesty['\u2019]s|Children['\u2019]s|Services|OBE|CBE|MBE)\b"
_POSTS = re.compile(_POST, re.IGNORECASE)
_NAME_WORD = rf"(?!{_POST}|(?:Lead|Care|Quality|Commission|Team)\b)[A-Z][\w'\u2019-]*\.?"
_NAME = re.compile(rf"{_NAME_WORD}(?: (?:{_NAME_WORD}|de|van|von|der|la|le)){{1,3}}")
_TEAM_LIST = re.compile(r"^(?:Inspection team|Information about this inspection)$", re.IGNORECASE | re.MULTILINE)
_TEAM_LIST_WITHIN = 1500  # characters; what follows the list is prose
_LED = re.compile(rf"({_NAME.pattern}),?\s+(?:{_POST},?\s+)*(?i:lead\s+inspector)")


def find_lead_inspectors(pages: Sequence[str]) -> tuple[str, ...]:
    """Finds the lead inspectors' names, in order: after their label, else in the list of the inspection team.

    A piece that is not the shape of a person's name is left out.
    """
    text = "\n".join(pages)
    label = _LABELLED.search(text)
    if label and (names := _split_names(label[1])):
        return names
    team = _TEAM_LIST.search(text)
    led = _LED.findall(text, team.end(), team.end() + _TEAM_LIST_WITHIN) if team else []
    return tuple(dict.fromkeys(led))


def _split_names(words: str) -> tuple[str, ...]:
    pieces = re.split(r"[,;\n]|\band\b|&", _POSTS.sub(";", words))
    names = (squeeze_spaces(piece) for piece in pieces)
    return tuple(name for name in names if _NAME.fullmatch(name))
