"""The way from the demo's made-up hosts to loopback.

A host resolves to a made-up public address, which passes the address guard like any other, and only
the dialler beneath it maps that address to the newsroom's socket. Nothing else can be reached:
every other name is unknown.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from workers.fetch.network import ConnectionFailed, Stream, dial

_FIRST_OCTETS = "93.184.216"  # a public network; nothing is ever sent there


class LoopbackNetwork:
    """A ``workers.fetch.network.Network`` that ends on this machine."""

    def __init__(self, hosts: Mapping[str, tuple[str, int]]) -> None:
        """``hosts`` maps a name to the loopback address and port that answer for it."""
        self._public = {
            name: f"{_FIRST_OCTETS}.{number}" for number, name in enumerate(sorted(hosts), 1)
        }
        self._sockets = {self._public[name]: socket for name, socket in hosts.items()}

    @classmethod
    def load(cls, file: Path) -> Self:
        """The network whose hosts ``save_hosts`` wrote."""
        return cls(
            {
                name: (address, port)
                for name, (address, port) in json.loads(file.read_text()).items()
            }
        )

    async def resolve(self, host: str, port: int) -> list[str]:  # noqa: ARG002 - the protocol's signature
        """The made-up address of a host of the newsroom."""
        if host not in self._public:
            raise OSError(f"{host} is not a host of the newsroom")
        return [self._public[host]]

    async def connect(self, address: str, port: int, seconds: float | None) -> Stream:
        """A stream to the newsroom's socket."""
        if port != 80:  # noqa: PLR2004 - the newsroom speaks plain HTTP
            raise ConnectionFailed(f"nothing listens on port {port}")
        loopback, real_port = self._sockets[address]
        return await dial(loopback, real_port, seconds)


def save_hosts(file: Path, hosts: Mapping[str, tuple[str, int]]) -> None:
    """Leave the hosts for the workers, which are other processes."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({name: list(socket) for name, socket in hosts.items()}))
