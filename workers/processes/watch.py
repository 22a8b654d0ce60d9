"""Whether the processes of a supervisor live and make progress, by what they leave in Redis.

A process may exist and do nothing: stopped, or wedged after a lost connection. So each one is
judged by two signs: its heartbeat, and for workers the progress on queues that wait.

While Redis is away nobody can leave a sign, so nobody is judged. What counts is when a sign was
seen to change, by the monotonic clock of this machine: clocks that are set do no harm.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from socket import gethostname

import redis

from config.settings import Settings
from storage.redis.connection import Keyspace
from storage.redis.health.message_lists import messages_waiting
from storage.redis.keys import Key
from workers.processes.flower_health import FLOWER, flower_status
from workers.processes.heartbeat import FRESH_SECONDS, heartbeats, record_heartbeat
from workers.roles import ROLES

START_SECONDS = 60.0
"""A process without its first heartbeat is still starting, for so long at most."""

RECONNECT_SECONDS = 40.0
"""After Redis is back, Celery's processes are connected again within 32 seconds."""

SUPERVISOR = "supervisor"
"""Leaves a heartbeat as well: where that cannot be written, no other can."""

_LOOK_EVERY = 1.0
_PAUSE_SECONDS = 5.0
"""Two looks so far apart: the supervisor did not run, and perhaps nobody did."""

_FLOWER_EVERY = 5.0


@dataclass
class Signs:
    """Of one process.

    Attributes:
        alive: when it last gave a sign of life, by the monotonic clock; in the future while it is
            excused.
        heartbeat: the last one that was seen, as it stands in Redis.
        is_starting: it has given no heartbeat yet.
        waiting: for each queue that waits, since when no progress was seen, and the last progress.
    """

    alive: float
    heartbeat: float | None
    is_starting: bool = True
    waiting: dict[str, tuple[float, str | None]] = field(default_factory=dict)


class Watch:
    """Follows the signs of the roles that were begun."""

    def __init__(
        self, settings: Settings, keyspace: Keyspace, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``keyspace`` should give up soon; ``clock`` is in seconds."""
        self._settings, self._keys, self._clock = settings, keyspace, clock
        self._silence = max(settings.stall_seconds, FRESH_SECONDS)
        self._signs: dict[str, Signs] = {}
        self._heartbeats: dict[str, float] = {}
        self._was_away = False
        self._looked: float | None = None
        self._asked_flower = 0.0

    def begin(self, role: str) -> None:
        """A process of a role was started."""
        self._signs[role] = Signs(self._clock() + START_SECONDS, self._heartbeats.get(role))

    def look(self) -> None:
        """See who has given a sign. Once a second at most; call it as often as you like."""
        now = self._clock()
        if self._looked is not None and now - self._looked < _LOOK_EVERY:
            return
        if self._looked is not None and now - self._looked > _PAUSE_SECONDS:
            self._excuse(now)
        try:
            record_heartbeat(self._keys, SUPERVISOR)
            self._heartbeats = heartbeats(self._keys, gethostname())
            waiting = {role: self._waiting_queues(role) for role in self._signs if role in ROLES}
        except redis.RedisError:
            self._was_away = True
            self._excuse(now + RECONNECT_SECONDS)
        else:
            self._note_heartbeats(now)
            for role, queues in waiting.items():
                _note_progress(self._signs[role], queues, now)
        self._ask_flower(now)
        # Waiting for what does not answer is no pause.
        self._looked = self._clock()

    def fault(self, role: str) -> str | None:
        """Why the process of a role must be restarted, in words; None when it need not."""
        signs, now = self._signs[role], self._clock()
        if role == FLOWER and signs.is_starting:
            return None  # its own variables can put it where it is not found
        if now - signs.alive > self._silence:
            return f"has given no sign of life for {now - signs.alive:.0f} s"
        stalled_since = now - self._settings.stall_seconds
        if any(since < stalled_since for since, _ in signs.waiting.values()):
            return f"has begun nothing for {self._settings.stall_seconds:g} s though work waits"
        return None

    def _excuse(self, until: float) -> None:
        for signs in self._signs.values():
            signs.alive = max(signs.alive, until)
            signs.waiting = {}

    def _note_heartbeats(self, now: float) -> None:
        for role, signs in self._signs.items():
            heartbeat = self._heartbeats.get(role)
            if heartbeat is None or heartbeat == signs.heartbeat:
                continue
            signs.heartbeat = heartbeat
            # A Redis that comes back may have forgotten its last second: that is no new heartbeat.
            if not self._was_away:
                signs.alive, signs.is_starting = now, False
        self._was_away = False

    def _ask_flower(self, now: float) -> None:
        signs = self._signs.get(FLOWER)
        if signs and now - self._asked_flower > _FLOWER_EVERY:
            self._asked_flower = now
            if flower_status(self._settings):
                signs.alive, signs.is_starting = now, False

    def _waiting_queues(self, role: str) -> dict[str, str | None]:
        """The queues of a role in which messages wait, each with its last progress."""
        keys = self._keys
        queues = [name for name, count in messages_waiting(keys, ROLES[role]).items() if count]
        if not queues:
            return {}
        progress: list[str | None] = keys.client.hmget(keys.key(Key.PROGRESS), queues)
        return dict(zip(queues, progress, strict=True))


def _note_progress(signs: Signs, queues: dict[str, str | None], now: float) -> None:
    before, signs.waiting = signs.waiting, {}
    if signs.is_starting and signs.alive > now:
        return
    for queue, progress in queues.items():
        since, known = before.get(queue, (now, progress))
        signs.waiting[queue] = (since if known == progress else now, progress)
