"""The state of the system: the ledger's totals, the index, the workers, the sources' health."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from dataclasses import dataclass

import redis

from config.settings import Settings
from config.sources import Source
from config.sources_file import SourcesError
from pipeline.sources.durations import span
from services.coverage.health import SourceStatus, source_statuses
from services.parts import (
    AT_MOST,
    PATIENCE,
    begin,
    clock_fault,
    redis_fault,
    require_redis,
    silence,
)
from services.sources import Connect
from storage.archive.archive import ArchiveState, archive_state
from storage.embedded_redis import EmbeddedRedisError
from storage.index import IndexIncompatible, IndexUnavailable
from storage.redis.connection import StoreUnavailable
from storage.redis.events import INDEX, Event, Fault
from storage.redis.health.index_size import KnownSize
from storage.redis.ledger import Ledger, Totals
from workers.clock import APART
from workers.processes.flower_health import FLOWER, flower_answers
from workers.processes.heartbeat import RUN_BY_UP, alive
from workers.resources import Resources

_EVENTS = 100
_NO_REDIS = (redis.RedisError, StoreUnavailable, EmbeddedRedisError)


@dataclass(frozen=True, slots=True)
class PartStatus:
    """Whether a part answers; ``error`` is the sentence that says why not, or what it cannot do."""

    answers: bool = True
    error: str | None = None


@dataclass(frozen=True, slots=True)
class StoredStatus:
    """What Redis knows.

    Attributes:
        totals: the ledger's.
        rejected: rejections by reason.
        refused_links: links that were refused before they were accepted.
        archive: pages kept and lost.
        workers: whether each role is alive.
        sources: the unhealthy ones first.
        problems: a line for each entry of the sources file that cannot be used, or for the file.
        events: the newest first.
        index_fault: why the index could not be written lately.
        waiting_batches: batches of articles that wait for the index.
        archive_fault: of an audit, what the ledger archive lacks or why it does not answer.
        clock: why times cannot be trusted.
    """

    totals: Totals
    rejected: Mapping[str, int]
    refused_links: int
    archive: ArchiveState
    workers: Mapping[str, bool]
    sources: tuple[SourceStatus, ...]
    problems: tuple[str, ...]
    events: tuple[Event, ...]
    index_fault: Fault | None = None
    waiting_batches: int = 0
    archive_fault: str | None = None
    clock: str | None = None


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """How Newsloom is doing.

    Attributes:
        redis: whether it answers.
        index: whether it answers.
        stored: what Redis knows; None when it does not answer.
        articles: how many the index holds; None when it does not answer.
    """

    redis: PartStatus
    index: PartStatus
    stored: StoredStatus | None
    articles: int | None

    @property
    def errors(self) -> tuple[str, ...]:
        """Of the parts that do not answer or cannot write, of the clocks, and of an audit."""
        stored = (self.stored.clock, self.stored.archive_fault) if self.stored else ()
        return tuple(error for error in (self.redis.error, self.index.error, *stored) if error)


def system_status(settings: Settings, connect: Connect, *, audit: bool = False) -> SystemStatus:
    """How Newsloom is doing now. A part that does not answer is waited for two seconds at most.

    Args:
        settings: that name the parts.
        connect: opens the stores, with ``services.parts.PATIENCE``.
        audit: count the ledger's entries one by one instead of reading its totals, and see whether
            the archive has those that have ended.
    """
    counting = begin(lambda: _count(settings))
    deadline = time.monotonic() + AT_MOST
    redis_part, stored, size = PartStatus(), None, KnownSize()
    try:
        with connect() as resources:
            require_redis(resources)
            redis_part = PartStatus(error=redis_fault(resources))
            stored = _stored(resources, audit=audit)
            size = resources.stores.index_size.known()
    except _NO_REDIS as error:
        redis_part = PartStatus(answers=False, error=str(error))
    index_part, articles = _index(settings, counting, max(0.0, deadline - time.monotonic()))
    if index_part.answers and not index_part.error and stored:
        lost = _loss(settings, size, stored.totals, articles)
        fault = stored.index_fault
        index_part = PartStatus(error=_fault_sentence(fault) if fault else lost)
    return SystemStatus(redis=redis_part, index=index_part, stored=stored, articles=articles)


def is_alive(resources: Resources, role: str, host: str) -> bool:
    """Whether a process of this role is alive on a host; Flower is asked on this one.

    Raises:
        StoreUnavailable: Redis does not answer within two seconds.
        redis.RedisError: it cannot be reached, or refuses us.
    """
    if role == FLOWER:
        return flower_answers(resources.settings)
    require_redis(resources)
    return alive(resources.stores.keyspace, role, host)


def _stored(resources: Resources, *, audit: bool) -> StoredStatus:
    stores = resources.stores
    known, problems = _known_sources(resources)
    sources = source_statuses(resources, known)
    return StoredStatus(
        totals=stores.ledger.audit() if audit else stores.ledger.totals(),
        rejected=stores.ledger.reasons(),
        refused_links=stores.ledger.refused_count(),
        archive=archive_state(stores.keyspace),
        workers={role: alive(stores.keyspace, role) for role in RUN_BY_UP},
        sources=sources,
        problems=problems,
        events=tuple(stores.events.recent(_EVENTS)),
        index_fault=stores.faults.of(INDEX),
        waiting_batches=stores.frontier.waiting(),
        archive_fault=_archive_fault(stores.ledger) if audit else None,
        clock=clock_fault(resources) or _set_back(sources),
    )


def _set_back(sources: Sequence[SourceStatus]) -> str | None:
    """That a poll is noted for a time that has yet to come, as a sentence."""
    last = max((source.state.last_poll or 0.0 for source in sources), default=0.0)
    ahead = last - time.time()
    if ahead <= APART:
        return None
    return (
        f"the last poll is noted for {span(ahead)} from now: the clock was set back, or another"
        " machine's is ahead; the workers bring due times back with it"
    )


def _archive_fault(ledger: Ledger) -> str | None:
    """That the archive lacks entries, or does not answer, as a sentence."""
    try:
        count = ledger.unarchived()
    except IndexUnavailable as error:
        return str(error)
    if not count:
        return None
    return (
        f"the ledger archive has lost {count} entries: Redis knows that these URLs have ended, and"
        " no more of them; restore the archive from a copy"
    )


def _fault_sentence(fault: Fault) -> str:
    since = span(max(0.0, time.time() - fault.since))
    return f"the index cannot be written, for {since} now; articles wait for it: {fault.error}"


def _loss(settings: Settings, size: KnownSize, totals: Totals, articles: int | None) -> str | None:
    """What the index has lost, as a sentence."""
    if articles is None or size.loss(articles, totals.indexed) is None:
        return None
    # It was counted while Redis was read, so what was indexed in between looked lost.
    _, articles = _index(settings, begin(lambda: _count(settings)), AT_MOST)
    return None if articles is None else size.loss(articles, totals.indexed)


def _count(settings: Settings) -> tuple[int, str | None]:
    """The articles of the index, and why it takes none now."""
    with closing(Resources(settings, patience=PATIENCE).open_index()) as index:
        return index.count(), index.write_fault()


def _index(
    settings: Settings, counting: Future[tuple[int, str | None]], seconds: float
) -> tuple[PartStatus, int | None]:
    try:
        articles, fault = counting.result(seconds)
        return PartStatus(error=fault), articles
    except (IndexUnavailable, IndexIncompatible) as error:
        return PartStatus(answers=False, error=str(error)), None
    except TimeoutError:
        part = "Elasticsearch" if settings.index_url else f"the index in {settings.tantivy_dir}"
        return PartStatus(answers=False, error=silence(part)), None


def _known_sources(resources: Resources) -> tuple[Sequence[Source], tuple[str, ...]]:
    """The sources, and what cannot be used of their file."""
    registry = resources.registry
    try:
        return tuple(registry.all().values()), registry.problems()
    except SourcesError as error:
        return (), (str(error),)
