"""Signs of progress by queue, for the watchdog and the figures."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from storage.redis.connection import Keyspace
from storage.redis.keys import Key

T = TypeVar("T")
_EVERY_SECONDS = 1.0


class Progress:
    """Leaves in Redis when a queue was last worked on, and what its work cost.

    Safe to use from many threads.
    """

    def __init__(self, keyspace: Keyspace) -> None:
        self._keys = keyspace
        self._marked: dict[str, float] = {}
        self._lock = threading.Lock()

    def mark(self, queue: str) -> None:
        """Say that work on a queue goes on; written once a second at most."""
        now = time.time()
        with self._lock:
            # A mark in the future: the clock was set back.
            if 0 <= now - self._marked.get(queue, 0.0) < _EVERY_SECONDS:
                return
            self._marked[queue] = now
        self._keys.client.hset(self._keys.key(Key.PROGRESS), queue, now)

    def along(self, queue: str, items: Iterable[T]) -> Iterator[T]:
        """The items, with a sign of progress between them: one long batch is no stall."""
        for item in items:
            self.mark(queue)
            yield item

    @contextmanager
    def cost(self, stage: str) -> Iterator[None]:
        """Add up the CPU seconds of this thread inside.

        For crawl this leaves out the event loop, which is shared.
        """
        before = time.thread_time()
        try:
            yield
        finally:
            self._keys.client.hincrbyfloat(
                self._keys.key(Key.CPU), stage, time.thread_time() - before
            )
