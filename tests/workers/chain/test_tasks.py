"""Celery's tasks: their names, their queues, and that a chain ends where its batch does."""

import base64
import json

import pytest

from config.settings import Settings
from storage.redis.keys import Key
from workers.app import make_app
from workers.chain import tasks
from workers.chain.run import STAGES
from workers.resources import Resources
from workers.roles import ROLES

TICKS = (
    "poll",
    "dispatch",
    "subscribe",
    "reap",
    "restate",
    "archive_ended",
    "notify",
    "notify_all",
)


def test_each_stage_is_a_task_with_a_queue_of_its_own() -> None:
    app = make_app(Settings())
    app.loader.import_default_modules()
    queues = {queue for queues in ROLES.values() for queue in queues}
    for stage in STAGES:
        assert stage.name in app.tasks
        assert stage.name in queues
        assert app.conf.task_routes[stage.name] == {"queue": stage.name}


@pytest.mark.parametrize("name", TICKS)
def test_ticks_send_no_events(name: str) -> None:
    assert getattr(tasks, name).send_events is False


def test_a_batch_that_no_lease_holds_ends_its_chain(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "resources", lambda: resources)
    monkeypatch.setattr("workers.chain.dispatch.dispatch", lambda *_: 0)
    assert tasks.crawl.run({"batch": "7", "items": []}) is None


def waiting(resources: Resources, queue: str) -> list[tuple[str, list[str]]]:
    """The tasks in a queue, with their arguments."""
    keys = resources.stores.keyspace
    found = []
    for raw in keys.client.lrange(keys.key(Key.CELERY, queue), 0, -1):
        message = json.loads(raw)
        arguments = json.loads(base64.b64decode(message["body"]))[0]
        found.append((message["headers"]["task"], arguments))
    return found


def test_each_notifier_is_told_by_a_task_of_its_own(
    resources: Resources, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_app(resources.settings).set_current()
    monkeypatch.setattr(tasks, "resources", lambda: resources)
    vars(resources)["notifier_names"] = ("file", "mail")
    tasks.notify_all.run()
    assert sorted(waiting(resources, "notify")) == [("notify", ["file"]), ("notify", ["mail"])]


@pytest.mark.parametrize("more", [True, False])
def test_a_notifier_is_told_of_the_next_batch_by_another_task(
    resources: Resources, monkeypatch: pytest.MonkeyPatch, *, more: bool
) -> None:
    make_app(resources.settings).set_current()
    monkeypatch.setattr(tasks, "resources", lambda: resources)
    monkeypatch.setattr(tasks, "tell", lambda *_: more)
    tasks.notify.run("file")
    assert waiting(resources, "notify") == ([("notify", ["file"])] if more else [])
    keys = resources.stores.keyspace
    assert keys.client.hget(keys.key(Key.PROGRESS), "notify")
