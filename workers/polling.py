"""Polling feeds and sitemaps: fetch what is due, take new links into the frontier, remember what the source said."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio

from config.sources import Source
from pipeline.crawl.response import judge_status
from pipeline.discover.announced import RefusedEntry
from pipeline.discover.feeds import NotAFeed, parse_feed
from pipeline.discover.sitemaps import NotASitemap
from pipeline.outcome import Reason, Rejected, Retry
from pipeline.records import Link
from pipeline.urls import url_id
from storage.redis.feeds import FeedState
from storage.redis.frontier import Acceptance
from workers.exploring import ACCEPT_SITEMAP, look
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
    """Poll one source; returns how many links were new or changed."""
    feeds = resources.stores.feeds
    started = time.time()
    before = await anyio.to_thread.run_sync(feeds.state, source.id)
    if before.address != source.address:  # another's validators could have us told that nothing is new
        before = FeedState(address=source.address)
    validators = {"if-none-match": before.etag, "if-modified-since": before.last_modified}
    answer = await resources.fetch(
        source.address,
        source.id,
        accept=ACCEPT_FEED if source.feed else ACCEPT_SITEMAP,
        validators={name: value for name, value in validators.items() if value},
    )
    state, fresh, pause = await _take(resources, source, before, answer, started)
    interval = source.interval or resources.settings.poll_interval
    next_poll = started + max(interval * min(2**state.failures, _MAX_BACKOFF), pause or 0.0)
    if state.gone:
        next_poll = started + 365 * 86_400
    await anyio.to_thread.run_sync(lambda: feeds.record(source.id, state, next_poll=next_poll))
    return fresh


async def _take(
    resources: Resources, source: Source, before: FeedState, answer: Response | Rejected | Retry, started: float
) -> tuple[FeedState, int, float | None]:
    """The source's new state, how many links were fresh, and the pause the server asked for."""
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
        said = await _read(resources, source, before, verdict, now)
    except (NotAFeed, NotASitemap) as error:
        return _failed(source, polled, str(error)), 0, None
    fresh = await anyio.to_thread.run_sync(_accept, resources, source, said)
    if said.failure:
        return _failed(source, polled, said.failure), fresh, said.pause
    calm = {"last_success": started, "failures": 0, "error": None, "gone": False}
    news = {"last_new": started} if fresh else {}
    return polled.model_copy(update={**said.state, **calm, **news}), fresh, said.pause


@dataclass(frozen=True, slots=True)
class _Said:
    """What a source said: its links, those without a date apart, and what to remember of it."""

    links: Sequence[Link]
    refused: Sequence[RefusedEntry]
    state: Mapping[str, object]
    undated: Sequence[Link] = ()
    notes: Sequence[str] = ()
    failure: str | None = None
    pause: float | None = None


async def _read(resources: Resources, source: Source, before: FeedState, answer: Response, now: datetime) -> _Said:
    """Raises ``NotAFeed``, ``NotASitemap``."""
    most = resources.settings.max_entries
    validators = {"etag": answer.headers.get("etag"), "last_modified": answer.headers.get("last-modified")}
    if source.feed:
        feed = await anyio.to_thread.run_sync(
            lambda: parse_feed(answer.content, url=answer.final_url, source=source.id, now=now, max_entries=most)
        )
        notes = [f"{feed.cut} entries beyond the first {most} were left out"] if feed.cut else []
        return _Said(links=feed.links, refused=feed.refused, state=validators, notes=notes)
    found = await look(resources, source, answer, before, now)
    if len(found.links) > most:
        found.notes.append(f"{len(found.links) - most} entries beyond the newest {most} were left out")
    return _Said(
        links=found.links[:most],
        refused=found.refused,
        undated=found.undated,
        state={**(validators if found.whole else dict.fromkeys(validators)), "children": found.children},
        notes=found.notes,
        failure=found.failure,
        pause=found.pause,
    )


def _accept(resources: Resources, source: Source, said: _Said) -> int:
    ledger, keep = resources.stores.ledger, resources.settings.ledger_seconds
    for refused in said.refused:
        if ledger.refuse(refused.url or "", source=source.id, why=refused.detail, seconds=keep):
            log.warning("%s: entry %s: %s", source.id, refused.url, refused.detail)
    for note in said.notes:
        log.warning("%s: %s", source.id, note)
    undated = _new_among(resources, source, said.undated) if source.sitemap else []
    counts = Counter(resources.stores.frontier.accept([*said.links, *undated]))
    if undated:
        resources.stores.feeds.remember_undated(source.id, [url_id(link.url) for link in undated])
    fresh = counts[Acceptance.ACCEPTED] + counts[Acceptance.REOPENED]
    if fresh:
        log.info("%s: %d new, %d changed", source.id, counts[Acceptance.ACCEPTED], counts[Acceptance.REOPENED])
    return fresh


def _new_among(resources: Resources, source: Source, undated: Sequence[Link]) -> list[Link]:
    """Of the entries without a date, those that were not there before; at a first look nobody can tell."""
    by_id = {url_id(link.url): link for link in undated}
    feeds, most = resources.stores.feeds, resources.settings.max_entries
    fresh = feeds.new_undated(source.id, by_id)
    if fresh is None:
        feeds.remember_undated(source.id, by_id)
        if by_id:
            log.warning("%s: %d entries without a date are remembered, not fetched", source.id, len(by_id))
        return []
    if len(fresh) > most:
        log.warning("%s: %d entries without a date wait for the next look", source.id, len(fresh) - most)
    return [by_id[each] for each in fresh[:most]]


def _failed(source: Source, state: FeedState, error: str) -> FeedState:
    log.warning("%s: %s", source.id, error)
    return state.model_copy(update={"failures": state.failures + 1, "error": error})
