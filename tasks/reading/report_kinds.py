"""What kind of report or letter a text is, its title, and the body that it names, from the heading's own words.

A kind is read from the text: neither the link's words nor the length of the inspection decide it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.reading.report_forms import FORMS, Form
from tasks.reading.text import squeeze_spaces

_HEADING_END = re.compile(
    r"^(?:Inspection dates?\b|Lead inspectors?\b|Report published\b|Judgement\s+Grade\b"
    r"|This letter\b|Between \d|I am writing\b)",
    re.IGNORECASE | re.MULTILINE,
)
_LINE_START = re.compile("^", re.MULTILINE)
_PAGE_NUMBER = re.compile(r"^\d+$")
_FOOTNOTE_MARK = re.compile(r"(?<=[a-z])\d$")
#: Words of authorities' names that do not tell one place from another.
_PLACELESS = frozenset(
    {
        "and", "of", "the", "upon", "on", "in", "for", "city", "county", "council", "borough", "metropolitan",
        "district", "royal", "london", "local", "authority", "area", "partnership", "children", "childrens",
        "families", "trust", "safeguarding", "board",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """What the heading of a report says: kind, title and inspected body, each None where it does not say it.

    `kind_rule` is `heading`, or `link_and_text` where the letter only says somewhere what its link says;
    `authority_rule` is where the body stands: title, above_title, below_title, text.
    """

    kind: str | None = None
    title: str | None = None
    authority: str | None = None
    kind_rule: str | None = None
    authority_rule: str | None = None


#: Letters whose headings vary: the link names the kind, and the letter's own first page must say the same words.
_CONFIRMED_KINDS = {
    "monitoring visit": "monitoring_visit",
    "focused visit": "focused_visit",
    "joint targeted area inspection": "jtai",
}
_BODIES_IN_LETTERS = (
    re.compile(r"\bresponse\s+to\s[^.]+?\sin\s+(?:the\s+)?(?P<authority>[A-Z][^.,]+?)\s*\Z"),
    re.compile(r"^Dear\s+(?:the\s+)?(?P<authority>[A-Z].+?)\s+(?:Local\s+)?Safeguarding\b", re.MULTILINE),
    re.compile(
        r"\bindividual\s+agencies\s+in\s+(?:the\s+)?(?P<authority>[A-Z][^.,(]+?)(?:\s+local\s+authority)?\s*[.(]"
    ),
)


def read_heading(pages: Sequence[str], *, link_text: str | None, provider_name: str | None) -> Heading:
    """Reads kind, title and inspected body from the first page.

    `provider_name` only chooses between bodies that a letter names; it never takes the place of what is written.
    """
    page = pages[0]
    heading = _cut_heading(page)
    levelled = squeeze_spaces(page).lower()
    for form in FORMS:
        title = _match_title(form, heading)
        if title and all(words.lower() in levelled for words in form.words):
            body, rule = _find_body(form, title, heading, page, provider_name)
            return Heading(form.kind, _clean(title[0]), body, "heading", rule if body else None)
    kind = _confirm_kind(levelled, link_text)
    return Heading(kind=kind, kind_rule="link_and_text" if kind else None)


def share_a_place(name: str, other: str) -> bool:
    """Tells whether two names of authorities share a word that is part of the place's name."""
    return bool(_list_place_words(name) & _list_place_words(other))


def _cut_heading(page: str) -> str:
    end = _HEADING_END.search(page)
    return page[: end.start()].strip() if end else page


def _match_title(form: Form, heading: str) -> re.Match[str] | None:
    """Matches the last title at the start of a line: a running head may say the same before it."""
    titles = [match for start in _LINE_START.finditer(heading) if (match := form.title.match(heading, start.start()))]
    return titles[-1] if titles else None


def _find_body(
    form: Form, title: re.Match[str], heading: str, page: str, provider_name: str | None
) -> tuple[str | None, str]:
    """Finds the inspected body, and says where it stands."""
    if form.body_stands == "above":
        lines = [line for line in heading[: title.start()].split("\n") if not _PAGE_NUMBER.match(line)]
        return _clean(" ".join(lines)), "above_title"
    if form.body_stands == "below":
        return _clean(heading[title.end() :].strip().split("\n")[0]), "below_title"
    if named := title.groupdict().get("authority"):
        return _clean(named), "title"
    return _choose_body(heading, page, provider_name), "text"


def _choose_body(heading: str, page: str, provider_name: str | None) -> str | None:
    matches = (pattern.search(text) for pattern, text in zip(_BODIES_IN_LETTERS, (heading, page, page), strict=True))
    bodies = [body for match in matches if match and (body := _clean(match["authority"]))]
    chosen = (body for body in bodies if provider_name and share_a_place(body, provider_name))
    return next(chosen, bodies[0] if bodies else None)


def _confirm_kind(levelled: str, link_text: str | None) -> str | None:
    link = (link_text or "").lower()
    return next((kind for words, kind in _CONFIRMED_KINDS.items() if words in link and words in levelled), None)


def _clean(words: str) -> str | None:
    return _FOOTNOTE_MARK.sub("", squeeze_spaces(words)) or None


def _list_place_words(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.lower().replace("\u2019", "").replace("'", ""))) - _PLACELESS
