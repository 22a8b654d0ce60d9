"""The sources of this process: read from their file, and read again when it has changed."""

import logging
import os

from config.settings import Settings
from config.sources import Source
from config.sources_file import SourcesError, SourcesFile, read
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
        self._is_known = False
        self._sources: dict[str, Source] = {}
        self._problems: tuple[str, ...] = ()

    def all(self) -> dict[str, Source]:
        """The sources by id, read again when the file has changed.

        An editor's slip must not cost articles. A source whose entry cannot be used any more stays
        as it was, and so do all while the file cannot be read. Entries that never could be used are
        left out. All of that is logged once for each change of the file.
        """
        changed_at = self._file_changed_at()
        if changed_at != self._changed_at:
            self._changed_at = changed_at
            self._read()
        return self._sources

    def problems(self) -> tuple[str, ...]:
        """What cannot be used of the file, a line for each."""
        self.all()
        return self._problems

    def _read(self) -> None:
        try:
            file = read(self._settings.sources)
        except SourcesError as error:
            stay = "the sources stay as they were" if self._is_known else "no sources are watched"
            self._problems = (f"{error}; {stay}",)
        else:
            self._take(file)
        for problem in self._problems:
            log.warning("%s", problem)

    def _take(self, file: SourcesFile) -> None:
        sources = {source.id: source for source in file.sources}
        problems: list[str] = []
        for entry, problem in zip(file.bad, file.problems, strict=True):
            before = self._sources.get(entry.id or "")
            if before is None or before.id in sources:
                problems.append(problem)
            else:
                sources[before.id] = before
                problems.append(f"{problem}; the source stays as it was")
        self._sources, self._problems, self._is_known = sources, tuple(problems), True

    def _file_changed_at(self) -> float:
        path = self._settings.sources
        try:
            return os.stat(path).st_mtime  # noqa: PTH116 - asked at each fetch; Path.stat is slower
        except OSError:
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
            access=source.access,
        )

    def poll_patience(self, source_id: str) -> float:
        """Seconds that a poll waits for a slot: as long as hosts may ask for.

        It holds no batch, as pages do.
        """
        return max(self.policy(source_id).delay, LONGEST_CRAWL_DELAY) + 1

    def apply_to(self, stores: Stores) -> dict[str, Source]:
        """Read the sources and make the due times of polls and the hosts' delays follow them.

        Those that are kept stay where the file was never readable: nobody knows what is watched.
        """
        sources = self.all()
        if not self._is_known:
            return sources
        own_delays = {
            source.address.host: source.delay
            for source in sources.values()
            if source.delay is not None
        }
        stores.frontier.set_delays(own_delays)
        stores.sources.sync([source.id for source in sources.values() if source.enabled])
        return sources
