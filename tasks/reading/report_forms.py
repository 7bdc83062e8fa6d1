"""How the reports and letters of each kind are headed, from page 1 of real ones; of two that fit, the first counts."""

import re
from dataclasses import dataclass

#: Kinds of letters about one visit, without grades.
VISITS = frozenset({"monitoring_visit", "focused_visit"})

_SERVICES = r"(?:\s+local\s+authority)?(?:['\u2019]s)?(?:\s+children['\u2019]s\s+(?:social\s+care\s+)?services)?"


@dataclass(frozen=True, slots=True)
class Form:
    """How the reports of one kind are headed.

    `title` matches the title from the start of a line, with the inspected body as group `authority` where the title
    holds it; else the body stands on the lines `above` or `below` the title. `words` must stand on the first page.
    """

    kind: str
    title: re.Pattern[str]
    words: tuple[str, ...] = ()
    body_stands: str | None = None


def _form(kind: str, title: str, *words: str, body_stands: str | None = None) -> Form:
    spaced = title.replace(" ", r"\s+")
    return Form(kind, re.compile(spaced, re.IGNORECASE | re.MULTILINE | re.DOTALL), words, body_stands)


_BOARD_REVIEW = "Review of the effectiveness of the Local Safeguarding Children Board"
_ILACS_WORDS = ("The impact of leaders on", "children who need help and protection")
_SCHOOL_WORDS = ("The quality of education", "Behaviour and attitudes")
_CARD_WORDS = ("Curriculum and teaching", "Leadership and governance")
_UNGRADED_WORDS = ("has taken effective action to maintain the standards identified at the previous inspection",)

FORMS: tuple[Form, ...] = (
    _form(
        "sif",
        "(?:Re-?)?inspection of services for children in need of help and protection, children looked after and care "
        rf"leavers(?: and {_BOARD_REVIEW})?",
        body_stands="above",
    ),
    _form("lscb_review", _BOARD_REVIEW, body_stands="above"),
    _form("lac_2013", "Inspection of looked after children services", body_stands="below"),
    _form("area_send", r"Area SEND (?:full )?inspection of (?:the )?(?P<authority>.+?) Local Area Partnership"),
    _form(
        "jtai", r"Joint targeted area inspection of (?:the multi-agency response .+?|(?:the )?(?P<authority>.+?))\s*\Z"
    ),
    _form("monitoring_visit", rf"(?:Ofsted )?Monitoring visit (?:of|to) (?:the )?(?P<authority>.+?){_SERVICES}\s*\Z"),
    _form("focused_visit", rf"(?:Ofsted )?Focused visit (?:of|to) (?:the )?(?P<authority>.+?){_SERVICES}\s*\Z"),
    _form(
        "ilacs",
        r"Inspection of (?:local authority )?children['\u2019]s (?:social care )?services",
        *_ILACS_WORDS,
        body_stands="above",
    ),
    _form("ilacs", rf"Inspection of (?:the )?(?P<authority>.+?){_SERVICES}\s*\Z", *_ILACS_WORDS),
    _form(
        "area_send",
        r"Joint (?:local )?area (?:SEND|special educational needs and/or disabilities) (?:inspection|revisit) "
        r"(?:in|of|to) (?:the )?(?P<authority>.+?)(?: local area)?\s*\Z",
    ),
    _form(
        "youth_justice",
        r"(?:An )?(?:joint )?inspection of youth (?:offending|justice) (?:services?|work)(?: in)?:? "
        r"(?P<authority>[^\n]+?(?:\n[^\n]+?)??)(?=\s*(?:\n(?:HM|Her Majesty|His Majesty)|\Z))",
        "HM Inspectorate of Probation",
    ),
    _form("care_provider", "Inspected under the social care common inspection framework"),
    _form("school", r"School (?:inspection )?report$", body_stands="below"),
    _form("school", r"Short inspection of (?:the )?(?P<authority>[^\n]+)"),
    _form("school", r"(?:Ungraded )?inspection of an? (?:good|outstanding) school: (?P<authority>[^\n]+)"),
    *(
        _form("school", r"Inspection of (?:an? [\w ]+? school: )?(?P<authority>[^\n]+)", *words)
        for words in (_SCHOOL_WORDS, _CARD_WORDS, _UNGRADED_WORDS)
    ),
)
