"""Mends due times after the clock was set back."""

import logging
import time

from config.logging import LogFields
from workers.resources import Resources

log = logging.getLogger("newsloom.clock")

APART = 5.0
"""Seconds that the clocks of two machines may differ."""


def seconds_ahead(resources: Resources) -> float:
    """By how many seconds this machine's clock is ahead of that of Redis; negative when behind."""
    seconds, microseconds = resources.stores.keyspace.client.time()
    return time.time() - float(seconds) - float(microseconds) / 1_000_000


def mend_due_times(resources: Resources) -> None:
    """Bring due times back with a clock that was set back; logged once.

    A process whose clock is another than that of Redis leaves it to the others.
    """
    if abs(seconds_ahead(resources)) > APART:
        return
    delay = resources.settings.host_delay
    found = resources.stores.clock_watch.mend(usual_delay=delay)
    if found:
        log.warning(
            "the clock was set back by %.0f s: %d polls, retries and leases that it had set"
            " were brought back with it",
            found.seconds,
            found.mended,
            extra=LogFields(event="clock_set_back", seconds=round(found.seconds, 3)),
        )
