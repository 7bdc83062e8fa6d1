"""Asking for a part of an address: which answers are good, and that no more is read than was asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from storage.outcomes import Outcome
from tests.web.conftest import Site

URL = "https://data.example.org/file.warc.gz"


def test_a_part_is_asked_for_and_given(site: Site, fetch: Callable[..., Any]) -> None:
    """The request names the first and the last byte and wants them as they are; 206 is the good answer."""
    site.answer(URL, status=206, body=b"part", headers={"Content-Range": "bytes 10-13/100"})
    answer = fetch(URL, part=range(10, 14)).answer
    assert (answer.outcome, answer.body, answer.exchange.status) == (None, b"part", 206)
    _, headers = site.requests[-1]
    assert (headers["range"], headers["accept-encoding"]) == ("bytes=10-13", "identity")


@pytest.mark.parametrize(
    ("status", "part", "outcome"),
    [
        pytest.param(200, range(4), Outcome.SERVER_ERROR, id="the whole in place of a part"),
        pytest.param(206, None, Outcome.SERVER_ERROR, id="a part that nobody asked for"),
        pytest.param(416, range(4), Outcome.SERVER_ERROR, id="no such part"),
        pytest.param(403, range(4), Outcome.BLOCKED, id="refused"),
    ],
)
def test_other_answers_are_failures(
    status: int, part: range | None, outcome: Outcome, site: Site, fetch: Callable[..., Any]
) -> None:
    """What is not what was asked for is not taken for it."""
    site.answer(URL, status=status, body=b"fine")
    assert fetch(URL, part=part).answer.outcome == outcome


@pytest.mark.parametrize("status", [200, 206])
def test_no_more_is_read_than_was_asked_for(status: int, site: Site, fetch: Callable[..., Any]) -> None:
    """A server that knows no ranges would send a gigabyte: its answer is cut at the length of the part."""
    site.answer(URL, status=status, body=bytes(1000))
    answer = fetch(URL, part=range(100)).answer
    assert len(answer.exchange.body) == 100
    assert answer.exchange.truncated == "length"
    assert answer.outcome in (Outcome.TOO_LARGE, Outcome.SERVER_ERROR)
