"""What the tasks need, built once per process and only when asked for (the composition root)."""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Coroutine, Mapping
from concurrent.futures import Future
from datetime import datetime
from functools import cached_property
from importlib.metadata import version
from typing import Any, TypeVar

import anyio

from config.settings import Settings
from config.sources import Source, SourcesError, load
from pipeline.crawl.status import classify_status
from pipeline.outcome import Rejected, Retry
from pipeline.records import Page
from pipeline.urls import Url, UrlId
from storage.archive.archive import Archive
from storage.embedded_redis import socket_path
from storage.index import Index
from storage.open import Stores, Times, open_index, open_stores
from storage.redis.batcher import Batcher
from storage.redis.connection import Clock
from storage.redis.politeness import Sleep
from workers.chain.breaker import Breaker
from workers.fetch.archive_writer import ArchiveWriter
from workers.fetch.client import PAGE, Fetcher, FetchOptions, Limits, Response
from workers.fetch.network import Network, SystemNetwork
from workers.fetch.politeness import LONGEST_CRAWL_DELAY, PoliteFetcher, PolitenessPolicy
from workers.fetch.proxy import ProxiedNetwork
from workers.processes.progress import Progress

T = TypeVar("T")
log = logging.getLogger("newsloom.sources")
INDEX_REST_SECONDS = 5.0
_PATIENCE_SECONDS = 10.0


def redis_url(settings: Settings) -> str:
    """The configured Redis, else the data folder's own."""
    return settings.redis_url or f"unix://{socket_path(settings.data_dir)}"


def _network(settings: Settings) -> Network:
    """The machine's own network, through the proxy where one is set."""
    return ProxiedNetwork(settings.proxy.get_secret_value()) if settings.proxy else SystemNetwork()


