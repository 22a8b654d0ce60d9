"""A server on loopback that answers in every wrong way, and networks that lead to it.

Raw asyncio sockets in a thread of its own: a path names the fault. ``asked`` and ``sent`` say what
reached it and how much it could get rid of.
"""

import asyncio
import gzip
import socket
import ssl
import struct
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, Self
from urllib.parse import unquote

import httpcore

from tests.support.servers.loop_thread import LoopThread

ADDRESS = "127.0.0.2"
PUBLIC = "93.184.216.34"
"""A public address; the test's network leads it to the server, and nothing is ever sent there."""

PAGE = b"<!doctype html><title>Ferry</title><p>The ferry is late."
BOMB = gzip.compress(bytes(50_000_000))


class Asked(NamedTuple):
    """A request: ``at`` is ``time.monotonic()``; header names are lower-case."""

    at: float
    host: str
    path: str
    headers: Mapping[str, str]


def answer(
    body: bytes = b"", status: str = "200 OK", *, length: object = None, **headers: str
) -> bytes:
    """A whole answer; ``content_type="x"`` becomes ``Content-Type: x``."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        "Connection: close",
    ]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


Script = Callable[["FaultServer", asyncio.StreamWriter, str], Awaitable[None]]


async def _endless(
    server: "FaultServer", writer: asyncio.StreamWriter, start: bytes, piece: bytes
) -> None:
    await server.send(writer, start)
    while True:
        await server.send(writer, piece)


def _endlessly(start: bytes, piece: bytes) -> Script:
    async def script(server: "FaultServer", writer: asyncio.StreamWriter, _argument: str) -> None:
        await _endless(server, writer, start, piece)

    return script


def _plain(data: bytes) -> Script:
    async def script(server: "FaultServer", writer: asyncio.StreamWriter, _argument: str) -> None:
        await server.send(writer, data)

    return script


async def _hop(server: "FaultServer", writer: asyncio.StreamWriter, argument: str) -> None:
    left = int(argument)
    await server.send(
        writer, answer(status="302 Found", location=f"/hop/{left - 1}") if left else answer(PAGE)
    )


async def _to(server: "FaultServer", writer: asyncio.StreamWriter, argument: str) -> None:
    await server.send(writer, answer(status="301 Moved", location=unquote(argument, "latin-1")))


async def _status(server: "FaultServer", writer: asyncio.StreamWriter, argument: str) -> None:
    status, _, retry_after = argument.partition("/")
    more = {"retry_after": unquote(retry_after)} if retry_after else {}
    # a broken body beside: whoever was refused has no use for it
    await server.send(
        writer, answer(b"not brotli", f"{status} x", content_encoding="br", length=10, **more)
    )


async def _slow(server: "FaultServer", writer: asyncio.StreamWriter, _argument: str) -> None:
    for byte in answer(PAGE):
        await server.send(writer, bytes([byte]))
        await asyncio.sleep(0.2)


async def _silent(_server: "FaultServer", _writer: asyncio.StreamWriter, _argument: str) -> None:
    await asyncio.sleep(60)


async def _reset(server: "FaultServer", writer: asyncio.StreamWriter, _argument: str) -> None:
    await server.send(writer, answer(PAGE, length=1000))
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n%b\r\n"
_PIECE = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
_PACKED = gzip.compress(PAGE)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


SCRIPTS: dict[str, Script] = {
    "page": _plain(answer(PAGE, content_type="text/html")),
    "hop": _hop,
    "to": _to,
    "loop": _plain(answer(status="302 Found", location="/loop")),
    "no-location": _plain(answer(status="302 Found")),
    "empty-location": _plain(answer(status="302 Found", location="")),
    "status": _status,
    "endless-headers": _endlessly(b"HTTP/1.1 200 OK\r\n", b"X-More: " + b"x" * 1000 + b"\r\n"),
    "huge-header": _plain(b"HTTP/1.1 200 OK\r\nX-Huge: " + b"x" * 300_000 + b"\r\n\r\n"),
    "endless-status-line": _endlessly(b"HTTP/1.1 200 ", b"x" * 1000),
    "endless-informational": _endlessly(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "100-gb": _endlessly(answer(length=100_000_000_000), b"x" * 65_536),
    "many-digits": _plain(answer(length="9" * 5_000)),
    "endless-chunks": _endlessly(_CHUNKED % b"", _PIECE),
    "endless-chunk-header": _endlessly(_CHUNKED % b"", b"1" * 1000),
    "endless-body": _endlessly(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536),
    "endless-after-gzip": _endlessly(
        _CHUNKED % b"Content-Encoding: gzip\r\n" + _chunk(_PACKED), _PIECE
    ),
    "endless-empty-gzip": _endlessly(
        _CHUNKED % b"Content-Encoding: gzip\r\n" + _chunk(_PACKED[:10]),
        _chunk(b"\x00\x00\x00\xff\xff" * 10_000),
    ),
    "bomb": _plain(answer(BOMB, content_encoding="gzip")),
    "double": _plain(answer(gzip.compress(_PACKED), content_encoding="gzip, gzip")),
    "double-headers": _plain(
        answer(gzip.compress(_PACKED)).replace(
            b"\r\n\r\n", b"\r\nContent-Encoding: gzip" * 2 + b"\r\n\r\n", 1
        )
    ),
    "br": _plain(answer(b"\x0b\x02\x80hello\x03", content_encoding="br")),
    "gzip": _plain(answer(_PACKED, content_encoding="GZIP")),
    "two-members": _plain(
        answer(gzip.compress(PAGE[:20]) + gzip.compress(PAGE[20:]), content_encoding="gzip")
    ),
    "padded-gzip": _plain(answer(_PACKED + bytes(100), content_encoding="gzip")),
    "truncated-gzip": _plain(answer(_PACKED[:-12], content_encoding="gzip")),
    "no-gzip": _plain(answer(PAGE, content_encoding="gzip")),
    "short": _plain(answer(PAGE, length=len(PAGE) + 10)),
    "long": _plain(answer(PAGE + b"more than was said", length=len(PAGE))),
    "bad-chunk": _plain(_CHUNKED % b"" + b"zz\r\nwords\r\n0\r\n\r\n"),
    "cut-chunks": _plain(_CHUNKED % b"" + b"ff\r\nwords"),
    "two-lengths": _plain(answer(PAGE).replace(b"\r\n", b"\r\nContent-Length: 3\r\n", 1)),
    "negative-length": _plain(answer(PAGE, length=-1)),
    "garbage": _plain(b"\x00\x01\x02\x03 what is HTTP\r\n\r\n"),
    "nothing": _plain(b""),
    "slow": _slow,
    "silent": _silent,
    "reset": _reset,
    "not-modified": _plain(b'HTTP/1.1 304 Not Modified\r\nETag: W/"1"\r\n\r\n'),
}


@dataclass
class FaultServer:
    """Serves while its ``with`` block lasts.

    ``pages``: whole answers by path (or host + path), before the scripts. ``unmodified``: paths
    that answer 304 to conditional requests, whatever they hold.
    """

    tls: ssl.SSLContext | None = None
    pages: dict[str, bytes] = field(default_factory=dict)
    unmodified: set[str] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)
    sent: int = 0
    port: int = 0
    _thread: LoopThread = field(default_factory=lambda: LoopThread("fault server"))

    def __enter__(self) -> Self:
        self.port = self._thread.start(self._serve, ADDRESS, ssl=self.tls)
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.stop()

    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.asked]

    async def send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        writer.write(data)
        await writer.drain()
        self.sent += len(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            request, *lines = head.rstrip().split("\r\n")
            headers = {
                name.lower(): value for name, _, value in (line.partition(": ") for line in lines)
            }
            path = request.split(" ")[1]
            host = headers.get("host", "")
            self.asked.append(Asked(time.monotonic(), host, path, headers))
            page = self.pages.get(f"{host}{path}", self.pages.get(path))
            if path in self.unmodified and {"if-none-match", "if-modified-since"} & headers.keys():
                page = answer(status="304 Not Modified")
            if page is not None:
                await self.send(writer, page)
            else:
                name, _, argument = path[1:].partition("/")
                await SCRIPTS.get(name, _plain(answer(status="404 Not Found")))(
                    self, writer, argument
                )
        writer.close()


class Listening(Protocol):
    """A server that listens on a port."""

    @property
    def port(self) -> int: ...


@dataclass(frozen=True)
class At:
    """A server of which only the port is known."""

    port: int


@dataclass
class LoopbackNetwork:
    """Names resolve by a table (anew at each call, where it has a function).

    Public addresses lead to the server.
    """

    server: Listening
    names: Mapping[str, Sequence[str] | Callable[[], Sequence[str]]] = field(default_factory=dict)
    resolved: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)
    address: str = ADDRESS

    def __post_init__(self) -> None:
        self._backend = httpcore.AnyIOBackend()

    async def resolve(self, host: str, port: int) -> list[str]:  # noqa: ARG002 - the protocol's signature
        self.resolved.append(host)
        known = self.names.get(host, (PUBLIC,) if host.endswith(".example") else ())
        found = list(known() if callable(known) else known)
        if not found:
            raise OSError(f"{host} is not known")
        return found

    async def connect(
        self, address: str, port: int, seconds: float | None
    ) -> httpcore.AsyncNetworkStream:
        self.dialled.append(f"{address}:{port}")
        return await self._backend.connect_tcp(self.address, self.server.port, timeout=seconds)


@dataclass
class TrapNetwork:
    """Resolves by a table, and fails whoever dials."""

    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    dialled: list[str] = field(default_factory=list)

    async def resolve(self, host: str, port: int) -> list[str]:  # noqa: ARG002 - the protocol's signature
        if host in self.names:
            return list(self.names[host])
        raise OSError(f"{host} is not known")

    async def connect(
        self, address: str, port: int, seconds: float | None
    ) -> httpcore.AsyncNetworkStream:
        del seconds
        self.dialled.append(f"{address}:{port}")
        raise AssertionError(f"a packet to {address}:{port}")
