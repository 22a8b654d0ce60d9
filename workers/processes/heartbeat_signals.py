"""Celery's processes leave their heartbeats: importing this connects its signals."""

import time
from contextlib import suppress
from socket import gethostname

from celery.signals import after_task_publish, beat_init, heartbeat_sent, worker_shutdown

from storage.redis.keys import Key
from workers.resources import resources


@heartbeat_sent.connect
def _beat(sender: object = None, **_: object) -> None:
    """``sender`` is Celery's Heart, whose event dispatcher knows the worker's name: role@host."""
    _leave(_name(getattr(sender, "eventer", None)))


@beat_init.connect
def _beat_begins(**_: object) -> None:
    after_task_publish.connect(_tick)


def _tick(**_: object) -> None:
    _leave(f"beat@{gethostname()}")


@worker_shutdown.connect
def _end(sender: object = None, **_: object) -> None:
    """Nobody should count for ten more seconds on a worker that has ended."""
    with suppress(Exception):
        keyspace = resources().stores.keyspace
        keyspace.client.hdel(keyspace.key(Key.HEARTBEAT), _name(sender))


def _name(worker: object) -> str:
    return str(getattr(worker, "hostname", ""))


def _leave(name: str) -> None:
    with suppress(Exception):  # a missed beat is a missed beat
        keyspace = resources().stores.keyspace
        keyspace.client.hset(keyspace.key(Key.HEARTBEAT), name, time.time())
