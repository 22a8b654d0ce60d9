"""Polling feeds and sitemaps.

Fetch what is due, take new links into the frontier, remember what the source said.
"""

import logging
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import anyio
import redis

from config.settings import Settings
from config.sources import Source
from pipeline.discover.hints import fresh_seconds
from pipeline.outcome import Rejected, Retry
from pipeline.sources.health import EventKind, assess_health, notification_for
from pipeline.sources.poll_policy import FIRST, NextPoll, PollPolicy, next_poll
from pipeline.sources.state import Failure, SourceState, failure_of, validators_in
from pipeline.sources.transitions import failed, informed, succeeded
from storage.redis.connection import StoreUnavailable
from storage.redis.events import Event
from storage.redis.sources import CLAIMED
from workers.fetch.client import ACCEPT_FEED, ACCEPT_PAGE, FetchOptions, Response
from workers.fetch.errors import unexpected
from workers.resources import Resources
from workers.sources.documents import PollResult, Unreadable, read
from workers.sources.enqueue import Enqueued, enqueue, would_enqueue
from workers.sources.seen import remember, unseen_among
from workers.sources.sitemap_crawl import body_hash, fetch_sitemap
from workers.sources.subscriber import after_poll

log = logging.getLogger("newsloom.polling")

NOT_MODIFIED = 304

