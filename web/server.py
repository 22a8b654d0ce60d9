"""uvicorn with bounds on what a stranger can hold or fill."""

import asyncio

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""From a request's first byte, or from the connection where none comes, until its headers must have ended."""

_MOST_CONNECTIONS = 256
_LONGEST_HEAD = 16_384
_KEEP_ALIVE_SECONDS = 10
_STOP_SECONDS = 5


def server(asgi: Starlette, *, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Server:
    """A server for the application. It keeps no access log: the paths of callbacks are secrets.

    A head that does not come in one piece may have 16 KiB; in one piece it may fill asyncio's
    buffer of 256 KiB.
    """
    config = uvicorn.Config(
        asgi,
        host=host,
        port=port,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_STOP_SECONDS,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
    )
    return uvicorn.Server(config)


class PatientProtocol(H11Protocol):
    """HTTP/1.1 with a deadline on the head, which uvicorn lacks.

    One byte a minute must not hold a connection.

    Between two requests uvicorn's own ``timeout_keep_alive`` holds.
    """

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        """Start the clock."""
        # Whoever hangs a handler on uvicorn's logger would log the callbacks.
        self.access_log = False
        super().connection_made(transport)
        self._start()

    def data_received(self, data: bytes) -> None:
        """Stop the clock once a head is whole; start it when the next one begins."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop()
        elif self._late is None:
            self._start()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop()
        super().connection_lost(exc)

    def _start(self) -> None:
        self._late = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _stop(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
