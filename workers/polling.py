"""Polling feeds and sitemaps: fetch what is due, take new links into the frontier, remember what the source said."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import anyio

from config.settings import Settings
from config.sources import Source
from pipeline.crawl.response import judge_status
from pipeline.discover.health import EventKind, assess, told
from pipeline.discover.hints import fresh_seconds
from pipeline.discover.rhythm import FIRST, Pace, Plan, next_poll
from pipeline.discover.state import Failure, FeedState, failed, failure_of, informed, succeeded, validators_in
from pipeline.outcome import Rejected, Retry
from pipeline.records import Link
from pipeline.urls import host_of, url_id
from storage.redis.events import Event
from workers.exploring import fetch_sitemap
from workers.fetching import ACCEPT_FEED, ACCEPT_PAGE, Asking, Response
from workers.intake import Intake, take_in
from workers.reading import Said, Unreadable, body_hash, read
from workers.resources import Resources
from workers.subscribing import after_poll

log = logging.getLogger("newsloom.polling")

NOT_MODIFIED = 304

_MOST_DOUBLINGS = 6
_DAY = 86_400.0
_GONE_FOR = 365 * _DAY
_SHORTEST_PAUSE, _LONGEST_PAUSE = 60.0, 3_600.0


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll brought: the source's state, the links that were new or changed, and a pause in seconds.

    ``read`` is False when nothing could be read.
    """

    state: FeedState
    fresh: int = 0
    pause: float = 0.0
    read: bool = True


@dataclass(frozen=True, slots=True)
class Attempt:
    """A poll: of what, from which state, begun when (seconds since the epoch); links are taken in if it ``accepts``."""

    source: Source
    before: FeedState
    started: float
    accepts: bool = True


def poll_due(resources: Resources, *, found: Callable[[], object]) -> list[Future[int]]:
    """Begin to poll every source that is due, and return without waiting: a slow site must not hold up the ticks.

    ``found`` is called as soon as one of them has brought something new. Each future holds how many links were new or
    changed. A poll that dies with its process is due again when its claim is over.
    """
    sources = resources.apply_sources()
    due = [sources[name] for name in resources.stores.feeds.claim_due() if name in sources]
    return [resources.start(_guarded(resources, source, found)) for source in due]


async def _guarded(resources: Resources, source: Source, found: Callable[[], object]) -> int:
    try:
        if fresh := await poll(resources, source):
            await anyio.to_thread.run_sync(found)
    except Exception:
        log.exception("%s: the poll failed; it is due again in a minute", source.id)
        return 0
    return fresh


async def poll(resources: Resources, source: Source) -> int:
    """Poll one source; returns how many links were new or changed."""
    started = resources.clock()
    before = await anyio.to_thread.run_sync(known_state, resources, source)
    attempt = Attempt(source, before, started)
    answer = await ask(resources, attempt, conditional=True)
    if isinstance(answer, Retry) and not answer.counts:  # its host's turn did not come: nothing was asked
        until = resources.clock() + max(answer.after or 0.0, 1.0)
        await anyio.to_thread.run_sync(resources.stores.feeds.postpone, source.id, until)
        return 0
    polled = await take(resources, attempt, answer)
    await anyio.to_thread.run_sync(_remember, resources, attempt, polled)
    await anyio.to_thread.run_sync(
        lambda: after_poll(resources, source, answer, started=started, fresh=polled.fresh, read=polled.read)
    )
    return polled.fresh


def known_state(resources: Resources, source: Source) -> FeedState:
    """What is known of a source at its address: another's validators could have us told that nothing is new."""
    state = resources.stores.feeds.state(source.id)
    return state if state.address == source.address else FeedState(address=source.address, pushed=state.pushed)


def pace_of(settings: Settings, source: Source) -> Pace:
    """The bounds and the objective of a source."""
    asked = source.objective is not None
    return Pace(settings.poll_min, settings.poll_max, source.objective or settings.objective, asked=asked)


async def ask(resources: Resources, attempt: Attempt, *, conditional: bool) -> Response | Rejected | Retry:
    """Fetch a source from where it is now."""
    source, state = attempt.source, attempt.before
    address, validators = state.polled_at or source.address, state.conditions if conditional else {}
    if source.sitemap:
        return await fetch_sitemap(resources, address, source.id, validators=validators)
    accept = ACCEPT_FEED if source.feed else ACCEPT_PAGE
    return await resources.fetch(address, source.id, Asking(accept=accept, validators=validators))


async def take(resources: Resources, attempt: Attempt, answer: Response | Rejected | Retry) -> Polled:
    """What an answer makes of a source's state. Its links go into the frontier, if the attempt accepts them."""
    now = datetime.fromtimestamp(resources.clock(), UTC)
    if not isinstance(answer, Response):
        return _refused(attempt, answer, status=None)
    fresh = fresh_seconds(answer.headers, now)
    state = attempt.before.model_copy(update={"hints": attempt.before.hints.model_copy(update={"fresh": fresh})})
    attempt = replace(attempt, before=state)
    if answer.status == NOT_MODIFIED:
        return Polled(_calm(state, attempt, answer))
    if verdict := judge_status(answer.status, answer.headers.get("retry-after"), now):
        polled = _refused(attempt, verdict, status=answer.status)
        if isinstance(verdict, Retry) and verdict.host_wide:
            await anyio.to_thread.run_sync(_slow_down, resources, attempt, host_of(answer.final_url), polled.pause)
        return polled
    if state.body == body_hash(answer.content):
        return Polled(_calm(state, attempt, answer).model_copy(update=validators_in(answer.headers)))
    return await _taken_from(resources, attempt, answer, now)


