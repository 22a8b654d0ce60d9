"""The keys of one namespace out of a dump into an empty Redis.

A server of our own reads the dump, and the keys go from one to the other with DUMP and RESTORE. So
the target can be any Redis, embedded or not, and what else the dump holds stays outside.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from storage.redis.connection import Keyspace
from storage.redis.keys import Key, family_of
from storage.redis_server import serve_dump, stop, wait_until_loaded

_AT_ONCE = 500
_STOP_SECONDS = 10.0
_OF_PROCESSES = frozenset({Key.CELERY, Key.HEARTBEAT, Key.PROGRESS})
"""Of processes that have ended. Messages may be lost: the ledger brings their work back."""


@contextmanager
def served(dump: Path) -> Iterator[str]:
    """The URL of a server that has what a dump has, for reading.

    Raises:
        EmbeddedRedisError: no redis-server is at hand that can read the dump.
    """
    with tempfile.TemporaryDirectory(prefix="newsloom-") as folder:
        address = Path(folder) / "redis.sock"
        server = serve_dump(dump, address)
        try:
            wait_until_loaded(server, Path(folder), address)
            yield f"unix://{address}"
        finally:
            stop(address, _STOP_SECONDS)
            server.wait(_STOP_SECONDS)


def copy_keys(source: Keyspace, target: Keyspace) -> int:
    """Copy all keys but those of processes; gives how many.

    Both keyspaces must give bytes. Keys keep the time that they have left.

    Raises:
        redis.RedisError: a server does not answer, or the target is older than the source.
    """
    copied, some = 0, []
    for key in source.client.scan_iter(match=source.pattern(), count=_AT_ONCE):
        name = key.decode(errors="surrogateescape").removeprefix(source.prefix)
        if family_of(name) not in _OF_PROCESSES:
            some.append(key)
        if len(some) >= _AT_ONCE:
            copied += _copy(source, target, some)
            some = []
    return copied + _copy(source, target, some)


def is_empty(keyspace: Keyspace) -> bool:
    """Whether there is no key of the namespace but those of processes."""
    found = keyspace.client.scan_iter(match=keyspace.pattern(), count=_AT_ONCE)
    names = (key.removeprefix(keyspace.prefix) for key in found)
    return all(family_of(name) in _OF_PROCESSES for name in names)


def _time_left(milliseconds: int) -> int:
    """For RESTORE, to which 0 means for ever; PTTL says -1 for that, and 0 for the last moment."""
    return 0 if milliseconds < 0 else max(milliseconds, 1)


def _copy(source: Keyspace, target: Keyspace, keys: Sequence[bytes]) -> int:
    reading = source.client.pipeline(transaction=False)
    for key in keys:
        reading.dump(key)
        reading.pttl(key)
    answers = iter(reading.execute())
    writing = target.client.pipeline(transaction=False)
    for key, value, left in zip(keys, answers, answers, strict=True):
        if value is not None:  # else its time was over meanwhile
            writing.restore(key, _time_left(left), value, replace=True)
    return len(writing.execute())
