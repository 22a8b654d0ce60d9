"""All findings, whatever answers and whatever does not."""

from collections.abc import Callable, Iterable

import redis

from config.settings import Settings
from config.sources import Source
from services.doctor.findings import Area, Finding, silent
from services.doctor.index_health import look_at_index
from services.doctor.machine import disks, permissions, versions
from services.doctor.redis_server import look_at_redis
from services.doctor.sources_health import look_at_file, look_at_polls
from services.parts import AT_MOST, begin, require_redis, silence
from services.sources import Connect
from storage.embedded_redis import EmbeddedRedisError
from storage.index import IndexIncompatible, IndexUnavailable
from storage.redis.connection import StoreUnavailable
from storage.redis.health.index_size import KnownSize

_NO_REDIS = (redis.RedisError, StoreUnavailable, EmbeddedRedisError)
_INDEX_SECONDS = 3 * AT_MOST
"""It is asked three questions."""


def diagnose(settings: Settings, connect: Connect) -> list[Finding]:
    """Look at everything. A part that does not answer is waited for some seconds at most.

    Args:
        settings: that name the parts.
        connect: opens the stores, with ``services.parts.PATIENCE``.
    """
    problems, sources = look_at_file(settings)
    of_redis, known, indexed = _redis(connect, sources)
    return [
        *versions(),
        *_of_machine(lambda: disks(settings), Area.DISK),
        *_of_machine(lambda: permissions(settings), Area.PERMISSIONS),
        *problems,
        *of_redis,
        *_index(settings, known, indexed),
    ]


def _of_machine(look: Callable[[], Iterable[Finding]], area: Area) -> list[Finding]:
    try:
        return list(look())
    except OSError as error:
        return [silent(area, str(error), "look at this disk")]


def _redis(
    connect: Connect, sources: tuple[Source, ...]
) -> tuple[list[Finding], KnownSize | None, int]:
    """The findings, the index' known size, and how many URLs the ledger has as indexed."""
    try:
        with connect() as resources:
            require_redis(resources)
            found = [*look_at_redis(resources), *look_at_polls(resources, sources)]
            # In this order: articles that are indexed meanwhile are no loss.
            indexed = resources.stores.ledger.totals().indexed
            return found, resources.stores.index_size.known(), indexed
    except _NO_REDIS as error:
        advice = 'see "Redis" in docs/operations.md'
        return [silent(Area.REDIS, str(error), advice)], None, 0


def _index(settings: Settings, known: KnownSize | None, indexed: int) -> list[Finding]:
    looking = begin(lambda: list(look_at_index(settings, known, indexed)))
    advice = 'see "The index" in docs/operations.md'
    try:
        return looking.result(_INDEX_SECONDS)
    except (IndexUnavailable, IndexIncompatible) as error:
        return [silent(Area.INDEX, str(error), advice)]
    except TimeoutError:
        return [silent(Area.INDEX, silence("the index"), advice)]