_MOST_DOUBLINGS = 6
_DAY = 86_400.0
_GONE_FOR = 365 * _DAY
_STORE_AWAY = (redis.RedisError, StoreUnavailable)  # no fault of a source


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll brought: the source's state, the links that were new or changed, and a pause in seconds.

    ``read`` is False when nothing could be read.
    """

    state: SourceState
    fresh: int = 0
    pause: float = 0.0
    read: bool = True


@dataclass(frozen=True, slots=True)
class Attempt:
    """A poll: of what, from which state, begun when (seconds since the epoch).

    Links are taken in if it ``accepts``.
    """

    source: Source
    before: SourceState
    started: float
    accepts: bool = True


def poll_due(resources: Resources, *, found: Callable[[], object]) -> list[Future[int]]:
    """Begin to poll every source that is due, and return without waiting.

    A slow site must not hold up the ticks.

    ``found`` is called as soon as one of them has brought something new. Each future holds how many
    links were new or changed. A poll that dies with its process is due again when its claim is
    over, within a minute.
    """
    sources = resources.apply_sources()
    due = [sources[name] for name in resources.stores.feeds.claim_due() if name in sources]
    return [resources.start(_guarded(resources, source, found)) for source in due]


async def _guarded(resources: Resources, source: Source, found: Callable[[], object]) -> int:
    try:
        async with _claimed(resources, source):
            fresh = await poll(resources, source)
        if fresh:
            await anyio.to_thread.run_sync(found)
    except Exception:
        log.exception("%s: the poll failed; it is due again in a minute", source.id)
        return 0
    return fresh


@asynccontextmanager
async def _claimed(resources: Resources, source: Source) -> AsyncIterator[None]:
    """While this lasts, nobody else polls the source, however slow its hosts are."""

    async def renew() -> None:
        while True:
            await anyio.sleep(CLAIMED / 4)
            try:
                await anyio.to_thread.run_sync(resources.stores.feeds.renew_claim, source.id)
            except _STORE_AWAY as error:
                log.warning("%s: the claim on its poll could not be renewed: %s", source.id, error)

    async with anyio.create_task_group() as group:
        group.start_soon(renew)
        yield
        group.cancel_scope.cancel()


async def poll(resources: Resources, source: Source) -> int:
    """Poll one source; returns how many links were new or changed."""
    started = resources.clock()
    before = await anyio.to_thread.run_sync(known_state, resources, source)
    attempt = Attempt(source, before, started)
    answer = await ask(resources, attempt, conditional=True)
    # Its host's turn did not come: nothing was asked.
    if isinstance(answer, Retry) and not answer.counts:
        until = resources.clock() + max(answer.after or 0.0, 1.0)
        await anyio.to_thread.run_sync(resources.stores.feeds.postpone, source.id, until)
        return 0
    polled = await take(resources, attempt, answer)
    await anyio.to_thread.run_sync(_remember, resources, attempt, polled)
    await anyio.to_thread.run_sync(
        lambda: after_poll(
            resources, source, answer, started=started, fresh=polled.fresh, read=polled.read
        )
    )
    return polled.fresh


def known_state(resources: Resources, source: Source) -> SourceState:
    """What is known of a source at its address.

    Another's validators could have us told that nothing is new.
    """
    state = resources.stores.feeds.state(source.id)
    return (
        state
        if state.address == source.address
        else SourceState(address=source.address, pushed=state.pushed)
    )


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
    address, validators = state.polled_at or source.address, state.conditions if conditional else {}
    patience = resources.poll_patience(source.id)
    try:
        if source.sitemap:
            return await fetch_sitemap(
                resources, address, source.id, validators=validators, patience=patience
            )
        asking = FetchOptions(
            accept=ACCEPT_FEED if source.feed else ACCEPT_PAGE,
            validators=validators,
            patience=patience,
        )
        return await resources.fetch(address, source.id, asking)
    except _STORE_AWAY:
        raise
    except Exception as error:
        log.exception("%s: the fetch failed", source.id)
        return Retry(error=unexpected(error))


async def take(
    resources: Resources, attempt: Attempt, answer: Response | Rejected | Retry
) -> Polled:
    """What an answer makes of a source's state.

    Its links go into the frontier, if the attempt accepts them.

    A document on which our reading breaks is a failure of its source: it is told, and asked for
    ever more rarely.
    """
    try:
        return await _judged(resources, attempt, answer)
    except _STORE_AWAY:
        raise
    except Exception as error:
        log.exception("%s: the answer could not be read", attempt.source.id)
        status = answer.status if isinstance(answer, Response) else None
        state = failed(
            attempt.before, attempt.started, Failure.PARSE, unexpected(error), status=status
        )
        return Polled(state, read=False)


async def _judged(
    resources: Resources, attempt: Attempt, answer: Response | Rejected | Retry
) -> Polled:
    now = datetime.fromtimestamp(resources.clock(), UTC)
    if not isinstance(answer, Response):
        return _refused(attempt, answer, status=None)
    fresh = fresh_seconds(answer.headers, now)
    state = attempt.before.model_copy(
        update={"hints": attempt.before.hints.model_copy(update={"fresh": fresh})}
    )
    attempt = replace(attempt, before=state)
    if answer.status == NOT_MODIFIED:
        return Polled(_calm(state, attempt, answer))
    if verdict := await resources.judge(answer, now):
        return _refused(attempt, verdict, status=answer.status)
    if state.body == body_hash(answer.content):
        return Polled(
            _calm(state, attempt, answer).model_copy(update=validators_in(answer.headers))
        )
    return await _taken_from(resources, attempt, answer, now)


async def _taken_from(
    resources: Resources, attempt: Attempt, answer: Response, now: datetime
) -> Polled:
    """What a document makes of the state."""
    source, before, started = attempt.source, attempt.before, attempt.started
    try:
        said = await read(resources, source, before, answer, now)
    except Unreadable as error:
        log.warning("%s: %s", source.id, error)
        return Polled(
            failed(before, started, error.failure, str(error), status=answer.status), read=False
        )
    taken, waiting = Enqueued(), frozenset[str]()
    if attempt.accepts:
        taken, waiting = await anyio.to_thread.run_sync(_accept, resources, source, said)
    else:
        taken = await anyio.to_thread.run_sync(_would_accept, resources, attempt, said)
    if said.failure:
        log.warning("%s: %s", source.id, said.failure)
        state = failed(
            before, started, said.kind, said.failure, status=said.status or answer.status
        )
        return Polled(state, taken.fresh, said.pause or 0.0, read=False)
    state = _calm(
        informed(before, now, [*said.links, *said.undated], taken.accepted), attempt, answer
    )
    hints = said.hints.model_copy(update={"fresh": before.hints.fresh})
    news: dict[str, object] = {"last_new": started} if taken.fresh else {}
    state = state.model_copy(update={**said.state, **news, "hints": hints})
    if waiting:
        state = _to_be_read_again(state, {said.documents[document] for document in waiting})
    return Polled(state, taken.fresh, said.pause or 0.0)


def _to_be_read_again(state: SourceState, sitemaps: Collection[str]) -> SourceState:
    """With nothing that would keep the next look from these sitemaps, or from the index that names them."""
    children = {url: child for url, child in state.children.items() if url not in sitemaps}
    return state.model_copy(
        update={**dict.fromkeys(("etag", "last_modified", "body")), "children": children}
    )


def _refused(attempt: Attempt, verdict: Rejected | Retry, *, status: int | None) -> Polled:
    """A poll without anything to read."""
    words = verdict.detail if isinstance(verdict, Rejected) else verdict.error
    log.warning("%s: %s", attempt.source.id, words)
    state = failed(
        attempt.before, attempt.started, failure_of(verdict, status), words, status=status
    )
    return Polled(
        state, pause=(verdict.after or 0.0) if isinstance(verdict, Retry) else 0.0, read=False
    )


def _calm(state: SourceState, attempt: Attempt, answer: Response) -> SourceState:
    moved_to = answer.final_url if answer.moved_permanently else None
    return succeeded(state, attempt.started, status=answer.status, moved_to=moved_to)


def _remember(resources: Resources, attempt: Attempt, polled: Polled) -> None:
    """Keep the state and set the next poll, and tell what somebody should know, in one step."""
    source, before, now = attempt.source, attempt.before, resources.clock()
    plan = _planned(resources.settings, attempt, polled, now)
    state = polled.state.model_copy(
        update={"interval": plan.at - attempt.started, "paced_by": plan.paced_by}
    )
    verdict = assess_health(state, now, poll_policy_of(resources.settings, source))
    level, kind = notification_for(before.notified, verdict, state, now)
    news: list[tuple[EventKind, str]] = [(kind, verdict.sentence)] if kind else []
    if state.kept and state.kept != before.kept:
        news.append(("moved", f"moved for good to {state.kept}, and polled there from now on"))
    for what, sentence in news:
        log.warning("%s: %s: %s", source.id, what, sentence)
    events = [
        Event(at=now, kind=what, source=source.id, sentence=sentence) for what, sentence in news
    ]
    state = state.model_copy(update={"notified": level})
    resources.stores.feeds.record(source.id, state, next_poll=plan.at, events=events)


def _planned(settings: Settings, attempt: Attempt, polled: Polled, now: float) -> NextPoll:
    """The next poll: by the rhythm or a fixed interval, later after failures, never within a pause."""
    source, started, state = attempt.source, attempt.started, polled.state
    fixed = source.interval or settings.poll_interval
    if state.gone:
        return NextPoll(started + _GONE_FOR, "410")
    plan = NextPoll(started + fixed, "interval") if fixed else None
    plan = plan or next_poll(
        state.rate, source.id, started, poll_policy_of(settings, source), state.hints
    )
    if state.failures:
        wait = plan.at - started
        # What is asked rarely is asked again sooner when that failed.
        wait = wait if fixed else min(wait, FIRST)
        longer = min(wait * 2 ** min(state.failures, _MOST_DOUBLINGS), max(wait, _DAY))
        plan = NextPoll(started + longer, "failures")
    return NextPoll(now + polled.pause, "Retry-After") if now + polled.pause > plan.at else plan


def _would_accept(resources: Resources, attempt: Attempt, said: PollResult) -> Enqueued:
    """What ``_accept`` would bring. Of a first look nobody can say what without a date is new."""
    undated = said.undated if attempt.before.last_success else ()
    novelty = unseen_among(resources, attempt.source.id, undated, list(said.documents))
    return would_enqueue(resources, [*said.links, *novelty.links])


def _accept(
    resources: Resources, source: Source, said: PollResult
) -> tuple[Enqueued, frozenset[str]]:
    """Take in what was said; and of which documents entries wait, so that these must be read again."""
    for note in said.notes:
        log.warning("%s: %s", source.id, note)
    novelty = unseen_among(resources, source.id, said.undated, list(said.documents))
    taken = enqueue(resources, source.id, [*said.links, *novelty.links], said.refused, how="polled")
    remember(resources, source.id, novelty)
    return taken, novelty.waiting
