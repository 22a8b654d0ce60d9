"""Beat, which goes on when the machine's clock was set back."""

import time
from typing import Any

from celery.beat import Scheduler

SET_BACK = 2.0
"""Seconds by which the clock has gone back between two ticks, at least; less does no harm."""


class SteadyScheduler(Scheduler):
    """Celery's scheduler keeps due times, which would all lie ahead by as much as it was set back.

    Here they are begun anew then: each entry is due after its period.
    """

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - as the base class takes them
        self._last_tick = 0.0
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
