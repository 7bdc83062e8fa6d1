"""Which addresses may be asked: http and https on their usual ports, on hosts of the public internet.

An address is checked twice: as it is written, before anything is asked, and as the IP address that its host resolves
to, where the connection is made (`transport`).
"""

import socket
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from tasks.web.errors import OffSiteError, RefusedAddressError

SCHEMES = ("http", "https")
PORTS = (None, 80, 443)
#: Special by IANA's registry; versions of Python differ over which part of it is global.
PROTOCOL_ASSIGNMENTS = ip_network("192.0.0.0/24")


def check_address(url: str) -> httpx.URL:
    """Parses an address that may be asked; its fragment, which is never sent, goes.

    Raises RefusedAddressError for another scheme than http(s), another port than 80 and 443, a user name, or a host
    that is written as a private IP address in any of its spellings (`127.1`, `0x7f000001`, `[::1]`).
    """
    try:
        parsed = httpx.URL(url)
        host = parsed.host
    except (httpx.InvalidURL, UnicodeError) as error:
        raise RefusedAddressError(f"not an address: {url!r} ({error})") from error
    if parsed.scheme not in SCHEMES or not host:
        raise RefusedAddressError(f"not an http or https address: {url!r}")
    if parsed.userinfo:
        raise RefusedAddressError(f"an address with a user name: {parsed}")
    if parsed.port not in PORTS:
        raise RefusedAddressError(f"port {parsed.port} is neither 80 nor 443: {url}")
    if _is_private_name(get_ascii_host(parsed)):
        raise RefusedAddressError(f"a private address: {parsed}")
    return parsed.copy_with(fragment=None)


def check_host(url: httpx.URL, hosts: frozenset[str]) -> None:
    """Raises OffSiteError where the address is on none of the hosts."""
    if get_ascii_host(url) not in hosts:
        raise OffSiteError(f"not on a host of the source: {url}")


def get_ascii_host(url: httpx.URL) -> str:
    """Returns the host as it is looked up: in lower case, no last dot, an international name in its xn-- form."""
    return url.raw_host.decode("ascii").rstrip(".").lower()


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tells whether an IP address belongs to the public internet.

    IPv6 forms that carry an IPv4 address (mapped, 6to4, Teredo, NAT64) are not public: they reach private hosts in
    disguise.
    """
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv6Address):
        return not (address.ipv4_mapped or address.sixtofour or address.teredo or address.is_site_local)
    return address not in PROTOCOL_ASSIGNMENTS


@lru_cache(maxsize=1000)
def _is_private_name(host: str) -> bool:
    literal = _read_literal(host)
    return host == "localhost" or host.endswith(".localhost") or (literal is not None and not is_public(literal))


def _read_literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
