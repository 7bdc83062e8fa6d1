"""Addresses of listings, and the errors they end in."""

import pytest

from storage.outcomes import Outcome
from tasks.discovery.listing import ListingError, set_query


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.org/s", "https://a.org/s?start=100"),
        ("https://a.org/s?q=&t[]=12#top", "https://a.org/s?q=&t%5B%5D=12&start=100"),
        ("https://a.org/s?start=0&q=a+b", "https://a.org/s?q=a+b&start=100"),
    ],
)
def test_sets_a_parameter_and_keeps_the_others(url: str, expected: str) -> None:
    """The parameter is set once; empty values and repeated names of others stay."""
    assert set_query(url, start=100) == expected


def test_an_error_tells_address_outcome_and_reason() -> None:
    """The message of an error is enough to act on."""
    assert str(ListingError("https://a.org/", Outcome.GONE, "404")) == "https://a.org/: gone: 404"
