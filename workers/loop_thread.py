"""This process's event loop, in a thread of its own beside the worker's threads."""

import asyncio
import threading
import weakref
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Begins with the first coroutine; ends when nobody holds it any more, or with the process."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine and wait for it; many threads may do so at once."""
        return self.start(work).result()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a coroutine."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=_run, args=[self._loop], name="event loop", daemon=True
                ).start()
                ending = weakref.finalize(self, _stop, self._loop)
                ending.atexit = False
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        future.add_done_callback(self._hold)
        return future

    def _hold(self, _future: Future[Any]) -> None:
        """Keeps this object, and so its loop, until the coroutine is over."""


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Run until it is stopped, then give its files back."""
    loop.run_forever()
    loop.close()


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    loop.call_soon_threadsafe(loop.stop)
