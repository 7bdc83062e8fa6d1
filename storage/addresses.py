"""Addresses as keys: when two spellings of an address are surely one page, and the identifiers made from that.

The rules are conservative: an unknown query parameter is kept (`?id=1` and `?id=2` are two pages), a path keeps its
case and its trailing slash is the only part of it that goes. Doubtful cases are left to canonical links, which mark
and never join.
"""

import hashlib
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

TRACKING_PARAMETERS = re.compile(
    r"utm_\w+|at_(medium|campaign|custom\d|format|link_\w+|ptr_name|bbc_team)|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|"
    r"_ga|ns_(campaign|mchannel|source|linkname|fee)|cmpid|ito|ocid|xtor|CMP|__twitter_impression",
    re.IGNORECASE,
)
DEFAULT_PORTS = {"http": 80, "https": 443}
UNRESERVED_IN_SEGMENT = ":@!$&'()*+,;=-._~"


def make_url_key(url: str) -> str:
    """Makes the key under which spellings of one address meet: `host/path?query`, without scheme, `www.` and tracking.

    Raises ValueError where the address has no host.
    """
    parts = urlsplit(url.strip())
    if not parts.hostname:
        raise ValueError(f"not an absolute address: {url!r}")
    host = parts.hostname.removeprefix("www.").rstrip(".")
    if parts.port not in (None, DEFAULT_PORTS.get(parts.scheme)):
        host = f"{host}:{parts.port}"
    path = "/".join(_level_segment(segment) for segment in parts.path.split("/"))
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if not TRACKING_PARAMETERS.fullmatch(name)
    ]
    levelled = "?" + urlencode(sorted(query), errors="surrogateescape") if query else ""
    return host + (path.rstrip("/") or "/") + levelled


def _level_segment(segment: str) -> str:
    """Levels how a part of a path is escaped; a slash that is escaped parts nothing, and stays so."""
    return quote(unquote(segment, errors="surrogateescape"), safe=UNRESERVED_IN_SEGMENT, errors="surrogateescape")


def find_url_key(url: str) -> str | None:
    """Makes the key of an address; None for what is none."""
    try:
        return make_url_key(url)
    except ValueError:
        return None


def make_identifier(*parts: str) -> str:
    """Makes a stable identifier: the first 16 hex digits of SHA-256 over the parts, joined by newlines."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def get_host(url: str) -> str:
    """Returns the host of an address in lower case, empty where it has none."""
    return (urlsplit(url).hostname or "").rstrip(".")
