"""Celery's signals leave heartbeats and take them back."""

from dataclasses import dataclass

import pytest
from celery.signals import after_task_publish, beat_init, heartbeat_sent, worker_shutdown

from workers.processes import heartbeat_signals
from workers.processes.heartbeat import alive, last_heartbeat
from workers.resources import Resources


@dataclass(frozen=True)
class Named:
    """What Celery's worker, and its event dispatcher, are to a signal."""

    hostname: str


@dataclass(frozen=True)
class Heart:
    eventer: Named


@pytest.fixture(autouse=True)
def of_test(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat_signals, "resources", lambda: resources)


def test_a_worker_leaves_one_and_takes_it_back_at_its_end(resources: Resources) -> None:
    keyspace = resources.stores.keyspace
    heartbeat_sent.send(sender=Heart(Named("crawl@one")))
    assert alive(keyspace, "crawl", "one")
    worker_shutdown.send(sender=Named("crawl@one"))
    assert last_heartbeat(keyspace, "crawl") == 0.0


def test_beat_leaves_one_with_each_message(resources: Resources) -> None:
    keyspace = resources.stores.keyspace
    beat_init.send(sender=None)
    assert not alive(keyspace, "beat")
    after_task_publish.send(sender="poll")
    assert alive(keyspace, "beat")
