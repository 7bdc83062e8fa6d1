"""The words around the names in a byline: "by", roles, agencies, desks, and what is no name at all."""

import re

from tasks.reading.text import normalise_text

BY = re.compile(
    r"^\s*(?:(?:exclusive|words|written|reported|reporting|report|posted|published|story|article|text|analysis|"
    r"interview|comment|opinion)\s+)*(?:by|gan|von|par|por|da|di|av|af|door|oleh)\b[:\s]+|^\s*(?:authors?|words|text|"
    r"writer|reporter|autor(?:in|es)?|auteurs?|责编)\s*[:：]\s*",
    re.IGNORECASE,
)
BY_ALONE = re.compile(r"(?:(?:words|written|reported|posted|story)\s+)?(?:by|gan|von|par|por)\s*:?", re.IGNORECASE)
#: People who did something else for the page than write it.
_OTHER_WORK = (
    r"\b(?:updated|edited|(?:medically |clinically |legally )?reviewed|(?:fact|peer)[- ]?(?:checked|reviewed)|produced|"
    r"translated|curated|narrated|verified|approved|sponsored|presented|photo(?:s|graphs?|graphed|graphy)?|pictures?|"
    r"images?|illustrat(?:ed|ions?)|videos?|graphics?)\s+by\b"
)
OTHER_HANDS = re.compile(rf"{_OTHER_WORK}[^|]*", re.IGNORECASE)
OTHER_HAND = re.compile(rf"{_OTHER_WORK}\s*:?$", re.IGNORECASE)
#: What follows a name without being one: where it was published, when, of what, how long it takes to read.
AFTER_NAMES = re.compile(
    r"\s+(?:on|for|in|at|published|posted|updated|last updated|contributed|reports?|reporting|"
    r"covering|focus(?:ing|ed))\b[^|]*|"
    r"\s*\d+\s*min(?:ute)?s?\b[^|]*|\s*\b(?:read more|follow|view profile|see all|more by)\b[^|]*",
    re.IGNORECASE,
)
#: The BBC-funded reporters whom local papers share.
LOCAL_DEMOCRACY = re.compile(
    r"\b(?:bbc\s+)?(?:local democracy report(?:ers?|ing(?: service)?)(?:\s+reporter)?|(?-i:LDRS?)(?:\s+reporter)?)\b",
    re.IGNORECASE,
)
ROLE_WORDS = (
    r"(?:reporter|correspondent|editor|writer|journalist|columnist|photographer|producer|blogger|contributor|author|"
    r"developer|analyst|critic|presenter|director|manager|officer|specialist|consultant|coordinator|strategist|founder|ceo|"
    r"professor|lecturer|assistant|intern|inspector|commissioner|ombudsman|chief executive|headteacher|"
    r"\w*redakteur(?:in)?|korrespondent(?:in)?|journaliste|periodista|giornalista)s?"
)
#: Words of desks and departments: with one of these a byline names no person at all.
GROUP = re.compile(
    r"\b(?:staff|team|desk|newsroom|newsdesk|admin|administrator|editorial|editors|reporters|redaktion|rédaction|"
    r"redacción|redazione|redactie|redação|bureau|department|agency|agencies|agentur|webmaster|sponsored|guest|"
    r"contributors)\b",
    re.IGNORECASE,
)
#: Writers of an outlet whom it does not name: neither a person nor an agency.
UNNAMED = re.compile(r"\bstaff (?:reporter|writer|correspondent)s?$", re.IGNORECASE)
DEGREE = re.compile(
    r"(?:ph\.?d|m\.?d|r\.?d|r\.?n|b\.?a|m\.?a|b\.?sc|m\.?sc|mba|cpa|cfp|psp|cbe|obe|mbe|mp|msp|qc|kc|jr|sr|esq)\.?",
    re.IGNORECASE,
)
ROLE = re.compile(rf"\b{ROLE_WORDS}\b|(?:기자|記者|记者)$", re.IGNORECASE)
#: A name's tail that is a role: "Jane Doe Education Editor".
ROLE_TAIL = re.compile(
    r"\s+(?:(?:local|democracy|ldrs?|senior|junior|chief|deputy|assistant|associate|executive|managing|political|"
    r"politics|education|health|social|care|crime|community|communities|business|news|sports?|digital|trainee|content|"
    r"features?|investigations?|home|affairs|public|services?|multimedia|regional|national|data|audience|special|"
    r"freelance|environment|science|technology|world|uk|bbc|council|government|housing|transport|schools|consumer|"
    r"economics|court|legal|arts|culture)\s+)*"
    rf"{ROLE_WORDS}\b.*$|\s+(?:기자|記者|记者)$",
    re.IGNORECASE,
)
SENIORITY = re.compile(r"(?:^|\s+)(?:senior|junior|chief|deputy|associate|managing|executive)\b.*$", re.IGNORECASE)
ROLE_BEFORE = re.compile(rf"^\s*(?:[\w-]+\s+){{0,3}}?{ROLE_WORDS}\s+(?=\w+\s\w)", re.IGNORECASE)
OUTLET_TAIL = re.compile(r"\s+(?:BBC|CNN|ITV|Sky News|PA|Reuters|AFP)\b.*$")
#: News agencies and broadcasters, as bylines name them.
AGENCIES = frozenset(
    normalise_text(name)
    for name in (
        "CNN", "PA", "PA Media", "PA News", "PA News Agency", "Press Association", "The Press Association",
        "Reuters", "AP", "Associated Press", "The Associated Press", "AFP", "Agence France-Presse",
        "BBC", "BBC News", "Sky News", "ITV News", "dpa", "Deutsche Presse-Agentur", "SWNS",
        "Getty Images", "Bloomberg", "ANI", "PTI", "IANS", "EFE", "ANSA", "Xinhua", "SDA", "APA", "epd",
        "KNA", "sid", "The Conversation", "Keystone-SDA", "Belga", "ANP", "TASS", "NTB", "TT", "Ritzau", "Lusa",
        "Europa Press", "Anadolu", "Kyodo", "Jiji Press", "Yonhap",
    )
)  # fmt: skip
#: A public body, whose name has words that end or part other names: "Department of Health and Social Care".
PUBLIC_BODY = re.compile(
    r"(?:the )?(?:(?:department|ministry|office|centre|institute|association|council) (?:for|of)|"
    r"(?:hm|his majesty['’]s|her majesty['’]s) (?:inspectorate|prison)) [^,;|/•·]+",
    re.IGNORECASE,
)
#: What systems put where a name should be.
NOBODY = frozenset(
    normalise_text(name)
    for name in (
        "Press release", "Community", "Local Government", "Local Democracy", "UK", "Us", "None", "null", "Unknown",
        "Anonymous", "User", "Root", "Super User", "News", "Sport", "Published", "Guest", "Various", "Author",
        "Authors", "Written", "Posted", "Updated", "Share", "Home", "Follow", "More", "Bio", "Email", "Contact",
        "Twitter", "Facebook", "Instagram", "LinkedIn", "Website", "WordPress", "Webadmin", "Marketing", "Content",
        "Communications", "Press office", "Copy Link", "Text Size", "Latest Posts", "Learn More", "Expert Verified",
        "Google Scholar", "Kommentar von", "Test", "Demo", "Manager", "Default", "Contributed", "Social Care",
        "Government Websites by CivicPlus",
        "Admin", "Administrator", "Site admin", "Siteadmin", "Web admin", "WP admin", "Sysadmin", "Superadmin",
        "Super admin", "Webmaster", "Web master", "Moderator", "Editor", "Editors", "The editor", "The editors",
        "Department", "Ministry", "Office", "Centre", "Institute", "Association", "Council",
    )
)  # fmt: skip
ORGANISATION = re.compile(
    r"\b(news|media|press|times|gazette|council|magazine|online|ltd|limited|university|association|institute|"
    r"foundation|agency|department|ministry|office|service|services|group|company|network|radio|tv|com|org|uk|inc|"
    r"llc|center|centre|college|school|staff|today|daily|community|care|government|commission|"
    r"newswire|newsource|(?-i:[A-Z]{2,3}) wire|"
    r"inspectorate|police|nhs|hm|majesty['’]s|ofsted|estyn|ofqual|healthwatch|education scotland|social work england)"
    r"\b(?!['’]s\b)|"
    r"\w\.(?:com|org|net|co|de|ch|at|be|is)\b",
    re.IGNORECASE,
)
PARTICLES = frozenset(
    ("de da di du del della van von der den la le bin al el ter ten dos das y e st mc o zu abu ibn ap ab").split()  # noqa: SIM905 - read best so
)
