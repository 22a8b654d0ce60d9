"""Due times that a clock set, which was set back since.

They would all come too late by as much: nothing would be polled, leased or tried again till then.
"""

from dataclasses import dataclass

from pipeline.crawl.status import MAX_RETRY_AFTER
from storage.redis.connection import Clock, Keyspace
from storage.redis.keys import Key

TOLERANCE = 10.0
"""Seconds. Clocks of several machines may differ, and a time that comes so much later does no harm.
"""

_HOSTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class SetBack:
    """By how many seconds the clock was set back, and how many due times were mended."""

    seconds: float
    mended: int


class ClockWatch:
    """Remembers in Redis the latest time that was seen, also over restarts."""

    def __init__(self, keyspace: Keyspace, *, clock: Clock) -> None:
        self._keys = keyspace
        self._clock = clock

    def mend(self, *, usual_delay: float) -> SetBack | None:
        """Mend all due times when the clock was set back; of many processes one does so.

        To be called by processes only whose clock agrees with that of Redis.

        Args:
            usual_delay: of a host, in seconds.

        Returns:
            None when the clock was not set back, or another process has mended it.

        Raises:
            StoreUnavailable: Redis does not answer.
        """
        now = self._clock()
        by, mended = self._keys.run("clock/watch", now=now, tolerance=TOLERANCE)
        seconds = float(by)
        if not seconds:
            return None
        hosts = sorted(self._hosts())
        for start in range(0, len(hosts), _HOSTS_AT_ONCE):
            some = hosts[start : start + _HOSTS_AT_ONCE]
            self._keys.run(
                "clock/mend_hosts",
                now=now,
                by=seconds,
                delay=usual_delay,
                longest=MAX_RETRY_AFTER,
                hosts=some,
            )
        return SetBack(seconds, int(mended))

    def _hosts(self) -> set[str]:
        """Those with a time of their own. It looks at every key, once after a set-back."""
        found = set()
        for family in (Key.NEXT, Key.PAUSED, Key.REST, Key.SLOTS, Key.STARTING):
            start = len(self._keys.key(family, ""))
            keys = self._keys.client.scan_iter(match=self._keys.pattern(family), count=1000)
            found |= {key[start:] for key in keys}
        return found
