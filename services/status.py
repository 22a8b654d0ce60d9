"""The state of the system: the ledger's totals, the index, the workers, the sources' health."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from config.sources import Source
from pipeline.sources.health import Verdict, assess_health
from pipeline.sources.state import SourceState
from pipeline.sources.subscription import PushVerdict
from storage.archive.archive import ArchiveState, archive_state
from storage.index import IndexUnavailable
from storage.redis.events import Event
from storage.redis.ledger import Totals
from workers.processes.heartbeat import alive, roles_to_run
from workers.resources import Resources
from workers.sources.polling import poll_policy_of
from workers.sources.subscriber import push_verdicts

_EVENTS = 100


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How one source is doing.

    Attributes:
        source_id: its short name.
        state: what is remembered of it.
        verdict: its health.
        next_poll: seconds since the epoch; None when none is due.
        push: its WebSub subscription; None when it has none.
    """

    source_id: str
    state: SourceState
    verdict: Verdict
    next_poll: float | None
    push: PushVerdict | None


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """How Newsloom is doing.

    Attributes:
        totals: the ledger's.
        rejected: rejections by reason.
        refused_links: links that were refused before they were accepted.
        articles: how many the index holds; None when it does not answer.
        archive: pages kept and lost.
        workers: whether each role is alive.
        sources: the unhealthy ones first.
        problems: a line for each entry of the sources file that cannot be used.
        events: the newest first.
    """

    totals: Totals
    rejected: Mapping[str, int]
    refused_links: int
    articles: int | None
    archive: ArchiveState
    workers: Mapping[str, bool]
    sources: tuple[SourceStatus, ...]
    problems: tuple[str, ...]
    events: tuple[Event, ...]


def system_status(resources: Resources, *, audit: bool = False) -> SystemStatus:
    """How Newsloom is doing now.

    ``audit`` counts the ledger's entries one by one instead of reading its totals.
    """
    stores = resources.stores
    roles = roles_to_run(resources.settings)
    return SystemStatus(
        totals=stores.ledger.audit() if audit else stores.ledger.totals(),
        articles=_articles(resources),
        rejected=stores.ledger.reasons(),
        refused_links=stores.ledger.refused_count(),
        archive=archive_state(stores.keyspace),
        workers={role: alive(stores.keyspace, role) for role in roles},
        sources=_source_statuses(resources),
        problems=resources.registry.problems(),
        events=tuple(stores.events.recent(_EVENTS)),
    )


def is_alive(resources: Resources, role: str, host: str) -> bool:
    """Whether a process of this role is alive on a host."""
    return alive(resources.stores.keyspace, role, host)


def _articles(resources: Resources) -> int | None:
    try:
        return resources.open_index().count()
    except IndexUnavailable:
        return None


def _source_statuses(resources: Resources) -> tuple[SourceStatus, ...]:
    known = list(resources.registry.all().values())
    states = resources.stores.sources.states([source.id for source in known])
    pushes = push_verdicts(resources)
    now = time.time()
    statuses = [
        _source_status(resources, source, state, pushes.get(source.id), now)
        for source, state in zip(known, states, strict=True)
    ]
    return tuple(sorted(statuses, key=lambda status: not status.verdict.unhealthy))


def _source_status(
    resources: Resources,
    source: Source,
    kept: SourceState,
    push: PushVerdict | None,
    now: float,
) -> SourceStatus:
    # A source whose address was changed is not polled at the new one yet.
    is_current = kept.address in {None, source.address}
    state = kept if is_current else SourceState(address=source.address)
    is_pushed = push is not None and push.reliable
    verdict = assess_health(
        state,
        now,
        poll_policy_of(resources.settings, source),
        pushed_every=resources.settings.pushed_poll_interval if is_pushed else 0.0,
    )
    next_poll = resources.stores.sources.next_poll(source.id)
    return SourceStatus(source.id, state, verdict, next_poll, push)
