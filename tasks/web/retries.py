"""What is asked again, and after how long."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from storage.outcomes import Outcome
from storage.records import Exchange
from tasks.web.settings import ClientSettings, Clock

#: The first digit of 5xx.
SERVER_ERRORS = 5
#: Any cap is reached by then, and a float still holds it.
MOST_DOUBLINGS = 60
LONGEST_RETRY_AFTER_S = 365 * 86400.0


def is_worth_retrying(exchange: Exchange) -> bool:
    """Tells whether asking again may help: 429, 5xx, a timeout, a broken connection or body."""
    if exchange.outcome is Outcome.SERVER_ERROR:
        return exchange.status is not None and exchange.status // 100 == SERVER_ERRORS
    return exchange.outcome in {Outcome.RATE_LIMITED, Outcome.TIMEOUT, Outcome.NETWORK_ERROR}


def compute_backoff(attempt: int, settings: ClientSettings, clock: Clock) -> float:
    """Draws the wait in seconds before the next attempt: exponential, with full jitter."""
    doublings = min(attempt - 1, MOST_DOUBLINGS)
    return clock.draw() * min(settings.backoff_cap_s, settings.backoff_base_s * 2.0**doublings)


def read_retry_after(exchange: Exchange, now: datetime) -> float | None:
    """Reads how many seconds the server asks to wait, from either form of Retry-After (RFC 9110, section 10.2.3).

    None where it asks for none or in no form that can be read; 0 for a time that has passed.
    """
    value = (exchange.header("retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_RETRY_AFTER_S)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
