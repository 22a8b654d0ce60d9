"""Where connections are made.

The address guard, and the pools that keep and reuse what passed it.
"""

import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import anyio
import httpcore

from pipeline.crawl.address_guard import forbidden
from pipeline.crawl.private_access import PrivateAccess, is_private
from pipeline.outcome import Reason, Rejected
from workers.fetch.network import Network

UNDER_WAY = 512
IDLE_SECONDS = 15.0
CONNECTIONS_KEPT = 1_000
_IDLE_PER_HOST = 8
_ADDRESSES_TRIED = 3


class FetchRefused(Exception):  # noqa: N818 - carries a rejection out of the depths
    """A fetch that must not be made, or whose response must not be read."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.rejection = Rejected(reason=reason, detail=detail)


class UnknownName(httpcore.ConnectError):
    """DNS has no address."""


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves a name once, refuses forbidden addresses, and connects to what was checked.

    One forbidden address among several is enough to refuse the name. A backend within a private
    network may connect to the addresses of that network as well.
    """

    def __init__(self, network: Network, ports: frozenset[int]) -> None:
        self._network = network
        self._ports = ports
        self._access: PrivateAccess | None = None
        self._made: ContextVar[bool] = ContextVar("made", default=False)

    def within(self, access: PrivateAccess | None) -> "GuardedBackend":
        """A backend that may reach a private network; this one where there is none.

        What ``expect`` and ``connected`` say is of both.
        """
        if access is None:
            return self
        inner = GuardedBackend(self._network, self._ports)
        inner._access, inner._made = access, self._made
        return inner

    def expect(self) -> None:
        """A request begins in this task."""
        self._made.set(False)

    @property
    def connected(self) -> bool:
        """Whether this task has made a connection since ``expect``.

        If not, its request went over a kept one.
        """
        return self._made.get()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a host by name or by the text of its address."""
        self._made.set(True)
        name = host.strip("[]")
        self._check_port(name, port)
        try:
            addresses = [name] if _is_address(name) else await self._network.resolve(name, port)
        except (OSError, UnicodeError):
            raise UnknownName(f"the name {name} cannot be resolved") from None
        for address in addresses:
            self._check_address(name, address, port)
        failure: Exception = httpcore.ConnectError(f"the name {name} has no address")
        for address in addresses[:_ADDRESSES_TRIED]:
            try:
                return await self._network.connect(address, port, timeout)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _check_port(self, name: str, port: int) -> None:
        is_of_source = self._access is not None and port == self._access.port
        if port not in self._ports and not is_of_source:
            detail = f"port {port} is not one of those allowed{self._hint(name)}"
            raise FetchRefused(Reason.BLOCKED_ADDRESS, detail)

    def _check_address(self, name: str, address: str, port: int) -> None:
        """Refuse what must not be contacted, and a source's own port outside of its network."""
        if self._access is not None and self._access.covers(address):
            return
        why = forbidden(address)
        if why is None and port in self._ports:
            return
        if why is None:
            detail = f"{name} leads to {address}, where port {port} is not one of those allowed"
            raise FetchRefused(Reason.BLOCKED_ADDRESS, detail)
        detail = (
            f"{name} leads to {address}, which must not be contacted ({why}){self._hint(address)}"
        )
        raise FetchRefused(Reason.BLOCKED_ADDRESS, detail)

    def _hint(self, address: str) -> str:
        """What a person may do about an address that is refused; names are no address yet."""
        if self._access is not None:
            return f"; the network of its source is {self._access.network}"
        if _is_address(address) and is_private(address):
            return "; a source may name the private network that it lives in (network: …)"
        return ""

    async def sleep(self, seconds: float) -> None:
        """For httpcore's own retries."""
        await anyio.sleep(seconds)


@dataclass
class _Kept:
    """One host's pool.

    It is lent to ``lent`` requests, and was given back at ``used`` with ``open`` connections.
    """

    pool: httpcore.AsyncConnectionPool
    lent: int = 0
    used: float = 0.0
    open: int = 0


_Key = tuple[str, PrivateAccess | None]
"""An origin, and the private network that may be entered there."""


class Pools:
    """Connections, kept and reused.

    Each origin has a pool of its own: httpcore's search all connections they have each time. So has
    each private network at an origin: a connection into it is never lent to another source.

    HTTP/2 is spoken where the server chooses it (ALPN, RFC 7301).
    """

    def __init__(
        self,
        backend: GuardedBackend,
        *,
        tls: ssl.SSLContext | None = None,
        under_way: int = UNDER_WAY,
        most: int = CONNECTIONS_KEPT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is connected before it is used.

        Args:
            backend: makes the connections.
            tls: whom to trust; httpcore's default (certifi's list) when there is none.
            under_way: most requests at once; further ones wait.
            most: connections kept open; those that were not used for longest are closed.
            clock: seconds that only grow.
        """
        self._backend = backend
        # One for all: reading the authorities costs 20 ms.
        self._tls = tls or httpcore.default_ssl_context()
        self._clock = clock
        self._most = most
        self._open = 0
        self._free = anyio.Semaphore(under_way, fast_acquire=True)
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()

    @asynccontextmanager
    async def lend(
        self, origin: str, access: PrivateAccess | None = None
    ) -> AsyncIterator[httpcore.AsyncConnectionPool]:
        """The pool of an origin for one request, which may have access to a private network."""
        key = (origin, access)
        async with self._free:
            kept = self._kept.get(key) or self._kept.setdefault(key, _Kept(self._new(access)))
            kept.lent += 1
            self._kept.move_to_end(key)  # what is lent is not among the first that are looked at
            try:
                yield kept.pool
            finally:
                self._give_back(key, kept)
            await self._close_old()

    def _give_back(self, key: _Key, kept: _Kept) -> None:
        before, kept.open = kept.open, len(kept.pool.connections)
        self._open += kept.open - before
        kept.lent -= 1
        kept.used = self._clock()
        self._kept.move_to_end(key)

    async def _close_old(self) -> None:
        """Close what was not used for a while, and the oldest of too many."""
        while old := self._oldest():
            key, kept = old
            if self._clock() - kept.used <= IDLE_SECONDS and self._open <= self._most:
                return
            del self._kept[key]
            self._open -= kept.open
            await kept.pool.aclose()

    def _oldest(self) -> tuple[_Key, _Kept] | None:
        """What was given back first, and is lent to nobody."""
        return next(((key, kept) for key, kept in self._kept.items() if not kept.lent), None)

    def _new(self, access: PrivateAccess | None) -> httpcore.AsyncConnectionPool:
        return httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            http2=True,
            max_connections=None,
            max_keepalive_connections=_IDLE_PER_HOST,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=self._backend.within(access),
        )

    async def aclose(self) -> None:
        """Close all connections."""
        while self._kept:
            await self._kept.popitem()[1].pool.aclose()


def _is_address(name: str) -> bool:
    return forbidden(name) != "not an IP address"
