"""What Redis holds, whatever way a server keeps it."""

from collections.abc import Callable
from typing import Any

from storage.redis.connection import Keyspace, connect


def contents(url: str, namespace: str) -> dict[bytes, Any]:
    """The values of a namespace by key."""
    with connect(url, decode=False) as client:
        keys = Keyspace(client, namespace)
        return {key: _value(keys, key) for key in client.scan_iter(match=keys.pattern())}


def _value(keys: Keyspace, key: bytes) -> Any:
    client = keys.client
    readers: dict[str, Callable[[], Any]] = {
        "string": lambda: client.get(key),
        "hash": lambda: client.hgetall(key),
        "list": lambda: client.lrange(key, 0, -1),
        "set": lambda: client.smembers(key),
        "zset": lambda: client.zrange(key, 0, -1, withscores=True),
        "stream": lambda: client.xrange(key),
    }
    return readers[client.type(key).decode()]()
