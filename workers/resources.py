"""What the tasks need, built once per process and only when asked for (the composition root).

What only crawling needs is imported then: a command that searches should answer at once.
"""

from __future__ import annotations

import time
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import anyio

from config.settings import Settings
from pipeline.records import Page
from pipeline.urls import UrlId
from storage.backup.index import IndexBackup
from storage.embedded_redis import socket_path
from storage.index import Index
from storage.ledger_archive.archive import LedgerArchive
from storage.open import (
    Stores,
    Times,
    open_index,
    open_index_backup,
    open_ledger_archive,
    open_stores,
)
from storage.redis.batcher import Batcher
from storage.redis.connection import Clock
from storage.redis.errors import place_of
from storage.redis.health.counters import Tally
from storage.redis.politeness import Sleep
from workers.chain.breaker import Breaker
from workers.fetch.network import Network
from workers.intake import Intake
from workers.loop_thread import LoopThread
from workers.plugins.loading import ENRICHERS, NOTIFIERS, Plugin, load, names
from workers.processes.isolation import IsolatedReader, PatientReader, ReadLimits
from workers.processes.progress import Progress
from workers.sources.registry import SourceRegistry
from workers.tracing.spans import LazyTraces

if TYPE_CHECKING:
    from storage.archive.archive import Archive
    from workers.fetch.web import Web
    from workers.plugins.enriching import Enrichers

INDEX_REST_SECONDS = 5.0

SNAPSHOT_SECONDS = 3_600.0
"""To wait for Elasticsearch to restore a snapshot."""


def redis_url(settings: Settings) -> str:
    """The configured Redis, else the data folder's own."""
    return settings.redis_address or f"unix://{socket_path(settings.data_dir)}"


