"""Opens what the settings name. The only place that chooses a backend."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio

from storage.backup.index import IndexBackup
from storage.index import Index
from storage.ledger_archive.archive import LedgerArchive
from storage.redis.access.api_keys import ApiKeys
from storage.redis.access.rate_limits import RateLimits
from storage.redis.access.sessions import Sessions
from storage.redis.connection import Clock, Keyspace, connect
from storage.redis.events import Events, Faults
from storage.redis.fingerprints import Fingerprints
from storage.redis.frontier import Frontier
from storage.redis.health.clock_watch import ClockWatch
from storage.redis.health.index_size import IndexSize
from storage.redis.ledger import Ledger
from storage.redis.ledger.ended import EndedUrls
from storage.redis.notifications import Notifications
from storage.redis.pages import Pages
from storage.redis.politeness import Politeness, Sleep
from storage.redis.seen import SeenSet
from storage.redis.sources import SourceStates
from storage.redis.subscriptions import Subscriptions

COUNTING_SECONDS = 0.5
"""To wait for Redis where a request is counted: many are answered without Redis."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long things are kept or held, in seconds.

    ``similarity`` is the containment (0 to 1) from which texts are copies.
    """

    lease: float
    fingerprint: float
    page: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything kept in Redis."""

    keyspace: Keyspace
    frontier: Frontier
    ledger: Ledger
    ended: EndedUrls
    sources: SourceStates
    politeness: Politeness
    pages: Pages
    fingerprints: Fingerprints
    subscriptions: Subscriptions
    events: Events
    seen: SeenSet
    notifications: Notifications
    faults: Faults
    index_size: IndexSize
    clock_watch: ClockWatch
    api_keys: ApiKeys
    rate_limits: RateLimits
    sessions: Sessions


def open_stores(  # noqa: PLR0913 - what the composition root knows
    url: str,
    namespace: str,
    times: Times,
    *,
    open_archive: Callable[[], LedgerArchive],
    clock: Clock = time.time,
    sleep: Sleep = anyio.sleep,
    patience: float | None = None,
) -> Stores:
    """The stores of one namespace, all by one clock. Nothing is contacted before the first use.

    ``open_archive`` is called when the ledger needs an entry that is not in Redis any more.
    ``patience`` is as in ``storage.redis.connection.connect``.
    """
    keyspace = Keyspace(connect(url, patience=patience), namespace)
    binary = Keyspace(connect(url, decode=False, patience=patience), namespace)
    counting = Keyspace(connect(url, patience=COUNTING_SECONDS), namespace)
    ledger = Ledger(keyspace, open_archive, clock=clock)
    return Stores(
        keyspace=keyspace,
        frontier=Frontier(keyspace, ledger, lease_seconds=times.lease, clock=clock),
        ledger=ledger,
        ended=EndedUrls(keyspace, clock=clock),
        sources=SourceStates(keyspace, clock=clock),
        politeness=Politeness(keyspace, clock=clock, sleep=sleep),
        pages=Pages(binary, seconds=times.page),
        fingerprints=Fingerprints(
            binary, threshold=times.similarity, seconds=times.fingerprint, clock=clock
        ),
        subscriptions=Subscriptions(keyspace, clock=clock),
        events=Events(keyspace),
        seen=SeenSet(keyspace, clock=clock),
        notifications=Notifications(keyspace, clock=clock),
        faults=Faults(keyspace, clock=clock),
        index_size=IndexSize(keyspace),
        clock_watch=ClockWatch(keyspace, clock=clock),
        api_keys=ApiKeys(keyspace),
        rate_limits=RateLimits(counting, clock=clock),
        sessions=Sessions(keyspace),
    )


def open_index(  # noqa: PLR0913 - what the settings name
    url: str | None,
    *,
    name: str,
    folder: Path,
    api_key: str | None = None,
    ca_certs: Path | None = None,
    patience: float | None = None,
    shards: int = 1,
) -> Index:
    """Elasticsearch when there is a URL, else Tantivy in the folder.

    Call ``prepare`` before writing. ``patience`` is the seconds to wait for an answer, without a
    second try; None for the usual times and tries. ``shards`` are those of Elasticsearch's new
    indices.
    """
    if url:
        from storage.elasticsearch.index import ElasticsearchIndex  # noqa: PLC0415 - 0.3 s that the other never needs

        return ElasticsearchIndex(
            url, name=name, api_key=api_key, ca_certs=ca_certs, patience=patience, shards=shards
        )
    from storage.tantivy.index import TantivyIndex  # noqa: PLC0415

    return TantivyIndex(folder) if patience is None else TantivyIndex(folder, lock_timeout=patience)


def open_index_backup(  # noqa: PLR0913 - what the settings name
    url: str | None,
    *,
    name: str,
    folder: Path,
    ledger_file: Path,
    api_key: str | None = None,
    ca_certs: Path | None = None,
    patience: float | None = None,
    repository: str | None = None,
) -> IndexBackup:
    """The backup of what ``open_index`` and ``open_ledger_archive`` open.

    ``repository`` is the snapshot repository of Elasticsearch.
    """
    if url:
        from storage.elasticsearch.client import connect as connect_index  # noqa: PLC0415 - as above
        from storage.elasticsearch.snapshots import ElasticsearchBackup  # noqa: PLC0415

        client = connect_index(url, api_key=api_key, ca_certs=ca_certs, patience=patience)
        return ElasticsearchBackup(client, name, repository)
    from storage.tantivy.backup import EmbeddedBackup  # noqa: PLC0415

    return EmbeddedBackup(folder, ledger_file)


def open_ledger_archive(  # noqa: PLR0913 - what the settings name
    url: str | None,
    *,
    name: str,
    file: Path,
    api_key: str | None = None,
    ca_certs: Path | None = None,
    patience: float | None = None,
) -> LedgerArchive:
    """In Elasticsearch when there is a URL, else in the SQLite file. ``patience``: as above."""
    if url:
        from storage.elasticsearch.client import connect as connect_index  # noqa: PLC0415 - as above
        from storage.ledger_archive.elasticsearch import (  # noqa: PLC0415
            ElasticsearchLedgerArchive,
        )

        client = connect_index(url, api_key=api_key, ca_certs=ca_certs, patience=patience)
        return ElasticsearchLedgerArchive(client, name)
    from storage.ledger_archive.sqlite import SqliteLedgerArchive  # noqa: PLC0415

    return SqliteLedgerArchive(file, patience=patience)
