"""The sources of this process: read from their file, and read again when it has changed."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock

from config.settings import Settings
from config.sources import Source, is_source_id
from config.sources_file import SourcesError, SourcesFile, read
from pipeline.records import OF_NO_SOURCE
from storage.open import Stores
from workers.fetch.records import PolitenessPolicy
from workers.fetch.robots import LONGEST_CRAWL_DELAY

log = logging.getLogger("newsloom.sources")

_NEVER_READ = -1.0


@dataclass(frozen=True, slots=True)
class _Known:
    """What this process knows of the file.

    Attributes:
        sources: by id.
        problems: a line for each thing that cannot be used.
        unusable: the problem by the id of the source, for sources of which nothing is known.
        unnamed: the problem of an entry without a valid id; it may be any source that is not there.
    """

    sources: dict[str, Source] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    unusable: Mapping[str, str] = field(default_factory=dict)
    unnamed: str | None = None


class SourceRegistry:
    """Sources by id, and how their hosts are treated.

    An editor's slip must not cost articles. A source whose entry cannot be used any more stays as
    it was, and so do all while the file cannot be read. Of a source that could not be used since
    this process began, nothing is known: its polls, pages and pushes wait until the file is mended.
    All of that is logged once for each change of the file.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reading = Lock()
        self._changed_at = _NEVER_READ
        self._known: _Known | None = None
        self._error = ""

    def all(self) -> dict[str, Source]:
        """The sources by id, read again when the file has changed.

        Raises:
            SourcesError: the file could not be read since this process began.
        """
        return self._current().sources

    def problems(self) -> tuple[str, ...]:
        """What cannot be used of the file, a line for each. Raises as ``all`` does."""
        return self._current().problems

    def get(self, source_id: str) -> Source | None:
        """A source; None where the file has no such source.

        Raises:
            SourcesError: nothing is known of it, as its entry or the file cannot be used.
        """
        if source_id in OF_NO_SOURCE:
            return None
        known = self._current()
        source = known.sources.get(source_id)
        if source is None and (problem := _why_unusable(known, source_id)):
            raise SourcesError(problem)
        return source

    def is_unusable(self, source_id: str) -> bool:
        """Whether nothing is known of a source that may be in the file.

        Raises as ``all`` does.
        """
        known = self._current()
        return source_id not in known.sources and _why_unusable(known, source_id) is not None

    def policy(self, source_id: str) -> PolitenessPolicy:
        """How to treat the hosts of a source. Raises as ``get`` does."""
        settings = self._settings
        source = self.get(source_id)
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

        Due times of sources that cannot be used stay. Raises as ``all`` does.
        """
        sources = self.apply_delays(stores)
        enabled = [source.id for source in sources.values() if source.enabled]
        stores.sources.sync(enabled, keep=self.is_unusable)
        return sources

    def apply_delays(self, stores: Stores) -> dict[str, Source]:
        """Read the sources and make the hosts' delays follow them. Raises as ``all`` does."""
        sources = self.all()
        own_delays = {
            source.address.host: source.delay
            for source in sources.values()
            if source.delay is not None
        }
        stores.frontier.set_delays(own_delays)
        return sources

    def _current(self) -> _Known:
        changed_at = self._file_changed_at()
        if changed_at != self._changed_at:
            with self._reading:
                self._read_once(changed_at)
        if self._known is None:
            raise SourcesError(self._error)
        return self._known

    def _read_once(self, changed_at: float) -> None:
        """Read the file, unless another thread did while this one waited."""
        if changed_at == self._changed_at:
            return
        for problem in self._read():
            log.warning("%s", problem)
        # Last: other threads must not believe that the file was read before it was.
        self._changed_at = changed_at

    def _read(self) -> tuple[str, ...]:
        """Read the file; what cannot be used of it."""
        try:
            file = read(self._settings.sources)
        except SourcesError as error:
            return self._stay(str(error))
        if self._known and self._known.sources and not self._settings.sources.exists():
            return self._stay(f"{self._settings.sources} is not there any more")
        self._known = _taken(file, self._known.sources if self._known else {})
        return self._known.problems

    def _stay(self, error: str) -> tuple[str, ...]:
        """Keep what is known of a file that cannot be read."""
        if self._known is None:
            self._error = error
            return (f"{error}; polls, pages and pushes wait until it is mended",)
        self._known = replace(self._known, problems=(f"{error}; the sources stay as they were",))
        return self._known.problems

    def _file_changed_at(self) -> float:
        path = self._settings.sources
        try:
            return os.stat(path).st_mtime  # noqa: PTH116 - asked at each fetch; Path.stat is slower
        except OSError:
            return 0.0


def _taken(file: SourcesFile, before: Mapping[str, Source]) -> _Known:
    """What is known of a file, where some sources were known before."""
    sources = {source.id: source for source in file.sources}
    problems: list[str] = []
    unusable: dict[str, str] = {}
    unnamed = None
    for entry, problem in zip(file.bad, file.problems, strict=True):
        stays = ""
        if entry.id is None or not is_source_id(entry.id):
            unnamed = problem
        elif entry.id in before and entry.id not in sources:
            sources[entry.id] = before[entry.id]
            stays = "; the source stays as it was"
        elif entry.id not in sources:
            unusable[entry.id] = problem
        problems.append(f"{problem}{stays}")
    return _Known(sources, tuple(problems), unusable, unnamed)


def _why_unusable(known: _Known, source_id: str) -> str | None:
    """The problem of a source that is not among the known ones; None where it is in no entry."""
    return known.unusable.get(source_id, known.unnamed)
