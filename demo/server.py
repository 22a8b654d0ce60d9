"""The sample newsroom on loopback.

A small HTTP/1.1 server with one address and port for each host.
"""

import logging
import socket
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Self
from urllib.parse import urlsplit

from demo.site import SAMPLE, Newsroom, SiteResponse
from demo.stories import ContentError

_FIRST_ADDRESS = 2
_FALLBACK = "127.0.0.1"
_Request = socket.socket | tuple[bytes, socket.socket]  # as typeshed has it, for UDP's sake


class Access(NamedTuple):
    """One request and the status of its response; ``at`` is ``time.monotonic()``."""

    at: float
    host: str
    method: str
    path: str
    status: int


class NewsroomServer:
    """Serves a newsroom's folder while its ``with`` block lasts.

    Attributes:
        newsroom: what is served.
        hosts: the loopback address and port of each host name.
        delay: seconds to wait before each response; may be changed at any time.
    """

    def __init__(self, folder: Path = SAMPLE, *, updated: bool = False, delay: float = 0.0) -> None:
        self.newsroom = Newsroom(folder, updated=updated)
        self.hosts: dict[str, tuple[str, int]] = {}
        self.delay = delay
        self._log: list[Access] = []
        self._servers: list[_HostServer] = []

    @property
    def log(self) -> tuple[Access, ...]:
        """The requests so far, in the order of their responses."""
        return tuple(self._log)

    def update(self) -> None:
        """From now on, articles with an update are served in their second version."""
        self.newsroom.updated = True

    def __enter__(self) -> Self:
        try:
            for number, host in enumerate(self.newsroom.hosts, start=_FIRST_ADDRESS):
                server = _bound(self, host, f"127.0.0.{number}")
                self._servers.append(server)
                self.hosts[host] = (str(server.server_address[0]), int(server.server_address[1]))
                threading.Thread(
                    target=server.serve_forever, args=(0.05,), name=host, daemon=True
                ).start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops listening and ends every open connection."""
        for server in self._servers:
            server.shutdown()
            server.server_close()
            server.end_connections()
        self._servers.clear()

    def respond(self, host: str, method: str, path: str, headers: dict[str, str]) -> SiteResponse:
        """The response to one request. It is in the log before a client has it."""
        if self.delay:
            time.sleep(self.delay)
        try:
            response = self.newsroom.respond(host, path, headers)
        except ContentError as error:  # one bad file should be seen, not take its host down
            response = SiteResponse(
                500, {"Content-Type": "text/plain; charset=utf-8"}, str(error).encode()
            )
        self._log.append(Access(time.monotonic(), host, method, path, response.status))
        return response


def _bound(owner: NewsroomServer, host: str, address: str) -> "_HostServer":
    try:
        return _HostServer(owner, host, address)
    except OSError:
        # macOS has only 127.0.0.1 unless told otherwise; there the ports alone tell the hosts apart
        return _HostServer(owner, host, _FALLBACK)


class _HostServer(ThreadingHTTPServer):
    """The listener of one host."""

    request_queue_size = 128
    daemon_threads = True

    def __init__(self, owner: NewsroomServer, host: str, address: str) -> None:
        self.owner = owner
        self.host = host
        self._open: set[socket.socket] = set()
        super().__init__((address, 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer's own would look the address up by name, which can take seconds
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, client = super().get_request()
        self._open.add(connection)
        return connection, client

    def close_request(self, request: _Request) -> None:
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - socketserver's name
        # the terminal belongs to the command that runs the demo; a client that hangs up is not news
        logging.getLogger(__name__).debug(
            "answering %s failed", client_address, exc_info=sys.exception()
        )

    def end_connections(self) -> None:
        for connection in tuple(self._open):
            with suppress(OSError):  # it may just have ended by itself
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """Translates between the socket and ``NewsroomServer.respond``."""

    server: _HostServer
    protocol_version = "HTTP/1.1"  # keeps connections open
    server_version = "Newsroom"
    disable_nagle_algorithm = True  # else a body waits 40 ms for the headers' acknowledgement
    timeout = 60

    def do_GET(self) -> None:
        target = urlsplit(self.path)
        path = target.path + (f"?{target.query}" if target.query else "")
        response = self.server.owner.respond(
            self.server.host, self.command, path, dict(self.headers.items())
        )
        self.send_response(response.status)
        for name, value in self._headers_of(response):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    do_HEAD = do_GET  # noqa: N815 - http.server looks it up by this name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Nothing: see ``NewsroomServer.log``."""

    def _headers_of(self, response: SiteResponse) -> Iterable[tuple[str, str]]:
        yield from response.headers.items()
        if response.status != 304:  # noqa: PLR2004 - its length would have to be that of the page not sent
            yield "Content-Length", str(len(response.body))
