"""What `read` is given: an address or a file, and a time."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from flows.read import choose_media_type, is_address, parse_moment


@pytest.mark.parametrize("page", ["https://", "http:///a", "https://[nothing/", "https://www.post.example:port/"])
def test_an_address_that_is_none_is_told(page: str) -> None:
    """The message names what was given, whatever is wrong with it."""
    with pytest.raises(ValueError, match="is no address of a page") as error:
        is_address(page)
    assert page in str(error.value)


def test_a_file_is_no_address() -> None:
    """Only what begins as an address does is one."""
    assert is_address("https://www.post.example/a")
    assert not is_address("pages/https.html")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-01-17", datetime(2019, 1, 17, tzinfo=UTC)),
        ("2019-01-17T06:30:00+01:00", datetime(2019, 1, 17, 6, 30, tzinfo=timezone(timedelta(hours=1)))),
    ],
)
def test_a_moment_without_a_zone_is_in_utc(text: str, moment: datetime) -> None:
    """A day is midnight UTC; a zone that is stated counts."""
    assert parse_moment(text) == moment


def test_a_moment_that_is_none_is_told_with_an_example() -> None:
    """Whoever misspells it learns how it is written."""
    with pytest.raises(ValueError, match="'yesterday' is no instant, such as 2019-01-17"):
        parse_moment("yesterday")


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b'{"title": "a"}', "application/json"),
        (b"<!doctype html><title>How %PDF- files begin</title>", "text/html"),
        (b"plain words", "text/html"),
    ],
)
def test_a_body_is_read_as_what_it_is(body: bytes, media_type: str) -> None:
    """The type is the one that the nights find, too; a page that only speaks of PDF is none."""
    assert choose_media_type(body) == media_type
