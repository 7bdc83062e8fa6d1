"""Where an answer sends us."""

import httpx

from storage.records import Exchange
from tasks.web.errors import RefusedAddressError
from tasks.web.guard import check_address

REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: For pages; a longer chain, or a circle, ends as a server error.
MAX_REDIRECTS = 10


def is_redirect(status: int, location: str | None) -> bool:
    """Tells whether an answer is a redirect that can be followed."""
    return status in REDIRECTS and bool(location)


def get_redirect_target(exchange: Exchange) -> httpx.URL | None:
    """Returns where a redirect leads, None for any other answer.

    Raises RefusedAddressError where it leads to an address that may not be asked.
    """
    location = exchange.header("location")
    if exchange.status is None or not location or not is_redirect(exchange.status, location):
        return None
    try:
        return check_address(str(httpx.URL(exchange.url).join(_repair_text(location))))
    except httpx.InvalidURL as error:
        raise RefusedAddressError(f"redirects to what is no address: {location!r}") from error


def _repair_text(location: str) -> str:
    # Headers are kept as Latin-1, the bytes as they came; servers that send raw non-ASCII addresses mean UTF-8.
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
