"""What a worker asks of the web: fetches in the politeness of a source, and what comes of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property

import anyio

from config.settings import Settings
from config.sources_file import SourcesError
from pipeline.crawl.private_access import PrivateAccess
from pipeline.crawl.status import classify_status
from pipeline.outcome import Rejected, Retry
from pipeline.urls import Url
from storage.archive.archive import Archive
from storage.redis.health.counters import Tally
from storage.redis.politeness import Politeness
from workers.fetch.archive_writer import ArchiveWriter
from workers.fetch.errors import unusable_source
from workers.fetch.fetcher import Fetcher
from workers.fetch.network import Network, SystemNetwork
from workers.fetch.proxy import ProxiedNetwork
from workers.fetch.records import PAGE, FetchOptions, Limits, PolitenessPolicy, Response
from workers.fetch.slots import HostSlots
from workers.processes.isolation import PatientReader

_PATIENCE_SECONDS = 10.0

PolicyOf = Callable[[str], PolitenessPolicy]
"""How to treat the hosts of a source, by its id.

Raises ``SourcesError`` while nobody knows how.
"""


class Web:
    """One process's way to the web. Its coroutines belong to one event loop."""

    def __init__(  # noqa: PLR0913 - all by name
        self,
        settings: Settings,
        politeness: Politeness,
        policy_of: PolicyOf,
        *,
        reader: PatientReader,
        network: Network | None = None,
        archive: Archive | None = None,
        tally: Tally | None = None,
    ) -> None:
        """Nothing is contacted before the first fetch.

        Args:
            settings: limits, proxy, user agent.
            politeness: counts the slots of each host.
            policy_of: of a source.
            reader: parses robots.txt.
            network: the machine's own when there is none, through the proxy where one is set.
            archive: where fetched pages are kept, if the operator wants that.
            tally: counts what servers answer.
        """
        self._settings = settings
        self._politeness = politeness
        self._policy_of = policy_of
        self._fetcher = Fetcher(
            network or network_of(settings),
            user_agent=settings.user_agent,
            limits=limits_of(settings),
            slots=self._slots(),
            reader=reader,
            tally=tally,
        )
        self._archive = archive

    async def get(
        self,
        url: Url,
        source_id: str,
        options: FetchOptions = PAGE,
        *,
        access: PrivateAccess | None = None,
    ) -> Response | Rejected | Retry:
        """GET with the politeness of a source, in the private network that it lives in, if any.

        ``access`` is that of a source that is not watched yet.
        """
        try:
            policy = self._policy_of(source_id)
        except SourcesError as error:
            return unusable_source(error)
        if access is not None:
            policy = replace(policy, access=access)
        return await self._fetcher.get(url, options, policy)

    async def post(
        self, url: Url, form: Mapping[str, str], source_id: str
    ) -> Response | Rejected | Retry:
        """POST a form for a source, in the host's slot."""
        settings = self._settings
        try:
            access = self._policy_of(source_id).access
        except SourcesError as error:
            return unusable_source(error)
        policy = PolitenessPolicy(settings.host_delay, settings.host_concurrency, access=access)
        return await self._fetcher.post(url, form, policy)

    async def classify(self, response: Response, now: datetime) -> Rejected | Retry | None:
        """What the status of a response says, as ``classify_status``.

        A host that asks for a pause (429, 503) has it at once. So what waits for a slot there is
        turned away before anybody has written this response down.
        """
        outcome = classify_status(response.status, response.headers.get("retry-after"), now)
        if not isinstance(outcome, Retry) or not outcome.host_wide:
            return outcome
        host = response.final_url.host
        pause = await anyio.to_thread.run_sync(self._politeness.slow_down, host, outcome.after)
        return outcome.model_copy(update={"after": pause})

    async def archive(self, response: Response) -> None:
        """Archive a page, if that is wanted.

        What goes wrong there is logged, and no concern of the page's.
        """
        if self._archive_writer is not None:
            await self._archive_writer.keep(response.exchanges)

    @cached_property
    def _archive_writer(self) -> ArchiveWriter | None:
        """Built with the first page: it has a thread, which a fork would not take along."""
        return ArchiveWriter(self._archive, patience=self._patience) if self._archive else None

    @property
    def _patience(self) -> float:
        """Seconds that a page may wait for one thing, so that its batch keeps its lease."""
        return min(_PATIENCE_SECONDS, self._settings.lease_seconds / 4)

    def _slots(self) -> HostSlots:
        settings = self._settings
        longest = settings.lease_seconds - 2 * settings.fetch_timeout
        return HostSlots(
            self._politeness,
            patience=self._patience,
            longest=max(longest, self._patience),
            hold=settings.fetch_timeout + 5,
        )


def network_of(settings: Settings) -> Network:
    """The machine's own network, through the proxy where one is set."""
    if settings.proxy:
        return ProxiedNetwork(settings.proxy.get_secret_value())
    return SystemNetwork()


def limits_of(settings: Settings) -> Limits:
    """The bounds of each fetch."""
    return Limits(
        seconds=settings.fetch_timeout,
        connect_seconds=settings.connect_timeout,
        max_bytes=settings.max_page_bytes,
        max_redirects=settings.max_redirects,
        ports=settings.allowed_ports,
    )
