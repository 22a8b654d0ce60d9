"""Beat goes on after the clock was set back, and sends what is needed."""

import time
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from celery import Celery
from celery.beat import ScheduleEntry, Scheduler

from storage.redis.connection import Keyspace, connect
from workers.beat import SteadyScheduler
from workers.resources import Resources
from workers.schedule import SELDOM


@pytest.fixture
def app() -> Iterator[Celery]:
    made = Celery("test", broker="memory://", set_as_current=False)
    made.conf.beat_schedule = {
        "often": {"task": "often", "schedule": 1.0},
        "seldom": {"task": "seldom", "schedule": 5.0},
    }
    yield made
    made.close()


class Steady(SteadyScheduler):
    """Notes what it would send, and has a clock that a test turns."""

    offset = 0.0
    sent: list[str]

    def apply_entry(self, entry: object, producer: object = None) -> None:  # noqa: ARG002 - as there
        self.sent.append(entry.name)  # type: ignore[attr-defined]


def test_every_entry_is_due_after_its_period_again(app: Celery) -> None:
    scheduler = Steady(app, lazy=True)
    scheduler.sent = []
    scheduler.setup_schedule()
    real_time, real_now = time.time, app.now

    def run(offset: float, seconds: int) -> list[str]:
        scheduler.sent = []
        start = real_time() + offset
        for tenth in range(seconds * 10):
            at = tenth / 10
            moved = timedelta(seconds=start + at - real_time())
            with (
                patch("time.time", lambda at=at: start + at),
                patch.object(app, "now", lambda moved=moved: real_now() + moved),
            ):
                scheduler.tick()
        return scheduler.sent

    run(0, 12)
    after = run(-3_600, 12)
    assert after.count("often") >= 9
    assert after.count("seldom") >= 1


@pytest.fixture
def sends(resources: Resources, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that beat has sent, with a real Redis for its looks at the calendars."""
    sent: list[str] = []
    monkeypatch.setattr("workers.beat.resources", lambda: resources)

    def note(_: object, entry: ScheduleEntry, **_named: object) -> None:
        sent.append(str(entry.task))

    monkeypatch.setattr(Scheduler, "apply_entry", note)
    return sent


def test_a_tick_is_sent_when_something_is_due_and_else_seldom(
    app: Celery, resources: Resources, sends: list[str]
) -> None:
    scheduler = SteadyScheduler(app, lazy=True)
    poll, other = ScheduleEntry(task="poll", app=app), ScheduleEntry(task="restate", app=app)
    with patch("workers.beat.time.monotonic", lambda: 100.0):
        scheduler.apply_entry(poll)
        scheduler.apply_entry(poll)
        assert sends == ["poll"], "the first is sent, then nothing is due"
        resources.stores.sources.sync(["one"])
        scheduler.apply_entry(poll)
        assert sends == ["poll"] * 2, "a source is due"
        resources.stores.sources.claim_due()
        scheduler.apply_entry(poll)
        scheduler.apply_entry(other)
        scheduler.apply_entry(other)
        assert sends == ["poll"] * 2 + ["restate"] * 2, "that one works on no calendar"
    with patch("workers.beat.time.monotonic", lambda: 100.0 + SELDOM):
        scheduler.apply_entry(poll)
    assert sends[-1] == "poll"


def test_a_tick_is_sent_while_redis_does_not_answer(
    app: Celery, sends: list[str], monkeypatch: pytest.MonkeyPatch, silent_port: int
) -> None:
    keyspace = Keyspace(connect(f"redis://127.0.0.1:{silent_port}", patience=0.1), "away")
    away = SimpleNamespace(stores=SimpleNamespace(keyspace=keyspace))
    monkeypatch.setattr("workers.beat.resources", lambda: away)
    scheduler = SteadyScheduler(app, lazy=True)
    for _ in range(2):
        scheduler.apply_entry(ScheduleEntry(task="poll", app=app))
    assert sends == ["poll"] * 2
