"""What a byline names: people with their roles, and apart from them agencies, desks and outlets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.reading.name_words import (
    AFTER_NAMES,
    AGENCIES,
    BY,
    BY_ALONE,
    DEGREE,
    GROUP,
    LOCAL_DEMOCRACY,
    NOBODY,
    ORGANISATION,
    OTHER_HANDS,
    OUTLET_TAIL,
    PARTICLES,
    PUBLIC_BODY,
    ROLE,
    ROLE_BEFORE,
    ROLE_TAIL,
    SENIORITY,
    UNNAMED,
)
from tasks.reading.text import normalise_text, squeeze_spaces
from tasks.reading.time_text import find_date_span

#: How the role of the BBC-funded reporters at local papers is kept, however the byline words it.
LOCAL_DEMOCRACY_REPORTER = "Local Democracy Reporter"
LOCAL_DEMOCRACY_SERVICE = "Local Democracy Reporting Service"

ADDRESS = re.compile(r"\(?\S+@\S+\)?|https?://\S+|(?<!\w)@\w+|\bwww\.\S+")
BRACKETS = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]")
SEPARATOR = re.compile(r"\s*[,;|/•·、]\s*|\s[–—-]\s")
AND = re.compile(r"\s*(?<!\w)(?:and|&|und|et|with|mit|och|og)(?!\w)\s*", re.IGNORECASE)
#: These also stand inside names, and part two only where both have two words: "Ortega y Gasset" is one person.
OTHER_AND = re.compile(r"\s+(?:y|e|en|ve|dan|ac|ja)\s+")
#: A part of a name begins with a capital, or has one behind an apostrophe (d'Arcy).
CAPITAL = re.compile(r"^[^\W\d_a-z]|['’]")
NAME_PART = re.compile(r"[^\W\d_][^\d\s@#/\\|<>{}()!?…:;]*$")
#: "Alexa", and Chinese, Japanese and Korean names, which have no space; an acronym is no name.
ONE_WORD_NAME = re.compile(r"[^\W\d_a-z][^\W\d_A-Z]{2,}$|[\u3400-\u9fff\uac00-\ud7a3]{2,4}$")
#: What is stated to be an author and is an outlet: "NMG", "The Northmoor Gazette"; no person is called "The" or "Our".
STATED_OUTLET = re.compile(r"[A-Z]{2,6}$|The(?: [A-Z][\w'’-]+){1,4}$")
NO_NAME = re.compile(r"^(?:the|our)\b", re.IGNORECASE)
#: What somebody is called, in quotes between first and last name.
NICKNAME = re.compile(r"""(?<=\w )["“„‘'](\w[\w '’-]*)["”“’'](?= \w)""")
MOST_NAME_PARTS = 6
MOST_ORGANISATION_WORDS = 7


@dataclass(frozen=True, slots=True)
class Person:
    """One person as a byline names them, with the role it gives them."""

    name: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Byline:
    """Who is said to have written an article: people in order, and the agencies, desks and outlets beside them."""

    people: tuple[Person, ...] = ()
    organisations: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The people's names, in order."""
        return tuple(person.name for person in self.people)


def parse_byline(text: str, site_names: frozenset[str] = frozenset(), *, is_lenient: bool = False) -> Byline:
    """Parses a byline into those it names; `is_lenient` lets a lone name of one word pass, as in JSON-LD."""
    whole = _trim(BY.sub("", text))
    if normalise_text(whole) in site_names or (PUBLIC_BODY.fullmatch(whole) and _is_short(whole)):
        # What ends or parts other names is part of this one: "Children & Young People Now".
        return Byline(organisations=(whole,))
    people: list[Person] = []
    organisations: list[str] = []
    role: str | None = None
    segments = [segment for segment in SEPARATOR.split(_clean_line(text)) if segment]
    may_be_one_word = is_lenient and len(segments) == 1
    for segment in segments:
        if DEGREE.fullmatch(segment):
            continue
        if _is_role(segment, is_first=segment is segments[0]):
            role = _give_role(people, _name_role(segment))
            continue
        for part in _split_and(segment):
            person = read_person(part, site_names)
            if person and (" " in person.name or (may_be_one_word and _stands_alone(person.name, whole))):
                people.append(replace(person, role=person.role or role))
                role = None
            elif organisation := read_organisation(part, site_names, is_stated=is_lenient):
                organisations.append(organisation)
    if role == LOCAL_DEMOCRACY_REPORTER and not people:
        organisations.append(LOCAL_DEMOCRACY_SERVICE)
    return Byline(tuple(people), tuple(organisations))


def read_person(text: str, site_names: frozenset[str]) -> Person | None:
    """Reads a person's name with the role around it; None where no person's name is left."""
    name, roles = OUTLET_TAIL.sub("", BY.sub("", text)), []
    if GROUP.search(ROLE_BEFORE.sub("", name)) or BY_ALONE.fullmatch(text.strip()):
        return None
    for pattern in (ROLE_BEFORE, ROLE_TAIL, SENIORITY):
        match = pattern.search(name)
        if match:
            roles.append(match[0])
            name = f"{name[: match.start()]} {name[match.end() :]}"
    name = _trim(name)
    level = normalise_text(name)
    if not _is_name(name) or level in AGENCIES or level in NOBODY or level in site_names:
        return None
    return Person(name, _name_role(" ".join(roles)) if roles else None)


def read_organisation(text: str, site_names: frozenset[str], *, is_stated: bool = False) -> str | None:
    """Reads an agency, a desk or an outlet, such as a stated acronym or "The …"; None where the text names none."""
    name = _trim(BY.sub("", text))
    level = normalise_text(name)
    is_known = (
        level in AGENCIES
        or level in site_names
        or GROUP.search(name)
        or ORGANISATION.search(name)
        or (is_stated and STATED_OUTLET.match(name) and not ROLE.search(name))
    )
    is_nobody = level in NOBODY or UNNAMED.search(name)
    return name if is_known and not is_nobody and _is_short(name) else None


def _stands_alone(name: str, whole: str) -> bool:
    """Tells whether one word is a whole name: in scripts without cases a role may follow, else it is all there is."""
    return ONE_WORD_NAME.match(name) is not None and (name == whole or name.upper() == name.lower())


def _trim(name: str) -> str:
    return squeeze_spaces(name).strip(' .,;:-–—|•*"“”')


def _is_short(organisation: str) -> bool:
    return len(organisation.split()) <= MOST_ORGANISATION_WORDS


def _clean_line(text: str) -> str:
    line = BRACKETS.sub(_open_brackets, ADDRESS.sub(" ", squeeze_spaces(text)))
    span = find_date_span(line)
    if span:
        line = f"{line[: span[0]]} | {line[span[1] :]}"
    line = LOCAL_DEMOCRACY.sub(f" | {LOCAL_DEMOCRACY_REPORTER} | ", OTHER_HANDS.sub(" | ", line))
    return squeeze_spaces(AFTER_NAMES.sub("", BY.sub("", line))).strip(" |")


def _open_brackets(match: re.Match[str]) -> str:
    inside = match[1] or match[2] or ""
    return f", {inside}, " if ROLE.search(inside) or LOCAL_DEMOCRACY.search(inside) else " "


def _is_role(segment: str, *, is_first: bool) -> bool:
    """Tells whether a part of a byline only says what the person beside it is."""
    if segment == LOCAL_DEMOCRACY_REPORTER:
        return True
    return not is_first and ROLE.search(segment) is not None and not AND.search(segment)


def _give_role(people: list[Person], role: str) -> str | None:
    """Gives a role to the person before it, one in the plural to all; where there is none, it is the next one's."""
    if not people:
        return role
    first = 0 if role.endswith("s") else len(people) - 1
    people[first:] = [replace(person, role=person.role or role) for person in people[first:]]
    return None


def _name_role(text: str) -> str:
    is_local_democracy = text == LOCAL_DEMOCRACY_REPORTER or LOCAL_DEMOCRACY.search(text)
    return LOCAL_DEMOCRACY_REPORTER if is_local_democracy else squeeze_spaces(text).strip(" ,.")


def _split_and(segment: str) -> Iterator[str]:
    for part in AND.split(segment):
        names = OTHER_AND.split(part.strip())
        yield from names if all(" " in name for name in names) else [part]


def _is_name(name: str) -> bool:
    text = NICKNAME.sub(r"\1", name)
    words = text.split()
    if not 1 <= len(words) <= MOST_NAME_PARTS or any(pattern.search(text) for pattern in (ROLE, ORGANISATION, NO_NAME)):
        return False
    has_cases = text.upper() != text.lower()
    return len(text) > 1 and all(
        NAME_PART.match(word) and (not has_cases or CAPITAL.search(word) or word.lower() in PARTICLES) for word in words
    )
