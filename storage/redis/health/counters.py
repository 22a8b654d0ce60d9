"""What is counted for the metrics: one Redis hash that only grows.

Counts travel with what is sent to Redis anyway. The scripts in ``lua/`` count what they change, in
the same step. All else is counted in a ``Tally`` of the process, which the next outcome of a stage
or the next poll takes along. A process that is killed loses what it has in hand, which concerns
fetches and times, but no URL: the ledger has totals of its own.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from types import MappingProxyType

from storage.redis.connection import Keyspace
from storage.redis.keys import Key

SUM, LE = "sum_us", "le"
INFINITE = "+Inf"

WORK_BOUNDS = (0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds in seconds of the buckets for work on a batch; one task has 60 seconds."""

DELAY_BOUNDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 21_600.0, 86_400.0)
"""Upper bounds in seconds of the buckets for the way of a URL into the index."""


NOTHING: Mapping[str, int] = MappingProxyType({})
"""No counts."""


class Counted(StrEnum):
    """What is counted; the fields of the hash begin with it."""

    STAGE_URLS = "stage_urls"
    """By stage. Written by ``frontier/advance.lua``."""

    OUTCOMES = "outcomes"
    """By kind, and by reason, rule or fault. Written by ``frontier/finish.lua``."""

    INDEXING_DELAY = "indexing_delay"
    """Seconds from accepted to indexed of new articles. Written by ``frontier/finish.lua``."""

    TAKEN_BACK = "taken_back"
    """Leases, by cause. Written by ``frontier/reap.lua``."""

    STAGE_SECONDS = "stage_seconds"
    """Of work on a batch, by stage."""

    FETCH_RESPONSES = "fetch_responses"
    """By status."""

    FETCH_ERRORS = "fetch_errors"
    """By kind."""

    FETCHED_BYTES = "fetched_bytes"
    """Of bodies, as they came."""

    INDEX_ERRORS = "index_errors"
    """By kind."""

    POLLS = "polls"
    """By result."""


class Tally:
    """What a process has counted and not sent yet. Safe to use from many threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, counted: Counted, *labels: str, by: int = 1) -> None:
        """Count something."""
        with self._lock:
            self._counts[_field(counted, *labels)] += by

    def time(self, counted: Counted, label: str, seconds: float) -> None:
        """Count how long something took."""
        place = bisect_left(WORK_BOUNDS, seconds)
        bound = f"{WORK_BOUNDS[place]:g}" if place < len(WORK_BOUNDS) else INFINITE
        self.add(counted, label, LE, bound)
        self.add(counted, label, SUM, by=round(seconds * 1_000_000))

    @contextmanager
    def sending(self) -> Iterator[Mapping[str, int]]:
        """All counts, to be sent in this block; they are kept when it fails."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        try:
            yield counts
        except BaseException:
            with self._lock:
                self._counts.update(counts)
            raise


class Counts:
    """What all processes have counted, at one moment."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        """``fields`` are those of the hash."""
        self._fields = {tuple(name.split(":")): int(count) for name, count in fields.items()}

    def of(self, counted: Counted, *labels: str) -> int:
        """One count; 0 where nothing was counted."""
        return self._fields.get((counted.value, *labels), 0)

    def by_labels(self, counted: Counted) -> list[tuple[tuple[str, ...], int]]:
        """All counts of something with their labels, in the labels' order."""
        found = [(key[1:], count) for key, count in self._fields.items() if key[0] == counted]
        return sorted(found)

    def buckets(
        self, counted: Counted, *labels: str, bounds: Sequence[float]
    ) -> tuple[list[tuple[str, int]], float]:
        """A histogram as Prometheus has it: each bucket with all smaller ones, and the sum."""
        so_far, buckets = 0, []
        for bound in [*(f"{each:g}" for each in bounds), INFINITE]:
            so_far += self.of(counted, *labels, LE, bound)
            buckets.append((bound, so_far))
        return buckets, self.of(counted, *labels, SUM) / 1_000_000


def read_counts(keyspace: Keyspace) -> Counts:
    """What was counted until now.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    return Counts(keyspace.client.hgetall(keyspace.key(Key.COUNTERS)))


def _field(counted: Counted, *labels: str) -> str:
    """No label has a colon in it."""
    return ":".join([counted.value, *labels])
