"""Redis: its version, its clock, and the settings on which the ledger depends."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from services.doctor.findings import Area, Finding, fine, wrong
from services.parts import clock_fault, redis_fault, redis_place
from workers.resources import Resources

OLDEST = (6, 2)
"""ZADD with GT and XX, which the frontier uses, came with it."""

_POLICY = "noeviction"

MOST_NAMED = 5
"""Entries that cannot be read, with a line of their own."""


def look_at_redis(resources: Resources) -> Iterator[Finding]:
    """All findings about it.

    Raises:
        redis.RedisError: it does not answer.
    """
    info: Mapping[str, Any] = resources.stores.keyspace.client.info("everything")
    place = redis_place(resources.settings)
    yield _version(info, place)
    yield _clock(resources)
    problems = [
        *_room(resources),
        *_eviction(info),
        *_persistence(info),
        *_unreadable_entries(resources),
    ]
    yield from problems or [
        fine(Area.REDIS, f"{place} keeps all that is written, and evicts nothing")
    ]


def _version(info: Mapping[str, Any], place: str) -> Finding:
    known = str(info["redis_version"])
    if tuple(int(part) for part in known.split(".")[:2]) < OLDEST:
        return wrong(
            Area.VERSIONS,
            f"{place} has version {known}, which is too old",
            "install Redis 7 or 8",
        )
    return fine(Area.VERSIONS, f"{place} has version {known}")


def _clock(resources: Resources) -> Finding:
    fault = clock_fault(resources)
    if fault is None:
        return fine(Area.CLOCKS, "the clocks of this machine and of Redis agree")
    return wrong(Area.CLOCKS, fault, "look at `timedatectl`; `chronyc makestep` sets the clock")


def _room(resources: Resources) -> Iterator[Finding]:
    if fault := redis_fault(resources):
        yield wrong(
            Area.REDIS, fault, "raise maxmemory, or make room on its disk (docs/operations.md)"
        )


def _eviction(info: Mapping[str, Any]) -> Iterator[Finding]:
    """Without a limit of memory nothing is evicted, but the kernel may end the server."""
    policy = info["maxmemory_policy"]
    if policy != _POLICY:
        yield wrong(
            Area.REDIS,
            f"maxmemory-policy is {policy}: when memory runs out, Redis throws the ledger away",
            f"run `redis-cli CONFIG SET maxmemory-policy {_POLICY}`, and set it in redis.conf",
        )


def _persistence(info: Mapping[str, Any]) -> Iterator[Finding]:
    if not info["aof_enabled"]:
        yield wrong(
            Area.REDIS,
            "appendonly is off: a restart of Redis forgets all since its last snapshot",
            "run `redis-cli CONFIG SET appendonly yes`, and set it in redis.conf",
        )
    failed = [
        name
        for name in ("aof_last_write_status", "aof_last_bgrewrite_status")
        if info.get(name, "ok") != "ok"
    ]
    if failed:
        yield wrong(
            Area.REDIS,
            f"Redis could not write its append-only file ({', '.join(failed)})",
            "look at its log and at the room on its disk; then run `redis-cli BGREWRITEAOF`",
        )


def _unreadable_entries(resources: Resources) -> Iterator[Finding]:
    """Ended entries that the archive mover passes over."""
    unreadable = resources.stores.ended.unreadable()
    for url_id, reason in islice(unreadable.items(), MOST_NAMED):
        yield wrong(
            Area.REDIS,
            f"the ledger entry of {url_id} cannot be read for the ledger archive: {reason}",
            'see "The ledger archive" in docs/operations.md',
        )
    if len(unreadable) > MOST_NAMED:
        yield wrong(
            Area.REDIS,
            f"{len(unreadable) - MOST_NAMED} more ledger entries cannot be read",
            'see "The ledger archive" in docs/operations.md',
        )