class Resources:
    """Stores, index and network of one process."""

    def __init__(
        self,
        settings: Settings,
        network: Network | None = None,
        *,
        clock: Clock = time.time,
        sleep: Sleep = anyio.sleep,
    ) -> None:
        """``clock`` and ``sleep`` are given by what plays a day in less."""
        self.settings = settings
        self.clock = clock
        self._sleep = sleep
        self._network = network or _network(settings)
        self._sources: tuple[float, dict[str, Source]] = (-1.0, {})
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_lock = threading.Lock()

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
            redis_url(settings), settings.namespace, times, clock=self.clock, sleep=self._sleep
        )

    def connect(self) -> None:
        """Build what tasks on several threads would otherwise build at once."""
        _ = self.stores, self.fetcher, self.progress, self.archive

    @cached_property
    def index_breaker(self) -> Breaker:
        """Whether it is worth asking the index just now."""
        return Breaker(INDEX_REST_SECONDS)

    @cached_property
    def progress(self) -> Progress:
        """Where work leaves its signs of progress."""
        return Progress(self.stores.keyspace)

    @cached_property
    def index(self) -> Index:
        """The search index, ready for writing."""
        index = self.open_index()
        index.prepare()
        return index

    def open_index(self) -> Index:
        """The search index as it is."""
        settings = self.settings
        key = settings.index_api_key
        return open_index(
            settings.index_url,
            name=settings.namespace,
            folder=settings.tantivy_dir,
            api_key=key.get_secret_value() if key else None,
            ca_certs=settings.index_ca_certs,
        )

    @cached_property
    def fetcher(self) -> PoliteFetcher:
        """Use it inside ``wait_for`` only: it belongs to that event loop."""
        settings = self.settings
        limits = Limits(
            seconds=settings.fetch_timeout,
            connect_seconds=settings.connect_timeout,
            max_bytes=settings.max_page_bytes,
            max_redirects=settings.max_redirects,
            ports=settings.allowed_ports,
        )
        fetcher = Fetcher(self._network, user_agent=settings.user_agent, limits=limits)
        return PoliteFetcher(
            fetcher,
            self.stores.politeness,
            patience=self._patience,
            longest=max(settings.lease_seconds - 2 * settings.fetch_timeout, self._patience),
            hold=settings.fetch_timeout + 5,
        )

    @cached_property
    def page_trips(self) -> Batcher[tuple[UrlId, Page], None]:
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
        about = (
            ("software", f"Newsloom/{version('newsloom')}"),
            ("http-header-user-agent", settings.user_agent),
            ("robots", "obey" if settings.respect_robots else "ignore"),
        )
        return Archive(
            settings.archive_dir, self.stores.keyspace, prefix=settings.namespace, about=about
        )

    @cached_property
    def _archivist(self) -> ArchiveWriter | None:
        return ArchiveWriter(self.archive, patience=self._patience) if self.archive else None

    @property
    def _patience(self) -> float:
        """Seconds that a page may wait for one thing.

        A batch that waits must not lose its lease.
        """
        return min(_PATIENCE_SECONDS, self.settings.lease_seconds / 4)

    async def keep(self, answer: Response) -> None:
        """Archive a page, if that is wanted.

        What goes wrong there is logged, and no concern of the page's.
        """
        if self._archivist is not None:
            await self._archivist.keep(answer.exchanges)

    def sources(self) -> dict[str, Source]:
        """The sources by id, read again when the file has changed.

        A file that was broken by a change is complained of once, and the sources stay as they were:
        an editor's slip must not cost articles.

        Raises:
            SourcesError: it was broken from the start.
        """
        path = self.settings.sources
        try:
            changed = os.stat(path).st_mtime  # noqa: PTH116 - asked at each fetch, and half the cost of Path.stat
        except FileNotFoundError:
            changed = 0.0
        if changed != self._sources[0]:
            try:
                self._sources = (changed, {source.id: source for source in load(path)})
            except SourcesError as error:
                if self._sources[0] < 0:
                    raise
                self._sources = (changed, self._sources[1])
                log.warning("%s; the sources stay as they were", error)
        return self._sources[1]

    def manners(self, source_id: str) -> PolitenessPolicy:
        """How to treat the hosts of a source."""
        settings = self.settings
        source = self.sources().get(source_id)
        if source is None:
            return PolitenessPolicy(
                settings.host_delay, settings.host_concurrency, settings.respect_robots
            )
        return PolitenessPolicy(
            delay=settings.host_delay if source.delay is None else source.delay,
            concurrency=source.concurrency or settings.host_concurrency,
            robots=settings.respect_robots and source.robots,
        )

    def poll_patience(self, source_id: str) -> float:
        """Seconds that a poll waits for a turn: as long as hosts may ask for.

        It holds no batch, as pages do.
        """
        return max(self.manners(source_id).delay, LONGEST_CRAWL_DELAY) + 1

    async def fetch(
        self, url: Url, source_id: str, asking: FetchOptions = PAGE
    ) -> Response | Rejected | Retry:
        """GET with the manners of a source."""
        return await self.fetcher.get(url, self.manners(source_id), asking)

    async def judge(self, answer: Response, now: datetime) -> Rejected | Retry | None:
        """What the status of an answer says, as ``classify_status``.

        A host that wants a rest (429, 503) has it at once.

        So what waits for a turn there is turned away before anybody has written this answer down.
        """
        verdict = classify_status(answer.status, answer.headers.get("retry-after"), now)
        if isinstance(verdict, Retry) and verdict.host_wide:
            host, slow_down = answer.final_url.host, self.stores.politeness.slow_down
            rest = await anyio.to_thread.run_sync(slow_down, host, verdict.after)
            return verdict.model_copy(update={"after": rest})
        return verdict

    async def post(self, url: Url, form: Mapping[str, str]) -> Response | Rejected | Retry:
        """POST a form, in the host's turn."""
        settings = self.settings
        return await self.fetcher.post(
            url, form, PolitenessPolicy(settings.host_delay, settings.host_concurrency)
        )

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on this process's event loop and wait for it.

        Many threads may do so at once.
        """
        return self.start(work).result()

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a coroutine on this process's event loop."""
        with self._loop_lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=self._loop.run_forever, name="event loop", daemon=True
                ).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def apply_sources(self) -> dict[str, Source]:
        """Read the sources and make the calendar of polls and the hosts' delays follow them."""
        sources = self.sources()
        own_delays = {
            source.address.host: source.delay
            for source in sources.values()
            if source.delay is not None
        }
        self.stores.frontier.set_delays(own_delays)
        self.stores.feeds.sync([source.id for source in sources.values() if source.enabled])
        return sources


class _Holder:
    """This process's resources. A forked child builds its own.

    Connections and threads do not survive a fork.
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
