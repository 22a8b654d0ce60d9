"""How the sources are doing."""

from collections.abc import Sequence
from dataclasses import dataclass

from config.sources import Source
from pipeline.sources.health import Verdict, assess_health
from pipeline.sources.state import SourceState
from pipeline.sources.subscription import PushVerdict
from workers.resources import Resources
from workers.sources.polling import poll_policy_of
from workers.sources.subscriber import push_verdicts


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


def source_statuses(resources: Resources, known: Sequence[Source]) -> tuple[SourceStatus, ...]:
    """How sources are doing, the unhealthy ones first.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    states = resources.stores.sources.states([source.id for source in known])
    pushes = push_verdicts(resources)
    now = resources.clock()
    statuses = [
        _status(resources, source, state, pushes.get(source.id), now)
        for source, state in zip(known, states, strict=True)
    ]
    return tuple(sorted(statuses, key=lambda status: not status.verdict.unhealthy))


def _status(
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
