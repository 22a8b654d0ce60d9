"""Which workers are alive: each leaves the time of its heartbeat in Redis."""

import time
from contextlib import suppress

from celery.signals import heartbeat_sent

from storage.redis.connection import Keyspace
from workers.resources import resources

FRESH_SECONDS = 10.0
"""Celery's heartbeat comes every two seconds."""


@heartbeat_sent.connect
def _beat(sender: object = None, **_: object) -> None:
    """``sender`` is Celery's Heart, whose event dispatcher knows the worker's name: role@host."""
    dispatcher = getattr(sender, "eventer", None)
    role = str(getattr(dispatcher, "hostname", "")).partition("@")[0]
    with suppress(Exception):  # a missed beat is a missed beat
        keyspace = resources().stores.keyspace
        keyspace.client.hset(keyspace.key("pulse"), role, time.time())


def alive(keyspace: Keyspace, role: str) -> bool:
    """Whether a worker of this role gave a sign of life in the last ten seconds."""
    at = keyspace.client.hget(keyspace.key("pulse"), role)
    return at is not None and time.time() - float(at) < FRESH_SECONDS
