"""Which members are alive: a worker leaves the time of its heartbeat in Redis, beat that of its last tick."""

import time
from contextlib import suppress

from celery.signals import after_task_publish, beat_init, heartbeat_sent, worker_shutdown

from storage.redis.connection import Keyspace
from workers.app import ROLES
from workers.resources import resources

FRESH_SECONDS = 10.0
"""Celery's heartbeat comes every two seconds, beat's tick twice a second."""

MEMBERS = (*ROLES, "beat")
"""Who leaves a pulse."""


@heartbeat_sent.connect
def _beat(sender: object = None, **_: object) -> None:
    """``sender`` is Celery's Heart, whose event dispatcher knows the worker's name: role@host."""
    _leave(_role(getattr(sender, "eventer", None)))


@beat_init.connect
def _beat_begins(**_: object) -> None:
    after_task_publish.connect(_tick)


def _tick(**_: object) -> None:
    _leave("beat")


@worker_shutdown.connect
def _end(sender: object = None, **_: object) -> None:
    """Nobody should count for ten more seconds on a worker that has ended."""
    with suppress(Exception):
        keyspace = resources().stores.keyspace
        keyspace.client.hdel(keyspace.key("pulse"), _role(sender))


def _role(worker: object) -> str:
    return str(getattr(worker, "hostname", "")).partition("@")[0]


def _leave(role: str) -> None:
    with suppress(Exception):  # a missed beat is a missed beat
        keyspace = resources().stores.keyspace
        keyspace.client.hset(keyspace.key("pulse"), role, time.time())


def alive(keyspace: Keyspace, role: str) -> bool:
    """Whether a member of this role gave a sign of life in the last ten seconds."""
    at = keyspace.client.hget(keyspace.key("pulse"), role)
    return at is not None and time.time() - float(at) < FRESH_SECONDS
