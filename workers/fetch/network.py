"""The two things fetching needs from a network: names to addresses, and connections to addresses.

The address guard stands between the two (``workers.fetch.client``). A network given by a test or
the demo maps made-up public addresses onto loopback beneath the guard, so there is no switch that
would let real fetches reach inside.
"""

import math
import socket
import time
from collections.abc import Callable
from typing import Any, Protocol
from weakref import WeakValueDictionary

import anyio
import httpcore

NAME_SECONDS = 60.0
UNKNOWN_SECONDS = 5.0
_NAMES_KEPT = 20_000
_LOOK_UPS = 64

LookUp = Callable[..., list[tuple[Any, ...]]]


Stream = httpcore.AsyncNetworkStream
"""A TCP connection."""

ConnectionFailed = httpcore.ConnectError
"""An address refuses or cannot be reached."""


async def dial(address: str, port: int, seconds: float | None) -> Stream:
    """A TCP stream to an address, whatever it is: the guard stands above.

    Raises:
        ConnectionFailed: refused or unreachable.
        httpcore.ConnectTimeout: not connected within ``seconds``.
    """
    return await httpcore.AnyIOBackend().connect_tcp(address, port, timeout=seconds)


class Network(Protocol):
    """A resolver and a dialler."""

    async def resolve(self, host: str, port: int) -> list[str]:
        """IP addresses of ``host``, best first. Raises ``OSError`` when the name has none."""

    async def connect(self, address: str, port: int, seconds: float | None) -> Stream:
        """A TCP stream to an address that passed the guard.

        Raises:
            ConnectionFailed: refused or unreachable.
            httpcore.ConnectTimeout: not connected within ``seconds``.
        """


class SystemNetwork:
    """The machine's own resolver and TCP. One per event loop.

    Answers of the resolver are kept for a minute: the system does not say how long they may be
    (``getaddrinfo`` has no TTL), and most names have at least that. The guard checks them again at
    each connection.
    """

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, look_up: LookUp = socket.getaddrinfo
    ) -> None:
        """``look_up`` is ``socket.getaddrinfo``, or what a test puts in its place."""
        self._clock = clock
        self._look_up = look_up
        self._kept: dict[tuple[str, int], tuple[float, list[str]]] = {}
        self._asking: WeakValueDictionary[tuple[str, int], anyio.Lock] = WeakValueDictionary()
        self._threads: anyio.CapacityLimiter | None = None

    async def resolve(self, host: str, port: int) -> list[str]:
        """IP addresses by the system's resolver, or as it gave them less than a minute ago."""
        name = (host, port)
        lock = self._asking.setdefault(name, anyio.Lock())
        async with lock:  # many at once ask for one
            until, addresses = self._kept.get(name, (-math.inf, []))
            if until < self._clock():
                addresses = await self._ask(host, port)
                self._keep(name, addresses)
        if not addresses:
            raise OSError(f"nobody knows {host}")
        return addresses

    async def _ask(self, host: str, port: int) -> list[str]:
        # Slow names must not hold up the others, nor what else runs in threads.
        self._threads = self._threads or anyio.CapacityLimiter(_LOOK_UPS)
        try:
            found = await anyio.to_thread.run_sync(
                lambda: self._look_up(host, port, type=socket.SOCK_STREAM),
                limiter=self._threads,
                abandon_on_cancel=True,
            )
        except socket.gaierror as error:
            if error.errno == socket.EAI_NONAME:
                return []
            raise
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def _keep(self, name: tuple[str, int], addresses: list[str]) -> None:
        now = self._clock()
        if len(self._kept) >= _NAMES_KEPT:
            self._kept = {each: kept for each, kept in self._kept.items() if kept[0] >= now}
        if len(self._kept) < _NAMES_KEPT:
            self._kept[name] = (now + (NAME_SECONDS if addresses else UNKNOWN_SECONDS), addresses)

    async def connect(self, address: str, port: int, seconds: float | None) -> Stream:
        """A TCP stream."""
        return await dial(address, port, seconds)
