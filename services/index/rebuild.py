"""The index built anew while people search and articles arrive."""

from collections.abc import Callable
from contextlib import closing

from services.errors import AlreadyRunningError
from storage.index import Rebuilt
from storage.locks import exclusive
from workers.resources import Resources


def rebuild_index(resources: Resources, progress: Callable[[int], None]) -> Rebuilt:
    """Build the index anew with the mapping and settings of today, and swap it in.

    Args:
        resources: of which only the index is used.
        progress: called with the number of articles copied so far.

    Raises:
        AlreadyRunningError: another process of this machine rebuilds it.
        IndexUnavailable: it cannot be read or written; the old index stays in use.
    """
    folder = resources.settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with exclusive(folder / "rebuild.lock", 0.0), closing(resources.open_index()) as index:
            return index.rebuild(progress)
    except TimeoutError:
        raise AlreadyRunningError("another process rebuilds the index: wait for it") from None
