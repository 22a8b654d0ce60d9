"""Polling feeds: fetch what is due, take new links into the frontier, remember what the feed said."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime

import anyio

from config.sources import Source
from pipeline.crawl.response import judge_status
from pipeline.discover.feeds import NotAFeed, parse_feed
from pipeline.outcome import Reason, Rejected, Retry
from storage.redis.feeds import FeedState
from storage.redis.frontier import Acceptance
from workers.fetching import ACCEPT_FEED, Response
from workers.resources import Resources

log = logging.getLogger("newsloom.polling")

_NOT_MODIFIED = 304
_MAX_BACKOFF = 64


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
    """Poll one feed; returns how many links were new or changed."""
    feeds = resources.stores.feeds
    started = time.time()
    before = await anyio.to_thread.run_sync(feeds.state, source.id)
    validators = {"if-none-match": before.etag, "if-modified-since": before.last_modified}
    answer = await resources.fetch(
        source.feed,
        source.id,
        accept=ACCEPT_FEED,
        validators={name: value for name, value in validators.items() if value},
    )
    state, fresh, pause = await anyio.to_thread.run_sync(_take, resources, source, before, answer, started)
    interval = source.interval or resources.settings.poll_interval
    next_poll = started + max(interval * min(2**state.failures, _MAX_BACKOFF), pause or 0.0)
    if state.gone:
        next_poll = started + 365 * 86_400
    await anyio.to_thread.run_sync(lambda: feeds.record(source.id, state, next_poll=next_poll))
    return fresh


def _take(
    resources: Resources, source: Source, before: FeedState, answer: Response | Rejected | Retry, started: float
) -> tuple[FeedState, int, float | None]:
    """The feed's new state, how many links were fresh, and the pause the server asked for."""
    polled = before.model_copy(update={"last_poll": started})
    now = datetime.fromtimestamp(started, UTC)
    verdict = answer
    if isinstance(answer, Response):
        if answer.status == _NOT_MODIFIED:
            calm = {"last_success": started, "failures": 0, "error": None, "gone": False}
            return polled.model_copy(update=calm), 0, None
        verdict = judge_status(answer.status, answer.headers.get("retry-after"), now) or answer
    if isinstance(verdict, Retry):
        return _failed(source, polled, verdict.error), 0, verdict.after
    if isinstance(verdict, Rejected):
        gone = verdict.reason is Reason.GONE
        return _failed(source, polled, verdict.detail).model_copy(update={"gone": gone}), 0, None
    try:
        fresh = _accept(resources, source, verdict, now)
    except NotAFeed as error:
        return _failed(source, polled, str(error)), 0, None
    state = polled.model_copy(
        update={
            "etag": verdict.headers.get("etag"),
            "last_modified": verdict.headers.get("last-modified"),
            "last_success": started,
            "last_new": started if fresh else before.last_new,
            "failures": 0,
            "error": None,
            "gone": False,
        }
    )
    return state, fresh, None


def _accept(resources: Resources, source: Source, answer: Response, now: datetime) -> int:
    feed = parse_feed(
        answer.content,
        url=answer.final_url,
        source=source.id,
        now=now,
        max_entries=resources.settings.max_entries,
    )
    ledger, keep = resources.stores.ledger, resources.settings.ledger_seconds
    for refused in feed.refused:
        if ledger.refuse(refused.url or "", source=source.id, why=refused.detail, seconds=keep):
            log.warning("%s: entry %s: %s", source.id, refused.url, refused.detail)
    if feed.cut:
        log.warning("%s: %d entries beyond the first %d were left out", source.id, feed.cut, len(feed.links))
    counts = Counter(resources.stores.frontier.accept(feed.links))
    fresh = counts[Acceptance.ACCEPTED] + counts[Acceptance.REOPENED]
    if fresh:
        log.info("%s: %d new, %d changed", source.id, counts[Acceptance.ACCEPTED], counts[Acceptance.REOPENED])
    return fresh


def _failed(source: Source, state: FeedState, error: str) -> FeedState:
    log.warning("%s: %s", source.id, error)
    return state.model_copy(update={"failures": state.failures + 1, "error": error})
