"""Whether new work is taken in. It is not while Redis cannot write, or soon could not.

What is under way goes on: it ends, and makes room.
"""

import logging
import threading
import time
from collections.abc import Callable

import redis

from config.logging import LogFields
from storage.open import Stores
from storage.redis.connection import StoreUnavailable
from storage.redis.events import REDIS
from storage.redis.health.room import PAUSE_AT, RESUME_AT, cannot_write, nearly_full

log = logging.getLogger("newsloom.intake")

_EVERY_SECONDS = 1.0


class Intake:
    """Asks Redis once a second at most. A change is logged once over all processes.

    While Redis cannot write, processes cannot agree on who logs, and each logs it once.
    """

    def __init__(
        self, stores: Stores, place: str, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``place`` names the Redis in a sentence."""
        self._stores = stores
        self._place = place
        self._clock = clock
        self._lock = threading.Lock()
        self._asked = float("-inf")
        self._reason: str | None = None
        self._is_first = True

    def pause(self) -> str | None:
        """Why nothing new is taken in now, as a sentence; None when it is.

        Raises:
            redis.RedisError: Redis does not answer.
        """
        with self._lock:
            if self._clock() - self._asked >= _EVERY_SECONDS:
                self._ask()
            return self._reason

    def _ask(self) -> None:
        before = self._reason
        keyspace = self._stores.keyspace
        words = cannot_write(keyspace) or nearly_full(
            keyspace, from_part=RESUME_AT if before else PAUSE_AT
        )
        self._reason = f"{self._place} {words}" if words else None
        self._asked = self._clock()
        if self._reason:
            self._note(self._reason, is_new=before is None)
        elif before or self._is_first:
            self._clear()
        self._is_first = False

    def _note(self, reason: str, *, is_new: bool) -> None:
        try:
            is_first = self._stores.faults.note(REDIS, reason)
        except (redis.RedisError, StoreUnavailable):
            is_first = is_new
        if is_first:
            log.warning(
                "nothing new is taken in: %s",
                reason,
                extra=LogFields(event="intake_paused", reason=reason),
            )

    def _clear(self) -> None:
        if self._stores.faults.clear(REDIS):
            log.info("new work is taken in again", extra=LogFields(event="intake_resumed"))
