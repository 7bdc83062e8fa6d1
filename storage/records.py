"""What passes between the stages: an address that was listed, an exchange with a server, a capture in a WARC file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from storage.outcomes import Outcome
from storage.warc_digests import digest_payload

#: One row of a table on its way in or out, by column.
Row = dict[str, Any]

Headers = Sequence[tuple[str, str]]
Precision = Literal["second", "minute", "day", "month", "year"]
Purpose = Literal["page", "listing", "robots"]
MediaType = Literal["text/html", "application/pdf", "application/json"]
Truncation = Literal["length", "disconnect", "time", "unspecified"]


@dataclass(frozen=True, slots=True)
class Listed:
    """An address that a source's discovery found, with what the listing says of it.

    Times are instants in UTC; a day without a time is midnight UTC with precision `day`.
    """

    url: str
    method: str
    listed_on_url: str
    title: str | None = None
    summary: str | None = None
    published_at: datetime | None = None
    published_precision: Precision | None = None
    modified_at: datetime | None = None
    media_type: MediaType = "text/html"
    link_text: str | None = None
    provider_name: str | None = None
    provider_urn: str | None = None
    provider_region: str | None = None


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, or the failure that took the answer's place.

    `body` is the payload as it came over the wire, still under its Content-Encoding; `status` is None where no answer
    came, and then `error` says why. `truncated` is `length` where the body limit cut it, `disconnect` where the
    server did, `time` where the clock did (the values of WARC-Truncated). Of an answer that somebody else got,
    `request_headers` are empty: nothing was sent from here.
    """

    url: str
    requested_at: datetime
    request_headers: Headers
    status: int | None = None
    reason: str = ""
    protocol: str = "http/1.1"
    response_headers: Headers = ()
    body: bytes = b""
    truncated: Truncation | None = None
    error: str | None = None
    outcome: Outcome | None = None
    duration_ms: int = 0
    ip_address: str | None = None

    @cached_property
    def payload_digest(self) -> str:
        """The digest of the body, as in WARC-Payload-Digest."""
        return digest_payload(self.body)

    def header(self, name: str) -> str | None:
        """Returns the first response header of that name, in any case."""
        return _find_header(self.response_headers, name)


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking for one address came to: the last exchange of all retries and redirects, decoded.

    `outcome` is None where the answer is a usable 200; `unchanged` for a 304; else the failure's name with its reason.
    """

    url: str
    final_url: str
    exchange: Exchange | None
    body: bytes = b""
    media_type: str | None = None
    charset: str | None = None
    outcome: Outcome | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer gave for asking conditionally (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class WarcPosition:
    """Where a record lies: file name relative to the archive's warc folder, byte offset and length of its gzip member.

    `record_id` is `urn:uuid:` and the capture_id; `payload_digest` is `sha1:` and base32, as in WARC-Payload-Digest.
    """

    filename: str
    offset: int
    length: int
    record_id: str
    payload_digest: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierPayload:
    """The capture that already holds a payload, for a revisit record that refers to it; fields as in WarcPosition."""

    url: str
    fetched_at: datetime
    record_id: str
    payload_digest: str


@dataclass(frozen=True, slots=True)
class ArchivedAnswer:
    """An answer read back from a WARC file: status, headers and the body as it came over the wire."""

    url: str
    fetched_at: datetime
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        """Returns the first header of that name, in any case."""
        return _find_header(self.headers, name)


def _find_header(headers: Headers, name: str) -> str | None:
    lowered = name.lower()
    return next((value for key, value in headers if key.lower() == lowered), None)
