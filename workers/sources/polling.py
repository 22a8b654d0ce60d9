"""Polling feeds and sitemaps.

Fetch what is due, take new links into the frontier, remember what the source said.
"""

import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager

import anyio

from config.logging import LogFields
from config.settings import Settings
from config.sources import Source
from config.sources_file import SourcesError
from pipeline.outcome import Rejected, Retry
from pipeline.sources.gaps import gaps_ended
from pipeline.sources.health import EventKind, assess_health, notification_for
from pipeline.sources.poll_policy import FIRST, NextPoll, PollPolicy, next_poll
from pipeline.sources.revalidation import conditions_of
from pipeline.sources.state import SourceState
from storage.redis.events import Event
from storage.redis.health.counters import Counted
from storage.redis.sources import CLAIMED
from workers.fetch.errors import unexpected
from workers.fetch.records import Response
from workers.resources import Resources
from workers.sources.kinds import fetch
from workers.sources.poll_outcome import STORE_AWAY, Attempt, PollOutcome, take
from workers.sources.site_comparison import MOST_PATIENCE
from workers.sources.subscriber import after_poll

log = logging.getLogger("newsloom.polling")

_MOST_DOUBLINGS = 6
_DAY = 86_400.0
_GONE_FOR = 365 * _DAY


def poll_due(resources: Resources, *, found: Callable[[], object]) -> list[Future[int]]:
    """Begin to poll every source that is due, and return without waiting.

    A slow site must not hold up the ticks.

    ``found`` is called as soon as one of them has brought something new. Each future holds how many
    links were new or changed. A poll that dies with its process is due again when its claim is
    over, within a minute. Nothing is polled while nobody knows what is watched, or while the intake
    pauses.
    """
    if resources.intake.pause():
        return []
    try:
        sources = resources.registry.apply_to(resources.stores)
    except SourcesError:  # which the registry has logged
        return []
    due = [sources[name] for name in resources.stores.sources.claim_due() if name in sources]
    return [resources.loop.start(_guarded(resources, source, found)) for source in due]


async def _guarded(resources: Resources, source: Source, found: Callable[[], object]) -> int:
    try:
        async with _claimed(resources, source):
            fresh = await poll(resources, source)
        if fresh:
            await anyio.to_thread.run_sync(found)
    except Exception:
        log.exception(
            "%s: the poll failed; it is due again in a minute",
            source.id,
            extra=LogFields(event="poll_failed", source=source.id, url=source.address),
        )
        return 0
    return fresh


@asynccontextmanager
async def _claimed(resources: Resources, source: Source) -> AsyncIterator[None]:
    """While this lasts, nobody else polls the source, however slow its hosts are."""

    async def renew() -> None:
        while True:
            await anyio.sleep(CLAIMED / 4)
            try:
                await anyio.to_thread.run_sync(resources.stores.sources.renew_claim, source.id)
            except STORE_AWAY as error:
                log.warning(
                    "%s: the claim on its poll could not be renewed: %s",
                    source.id,
                    error,
                    extra=LogFields(event="claim_not_renewed", source=source.id, reason=str(error)),
                )

    async with anyio.create_task_group() as group:
        group.start_soon(renew)
        yield
        group.cancel_scope.cancel()


async def poll(resources: Resources, source: Source) -> int:
    """Poll one source; returns how many links were new or changed."""
    attempt = await _begin(resources, source)
    response = await ask(resources, attempt, conditional=True)
    outcome = await _end(resources, attempt, response)
    return outcome.fresh if isinstance(outcome, PollOutcome) else 0


async def refresh(resources: Resources, source: Source) -> PollOutcome | Retry:
    """Poll one source now because a person asks, who waits for its host's slot.

    The result is a ``Retry`` when it could not be asked, because its host was not free or because
    it is being polled by a worker.
    """
    if not await anyio.to_thread.run_sync(resources.stores.sources.claim, source.id):
        return Retry(error="it is being polled just now", counts=False)
    async with _claimed(resources, source):
        attempt = await _begin(resources, source)
        response = await ask_patiently(resources, attempt, conditional=True)
        return await _end(resources, attempt, response)


async def _begin(resources: Resources, source: Source) -> Attempt:
    started = resources.clock()
    before = await anyio.to_thread.run_sync(known_state, resources, source)
    return Attempt(source, before, started)


async def _end(
    resources: Resources, attempt: Attempt, response: Response | Rejected | Retry
) -> PollOutcome | Retry:
    """Take in what a source answered, and remember it. A ``Retry`` when nothing was asked."""
    source = attempt.source
    # Its host's slot did not come: nothing was asked.
    if isinstance(response, Retry) and not response.counts:
        until = resources.clock() + max(response.after or 0.0, 1.0)
        await anyio.to_thread.run_sync(resources.stores.sources.postpone, source.id, until)
        return response
    outcome = await take(resources, attempt, response)
    await anyio.to_thread.run_sync(_remember, resources, attempt, outcome)
    await anyio.to_thread.run_sync(
        lambda: after_poll(
            resources,
            source,
            response,
            started=attempt.started,
            fresh=outcome.fresh,
            read=outcome.read,
            declared=outcome.websub,
        )
    )
    return outcome


