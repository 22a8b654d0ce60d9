"""The values of all metrics, read from Redis.

Nothing is kept in this process, so that each scrape is right with any number of workers and web
processes, and after restarts.
"""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain

from services.metrics import families
from services.metrics.families import Family, Histogram, Sample
from services.metrics.source_series import source_series
from storage.archive.archive import archive_state
from storage.redis.events import INDEX, REDIS
from storage.redis.health.counters import DELAY_BOUNDS, WORK_BOUNDS, Counted, Counts, read_counts
from storage.redis.health.room import memory_of
from storage.redis.health.work import work_state
from storage.redis.keys import Key
from workers.chain.run import STAGES
from workers.processes.heartbeat import FRESH_SECONDS, RUN_BY_UP, heartbeats
from workers.resources import Resources
from workers.roles import ROLES

Series = Sample | Histogram

_COUNTERS = {
    Counted.STAGE_URLS: families.STAGE_URLS,
    Counted.OUTCOMES: families.OUTCOMES,
    Counted.TAKEN_BACK: families.TAKEN_BACK,
    Counted.FETCH_RESPONSES: families.FETCH_RESPONSES,
    Counted.FETCH_ERRORS: families.FETCH_ERRORS,
    Counted.INDEX_ERRORS: families.INDEX_ERRORS,
    Counted.POLLS: families.POLLS,
}


def collect(resources: Resources) -> list[tuple[Family, list[Series]]]:
    """All families with their values, in the order of the register.

    Raises:
        redis.RedisError: Redis does not answer.
    """
    series = chain(
        _of_ledger(resources),
        _counted(read_counts(resources.stores.keyspace)),
        _of_work(resources),
        source_series(resources, now=resources.clock()),
        _of_parts(resources),
    )
    found: dict[Family, list[Series]] = {family: [] for family in families.FAMILIES}
    for each in series:
        found[each.family].append(each)
    return list(found.items())


def _of_ledger(resources: Resources) -> Iterator[Series]:
    ledger = resources.stores.ledger
    totals = asdict(ledger.totals())
    yield Sample(families.ACCEPTED, totals.pop("accepted"))
    for state, urls in totals.items():
        yield Sample(families.LEDGER, urls, (state,))
    for reason, urls in ledger.reasons().items():
        yield Sample(families.REJECTED, urls, (reason,))
    yield Sample(families.REFUSED_LINKS, ledger.refused_count())
    yield Sample(families.TO_ARCHIVE, resources.stores.ended.waiting())
    yield Sample(families.UNREADABLE, resources.stores.ended.unreadable_count())


def _counted(counts: Counts) -> Iterator[Series]:
    for counted, family in _COUNTERS.items():
        for labels, value in counts.by_labels(counted):
            yield Sample(family, value, labels)
    yield Sample(families.FETCHED_BYTES, counts.of(Counted.FETCHED_BYTES))
    for stage in STAGES:
        buckets, total = counts.buckets(Counted.STAGE_SECONDS, stage.name, bounds=WORK_BOUNDS)
        yield Histogram(families.STAGE_SECONDS, (stage.name,), buckets, total)
    buckets, total = counts.buckets(Counted.INDEXING_DELAY, bounds=DELAY_BOUNDS)
    yield Histogram(families.INDEXING_DELAY, (), buckets, total)


def _of_work(resources: Resources) -> Iterator[Series]:
    keyspace = resources.stores.keyspace
    queues = [name for of_role in ROLES.values() for name in of_role]
    work = work_state(keyspace, now=resources.clock(), queues=queues)
    yield Sample(families.BATCHES, work.leased, ("leased",))
    yield Sample(families.BATCHES, work.waiting, ("waiting",))
    yield Sample(families.OLDEST_BATCH, work.oldest_batch)
    yield Sample(families.FRONTIER_OVERDUE, work.frontier_overdue)
    for name, queue in work.queues.items():
        yield Sample(families.QUEUE_MESSAGES, queue.messages, (name,))
        yield Sample(families.QUEUE_IDLE, queue.idle, (name,))
    yield Sample(families.SOURCES, work.sources)
    yield Sample(families.SOURCES_OVERDUE, work.sources_overdue)
    yield Sample(families.POLL_LAG, work.poll_lag)
    for stage, seconds in sorted(keyspace.client.hgetall(keyspace.key(Key.CPU)).items()):
        yield Sample(families.STAGE_CPU, float(seconds), (stage,))


def _of_parts(resources: Resources) -> Iterator[Series]:
    stores = resources.stores
    for part in (INDEX, REDIS):
        yield Sample(families.FAULT, float(stores.faults.of(part) is not None), (part,))
    yield Sample(families.INDEX_LOSS, float(stores.index_size.known().noticed is not None))
    archive = archive_state(stores.keyspace)
    yield Sample(families.ARCHIVED, archive.kept, ("kept",))
    yield Sample(families.ARCHIVED, archive.lost, ("lost",))
    memory = memory_of(stores.keyspace)
    yield Sample(families.REDIS_MEMORY, memory.used)
    yield Sample(families.REDIS_MAX_MEMORY, memory.most)
    last = heartbeats(stores.keyspace)
    for role in RUN_BY_UP:
        fresh = resources.clock() - last.get(role, 0.0) < FRESH_SECONDS
        yield Sample(families.PROCESS_ALIVE, float(fresh), (role,))
