"""Who wrote an article: people as named, in order, without roles, agencies, departments and the outlet itself."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from tasks.reading.headline import Line
from tasks.reading.structured_data import Node, as_list, get_text, get_texts
from tasks.reading.text import normalise_text, squeeze_spaces
from tasks.reading.time_text import find_date_span

AUTHOR_META = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "article:author_name",
    "cxenseparse:author",
)
AUTHOR_NAMES = re.compile(
    r"\b(byline|by-line|author|authors|author-name|article-author|contributor|post-author|entry-author|article__author)\b(?![-_]?(bio|box|image|avatar))|byline",
    re.IGNORECASE,
)
BY = re.compile(
    r"^\s*(?:(?:exclusive|words|written|reported|reporting|report|posted|published|story|article|text|analysis|interview|comment|opinion)\s+)*(?:by|von|par|por|da|di|av|af|door)\b[:\s]+|^\s*(?:authors?|words|text|writer|reporter)\s*:\s*",
    re.IGNORECASE,
)
BY_LINE = re.compile(
    r"^(?:exclusive\s+|words\s+|written\s+|reported\s+|posted\s+|published\s+)?by[:\s]+\S", re.IGNORECASE
)
BY_ALONE = re.compile(r"(?:(?:words|written|reported|posted|story)\s+)?(?:by|von|par|por)\s*:?", re.IGNORECASE)
DATE_LABEL = re.compile(r"(?:last |first )?(?:published|posted|updated|date|on)\s*(?:on)?\s*:?", re.IGNORECASE)
#: What follows a name without being one: where it was published, when, how long it takes to read.
AFTER_NAMES = re.compile(
    r"\s+(?:on|for|in|at|published|posted|updated|last updated|contributed|reports?|reporting)\b.*$|\s*\d+\s*min(?:ute)?s?\b.*$|\s*\b(?:read more|follow|view profile|see all|more by)\b.*$",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"\(?\S+@\S+\)?|https?://\S+|(?<!\w)@\w+|\bwww\.\S+")
BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
SPLIT = re.compile(r"\s*(?:[,;|/•·\n\t]|\s[–—-]\s|(?<!\w)(?:and|&|und|et|with|mit)(?!\w))\s*", re.IGNORECASE)
#: A name's tail that is a role: "Jane Doe Local Democracy Reporter", "Jane Doe Education Editor".
ROLE_WORDS = (
    "reporter|reporters|correspondent|correspondents|editor|editors|writer|writers|journalist|journalists|columnist|columnists|"
    "photographer|producer|producers|blogger|contributor|contributors|author|authors|analyst|critic|presenter|"
    "director|manager|officer|specialist|consultant|founder|ceo|professor|lecturer|assistant|intern"
)
#: Words of desks and departments: with one of these a byline names no person at all.
GROUP = re.compile(
    r"\b(?:staff|team|desk|newsroom|newsdesk|admin|administrator|editorial|editors|reporters|redaktion|rédaction|bureau|department|agency|agencies|"
    r"webmaster|sponsored|guest|contributors)\b",
    re.IGNORECASE,
)
DEGREE = re.compile(r"(?:ph\.?d|m\.?d|r\.?d|r\.?n|b\.?a|m\.?a|b\.?sc|m\.?sc|mba|cpa|cfp|psp|cbe|obe|mbe|mp|msp|qc|kc|jr|sr|esq)\.?", re.IGNORECASE)
ROLE = re.compile(rf"\b(?:{ROLE_WORDS})\b", re.IGNORECASE)
ROLE_TAIL = re.compile(
    r"\s+(?:(?:local|democracy|ldrs?|senior|junior|chief|deputy|assistant|associate|executive|managing|political|politics|education|health|"
    r"social|care|crime|community|communities|business|news|sports?|digital|trainee|content|features?|investigations?|home|affairs|public|"
    r"services?|multimedia|regional|national|data|audience|special|freelance|environment|science|technology|world|uk|bbc|council)\s+)*"
    rf"(?:{ROLE_WORDS})\b.*$",
    re.IGNORECASE,
)
AGENCIES = frozenset(
    normalise_text(name)
    for name in (
        "PA", "PA Media", "PA News", "PA News Agency", "Press Association", "The Press Association", "Reuters", "AP", "Associated Press",
        "The Associated Press", "AFP", "Agence France-Presse", "LDRS", "LDR", "Local Democracy Reporting Service", "Local Democracy Reporter", "Local Democracy",
        "BBC", "BBC News", "Sky News", "ITV News", "dpa", "Deutsche Presse-Agentur", "SWNS", "Press release", "Getty Images", "Bloomberg",
        "ANI", "PTI", "IANS", "EFE", "ANSA", "Xinhua", "SDA", "APA", "epd", "KNA", "sid", "The Conversation", "Community", "Local Government",
        "UK", "Us", "None", "null", "Unknown", "Anonymous", "User", "Root", "Super User", "News", "Sport", "Published", "Guest", "Various",
    )
)  # fmt: skip
ORGANISATION = re.compile(
    r"\b(news|media|press|times|gazette|council|magazine|online|ltd|limited|university|association|institute|foundation|agency|department|ministry|office|service|services|group|company|network|radio|tv|com|org|uk|inc|llc|center|centre|college|school|staff|today|daily|community|care)\b",
    re.IGNORECASE,
)
ROLE_BEFORE = re.compile(rf"^(?:[\w-]+\s+){{0,3}}?(?:{ROLE_WORDS})\s+(?=\w+\s\w)", re.IGNORECASE)
OUTLET_TAIL = re.compile(r"\s+(?:BBC|ITV|Sky News|PA|LDRS?|Reuters|AFP)\b.*$")
NAME_PART = re.compile(r"(?:[^\W\d_][\w'’.-]*)$")
PARTICLES = frozenset(
    [
        "de",
        "da",
        "di",
        "du",
        "del",
        "della",
        "van",
        "von",
        "der",
        "den",
        "la",
        "le",
        "bin",
        "al",
        "el",
        "ter",
        "ten",
        "dos",
        "das",
        "of",
        "y",
        "e",
        "st",
        "mc",
        "o",
        "zu",
        "abu",
        "ibn",
    ]
)
MOST_NAME_PARTS = 5
LONGEST_BYLINE = 30
NOT_PEOPLE_TYPES = ("Organization", "NewsMediaOrganization", "Corporation", "Brand", "WebSite")


def find_authors(
    selected: list[str],
    article: Node | None,
    people: Iterable[Node],
    meta_authors: list[str],
    area: list[Line],
    site_names: frozenset[str],
) -> tuple[str, ...]:
    """Finds the people who wrote an article: from the first of selectors, JSON-LD, meta and the visible byline that names any."""
    for texts, is_lenient in (
        (selected, False),
        (read_stated_authors(article, people), True),
        (meta_authors, False),
        (read_marked_bylines(area), False),
        (read_plain_bylines(area), False),
    ):
        names = [name for text in texts for name in split_byline(text, site_names, is_lenient=is_lenient)]
        if names:
            return tuple({normalise_text(name): name for name in reversed(names)}.values())[::-1]
    return ()


def split_byline(text: str, site_names: frozenset[str] = frozenset(), *, is_lenient: bool = False) -> list[str]:
    """Splits a byline into the people it names; `is_lenient` lets names of one word pass, as JSON-LD Persons have them."""
    line = ADDRESS.sub(" ", squeeze_spaces(text))
    span = find_date_span(line)
    if span:
        line = line[: span[0]] if line[: span[0]].strip(" ,|-–—•:") else line[span[1] :]
    line = AFTER_NAMES.sub("", BY.sub("", BRACKETS.sub(" ", line)))
    parts = [part for part in SPLIT.split(line) if part and not DEGREE.fullmatch(part.strip())]
    names = [name for part in parts if (name := clean_name(part, site_names))]
    return [name for name in names if " " in name or (is_lenient and len(parts) == 1)]


def clean_name(text: str, site_names: frozenset[str]) -> str | None:
    """Takes roles and addresses off a name; None where no person's name is left."""
    if GROUP.search(text) or BY_ALONE.fullmatch(text.strip()):
        return None
    name = squeeze_spaces(ROLE_TAIL.sub("", ROLE_BEFORE.sub("", OUTLET_TAIL.sub("", BY.sub("", text))))).strip(' .,;:-–—|•*"“”')
    words = name.split()
    level = normalise_text(name)
    if not words or len(words) > MOST_NAME_PARTS or level in AGENCIES or level in site_names or ROLE.search(name):
        return None
    if ORGANISATION.search(name) or not all(NAME_PART.match(word) for word in words):
        return None
    has_cases = name.upper() != name.lower()
    if has_cases and not all(
        word[:1].isupper() or word.lower() in PARTICLES or "'" in word or "’" in word for word in words
    ):
        return None
    return name if len(level.replace(" ", "")) > 1 else None


