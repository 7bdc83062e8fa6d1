"""What discovery asks for and is handed back.

    ListingError        a listing could not be had, or is not what it should be; `outcome` says in which way

A method raises it where it can list nothing at all. Where a part fails (one sitemap of many, one provider's page), it
adds the error to the `problems` that it was given and goes on, so that one broken part never hides the others: whoever
calls must look at both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from storage.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Listing:
    """An answer that lists addresses: its address after redirects, status, decoded body, headers in lower case."""

    url: str
    status: int
    body: bytes
    media_type: str | None
    headers: Mapping[str, str]


class ListingError(Exception):
    """A listing that could not be had, or is not what it should be."""

    def __init__(self, url: str, outcome: Outcome, reason: str) -> None:
        """Tells the address, the outcome that the failure means, and why in words."""
        super().__init__(f"{url}: {outcome}: {reason}")
        self.url, self.outcome, self.reason = url, outcome, reason


class Ask(Protocol):
    """Asks for a listing, politely and conditionally.

    An archived copy made after `changed_at`, when the listing is known to have changed last, is handed back without a
    request; so is an answer whose status is in `allow`, which else raises ListingError as every failure does.
    """

    async def __call__(
        self, url: str, *, changed_at: datetime | None = None, allow: frozenset[int] = frozenset()
    ) -> Listing:
        """Hands back the listing at an address; raises ListingError."""
        ...


def set_query(url: str, **parameters: str | int) -> str:
    """Sets parameters in an address's query; others stay as they are and where they are."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in parameters]
    return urlunsplit(parts._replace(query=urlencode([*kept, *parameters.items()]), fragment=""))
