"""An HTTP proxy on loopback that knows CONNECT only, and leads every address to one server."""

import asyncio
from contextlib import suppress
from typing import Self

from tests.support.servers.fault_server import Listening
from tests.support.servers.loop_thread import LoopThread


class ConnectProxy:
    """``heads`` are the requests that came.

    ``answer`` is given instead of a way through, once it is set.
    """

    def __init__(self, server: Listening, address: str) -> None:
        self._server, self._address = server, address
        self._thread = LoopThread("proxy")
        self.heads: list[list[str]] = []
        self.answer: bytes | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self.port = self._thread.start(self._serve, "127.0.0.1")
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.stop()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heads.append(
            (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
        )
        if self.answer is not None:
            writer.write(self.answer)
            writer.close()
            return
        there, back = await asyncio.open_connection(self._address, self._server.port)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        try:
            await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
        finally:
            for end in (writer, back):
                end.transport.abort()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()