def read_stated_authors(article: Node | None, people: Iterable[Node]) -> list[str]:
    """Reads the authors that JSON-LD states of the article: people and plain names, no organisations."""
    by_id = {node["@id"]: node for node in people if isinstance(node.get("@id"), str) and node.get("name")}
    names = []
    for author in as_list((article or {}).get("author") or (article or {}).get("creator")):
        if isinstance(author, dict):
            node = by_id.get(str(author.get("@id")), author)
            if not any(kind in NOT_PEOPLE_TYPES for kind in as_list(node.get("@type"))):
                names += get_texts(node, "name") or [" ".join(filter(None, (get_text(node, "givenName"), get_text(node, "familyName"))))]
        elif isinstance(author, str) and not author.startswith("http"):
            names.append(author)
    return names


def read_meta_authors(tree: HtmlElement) -> list[str]:
    """Reads the authors that meta elements name, from the first kind of element that there is."""
    for wanted in AUTHOR_META:
        found = [
            content
            for element in tree.iter("meta")
            if (element.get("property") or element.get("name") or "").lower() == wanted
            and (content := squeeze_spaces(element.get("content") or ""))
            and not content.startswith("http")
        ]
        if found:
            return found
    return []


def read_marked_bylines(area: list[Line]) -> list[str]:
    """Reads what markup near the headline calls the author: rel, itemprop, or a class or identifier."""
    marked: list[HtmlElement] = []
    for line in area:
        element = _find_marked(line.element)
        if element is not None and element not in marked:
            marked.append(element)
    texts = ["\n".join(text for part in element.itertext() if (text := squeeze_spaces(part))) for element in marked]
    links = [text for element, text in zip(marked, texts, strict=True) if element.tag == "a"]
    return links or [_join_lines(text) for text in texts if len(text.split()) <= LONGEST_BYLINE]


