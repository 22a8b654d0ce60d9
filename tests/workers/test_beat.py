"""Beat goes on after the clock was set back."""

import time
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from celery import Celery

from workers.beat import SteadyScheduler


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
