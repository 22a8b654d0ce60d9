"""Import pages that were captured before, from files."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.records import OF_IMPORT
from services.errors import ImportStalledError, UnknownSourceError, UnreadableInputError
from storage.archive.captures import NotReadable, Read
from storage.archive.opening import read_file
from storage.archive.warc import WarcReader
from workers.app import make_app
from workers.chain.importing import Importer, ImportTally, Stalled
from workers.resources import Resources


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How files are imported.

    Attributes:
        source: the id of the source that the pages belong to; None for pages of no source.
        again: process also pages that are known.
        patience: seconds without any outcome before the import is given up.
    """

    source: str | None = None
    again: bool = False
    patience: float = 300.0


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far the current file is read, in bytes."""

    path: Path
    position: int
    size: int


class FileImport:
    """An import of WARC, WET or JSON lines files, plain or compressed.

    Attributes:
        tally: what became of the pages; true at any time, also after an interruption.
    """

    def __init__(self, paths: Sequence[Path], *, max_page_bytes: int) -> None:
        """Open the files.

        Raises:
            UnreadableInputError: one of them is in none of the formats.
        """
        self.tally = ImportTally()
        self._reader = WarcReader(max_bytes=max_page_bytes)
        self._files = [(path, self._opened(path)) for path in paths]

    def run(
        self,
        resources: Resources,
        options: ImportOptions,
        *,
        progress: Callable[[ImportProgress], None],
        tend: Callable[[], None],
    ) -> None:
        """Send all pages through the pipeline and wait until they have ended.

        Args:
            resources: the stores, and the settings for the broker.
            options: how they are imported.
            progress: called after each capture.
            tend: called while waiting, a few times a second, to keep workers running.

        Raises:
            ImportStalledError: nothing has ended for too long.
            UnknownSourceError: there is no such source.
        """
        if options.source and options.source not in resources.registry.all():
            where = resources.settings.sources
            raise UnknownSourceError(f"no source {options.source!r} in {where}")
        importer = Importer(
            resources,
            make_app(resources.settings),
            source=options.source or OF_IMPORT,
            again=options.again,
            tend=tend,
            patience=options.patience,
        )
        self.tally = importer.tally
        try:
            self._take_all(importer, progress)
        except Stalled as error:
            raise ImportStalledError(str(error)) from None

    def _opened(self, path: Path) -> Iterator[Read]:
        try:
            return read_file(path, self._reader)
        except NotReadable as error:
            raise UnreadableInputError(str(error)) from None

    def _take_all(self, importer: Importer, progress: Callable[[ImportProgress], None]) -> None:
        for path, captures in self._files:
            size = path.stat().st_size
            self._reader.position = 0
            progress(ImportProgress(path, 0, size))
            for capture in captures:
                importer.take(capture, path.name)
                progress(ImportProgress(path, self._reader.position, size))
            progress(ImportProgress(path, size, size))
        for capture in self._reader.revisits():
            importer.take(capture, self._files[-1][0].name)
        importer.finish()
