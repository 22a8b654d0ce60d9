"""Celery's tasks: their names, their queues, and that a chain ends where its batch does."""

import pytest

from config.settings import Settings
from workers.app import make_app
from workers.chain import tasks
from workers.chain.run import STAGES
from workers.resources import Resources
from workers.roles import ROLES

TICKS = ("poll", "dispatch", "subscribe", "reap", "restate")


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
