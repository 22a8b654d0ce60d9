"""uvicorn with limits on the connections, time and memory that a client can use."""

import asyncio
import socket
from contextlib import suppress

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10.0
"""Within which a request's headers must have come.

From its first byte, or from the connection when none comes.
"""

_MAX_CONNECTIONS = 256
_MAX_HEADER_BYTES = 16_384
_KEEP_ALIVE_SECONDS = 10
_STOP_SECONDS = 5


def server(asgi: Starlette, *, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Server:
    """A server for the application. It keeps no access log: the paths of callbacks are secrets.

    Headers that do not come in one piece may have 16 KiB; in one piece they may fill asyncio's
    buffer of 256 KiB.
    """
    config = uvicorn.Config(
        asgi,
        host=host,
        port=port,
        http=HeaderTimeoutProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MAX_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
        h11_max_incomplete_event_size=_MAX_HEADER_BYTES,
    )
    return uvicorn.Server(config)


class HeaderTimeoutProtocol(H11Protocol):
    """HTTP/1.1 with a deadline on a request's headers.

    uvicorn has no option for that: ``timeout_keep_alive`` starts after the first response only, so
    silent connections could use up ``limit_concurrency`` for ever. A reverse proxy that reads
    headers first covers it, but ``NEWSLOOM_WEB_HOST`` may put this server on a network without one.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        """Start the timer, and have small answers sent at once.

        asyncio does that for sockets that it has made itself only. Else an answer's body would
        wait 40 ms for the client to acknowledge its headers.
        """
        with suppress(AttributeError, OSError):  # a Unix socket has no such option
            made: socket.socket = transport.get_extra_info("socket")
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A handler on uvicorn's logger would log the paths of the callbacks.
        self.access_log = False
        super().connection_made(transport)
        self._start()

    def data_received(self, data: bytes) -> None:
        """Stop the timer once the headers are complete; start it when the next ones begin."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self._deadline is None:
            self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        self._stop()
        super().connection_lost(exc)

    def _start(self) -> None:
        self._deadline = self.loop.call_later(HEADER_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
