"""ASGI applications on loopback, in a thread of their own."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from tests.support.world import wait_until


def listening() -> socket.socket:
    """A socket on loopback with a free port."""
    return socket.create_server(("127.0.0.1", 0), backlog=128)


@contextmanager
def serving(server: uvicorn.Server, at: socket.socket) -> Iterator[asyncio.AbstractEventLoop]:
    """Run a server on a socket while the block lasts; gives its event loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(
        target=loop.run_until_complete, args=(server.serve(sockets=[at]),), daemon=True
    )
    thread.start()
    try:
        wait_until(lambda: server.started, seconds=10, what="the server listens")
        yield loop
    finally:
        server.should_exit = True
        thread.join(15)
        loop.close()
        at.close()
