"""The sources of this process: read from their file, and read again when it has changed."""

import logging
import os

from config.logging import LogFields
from config.settings import Settings
from config.sources import Source, SourcesError, load
from storage.open import Stores
from workers.fetch.records import PolitenessPolicy
from workers.fetch.robots import LONGEST_CRAWL_DELAY

log = logging.getLogger("newsloom.sources")

_NEVER_READ = -1.0


class SourceRegistry:
    """Sources by id, and how their hosts are treated."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._changed_at = _NEVER_READ
        self._sources: dict[str, Source] = {}

    def all(self) -> dict[str, Source]:
        """The sources by id, read again when the file has changed.

        A file that was broken by a change is complained of once, and the sources stay as they were:
        an editor's slip must not cost articles.

        Raises:
            SourcesError: it was broken from the start.
        """
        changed_at = self._file_changed_at()
        if changed_at == self._changed_at:
            return self._sources
        try:
            self._sources = {source.id: source for source in load(self._settings.sources)}
        except SourcesError as error:
            if self._changed_at == _NEVER_READ:
                raise
            log.warning(
                "%s; the sources stay as they were",
                error,
                extra=LogFields(event="sources_broken", reason=str(error)),
            )
        self._changed_at = changed_at
        return self._sources

    def _file_changed_at(self) -> float:
        path = self._settings.sources
        try:
            return os.stat(path).st_mtime  # noqa: PTH116 - asked at each fetch; Path.stat is slower
        except FileNotFoundError:
            return 0.0

    def policy(self, source_id: str) -> PolitenessPolicy:
        """How to treat the hosts of a source."""
        settings = self._settings
        source = self.all().get(source_id)
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
        """Seconds that a poll waits for a slot: as long as hosts may ask for.

        It holds no batch, as pages do.
        """
        return max(self.policy(source_id).delay, LONGEST_CRAWL_DELAY) + 1

    def apply_to(self, stores: Stores) -> dict[str, Source]:
        """Read the sources and make the due times of polls and the hosts' delays follow them."""
        sources = self.all()
        own_delays = {
            source.address.host: source.delay
            for source in sources.values()
            if source.delay is not None
        }
        stores.frontier.set_delays(own_delays)
        stores.sources.sync([source.id for source in sources.values() if source.enabled])
        return sources
