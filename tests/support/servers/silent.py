"""Servers that hang: one takes connections and never answers, one has no room for another."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and answers none; the kernel accepts them, nobody reads."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


@contextmanager
def full() -> Iterator[int]:
    """A port with a full backlog: packets that ask for a connection are dropped."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [_connecting(port) for _ in range(4)]
        try:
            yield port
        finally:
            for one in waiting:
                one.close()


def _connecting(port: int) -> socket.socket:
    one = socket.socket()
    one.setblocking(False)
    with suppress(BlockingIOError):
        one.connect(("127.0.0.1", port))
    return one
