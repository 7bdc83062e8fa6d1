"""Which addresses may be asked, as written and as resolved."""

from ipaddress import ip_address

import httpx
import pytest

from storage.outcomes import Outcome
from tasks.web.errors import OffSiteError, RefusedAddressError
from tasks.web.guard import check_address, check_host, is_public


@pytest.mark.parametrize(
    ("url", "checked"),
    [
        ("https://www.gov.uk/a?b=c#d", "https://www.gov.uk/a?b=c"),
        ("http://example.org:80/", "http://example.org/"),
        ("https://example.org:443", "https://example.org"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("HTTPS://EXAMPLE.org/Ä b", "https://example.org/%C3%84%20b"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        ("http://[2606:4700::1111]/", "http://[2606:4700::1111]/"),
    ],
)
def test_public_address_is_taken(url: str, checked: str) -> None:
    """Http and https on the usual ports pass, without their fragment."""
    assert str(check_address(url)) == checked


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/a",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/html,x",
        "https:///a",
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https://example.org:8443/",
        "http://example.org:22/",
        "http://example.org:0/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://a.localhost/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://10.0.0.1./",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[fe80::1%25eth0]/",
        "http://169.254.169.254/",
        "https://exam\nple.org/",
        "https://\ud800.example/",
        "https://example.org/\udcff",
        "http://xn--/",
        "https://" + "a" * 70_000,
    ],
)
def test_other_address_is_refused(url: str) -> None:
    """Everything else is refused with its own error and outcome."""
    with pytest.raises(RefusedAddressError) as caught:
        check_address(url)
    assert caught.value.outcome is Outcome.REFUSED_ADDRESS


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 (an address to refuse)
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:8.8.8.8",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2001:db8::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2002:a00:1::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_address_that_is_not_public(address: str) -> None:
    """Private, loopback, link-local, shared, multicast, reserved and disguised addresses are not public."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.0.81", "2606:4700::1111", "2a00:1450:4009::200e"])
def test_address_that_is_public(address: str) -> None:
    """Ordinary addresses are."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "is_on_site"),
    [
        ("https://news.test/a", True),
        ("https://NEWS.test./a", True),
        ("https://www.news.test/a", False),
        ("https://news.test.evil.test/a", False),
        ("https://evilnews.test/a", False),
    ],
)
def test_hosts_are_exact(url: str, *, is_on_site: bool) -> None:
    """A host counts only where it is one of the source's, letter by letter."""
    if is_on_site:
        check_host(httpx.URL(url), frozenset({"news.test"}))
    else:
        with pytest.raises(OffSiteError):
            check_host(httpx.URL(url), frozenset({"news.test"}))