async def _taken_from(resources: Resources, attempt: Attempt, answer: Response, now: datetime) -> Polled:
    """What a document makes of the state."""
    source, before, started = attempt.source, attempt.before, attempt.started
    try:
        said = await read(resources, source, before, answer, now)
    except Unreadable as error:
        log.warning("%s: %s", source.id, error)
        return Polled(failed(before, started, error.failure, str(error), status=answer.status), read=False)
    taken, waiting = Intake(), False
    if attempt.accepts:
        taken, waiting = await anyio.to_thread.run_sync(_accept, resources, source, said)
    if said.failure:
        log.warning("%s: %s", source.id, said.failure)
        state = failed(before, started, Failure.HTTP_ERROR, said.failure, status=answer.status)
        return Polled(state, taken.fresh, said.pause or 0.0, read=False)
    state = _calm(informed(before, now, [*said.links, *said.undated], taken.accepted), attempt, answer)
    hints = said.hints.model_copy(update={"fresh": before.hints.fresh})
    news: dict[str, object] = {"last_new": started} if taken.fresh else {}
    if waiting:
        news |= dict.fromkeys(("etag", "last_modified", "body"))
    return Polled(state.model_copy(update={**said.state, **news, "hints": hints}), taken.fresh, said.pause or 0.0)


def _refused(attempt: Attempt, verdict: Rejected | Retry, *, status: int | None) -> Polled:
    """A poll without anything to read."""
    words = verdict.detail if isinstance(verdict, Rejected) else verdict.error
    log.warning("%s: %s", attempt.source.id, words)
    state = failed(attempt.before, attempt.started, failure_of(verdict, status), words, status=status)
    return Polled(state, pause=(verdict.after or 0.0) if isinstance(verdict, Retry) else 0.0, read=False)


def _slow_down(resources: Resources, attempt: Attempt, host: str, pause: float) -> None:
    """429 and 503 are said of the whole host; without a time, it rests longer each time."""
    doubled = _SHORTEST_PAUSE * 2 ** min(attempt.before.failures, _MOST_DOUBLINGS)
    resources.stores.politeness.pause(host, pause or min(doubled, _LONGEST_PAUSE))


def _calm(state: FeedState, attempt: Attempt, answer: Response) -> FeedState:
    moved_to = answer.final_url if answer.moved_permanently else None
    return succeeded(state, attempt.started, status=answer.status, moved_to=moved_to)


def _remember(resources: Resources, attempt: Attempt, polled: Polled) -> None:
    """Keep the state and set the next poll, and tell what somebody should know, in one step."""
    source, before, now = attempt.source, attempt.before, resources.clock()
    plan = _planned(resources.settings, attempt, polled, now)
    state = polled.state.model_copy(update={"interval": plan.at - attempt.started, "paced_by": plan.paced_by})
    verdict = assess(state, now, pace_of(resources.settings, source))
    level, kind = told(before.told, verdict, state, now)
    news: list[tuple[EventKind, str]] = [(kind, verdict.sentence)] if kind else []
    if state.kept and state.kept != before.kept:
        news.append(("moved", f"moved for good to {state.kept}, and polled there from now on"))
    for what, sentence in news:
        log.warning("%s: %s: %s", source.id, what, sentence)
    events = [Event(at=now, kind=what, source=source.id, sentence=sentence) for what, sentence in news]
    state = state.model_copy(update={"told": level})
    resources.stores.feeds.record(source.id, state, next_poll=plan.at, events=events)


def _planned(settings: Settings, attempt: Attempt, polled: Polled, now: float) -> Plan:
    """The next poll: by the rhythm or a fixed interval, later after failures, never within a pause."""
    source, started, state = attempt.source, attempt.started, polled.state
    fixed = source.interval or settings.poll_interval
    if state.gone:
        return Plan(started + _GONE_FOR, "410")
    plan = Plan(started + fixed, "interval") if fixed else None
    plan = plan or next_poll(state.rhythm, source.id, started, pace_of(settings, source), state.hints)
    if state.failures:
        wait = plan.at - started
        wait = wait if fixed else min(wait, FIRST)  # what is asked rarely is asked again sooner when that failed
        longer = min(wait * 2 ** min(state.failures, _MOST_DOUBLINGS), max(wait, _DAY))
        plan = Plan(started + longer, "failures")
    return Plan(now + polled.pause, "Retry-After") if now + polled.pause > plan.at else plan


def _accept(resources: Resources, source: Source, said: Said) -> tuple[Intake, bool]:
    """Take in what was said; and whether entries of the same document wait, so that it must be read again."""
    for note in said.notes:
        log.warning("%s: %s", source.id, note)
    undated, waiting = _new_among(resources, source, said.undated) if source.sitemap else ([], False)
    taken = take_in(resources, source.id, [*said.links, *undated], said.refused, how="polled")
    if undated:
        resources.stores.feeds.remember_undated(source.id, [url_id(link.url) for link in undated])
    return taken, waiting


def _new_among(resources: Resources, source: Source, undated: Sequence[Link]) -> tuple[list[Link], bool]:
    """Of the entries without a date, those that were not there before, and whether others of these have to wait.

    At a first look nobody can tell which are new.
    """
    by_id = {url_id(link.url): link for link in undated}
    feeds, most = resources.stores.feeds, resources.settings.max_entries
    fresh = feeds.new_undated(source.id, by_id)
    if fresh is None:
        feeds.remember_undated(source.id, by_id)
        if by_id:
            log.warning("%s: %d entries without a date are remembered, not fetched", source.id, len(by_id))
        return [], False
    if len(fresh) > most:
        log.warning("%s: %d entries without a date wait for the next look", source.id, len(fresh) - most)
    return [by_id[each] for each in fresh[:most]], len(fresh) > most
