"""A TCP proxy on loopback that can refuse, swallow, delay, slice and reset.

What networks and servers do to a connection.
"""

import socket
import struct
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: a close that sends RST


class Proxy:
    """Passes everything on to a server until told otherwise. ``port`` stays the same."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._target = (host, port)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener: socket.socket | None = None
        self._delay = 0.0
        self._most = 65_536
        self.port = 0

    def __enter__(self) -> Self:
        self._listen()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._flowing.set()
        self.refuse()

    def refuse(self) -> None:
        """Nothing listens any more, and what was connected is reset."""
        if self._listener:
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.reset()

    def reset(self) -> None:
        """Every connection of now ends with a reset; new ones are welcome."""
        with self._lock:
            ended, self._open = self._open, set()
        for one in ended:
            with suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                one.shutdown(socket.SHUT_RDWR)
                one.close()

    def swallow(self) -> None:
        """Connections are accepted and kept, and no byte is passed on."""
        self._flowing.clear()

    def delay(self, seconds: float) -> None:
        """Every piece arrives later, in both directions."""
        self._delay = seconds

    def slice(self) -> None:
        """What is sent arrives in pieces of three bytes, a hundred of them each second."""
        self._delay, self._most = 0.01, 3

    def restore(self) -> None:
        """As at the start. What was swallowed arrives now."""
        self._delay, self._most = 0.0, 65_536
        self._flowing.set()
        if self._listener is None:
            self._listen()

    def _listen(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._target)
            except OSError:  # the server is away; the proxy is not
                client.close()
                continue
            with self._lock:
                self._open |= {client, server}
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(self._most):
                self._flowing.wait()
                time.sleep(self._delay)
                sink.sendall(piece)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