class Resources:
    """What one process has: stores, index, sources, web and event loop, each built when needed.

    Attributes:
        settings: of this process.
        clock: seconds since the epoch.
        registry: the sources, and how their hosts are treated.
        loop: runs the coroutines of this process.
        tally: what this process has counted for the metrics and not sent yet.
        traces: of batches, where a collector is set.
    """

    def __init__(
        self,
        settings: Settings,
        network: Network | None = None,
        *,
        clock: Clock = time.time,
        sleep: Sleep = anyio.sleep,
        patience: float | None = None,
    ) -> None:
        """``clock`` and ``sleep`` are given by what plays a day in less.

        ``patience`` is the seconds to wait for an answer of Redis or the index, without a second
        try; None for the usual times and tries.
        """
        self.settings = settings
        self.clock = clock
        self.registry = SourceRegistry(settings)
        self.loop = LoopThread()
        self.tally = Tally()
        self.traces = LazyTraces(settings.tracing_url, settings.namespace)
        self._sleep = sleep
        self._network = network
        self._patience = patience

    def connect(self) -> None:
        """Build what tasks on several threads would otherwise build at once."""
        _ = self.stores, self.web, self.progress

    @cached_property
    def stores(self) -> Stores:
        """Everything in Redis."""
        settings = self.settings
        times = Times(
            lease=settings.lease_seconds,
            fingerprint=settings.fingerprint_seconds,
            page=settings.page_seconds,
            similarity=settings.similarity,
        )
        return open_stores(
            redis_url(settings),
            settings.namespace,
            times,
            open_archive=lambda: self.ledger_archive,
            clock=self.clock,
            sleep=self._sleep,
            patience=self._patience,
        )

    @cached_property
    def index(self) -> Index:
        """The search index, ready for writing."""
        index = self.open_index()
        index.prepare()
        return index

    def open_index(self) -> Index:
        """The search index as it is."""
        return open_index(
            self.settings.index_address,
            folder=self.settings.tantivy_dir,
            shards=self.settings.index_shards,
            **self._index_access,
        )

    @cached_property
    def ledger_archive(self) -> LedgerArchive:
        """The entries of URLs that have ended."""
        return open_ledger_archive(
            self.settings.index_address, file=self.settings.ledger_file, **self._index_access
        )

    @property
    def _index_access(self) -> dict[str, Any]:
        """What both of the index backend's parts are opened with."""
        settings = self.settings
        key = settings.index_api_key
        return {
            "name": settings.namespace,
            "api_key": key.get_secret_value() if key else None,
            "ca_certs": settings.index_ca_certs,
            "patience": self._patience,
        }

    def open_index_backup(self, repository: str | None) -> IndexBackup:
        """The backup of the index and the ledger archive; ``repository`` is Elasticsearch's."""
        settings = self.settings
        return open_index_backup(
            settings.index_address,
            folder=settings.tantivy_dir,
            ledger_file=settings.ledger_file,
            repository=repository,
            **{**self._index_access, "patience": SNAPSHOT_SECONDS},
        )

    @cached_property
    def intake(self) -> Intake:
        """Whether new work is taken in."""
        return Intake(self.stores, f"Redis at {place_of(redis_url(self.settings))}")

    @cached_property
    def enrichers(self) -> Enrichers:
        """The enrichers of installed packages."""
        from workers.plugins.enriching import Enrichers  # noqa: PLC0415 - see above

        return Enrichers(load(ENRICHERS))

    @cached_property
    def notifier_names(self) -> tuple[str, ...]:
        """Of the notifiers of installed packages."""
        return names(NOTIFIERS)

    @cached_property
    def notifiers(self) -> tuple[Plugin, ...]:
        """The notifiers of installed packages."""
        return load(NOTIFIERS)

    @cached_property
    def index_breaker(self) -> Breaker:
        """Whether it is worth asking the index just now."""
        return Breaker(INDEX_REST_SECONDS)

    @cached_property
    def web(self) -> Web:
        """Fetches pages and documents. Use it on ``loop`` only: it belongs to that event loop."""
        from workers.fetch.web import Web  # noqa: PLC0415 - see above

        return Web(
            self.settings,
            self.stores.politeness,
            self.registry.policy,
            reader=self.document_reader,
            network=self._network,
            archive=self.archive,
            tally=self.tally,
        )

    @cached_property
    def document_reader(self) -> PatientReader:
        """Reads what sources and hubs send, and robots.txt."""
        return PatientReader(self._parse_limits, processes=2)

    @cached_property
    def suspect_reader(self) -> IsolatedReader:
        """Reads documents of sources whose last one went beyond the limits."""
        return IsolatedReader(self._parse_limits)

    @cached_property
    def page_reader(self) -> IsolatedReader:
        """Reads pages, one at a time."""
        return IsolatedReader(self._parse_limits)

    @property
    def _parse_limits(self) -> ReadLimits:
        settings = self.settings
        return ReadLimits(settings.parse_seconds, settings.parse_megabytes * 1_000_000)

    @cached_property
    def page_batcher(self) -> Batcher[tuple[UrlId, Page], None]:
        """The way of fetched pages into the page store.

        They are compressed on the way, off the event loop.
        """
        return Batcher(self.stores.pages.put_all, name="pages", most=16)

    @cached_property
    def archive(self) -> Archive | None:
        """Where fetched pages are kept, if the operator wants that."""
        settings = self.settings
        if settings.archive_dir is None:
            return None
        from storage.archive.archive import Archive  # noqa: PLC0415 - see above

        about = (
            ("software", f"Newsloom/{version('newsloom')}"),
            ("http-header-user-agent", settings.user_agent),
            ("robots", "obey" if settings.respect_robots else "ignore"),
        )
        return Archive(
            settings.archive_dir, self.stores.keyspace, prefix=settings.namespace, about=about
        )

    @cached_property
    def progress(self) -> Progress:
        """Where work leaves its signs of progress."""
        return Progress(self.stores.keyspace)


class _Holder:
    """This process's resources.

    A forked child builds its own: connections and threads do not survive a fork.
    """

    network: Network | None = None
    current: Resources | None = None


def install_network(network: Network) -> None:
    """Let this process fetch through another network (tests and the demo)."""
    _Holder.network = network
    _Holder.current = None


def resources() -> Resources:
    """This process's resources, built at the first call."""
    if _Holder.current is None:
        _Holder.current = Resources(Settings(), _Holder.network)
    return _Holder.current


def forget_resources() -> None:
    """Called in a fresh child process."""
    _Holder.current = None


def send_last_traces() -> None:
    """Called where a worker's process ends; it runs no exit handlers."""
    if _Holder.current:
        _Holder.current.traces.close()
