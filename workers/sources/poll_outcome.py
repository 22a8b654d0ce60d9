"""From a response to what a poll makes of its source: links into the frontier, and a new state."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import anyio
import redis

from config.logging import LogFields
from config.sources import Source
from pipeline.discover.hints import fresh_seconds
from pipeline.discover.websub import DeclaredHubs
from pipeline.outcome import Rejected, Retry
from pipeline.priority import polled
from pipeline.sources.revalidation import NOT_MODIFIED, distrusts
from pipeline.sources.state import Failure, SourceState, failure_of, validators_in
from pipeline.sources.transitions import failed, informed, succeeded
from storage.redis.connection import StoreUnavailable
from workers.fetch.errors import unexpected
from workers.fetch.records import Response
from workers.processes.isolation import OverLimit
from workers.resources import Resources
from workers.sources.enqueue import Enqueued, enqueue, would_enqueue
from workers.sources.kinds import read
from workers.sources.poll_result import PollResult, Unreadable, body_hash
from workers.sources.seen import remember, unseen_among

log = logging.getLogger("newsloom.polling")

STORE_AWAY = (redis.RedisError, StoreUnavailable)
"""What is no fault of a source."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A poll.

    Attributes:
        source: what is polled.
        before: its state.
        started: seconds since the epoch.
        accepts: whether its links are taken in.
    """

    source: Source
    before: SourceState
    started: float
    accepts: bool = True


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """What a poll made of its source.

    Attributes:
        state: of the source, from now on.
        taken: what became of its links.
        pause: seconds that the server asked us to wait.
        read: False when nothing could be read.
        websub: the hubs that the document declares, if it was read now and is a feed.
    """

    state: SourceState
    taken: Enqueued = field(default_factory=Enqueued)
    pause: float = 0.0
    read: bool = True
    websub: DeclaredHubs | None = None

    @property
    def fresh(self) -> int:
        """How many links were new or changed."""
        return self.taken.fresh


async def take(
    resources: Resources, attempt: Attempt, response: Response | Rejected | Retry
) -> PollOutcome:
    """What a response makes of a source. Its links go into the frontier, if accepted.

    A document on which our reading breaks is a failure of its source: it is logged, and the source
    is asked ever more rarely.
    """
    try:
        return await _take(resources, attempt, response)
    except STORE_AWAY:
        raise
    except OverLimit as error:
        words = str(error)
        fields = _failure_fields(attempt.source, Failure.TOO_COSTLY, words)
        log.warning("%s: %s", attempt.source.id, words, extra=fields)
        return _failed(attempt, Failure.TOO_COSTLY, words, _status_of(response))
    except Exception as error:
        log.exception(
            "%s: the answer could not be read",
            attempt.source.id,
            extra=_failure_fields(attempt.source, Failure.PARSE, unexpected(error)),
        )
        return _failed(attempt, Failure.PARSE, unexpected(error), _status_of(response))


def _status_of(response: Response | Rejected | Retry) -> int | None:
    return response.status if isinstance(response, Response) else None


async def _take(
    resources: Resources, attempt: Attempt, response: Response | Rejected | Retry
) -> PollOutcome:
    if not isinstance(response, Response):
        return _not_fetched(attempt, response, status=None)
    now = datetime.fromtimestamp(resources.clock(), UTC)
    attempt = _with_freshness(attempt, fresh_seconds(response.headers, now))
    if response.status == NOT_MODIFIED:
        return PollOutcome(_succeeded(attempt.before, attempt, response))
    refusal = await resources.web.classify(response, now)
    if refusal:
        return _not_fetched(attempt, refusal, status=response.status)
    if attempt.before.body == body_hash(response.content):
        state = _succeeded(attempt.before, attempt, response)
        return PollOutcome(state.model_copy(update=validators_in(response.headers)))
    return await _read(resources, attempt, response, now)


async def _read(
    resources: Resources, attempt: Attempt, response: Response, now: datetime
) -> PollOutcome:
    """What a document that has changed makes of the state."""
    source, before = attempt.source, attempt.before
    try:
        result = await read(resources, source, before, response, now)
    except Unreadable as error:
        log.warning(
            "%s: %s", source.id, error, extra=_failure_fields(source, error.failure, str(error))
        )
        return _failed(attempt, error.failure, str(error), response.status)
    taken, waiting = await anyio.to_thread.run_sync(_take_links, resources, attempt, result)
    pause = result.pause or 0.0
    if result.failure:
        log.warning(
            "%s: %s",
            source.id,
            result.failure,
            extra=_failure_fields(source, result.kind, result.failure),
        )
        outcome = _failed(attempt, result.kind, result.failure, result.status or response.status)
        return replace(outcome, taken=taken, pause=pause)
    learned = informed(before, now, [*result.links, *result.undated], taken.accepted)
    state = _succeeded(learned, attempt, response)
    changes = dict(result.state)
    changes["hints"] = result.hints.model_copy(update={"fresh": before.hints.fresh})
    if taken.fresh:
        changes["last_new"] = attempt.started
    state = state.model_copy(update=changes)
    distrusted = distrusts(before, state, taken.fresh)
    state = state.model_copy(update={"distrusted": distrusted})
    if waiting:
        state = _to_be_read_again(state, {result.documents[document] for document in waiting})
    return PollOutcome(state, taken, pause, websub=result.websub)


def _with_freshness(attempt: Attempt, seconds: float | None) -> Attempt:
    """With what the response's headers say of when to ask again."""
    hints = attempt.before.hints.model_copy(update={"fresh": seconds})
    return replace(attempt, before=attempt.before.model_copy(update={"hints": hints}))


