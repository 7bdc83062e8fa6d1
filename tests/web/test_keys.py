"""Keys in headers: sent to their own host alone, and told nobody else."""

import logging
from dataclasses import dataclass
from typing import Any

import pytest

from tasks.web.settings import ClientSettings

PAGE = "https://api.test/locations/1"
SECRET = "a1b2c3d4"  # noqa: S105 - made up
VARIABLE = "INSPECTION_NEWS_TEST_KEY"


@dataclass(frozen=True)
class Key:
    """The header of one host."""

    host: str = "api.test"
    header: str = "Ocp-Apim-Subscription-Key"
    environment: str = VARIABLE


SETTINGS = {"keys": {VARIABLE: SECRET}}


def list_sent(site: Any) -> list[tuple[str, str | None]]:
    """Lists what was asked for, with the key that came along."""
    return [(address, headers.get("ocp-apim-subscription-key")) for address, headers in site.requests]


def test_a_key_is_sent_and_not_kept(site: Any, fetch: Any) -> None:
    """The host gets the header with every attempt; robots.txt is asked without it, and no exchange has it."""
    site.answer(PAGE, status=503)
    site.answer(PAGE)
    fetched = fetch(PAGE, settings=SETTINGS, key=Key())
    assert list_sent(site) == [("api.test/robots.txt", None), ("api.test/locations/1", SECRET),
                               ("api.test/locations/1", SECRET)]  # fmt: skip
    assert fetched.statuses == [503, 200]
    assert SECRET not in repr(fetched)
    names = {name.lower() for exchange in fetched.exchanges for name, _ in exchange.request_headers}
    assert "user-agent" in names
    assert "ocp-apim-subscription-key" not in names


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        ("https://api.test/b", SECRET),
        ("https://files.test/b", None),
        ("http://api.test/b", None),
        ("https://API.test/b", SECRET),
    ],
)
def test_a_redirect_takes_no_key_to_another_host(site: Any, fetch: Any, target: str, sent: str | None) -> None:
    """The key goes over https to its own host, wherever a redirect leads."""
    site.answer(PAGE, status=302, headers={"Location": target})
    site.answer(target.lower())
    fetch(PAGE, settings=SETTINGS, key=Key(), hosts=frozenset({"api.test", "files.test"}))
    assert list_sent(site)[-1] == (target.lower().partition("//")[2], sent)


def test_a_host_with_an_international_name_gets_its_key(site: Any, fetch: Any) -> None:
    """A source file names a host as it is looked up, and that is how it is compared."""
    page = "https://xn--bcher-kva.test/a"
    site.answer(page)
    fetch(page, settings=SETTINGS, key=Key("xn--bcher-kva.test"))
    assert list_sent(site)[-1] == ("xn--bcher-kva.test/a", SECRET)


def test_other_hosts_of_the_source_get_no_key(site: Any, fetch: Any) -> None:
    """A source's other hosts are asked without it."""
    site.answer("https://files.test/a.pdf")
    fetch("https://files.test/a.pdf", settings=SETTINGS, key=Key())
    assert {key for _, key in list_sent(site)} == {None}


@pytest.mark.parametrize("settings", [None, {"keys": {"INSPECTION_NEWS_OTHER_KEY": SECRET}}])
def test_a_client_knows_which_keys_it_has(make_client: Any, settings: Any) -> None:
    """A key that is not in the settings is not there; one that is, is."""
    assert not make_client(settings).has_key(Key())
    assert make_client(SETTINGS).has_key(Key())


@pytest.mark.parametrize("value", ["a\r\nHost: b", "with space", "schl\xfcssel"])
def test_a_key_that_no_header_can_hold_is_refused_unseen(value: str) -> None:
    """The mistake names the variable, and never the value."""
    with pytest.raises(ValueError, match=VARIABLE) as caught:
        ClientSettings("agent", keys={VARIABLE: value})
    assert value not in str(caught.value)


def test_nothing_prints_a_key(site: Any, fetch: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the settings' own words nor any log has it, also not the one of HTTP/2's header packing."""
    caplog.set_level(logging.DEBUG)
    site.answer(PAGE)
    fetch(PAGE, settings=SETTINGS, key=Key())
    assert SECRET not in caplog.text
    assert SECRET not in repr(ClientSettings("agent", keys={VARIABLE: SECRET}))
    assert not logging.getLogger("hpack.hpack").isEnabledFor(logging.DEBUG)
