"""Which processes are alive: each leaves the time of its last heartbeat in Redis."""

import time
from socket import gethostname

from storage.redis.connection import Keyspace
from storage.redis.keys import Key
from workers.roles import ROLES

FRESH_SECONDS = 10.0
"""Celery's heartbeat comes every two seconds, a tick of beat every four at least."""

ALWAYS_RUNNING = (*ROLES, "beat")
"""Roles that nothing is crawled without; each leaves a heartbeat."""

WEB = "web"
"""Leaves one too."""

RUN_BY_UP = (*ALWAYS_RUNNING, WEB)
"""What ``newsloom up`` runs when it is given no roles."""


def record_heartbeat(keyspace: Keyspace, role: str) -> None:
    """A sign of life of this host's process of a role; call it every few seconds."""
    keyspace.client.hset(keyspace.key(Key.HEARTBEAT), f"{role}@{gethostname()}", time.time())


def remove_heartbeat(keyspace: Keyspace, role: str) -> None:
    """It has ended: nobody should count on it for ten more seconds."""
    keyspace.client.hdel(keyspace.key(Key.HEARTBEAT), f"{role}@{gethostname()}")


def heartbeats(keyspace: Keyspace, host: str | None = None) -> dict[str, float]:
    """The last heartbeat of each role, in seconds since the epoch, on one host or on any."""
    found: dict[str, float] = {}
    names: dict[str, str] = keyspace.client.hgetall(keyspace.key(Key.HEARTBEAT))
    for name, at in names.items():
        role, _, of_host = name.rpartition("@")
        if host in {None, of_host}:
            found[role] = max(found.get(role, 0.0), float(at))
    return found


def last_heartbeat(keyspace: Keyspace, role: str, host: str | None = None) -> float:
    """When a process of this role last gave a sign of life, on one host or on any; 0 when never."""
    return heartbeats(keyspace, host).get(role, 0.0)


def alive(keyspace: Keyspace, role: str, host: str | None = None) -> bool:
    """Whether a process of this role had a heartbeat in the last ten seconds, here or anywhere."""
    return time.time() - last_heartbeat(keyspace, role, host) < FRESH_SECONDS
