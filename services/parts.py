"""Whether the parts that are needed answer, asked with a bounded wait."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from config.settings import Settings
from pipeline.sources.durations import span
from storage.redis.connection import StoreUnavailable
from storage.redis.errors import place_of
from storage.redis.health.room import cannot_write, nearly_full
from workers.clock import APART, seconds_ahead
from workers.resources import Resources, redis_url

T = TypeVar("T")

PATIENCE = 1.5
"""Seconds that a client waits for an answer. Its error says why there is none."""

AT_MOST = 1.9
"""Seconds that anything is waited for. Some waits have no time-out of their own, such as for a name
server or for a disk."""

_WORD = "newsloom"
"""Echoed. A Redis whose disk is full refuses PING as it refuses writes, but can be read."""


def begin(work: Callable[[], T]) -> Future[T]:
    """Do something beside. It may hang for ever; the process does not wait for it to end."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - the caller gets it
            future.set_exception(error)

    threading.Thread(target=run, name="question to a part", daemon=True).start()
    return future


def require_redis(resources: Resources) -> None:
    """Return when Redis answers.

    Raises:
        StoreUnavailable: it does not answer within two seconds.
        redis.RedisError: it cannot be reached, or refuses us.
    """
    try:
        begin(lambda: resources.stores.keyspace.client.echo(_WORD)).result(AT_MOST)
    except TimeoutError:
        raise StoreUnavailable(silence(redis_place(resources.settings))) from None


def redis_fault(resources: Resources) -> str | None:
    """Why a Redis that answers takes nothing new in, as a sentence; None when it does."""
    keyspace = resources.stores.keyspace
    words = cannot_write(keyspace) or nearly_full(keyspace)
    return f"{redis_place(resources.settings)} {words}" if words else None


def clock_fault(resources: Resources) -> str | None:
    """Why times cannot be trusted, as a sentence; None when this clock and Redis' agree.

    Due times, leases and pauses are kept in Redis and compared with the clocks of all machines.
    """
    ahead = seconds_ahead(resources)
    if abs(ahead) <= APART:
        return None
    direction = "ahead of" if ahead > 0 else "behind"
    place = redis_place(resources.settings)
    return (
        f"the clock of this machine is {span(abs(ahead))} {direction} that of {place}:"
        " polls and retries come too early or too late; set the clocks by NTP"
    )


def redis_place(settings: Settings) -> str:
    """What to call Redis in a sentence."""
    return f"Redis at {place_of(redis_url(settings))}"


def silence(part: str) -> str:
    """That a part does not answer, as a sentence."""
    return f"{part} does not answer within 2 s"