def read_plain_bylines(area: list[Line]) -> list[str]:
    """Reads the line near the headline that begins with "By", else a line that is a name right beside the date."""
    lines = [line.text for line in area if any(map(str.isalnum, line.text))]
    for position, text in enumerate(lines):
        if BY_ALONE.fullmatch(text):
            return lines[position + 1 : position + 2]
        if BY_LINE.match(text) and len(text.split()) <= LONGEST_BYLINE:
            return [text]
    for position, text in enumerate(lines):
        span = find_date_span(text)
        if span and len(text.split()) <= LONGEST_BYLINE:
            before = text[: span[0]].strip(" ,|-–—•")
            return [before or next((line for line in reversed(lines[:position]) if not DATE_LABEL.fullmatch(line)), "")]
    return []


def _find_marked(element: HtmlElement) -> HtmlElement | None:
    for node in (
        element,
        element.getparent(),
        element.getparent().getparent() if element.getparent() is not None else None,
    ):
        if node is None or node.tag in ("body", "html", "article", "main"):
            return None
        names = f"{node.get('class') or ''} {node.get('id') or ''}".replace("_", "-")
        if (
            "author" in (node.get("rel") or "")
            or "author" in (node.get("itemprop") or "")
            or AUTHOR_NAMES.search(names)
        ):
            return node
    return None


def _join_lines(text: str) -> str:
    return re.sub(r"(?i)\b(by|and|&)\n", r"\1 ", text)
