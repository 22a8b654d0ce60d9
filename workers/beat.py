"""Beat, which sends a tick where something is due, and goes on when the clock was set back."""

import time
from typing import Any

import redis
from celery.beat import ScheduleEntry, Scheduler

from storage.redis.health.work import something_is_due
from workers.resources import resources
from workers.schedule import CALENDARS, SELDOM

SET_BACK = 2.0
"""Seconds by which the clock has gone back between two ticks, at least; less does no harm."""


class SteadyScheduler(Scheduler):
    """Celery's scheduler, with two differences.

    It keeps due times, which would all lie ahead by as much as the clock was set back. Here they
    are begun anew then: each entry is due after its period.

    A message costs a hundred times as much as a look at a calendar in Redis. So a tick that works
    on a calendar is sent when something on it is due, and else every ``SELDOM`` seconds.
    """

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - as the base class takes them
        self._last_tick = 0.0
        self._sent: dict[str, float] = {}
        super().__init__(*args, **named)

    def tick(self, *args: Any, **named: Any) -> float:  # noqa: ANN401
        """See ``Scheduler``."""
        now = time.time()
        if now < self._last_tick - SET_BACK:
            for entry in self.schedule.values():
                entry.last_run_at = entry.default_now()
            self._heap = None
        self._last_tick = now
        return float(super().tick(*args, **named))

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:  # noqa: ANN401
        """See ``Scheduler``."""
        now, task = time.monotonic(), str(entry.task)
        if now - self._sent.get(task, -SELDOM) < SELDOM and not _is_needed(task):
            return
        self._sent[task] = now
        super().apply_entry(entry, producer=producer)


def _is_needed(task: str) -> bool:
    """Whether something is due on the calendars that a task works on."""
    calendars = CALENDARS.get(task)
    if calendars is None:
        return True
    try:
        return something_is_due(resources().stores.keyspace, calendars, now=time.time())
    except redis.RedisError:
        return True  # sending finds out what is wrong, and says so
