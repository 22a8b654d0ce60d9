"""What is under way and what waits, at one moment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from storage.redis.connection import Keyspace
from storage.redis.keys import Key

OVERDUE_SECONDS = 60.0
"""From which a source counts as overdue."""


@dataclass(frozen=True, slots=True)
class QueueState:
    """One of Celery's queues: messages that wait, and seconds without progress while any do."""

    messages: int
    idle: float


@dataclass(frozen=True, slots=True)
class WorkState:
    """All in seconds, but the numbers of batches and sources.

    Attributes:
        leased: batches under way.
        waiting: batches that wait for the index.
        oldest_batch: age of the oldest lease.
        frontier_overdue: since when the URL is ready that is ready longest.
        queues: by name.
        sources: on the calendar of polls.
        sources_overdue: of these, those due for more than ``OVERDUE_SECONDS``.
        poll_lag: since when the source is due that is due longest.
    """

    leased: int
    waiting: int
    oldest_batch: float
    frontier_overdue: float
    queues: Mapping[str, QueueState]
    sources: int
    sources_overdue: int
    poll_lag: float


def work_state(keyspace: Keyspace, *, now: float, queues: Collection[str]) -> WorkState:
    """Read it.

    Args:
        keyspace: of the deployment.
        now: seconds since the epoch.
        queues: names of Celery's queues.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    pipe = keyspace.client.pipeline(transaction=False)
    pipe.zrange(keyspace.key(Key.LEASES), 0, -1)
    pipe.zcard(keyspace.key(Key.WAITING))
    pipe.zrange(keyspace.key(Key.HOSTS), 0, 0, withscores=True)
    pipe.zcard(keyspace.key(Key.DUE))
    pipe.zcount(keyspace.key(Key.DUE), "-inf", now - OVERDUE_SECONDS)
    pipe.zrange(keyspace.key(Key.DUE), 0, 0, withscores=True)
    batches, waiting, hosts, sources, overdue, due = pipe.execute()
    return WorkState(
        leased=len(batches),
        waiting=waiting,
        oldest_batch=_oldest(keyspace, batches, now),
        frontier_overdue=_since(hosts, now),
        queues=_queues(keyspace, queues, now),
        sources=sources,
        sources_overdue=overdue,
        poll_lag=_since(due, now),
    )


def something_is_due(keyspace: Keyspace, calendars: Collection[Key], *, now: float) -> bool:
    """Whether a member of one of these sorted sets of due times is due.

    Args:
        keyspace: of the deployment.
        calendars: whose scores are seconds since the epoch.
        now: seconds since the epoch.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    pipe = keyspace.client.pipeline(transaction=False)
    for calendar in calendars:
        pipe.zcount(keyspace.key(calendar), "-inf", now)
    return any(pipe.execute())


def _since(first: list[tuple[str, float]], now: float) -> float:
    """For how many seconds the first of a calendar is due; 0 where none is."""
    return max(0.0, now - first[0][1]) if first else 0.0


def _oldest(keyspace: Keyspace, batches: Collection[str], now: float) -> float:
    pipe = keyspace.client.pipeline(transaction=False)
    for batch in batches:
        pipe.hget(keyspace.key(Key.BATCH, batch), "leased_at")
    leased = [float(at) for at in pipe.execute() if at is not None]
    return max(0.0, now - min(leased)) if leased else 0.0


def _queues(keyspace: Keyspace, names: Collection[str], now: float) -> dict[str, QueueState]:
    progress: dict[str, str] = keyspace.client.hgetall(keyspace.key(Key.PROGRESS))
    pipe = keyspace.client.pipeline(transaction=False)
    for name in names:
        pipe.llen(keyspace.key(Key.CELERY, name))
    found = {}
    for name, messages in zip(names, pipe.execute(), strict=True):
        idle = max(0.0, now - float(progress.get(name, now)))
        found[name] = QueueState(messages, idle if messages else 0.0)
    return found
