"""What Redis holds, whatever way a server keeps it."""

from collections.abc import Callable
from typing import Any

from storage.redis.connection import Keyspace


def contents(keys: Keyspace) -> dict[Any, Any]:
    """The values of a namespace by key."""
    return {key: _value(keys, key) for key in keys.client.scan_iter(match=keys.pattern())}


def _value(keys: Keyspace, key: Any) -> Any:
    client = keys.client
    kind = client.type(key)
    readers: dict[str, Callable[[], Any]] = {
        "string": lambda: client.get(key),
        "hash": lambda: client.hgetall(key),
        "list": lambda: client.lrange(key, 0, -1),
        "set": lambda: client.smembers(key),
        "zset": lambda: client.zrange(key, 0, -1, withscores=True),
        "stream": lambda: client.xrange(key),
    }
    return readers[kind.decode() if isinstance(kind, bytes) else kind]()
