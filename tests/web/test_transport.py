"""Connections: to the address that was checked and no other, or all to one loopback address."""

import asyncio
import socket
from typing import Any

import httpcore
import pytest

from storage.outcomes import Outcome
from tasks.web import transport
from tasks.web.client import Client
from tasks.web.errors import RefusedAddressError
from tasks.web.settings import ClientSettings, parse_connect_to
from tasks.web.transport import GuardedBackend, is_readable, resolve_name


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The IP addresses that were connected to; nothing listens at those ending in .1."""
    addresses: list[str] = []

    async def connect(_self: Any, host: str, *_: Any, **__: Any) -> None:
        addresses.append(host)
        if host.endswith(".1"):
            raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    return addresses


def resolve_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Lets every name resolve to these addresses, one list after the other."""
    remaining = list(answers)

    async def resolve(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(0)
        return remaining.pop(0)

    monkeypatch.setattr(transport, "resolve_name", resolve)


def test_connection_goes_to_the_checked_address(monkeypatch: pytest.MonkeyPatch, connected: list[str]) -> None:
    """The name is resolved once: what it would resolve to the next time is never connected to."""
    resolve_to(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    asyncio.run(GuardedBackend().connect_tcp("rebind.test", 443))
    assert connected == ["93.184.216.34"]


def test_private_addresses_are_passed_over(monkeypatch: pytest.MonkeyPatch, connected: list[str]) -> None:
    """Of several addresses the public ones are tried in turn."""
    resolve_to(monkeypatch, ["10.0.0.2", "8.8.8.1", "::1", "8.8.4.4", "8.8.8.8"])
    asyncio.run(GuardedBackend().connect_tcp("mixed.test", 443))
    assert connected == ["8.8.8.1", "8.8.4.4"]


def test_last_failure_is_told(monkeypatch: pytest.MonkeyPatch, connected: list[str]) -> None:
    """Where no public address answers, the connection fails as such."""
    resolve_to(monkeypatch, ["8.8.8.1", "9.9.9.1"])
    with pytest.raises(httpcore.ConnectError, match="nobody there"):
        asyncio.run(GuardedBackend().connect_tcp("down.test", 443))
    assert connected == ["8.8.8.1", "9.9.9.1"]


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["169.254.169.254", "fd00::1"], []])
def test_name_without_a_public_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, connected: list[str], addresses: list[str]
) -> None:
    """A name that leads inwards is connected to nowhere."""
    resolve_to(monkeypatch, addresses)
    with pytest.raises(RefusedAddressError, match=r"inward\.test leads to no public address"):
        asyncio.run(GuardedBackend().connect_tcp("inward.test", 80))
    assert connected == []


@pytest.mark.parametrize("error", [socket.gaierror(-2, "Name or service not known"), UnicodeError("label too long")])
def test_unknown_name_is_a_connection_failure(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """A name that does not resolve is told by name."""

    async def resolve(_host: str, _port: int) -> list[str]:
        raise error

    monkeypatch.setattr(transport, "resolve_name", resolve)
    with pytest.raises(httpcore.ConnectError, match=r"unknown host nowhere\.test"):
        asyncio.run(GuardedBackend().connect_tcp("nowhere.test", 80))


def test_slow_resolver_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connect timeout holds for the name, too."""
    monkeypatch.setattr(transport, "resolve_name", lambda *_: asyncio.sleep(9))
    with pytest.raises(httpcore.ConnectTimeout, match=r"slow\.test"):
        asyncio.run(GuardedBackend().connect_tcp("slow.test", 80, timeout=0.01))


def test_system_resolves_names() -> None:
    """The system's answer is a list of IP addresses without repetitions."""
    addresses = asyncio.run(resolve_name("localhost", 80))
    assert "127.0.0.1" in addresses or "::1" in addresses
    assert len(set(addresses)) == len(addresses)


def test_name_that_leads_inwards_ends_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the whole client: nothing is asked, nothing recorded, nothing tried again."""
    resolve_to(monkeypatch, ["10.0.0.1"])
    recorded: list[Any] = []

    async def run() -> Any:
        async with Client(ClientSettings("inspection-news/0.1"), record_robots=recorded.append) as client:
            return await client.fetch("https://inward.test/", hosts=frozenset({"inward.test"}), record=recorded.append)

    answer = asyncio.run(run())
    assert (answer.outcome, answer.exchange, recorded) == (Outcome.REFUSED_ADDRESS, None, [])
    assert "inward.test leads to no public address" in answer.reason


@pytest.mark.parametrize(
    ("text", "target"),
    [("127.0.0.1:8765", ("127.0.0.1", 8765)), ("127.8.9.1:1", ("127.8.9.1", 1)), ("[::1]:80", ("::1", 80))],
)
def test_connect_to_is_read(text: str, target: tuple[str, int]) -> None:
    """A loopback address of either kind with a port."""
    assert parse_connect_to(text) == target


@pytest.mark.parametrize(
    "text", ["", "8765", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "localhost:8765", "10.0.0.1:80"]
)
def test_connect_to_elsewhere_is_refused(text: str) -> None:
    """Anything else is a mistake that the client tells at once."""
    with pytest.raises(ValueError, match="loopback IP address and a port"):
        Client(ClientSettings("inspection-news/0.1", connect_to=text), record_robots=print)


def test_each_host_keeps_its_own_connections(site: Any) -> None:
    """Requests to one host share a connection, whatever other hosts are asked in between."""
    opened: list[str] = []

    class CountingBackend(transport.LoopbackBackend):
        async def connect_tcp(self, host: str, *arguments: Any, **options: Any) -> httpcore.AsyncNetworkStream:
            opened.append(host)
            return await super().connect_tcp(host, *arguments, **options)

    async def run() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(transport, "LoopbackBackend", CountingBackend)
            settings = ClientSettings("test/1", connect_to=site.connect_to, pace=0)
            async with Client(settings, record_robots=lambda _: None) as client:
                for host in ("a.test", "b.test") * 3:
                    answer = await client.fetch(f"http://{host}/", hosts=frozenset({host}), record=lambda _: None)
                    assert answer.outcome is Outcome.GONE

    asyncio.run(run())
    assert sorted(opened) == ["a.test", "b.test"]


def test_a_closed_connection_is_told_from_an_idle_one() -> None:
    """Something to read on an idle connection is its end: it is not used again."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert not is_readable(ours)
        theirs.close()
        assert is_readable(ours)
    assert is_readable(ours)
    assert is_readable(None)
