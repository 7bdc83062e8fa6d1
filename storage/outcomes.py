"""What became of an address: every address that a run listed ends in exactly one of these."""

from enum import StrEnum


class Outcome(StrEnum):
    """The end of one listed address in one run; the run report balances over these."""

    STORED = "stored"
    UNCHANGED = "unchanged"
    KNOWN = "known"
    DUPLICATE = "duplicate"
    NOT_RELEVANT = "not_relevant"
    NOT_AN_ARTICLE = "not_an_article"
    ROBOTS_DENIED = "robots_denied"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    GONE = "gone"
    SOFT_404 = "soft_404"
    SERVER_ERROR = "server_error"
    NETWORK_ERROR = "network_error"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    OFF_SITE = "off_site"
    REFUSED_ADDRESS = "refused_address"
    UNREADABLE = "unreadable"
    DEFERRED = "deferred"


DESCRIPTIONS: dict[Outcome, str] = {
    Outcome.STORED: "read and kept as an article or an inspection, new or in a new version",
    Outcome.UNCHANGED: "asked again and the same as before (304, or the same digest or text)",
    Outcome.KNOWN: "decided in an earlier run and not due again, so not asked for",
    Outcome.DUPLICATE: "leads to a page that the archive already has under another address",
    Outcome.NOT_RELEVANT: "an article, but not about an inspection of a public service",
    Outcome.NOT_AN_ARTICLE: "a page without an article: a list, a video, a form",
    Outcome.ROBOTS_DENIED: "robots.txt does not allow the address",
    Outcome.BLOCKED: "401, 403 or 451, or a challenge page",
    Outcome.RATE_LIMITED: "429 until the retries were used up, or the host asks for longer waits than a run takes",
    Outcome.GONE: "404 or 410",
    Outcome.SOFT_404: "200 with a page that says there is nothing here",
    Outcome.SERVER_ERROR: "5xx, or another status that no rule names, until the retries were used up",
    Outcome.NETWORK_ERROR: "no connection, a broken answer or an unknown host, until the retries were used up",
    Outcome.TIMEOUT: "no answer in time, until the retries were used up",
    Outcome.TOO_LARGE: "the body is over the limit, sent or unpacked",
    Outcome.WRONG_TYPE: "the body is not what was asked for (a page where a PDF was due, an image)",
    Outcome.OFF_SITE: "lies on, or redirects to, a host that is not one of the source's",
    Outcome.REFUSED_ADDRESS: "not http(s), or leads to a private, loopback or link-local address",
    Outcome.UNREADABLE: "the reader failed, hung or ran out of memory on it",
    Outcome.DEFERRED: "put off to a later run: the night's budget was used up, or the wait after a failure is not over",
}

#: Ends that reading a payload came to; they stand until the payload changes.
DECIDED_BY_READING = frozenset(
    {
        Outcome.STORED,
        Outcome.DUPLICATE,
        Outcome.NOT_RELEVANT,
        Outcome.NOT_AN_ARTICLE,
        Outcome.SOFT_404,
        Outcome.WRONG_TYPE,
        Outcome.UNREADABLE,
    }
)

#: Ends after which the address is asked for again in a later run, however it was listed.
RETRYABLE = frozenset(
    {
        Outcome.ROBOTS_DENIED,
        Outcome.BLOCKED,
        Outcome.RATE_LIMITED,
        Outcome.SERVER_ERROR,
        Outcome.NETWORK_ERROR,
        Outcome.TIMEOUT,
        Outcome.DEFERRED,
    }
)
