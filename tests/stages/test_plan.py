"""Planning: what is asked for, what is known, what is put off."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.outcomes import Outcome
from storage.records import Listed
from tasks.plan import decide, describe_listed, note_failure

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def make_row(**values: Any) -> dict[str, Any]:
    """A row of the table of addresses, as it is after its first listing."""
    listed = Listed("https://www.post.example/a", "feed", "https://www.post.example/rss", title="A")
    return {**describe_listed(None, listed, "post", "post.example/a", NOW - 9 * DAY), **values}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param({}, None, id="new: asked for"),
        pytest.param({"capture_id": "c"}, None, id="captured and not read: read"),
        pytest.param({"outcome": "stored", "asked_at": NOW - DAY}, Outcome.KNOWN, id="stored: known"),
        pytest.param({"outcome": "not_relevant", "asked_at": NOW - DAY}, Outcome.KNOWN, id="rejected: known"),
        pytest.param(
            {"outcome": "stored", "asked_at": NOW - DAY, "listed_modified_at": NOW}, None, id="changed since: asked for"
        ),
        pytest.param(
            {"outcome": "stored", "asked_at": NOW - DAY, "listed_modified_at": NOW - 2 * DAY},
            Outcome.KNOWN,
            id="changed before it was asked for: known",
        ),
        pytest.param(
            {"outcome": "stored", "asked_at": NOW, "listed_modified_at": NOW.replace(hour=0)},
            None,
            id="changed on the same day, which may be later: asked for",
        ),
        pytest.param(
            {"outcome": "stored", "asked_at": NOW, "listed_modified_at": datetime(9999, 12, 31, tzinfo=UTC)},
            None,
            id="changed on the last day there is: asked for",
        ),
        pytest.param({"outcome": "timeout"}, None, id="failed once: asked for"),
        pytest.param({"outcome": "timeout", "next_try_at": NOW + DAY}, Outcome.DEFERRED, id="failed often: waits"),
        pytest.param({"outcome": "timeout", "next_try_at": NOW - DAY}, None, id="waited long enough: asked for"),
        pytest.param({"outcome": "deferred"}, None, id="over the last budget: asked for"),
        pytest.param({"outcome": "gone"}, Outcome.KNOWN, id="gone: known"),
    ],
)
def test_decides_without_asking(values: dict[str, Any], expected: Outcome | None) -> None:
    """An address is asked for when it is new, has changed, or failed and has waited; else it is known or put off."""
    assert decide(make_row(**values), NOW) == expected


def test_what_is_decided_and_due_is_asked_for() -> None:
    """A rule brings back what is decided; it does not cut short the wait after a failure."""
    assert decide(make_row(outcome="not_relevant", asked_at=NOW - DAY), NOW, is_due=True) is None
    assert decide(make_row(outcome="timeout", next_try_at=NOW + DAY), NOW, is_due=True) is Outcome.DEFERRED


def test_wait_grows_with_each_failure_in_a_row() -> None:
    """The first failure is asked for again in the next run; the waits then grow by a day, to thirty at most."""
    row = make_row()
    waits = []
    for _ in range(40):
        note_failure(row, Outcome.TIMEOUT, "no answer", NOW)
        waits.append(row["next_try_at"] - NOW if row["next_try_at"] else timedelta(0))
    assert waits[:4] == [0 * DAY, 1 * DAY, 2 * DAY, 3 * DAY]
    assert max(waits) == 30 * DAY


def test_what_robots_deny_is_no_failure() -> None:
    """An address that robots.txt denies is looked at in every run, without a wait."""
    row = make_row()
    note_failure(row, Outcome.ROBOTS_DENIED, "robots.txt", NOW)
    assert (row["outcome"], row["failures"], row["next_try_at"]) == ("robots_denied", 0, None)
    assert decide(row, NOW) is None


def test_a_later_listing_adds_and_never_takes_away() -> None:
    """What an earlier listing said stays where a later one says nothing of it."""
    row = make_row(listed_summary="old", outcome="stored")
    again = Listed("https://www.post.example/a", "sitemap", "https://www.post.example/sitemap.xml", modified_at=NOW)
    merged = describe_listed(row, again, "post", "post.example/a", NOW)
    assert (merged["listed_title"], merged["listed_summary"], merged["method"]) == ("A", "old", "feed")
    assert (merged["listed_modified_at"], merged["first_listed_at"]) == (NOW, NOW - 9 * DAY)
