"""Change the sources file while nobody else of this machine does."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.sources_file import SourcesFile, read
from storage.locks import exclusive

_PATIENCE = 10.0  # seconds; a change takes less than one


@contextmanager
def changing(sources_file: Path) -> Iterator[SourcesFile]:
    """The sources file as it is now. No other command changes it before this ends.

    What was read before is old: another command may have changed the file since.

    Raises:
        SourcesError: the file cannot be read.
        TimeoutError: another command has been changing it for ten seconds.
    """
    sources_file.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(sources_file.with_name(f"{sources_file.name}.lock"), _PATIENCE):
        yield read(sources_file)
