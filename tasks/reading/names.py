"""The names of people in a byline: without roles, agencies, departments and the outlet itself."""

import re

from tasks.reading.text import normalise_text, squeeze_spaces
from tasks.reading.time_text import find_date_span

BY = re.compile(
    r"^\s*(?:(?:exclusive|words|written|reported|reporting|report|posted|published|story|article|text|analysis|"
    r"interview|comment|opinion)\s+)*(?:by|von|par|por|da|di|av|af|door)\b[:\s]+|^\s*(?:authors?|words|text|"
    r"writer|reporter)\s*:\s*",
    re.IGNORECASE,
)
BY_ALONE = re.compile(r"(?:(?:words|written|reported|posted|story)\s+)?(?:by|von|par|por)\s*:?", re.IGNORECASE)
#: What follows a name without being one: where it was published, when, how long it takes to read.
AFTER_NAMES = re.compile(
    r"\s+(?:on|for|in|at|published|posted|updated|last updated|contributed|reports?|reporting)\b[^|]*|"
    r"\s*\d+\s*min(?:ute)?s?\b[^|]*|\s*\b(?:read more|follow|view profile|see all|more by)\b[^|]*",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\(?\S+@\S+\)?|https?://\S+|(?<!\w)@\w+|\bwww\.\S+")
BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
SEPARATOR = re.compile(r"\s*[,;|/•·]\s*|\s[–—-]\s")
AND = re.compile(r"\s*(?<!\w)(?:and|&|und|et|with|mit)(?!\w)\s*", re.IGNORECASE)
#: A name's tail that is a role: "Jane Doe Local Democracy Reporter", "Jane Doe Education Editor".
ROLE_WORDS = (
    r"(?:reporter|correspondent|editor|writer|journalist|columnist|photographer|producer|blogger|contributor|author|"
    r"analyst|critic|presenter|director|manager|officer|specialist|consultant|coordinator|strategist|founder|ceo|"
    r"professor|lecturer|assistant|intern)s?"
)
#: Words of desks and departments: with one of these a byline names no person at all.
GROUP = re.compile(
    r"\b(?:staff|team|desk|newsroom|newsdesk|admin|administrator|editorial|editors|reporters|redaktion|rédaction|"
    r"bureau|department|agency|agencies|webmaster|sponsored|guest|contributors)\b",
    re.IGNORECASE,
)
DEGREE = re.compile(
    r"(?:ph\.?d|m\.?d|r\.?d|r\.?n|b\.?a|m\.?a|b\.?sc|m\.?sc|mba|cpa|cfp|psp|cbe|obe|mbe|mp|msp|qc|kc|jr|sr|esq)\.?",
    re.IGNORECASE,
)
ROLE = re.compile(rf"\b{ROLE_WORDS}\b", re.IGNORECASE)
ROLE_TAIL = re.compile(
    r"\s+(?:(?:local|democracy|ldrs?|senior|junior|chief|deputy|assistant|associate|executive|managing|political|"
    r"politics|education|health|social|care|crime|community|communities|business|news|sports?|digital|trainee|content|"
    r"features?|investigations?|home|affairs|public|services?|multimedia|regional|national|data|audience|special|"
    r"freelance|environment|science|technology|world|uk|bbc|council)\s+)*"
    rf"{ROLE_WORDS}\b.*$",
    re.IGNORECASE,
)
SENIORITY = re.compile(r"(?:^|\s+)(?:senior|junior|chief|deputy|associate|managing|executive)\b.*$", re.IGNORECASE)
ROLE_BEFORE = re.compile(rf"^(?:[\w-]+\s+){{0,3}}?{ROLE_WORDS}\s+(?=\w+\s\w)", re.IGNORECASE)
OUTLET_TAIL = re.compile(r"\s+(?:BBC|ITV|Sky News|PA|LDRS?|Reuters|AFP)\b.*$")
#: News agencies and what outlets put where a name should be.
AGENCIES = frozenset(
    normalise_text(name)
    for name in (
        "PA", "PA Media", "PA News", "PA News Agency", "Press Association", "The Press Association",
        "Reuters", "AP", "Associated Press", "The Associated Press", "AFP", "Agence France-Presse", "LDRS",
        "LDR", "Local Democracy Reporting Service", "Local Democracy Reporter", "Local Democracy", "BBC",
        "BBC News", "Sky News", "ITV News", "dpa", "Deutsche Presse-Agentur", "SWNS", "Press release",
        "Getty Images", "Bloomberg", "ANI", "PTI", "IANS", "EFE", "ANSA", "Xinhua", "SDA", "APA", "epd",
        "KNA", "sid", "The Conversation", "Community", "Local Government", "UK", "Us", "None", "null",
        "Unknown", "Anonymous", "User", "Root", "Super User", "News", "Sport", "Published", "Guest",
        "Various",
    )
)  # fmt: skip
ORGANISATION = re.compile(
    r"\b(news|media|press|times|gazette|council|magazine|online|ltd|limited|university|association|institute|"
    r"foundation|agency|department|ministry|office|service|services|group|company|network|radio|tv|com|org|uk|inc|"
    r"llc|center|centre|college|school|staff|today|daily|community|care)\b",
    re.IGNORECASE,
)
#: A part of a name begins with a capital, or has one behind an apostrophe (d'Arcy).
CAPITAL = re.compile(r"^[^\W\d_a-z]|['’]")
NAME_PART = re.compile(r"(?:[^\W\d_][\w'’.-]*)$")
PARTICLES = frozenset(
    ("de da di du del della van von der den la le bin al el ter ten dos das y e st mc o zu abu ibn").split()  # noqa: SIM905 - read best so
)
MOST_NAME_PARTS = 5


def split_byline(text: str, site_names: frozenset[str] = frozenset(), *, is_lenient: bool = False) -> list[str]:
    """Splits a byline into the people it names; `is_lenient` lets a single name of one word pass, as in JSON-LD."""
    line = ADDRESS.sub(" ", squeeze_spaces(text))
    span = find_date_span(line)
    if span:
        line = f"{line[: span[0]]} | {line[span[1] :]}"
    line = AFTER_NAMES.sub("", BY.sub("", BRACKETS.sub(" ", line)))
    parts = [part for segment in _drop_roles(SEPARATOR.split(line)) for part in AND.split(segment) if part.strip()]
    names = [name for part in parts if (name := clean_name(part, site_names))]
    return [name for name in names if " " in name or (is_lenient and len(parts) == 1)]


def _drop_roles(segments: list[str]) -> list[str]:
    """Drops the parts of a byline that only say what the person before them is."""
    return [
        segment
        for position, segment in enumerate(segments)
        if not (DEGREE.fullmatch(segment.strip()) or (position and ROLE.search(segment) and not AND.search(segment)))
    ]


def clean_name(text: str, site_names: frozenset[str]) -> str | None:
    """Takes roles and addresses off a name; None where no person's name is left."""
    if GROUP.search(text) or BY_ALONE.fullmatch(text.strip()):
        return None
    name = text
    for addition in (BY, OUTLET_TAIL, ROLE_BEFORE, ROLE_TAIL, SENIORITY):
        name = addition.sub("", name)
    name = squeeze_spaces(name).strip(' .,;:-–—|•*"“”')
    level = normalise_text(name)
    return name if _is_name(name) and level not in AGENCIES and level not in site_names else None


def _is_name(text: str) -> bool:
    words = text.split()
    if not 1 <= len(words) <= MOST_NAME_PARTS or ROLE.search(text) or ORGANISATION.search(text):
        return False
    has_cases = text.upper() != text.lower()
    return len(text) > 1 and all(
        NAME_PART.match(word) and (not has_cases or CAPITAL.search(word) or word.lower() in PARTICLES) for word in words
    )
