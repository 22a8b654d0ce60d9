"""The two things fetching needs from a network: names to addresses, and connections to addresses.

The address guard stands between the two (``workers.fetching``). A network given by a test or the demo maps made-up
public addresses onto loopback beneath the guard, so there is no switch that would let real fetches reach inside.
"""

import socket
from typing import Protocol

import anyio
import httpcore


class Network(Protocol):
    """A resolver and a dialler."""

    async def resolve(self, host: str, port: int) -> list[str]:
        """IP addresses of ``host``, best first. Raises ``OSError`` when the name has none."""

    async def connect(self, address: str, port: int, seconds: float | None) -> httpcore.AsyncNetworkStream:
        """A TCP stream to an address that passed the guard.

        Raises:
            httpcore.ConnectError: refused or unreachable.
            httpcore.ConnectTimeout: not connected within ``seconds``.
        """


class SystemNetwork:
    """The machine's own resolver and TCP."""

    def __init__(self) -> None:
        self._backend = httpcore.AnyIOBackend()

    async def resolve(self, host: str, port: int) -> list[str]:
        """IP addresses by the system's resolver."""
        found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    async def connect(self, address: str, port: int, seconds: float | None) -> httpcore.AsyncNetworkStream:
        """A TCP stream."""
        return await self._backend.connect_tcp(address, port, timeout=seconds)