def _not_fetched(attempt: Attempt, why: Rejected | Retry, *, status: int | None) -> PollOutcome:
    """A poll without anything to read."""
    words = why.detail if isinstance(why, Rejected) else why.error
    kind = failure_of(why, status)
    log.warning(
        "%s: %s", attempt.source.id, words, extra=_failure_fields(attempt.source, kind, words)
    )
    outcome = _failed(attempt, kind, words, status)
    pause = why.after or 0.0 if isinstance(why, Retry) else 0.0
    return replace(outcome, pause=pause)


def _failure_fields(source: Source, kind: Failure, words: str) -> LogFields:
    return LogFields(
        event=f"poll_{kind.value}",
        source=source.id,
        url=source.address,
        host=source.address.host,
        outcome="failed",
        reason=words,
    )


def _failed(attempt: Attempt, kind: Failure, words: str, status: int | None) -> PollOutcome:
    state = failed(attempt.before, attempt.started, kind, words, status=status)
    return PollOutcome(state, read=False)


def _succeeded(state: SourceState, attempt: Attempt, response: Response) -> SourceState:
    moved_to = response.final_url if response.moved_permanently else None
    return succeeded(state, attempt.started, status=response.status, moved_to=moved_to)


def _to_be_read_again(state: SourceState, sitemaps: Collection[str]) -> SourceState:
    """The next poll fetches these sitemaps, and the index that names them, whatever they say."""
    children = {url: child for url, child in state.children.items() if url not in sitemaps}
    changes: dict[str, object] = dict.fromkeys(("etag", "last_modified", "body"))
    changes["children"] = children
    return state.model_copy(update=changes)


def _take_links(
    resources: Resources, attempt: Attempt, result: PollResult
) -> tuple[Enqueued, frozenset[str]]:
    """Take the links in; and of which documents entries wait, so that these must be read again.

    An attempt that does not accept links says what taking them in would bring. At a first poll
    nobody can say which links without a date are new.
    """
    source_id = attempt.source.id
    if not attempt.accepts:
        undated = result.undated if attempt.before.last_success else ()
        unseen = unseen_among(resources, source_id, undated, list(result.documents))
        return would_enqueue(resources, [*result.links, *unseen.links]), frozenset()
    for note in result.notes:
        log.warning(
            "%s: %s",
            source_id,
            note,
            extra=LogFields(event="poll_note", source=source_id, reason=note),
        )
    unseen = unseen_among(resources, source_id, result.undated, list(result.documents))
    links = [*result.links, *unseen.links]
    announcement = polled(is_first=attempt.before.last_success is None)
    taken = enqueue(resources, source_id, links, result.refused, announcement=announcement)
    remember(resources, source_id, unseen)
    return taken, unseen.waiting
