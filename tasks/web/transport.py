"""Connections only to where they may go: to the very IP address that was checked, or all to one loopback address."""

import asyncio
import logging
import select
import socket
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from ssl import SSLContext
from typing import Any

import httpcore
import httpx

from tasks.web.errors import RefusedAddressError
from tasks.web.guard import is_public
from tasks.web.settings import parse_connect_to

LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=100, keepalive_expiry=15.0)
SocketOptions = Iterable[httpcore.SOCKET_OPTION]

# HTTP/2's header packing writes all headers to its debug log, keys among them.
logging.getLogger("hpack").setLevel(logging.INFO)


class KnownStream(httpcore.AsyncNetworkStream):
    """A connection whose socket and addresses are looked up once: pools ask for those of all they have, each time."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        """Takes a connection."""
        self._stream = stream
        self._known: dict[str, Any] = {}

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 (httpcore's signature)
        """Reads what has come."""
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        """Writes."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Closes the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Gives the connection with TLS over it."""
        return KnownStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 (httpcore's signature)
        """Gets what is known of the connection; whether something can be read now is looked at each time."""
        if info == "is_readable":
            return is_readable(self.get_extra_info("socket"))
        if info not in self._known:
            self._known[info] = self._stream.get_extra_info(info)
        return self._known[info]


class GuardedBackend(httpcore.AnyIOBackend):
    """Resolves a name once, drops what is not public, and connects to the addresses that were checked and no other."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's signature)
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the first public address of the host that answers.

        Raises RefusedAddressError where it has none, httpcore.ConnectError where the name is unknown.
        """
        failure: Exception | None = None
        for address in await self._find_public_addresses(host, port, timeout):
            try:
                return KnownStream(await super().connect_tcp(address, port, timeout, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or RefusedAddressError(f"{host} leads to no public address")

    @staticmethod
    async def _find_public_addresses(host: str, port: int, timeout: float | None) -> list[str]:  # noqa: ASYNC109 (see above)
        try:
            async with asyncio.timeout(timeout):
                found = await resolve_name(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no answer to who {host} is") from error
        except (socket.gaierror, UnicodeError) as error:
            raise httpcore.ConnectError(f"unknown host {host}") from error
        return [address for address in found if is_public(ip_address(address))]


class LoopbackBackend(httpcore.AnyIOBackend):
    """Makes every connection to one loopback address, whatever host is asked for."""

    def __init__(self, address: str, port: int) -> None:
        """Keeps where to connect to."""
        self._target = (address, port)

    async def connect_tcp(
        self,
        host: str,  # noqa: ARG002 (httpcore's signature)
        port: int,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the one address."""
        return KnownStream(await super().connect_tcp(*self._target, timeout, local_address, socket_options))


class HostPools(httpcore.AsyncConnectionPool):
    """A pool of connections for each host: a pool goes through all it has, several times for each request."""

    def __init__(self, make_pool: Callable[[], httpcore.AsyncConnectionPool]) -> None:
        """Takes how a host's pool is made."""
        super().__init__()
        self._make_pool = make_pool
        self._hosts: dict[bytes, httpcore.AsyncConnectionPool] = {}

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Sends a request through its host's pool."""
        host = request.url.host
        if host not in self._hosts:
            self._hosts[host] = self._make_pool()
        return await self._hosts[host].handle_async_request(request)

    async def aclose(self) -> None:
        """Closes the connections to all hosts."""
        for pool in self._hosts.values():
            await pool.aclose()


class Transport(httpx.AsyncHTTPTransport):
    """HTTP/2 where the server speaks it, HTTP/1.1 else, over guarded connections; knows no proxies."""

    def __init__(self, connect_to: str | None = None) -> None:
        """Raises ValueError where `connect_to` is not a loopback address with a port."""
        ssl_context = httpx.create_ssl_context(trust_env=False)
        super().__init__(verify=ssl_context, http2=True, trust_env=False, limits=LIMITS)
        self._plain = connect_to is not None
        backend = GuardedBackend() if connect_to is None else LoopbackBackend(*parse_connect_to(connect_to))
        # httpx takes no network backend of its own; the pools are what it would make but for that.
        self._pool = HostPools(
            lambda: httpcore.AsyncConnectionPool(
                ssl_context=ssl_context,
                max_connections=LIMITS.max_connections,
                max_keepalive_connections=LIMITS.max_keepalive_connections,
                keepalive_expiry=LIMITS.keepalive_expiry,
                http2=True,
                network_backend=backend,
            )
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends one request; its Host header stays that of the address asked for."""
        if self._plain:
            request.url = request.url.copy_with(scheme="http", port=None)
        return await super().handle_async_request(request)


def is_readable(connected: socket.socket | None) -> bool:
    """Tells whether a socket has something to read, if only its end; true where there is none any more."""
    if connected is None or connected.fileno() < 0:
        return True
    poller = select.poll()
    poller.register(connected, select.POLLIN)
    return bool(poller.poll(0))


async def resolve_name(host: str, port: int) -> list[str]:
    """Asks the system for the IP addresses of a host, best first."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
