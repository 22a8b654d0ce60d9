"""Whether Redis has room for new work: its memory and its disk."""

from dataclasses import dataclass

import redis

from storage.redis.connection import Keyspace

PAUSE_AT = 0.9
"""Part of ``maxmemory`` in use from which nothing new is taken in.

The rest is for the work under way: it could not end without room for its outcomes.
"""

RESUME_AT = 0.85
"""Part of ``maxmemory`` in use beneath which new work is taken in again."""


def cannot_write(keyspace: Keyspace) -> str | None:
    """What hinders all writes, as the end of a sentence that begins with the server.

    Raises:
        redis.RedisError: it does not answer.
    """
    try:
        keyspace.client.ping()  # refused, as writes are, where the disk fails
    except redis.ResponseError as error:
        if "MISCONF" not in str(error):
            raise
        return "cannot write to its disk; nothing is taken in until it can: make room there"
    part = _memory_in_use(keyspace)
    if part < 1:
        return None
    return f"is full: {part:.0%} of maxmemory are in use; nothing is taken in: raise maxmemory"


def nearly_full(keyspace: Keyspace, *, from_part: float = PAUSE_AT) -> str | None:
    """That memory runs out, as the end of a sentence that begins with the server.

    Args:
        keyspace: of the server.
        from_part: part of ``maxmemory`` in use, 0 to 1.
    """
    part = _memory_in_use(keyspace)
    if part < from_part:
        return None
    return (
        f"is nearly full: {part:.0%} of maxmemory are in use; nothing new is taken in until less"
        f" than {RESUME_AT:.0%} are: raise maxmemory"
    )


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that Redis uses, by the rule of its limit, and the limit; 0 where there is none."""

    used: int
    most: int


def memory_of(keyspace: Keyspace) -> Memory:
    """How much memory Redis uses.

    Raises:
        redis.RedisError: it does not answer.
    """
    memory = keyspace.client.info("memory")
    not_counted = int(memory.get("mem_not_counted_for_evict", 0))
    return Memory(used=int(memory["used_memory"]) - not_counted, most=int(memory["maxmemory"]))


def _memory_in_use(keyspace: Keyspace) -> float:
    """Part of ``maxmemory`` that is in use; 0 where there is no such limit."""
    memory = memory_of(keyspace)
    return memory.used / memory.most if memory.most else 0.0
