"""Which articles the notifiers have yet to be told of."""

import logging
import time
from collections.abc import Sequence

from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key

log = logging.getLogger("newsloom.notifications")

MOST_WAITING = 10_000
"""Articles that wait for one notifier; beyond them the oldest are dropped."""

LONGEST_WAIT = 86_400.0
"""Seconds after which an article is dropped of which a notifier could not be told."""


class Notifications:
    """A list for each notifier, in the order in which the articles were written."""

    def __init__(self, keyspace: Keyspace, *, clock: Clock = time.time) -> None:
        self._keys = keyspace
        self._clock = clock

    def add(self, notifier: str, references: Sequence[str]) -> None:
        """Note articles. One that waits already keeps its place."""
        now, key = self._clock(), self._keys.key(Key.NOTIFY, notifier)
        pipe = self._keys.client.pipeline()
        pipe.zadd(key, dict.fromkeys(references, now), nx=True)
        pipe.zremrangebyscore(key, "-inf", now - LONGEST_WAIT)
        pipe.zremrangebyrank(key, 0, -MOST_WAITING - 1)
        _, late, many = pipe.execute()
        if late or many:
            log.warning(
                "the plug-in %s will not be told of %d articles: they waited too long, or too many"
                " did",
                notifier,
                late + many,
                extra={"event": "notifications_dropped"},
            )

    def waiting(self, notifier: str, most: int) -> list[str]:
        """What waits, the oldest first."""
        return list(self._keys.client.zrange(self._keys.key(Key.NOTIFY, notifier), 0, most - 1))

    def drop(self, notifier: str, references: Sequence[str]) -> None:
        """The notifier was told of them."""
        self._keys.client.zrem(self._keys.key(Key.NOTIFY, notifier), *references)

    def claim(self, notifier: str, seconds: float) -> bool:
        """Whether the caller may tell it now; nobody else may until ``release`` or so long."""
        key = self._keys.key(Key.NOTIFYING, notifier)
        return bool(self._keys.client.set(key, 1, nx=True, px=int(seconds * 1000)))

    def claim_again(self, notifier: str, seconds: float) -> None:
        """Nobody tells it for so long from now on."""
        self._keys.client.set(self._keys.key(Key.NOTIFYING, notifier), 1, px=int(seconds * 1000))

    def release(self, notifier: str) -> None:
        """It may be told again."""
        self._keys.client.delete(self._keys.key(Key.NOTIFYING, notifier))