def known_state(resources: Resources, source: Source) -> SourceState:
    """What is known of a source at its address.

    With another one's validators a server could answer that nothing is new.
    """
    state = resources.stores.sources.state(source.id)
    if state.address == source.address:
        return state
    return SourceState(address=source.address, pushed=state.pushed)


def poll_policy_of(settings: Settings, source: Source) -> PollPolicy:
    """The bounds and the objective of a source."""
    asked = source.objective is not None
    return PollPolicy(
        settings.poll_min, settings.poll_max, source.objective or settings.objective, asked=asked
    )


async def ask(
    resources: Resources, attempt: Attempt, *, conditional: bool
) -> Response | Rejected | Retry:
    """Fetch a source from where it is now.

    A defect of ours is a failure of this source, like any other.
    """
    source, state = attempt.source, attempt.before
    try:
        return await fetch(
            resources,
            source,
            state.polled_at or source.address,
            validators=conditions_of(state, attempt.started) if conditional else {},
            patience=resources.registry.poll_patience(source.id),
        )
    except STORE_AWAY:
        raise
    except Exception as error:
        log.exception(
            "%s: the fetch failed",
            source.id,
            extra=LogFields(event="fetch_failed", source=source.id, url=source.address),
        )
        return Retry(error=unexpected(error))


async def ask_patiently(
    resources: Resources, attempt: Attempt, *, conditional: bool
) -> Response | Rejected | Retry:
    """As ``ask``, but a person waits: the host's slot may come within a minute."""
    with anyio.move_on_after(MOST_PATIENCE):
        while True:
            response = await ask(resources, attempt, conditional=conditional)
            if not isinstance(response, Retry) or response.counts:
                return response
            seconds = response.after or 0.0
            if seconds > MOST_PATIENCE:
                return response
            await anyio.sleep(max(seconds, 1.0))
    error = f"its host did not get free within {MOST_PATIENCE:g} s"
    return Retry(error=error, counts=False)


def _remember(resources: Resources, attempt: Attempt, outcome: PollOutcome) -> None:
    """Keep the state and set the next poll, and tell what somebody should know, in one step."""
    source, before, now = attempt.source, attempt.before, resources.clock()
    planned = _next_poll(resources.settings, attempt, outcome, now)
    state = outcome.state.model_copy(
        update={"interval": planned.at - attempt.started, "paced_by": planned.paced_by}
    )
    verdict = assess_health(state, now, poll_policy_of(resources.settings, source))
    level, kind = notification_for(before.notified, verdict, state, now)
    news: list[tuple[EventKind, str]] = [(kind, verdict.sentence)] if kind else []
    if state.kept and state.kept != before.kept:
        news.append(("moved", f"moved for good to {state.kept}, and polled there from now on"))
    for what, sentence in news:
        log.warning(
            "%s: %s: %s",
            source.id,
            what,
            sentence,
            extra=LogFields(event=what, source=source.id, url=source.address, reason=sentence),
        )
    events = [
        Event(at=now, kind=what, source=source.id, sentence=sentence) for what, sentence in news
    ]
    state = state.model_copy(update={"notified": level})
    resources.tally.add(Counted.POLLS, _result(outcome))
    with resources.tally.sending() as counts:
        resources.stores.sources.record(
            source.id,
            state,
            next_poll=planned.at,
            events=events,
            gaps=gaps_ended(before, state, attempt.started),
            counts=counts,
        )


def _result(outcome: PollOutcome) -> str:
    """What a poll counts as."""
    if outcome.state.failures:
        return "failed"
    return "new" if outcome.fresh else "unchanged"


def _next_poll(settings: Settings, attempt: Attempt, outcome: PollOutcome, now: float) -> NextPoll:
    """By the publication rate or a fixed interval, later after failures, never within a pause."""
    source, started, state = attempt.source, attempt.started, outcome.state
    if state.gone:
        return NextPoll(started + _GONE_FOR, "410")
    fixed = source.interval or settings.poll_interval
    if fixed:
        planned = NextPoll(started + fixed, "interval")
    else:
        policy = poll_policy_of(settings, source)
        planned = next_poll(state.rate, source.id, started, policy, state.hints)
    if state.failures:
        wait = planned.at - started
        if not fixed:  # what is asked rarely is asked again sooner when that failed
            wait = min(wait, FIRST)
        doubled = wait * 2 ** min(state.failures, _MOST_DOUBLINGS)
        planned = NextPoll(started + min(doubled, max(wait, _DAY)), "failures")
    if now + outcome.pause > planned.at:
        return NextPoll(now + outcome.pause, "Retry-After")
    return planned
