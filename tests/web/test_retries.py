"""What is asked again, and when."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storage.outcomes import Outcome
from storage.records import Exchange
from tasks.web.retries import LONGEST_RETRY_AFTER_S, compute_backoff, is_worth_retrying, read_retry_after
from tasks.web.settings import ClientSettings, Clock

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def make_exchange(**values: Any) -> Exchange:
    """Makes an exchange with these values."""
    return Exchange("https://a.test/", NOON, (), **values)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
        ("0", 0),
        (" 120 ", 120),
        ("9" * 5000, LONGEST_RETRY_AFTER_S),
        ("Sat, 21 Nov 2026 12:02:00 GMT", 120),
        ("Sat, 21 Nov 2026 13:00:00 +0100", 0),
        ("Sat Nov 21 12:02:00 2026", 120),
        ("Fri, 20 Nov 2026 12:00:00 GMT", 0),
    ],
)
def test_retry_after_is_read(value: str | None, seconds: float | None) -> None:
    """Seconds and all three HTTP dates are read, anything else is none."""
    headers = [("retry-after", value)] if value is not None else []
    assert read_retry_after(make_exchange(status=429, response_headers=headers), NOON) == seconds


@given(st.text())
@example("Mon, 01 Jan 2020 00:00:00 +99999999999999999999")
def test_retry_after_of_any_text_is_read_or_none(value: str) -> None:
    """No header of a server stops the run."""
    seconds = read_retry_after(make_exchange(response_headers=[("Retry-After", value)]), NOON)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("status", "outcome", "expected"),
    [
        (200, None, False),
        (302, None, False),
        (304, Outcome.UNCHANGED, False),
        (404, Outcome.GONE, False),
        (403, Outcome.BLOCKED, False),
        (400, Outcome.SERVER_ERROR, False),
        (999, Outcome.SERVER_ERROR, False),
        (200, Outcome.TOO_LARGE, False),
        (200, Outcome.WRONG_TYPE, False),
        (200, Outcome.NETWORK_ERROR, True),
        (None, Outcome.NETWORK_ERROR, True),
        (None, Outcome.TIMEOUT, True),
        (429, Outcome.RATE_LIMITED, True),
        (500, Outcome.SERVER_ERROR, True),
        (599, Outcome.SERVER_ERROR, True),
    ],
)
def test_passing_failures_are_worth_retrying(status: int | None, outcome: Outcome | None, *, expected: bool) -> None:
    """Only what may pass by itself is asked again."""
    assert is_worth_retrying(make_exchange(status=status, outcome=outcome)) is expected


@pytest.mark.parametrize(("attempt", "longest"), [(1, 2), (2, 4), (3, 8), (4, 10), (2000, 10)])
@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_backoff_is_drawn_from_a_growing_span(attempt: int, longest: float, jitter: float) -> None:
    """Full jitter: anything from nothing to the doubled wait, up to the cap."""
    settings = ClientSettings("x", backoff_base_s=2, backoff_cap_s=10)
    assert compute_backoff(attempt, settings, Clock(draw=lambda: jitter)) == jitter * longest
