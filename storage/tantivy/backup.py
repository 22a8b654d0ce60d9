"""A copy of the embedded index and its ledger archive while others read and write them."""

import os
import shutil
import tempfile
from pathlib import Path

from storage.backup.database import copy_database
from storage.backup.manifest import INDEX, LEDGER, BadBackup, Snapshot
from storage.tantivy.folder import is_written, open_index, unavailable_on_failure, writer
from storage.tantivy.generations import current
from storage.tantivy.versions import FILE_NAME

_LOCKS = frozenset({".tantivy-writer.lock", ".tantivy-meta.lock", "newsloom.lock"})


class EmbeddedBackup:
    """``storage.backup.index.IndexBackup`` for the embedded index and its ledger archive.

    Args:
        index: the index' folder.
        ledger: the file of the ledger archive.
    """

    def __init__(self, index: Path, ledger: Path) -> None:
        self._index = index
        self._ledger = ledger

    def take(self, folder: Path) -> None:
        """See ``IndexBackup``."""
        if is_written(current(self._index)):
            copy_index(self._index, folder / INDEX)
        with unavailable_on_failure():
            copy_database(self._ledger, folder / LEDGER)

    def restore(self, folder: Path, snapshot: Snapshot | None) -> None:
        """See ``IndexBackup``."""
        if snapshot is not None:
            raise BadBackup("its articles are in Elasticsearch: set NEWSLOOM_INDEX_URL")
        if (folder / INDEX).exists():
            shutil.copytree(folder / INDEX, self._index)
        if (folder / LEDGER).exists():
            shutil.copyfile(folder / LEDGER, self._ledger)

    def is_empty(self) -> bool:
        """See ``IndexBackup``."""
        return not self._index.exists() and not self._ledger.exists()

    def close(self) -> None:
        """See ``IndexBackup``; nothing is held."""


def copy_index(source: Path, target: Path, *, patience: float = 30.0) -> None:
    """Copy what is committed, and the older versions, into a folder.

    Files of a segment never change, and others are replaced whole. So hard links, made while nobody
    writes, hold one commit; they are copied afterwards, while all go on. The versions come last:
    those of later commits are passed over.

    Args:
        source: the folder of the index.
        target: which is made.
        patience: seconds to wait for others who write.

    Raises:
        IndexUnavailable: others write all the time, or a file cannot be read or written.
        IndexIncompatible: another version of Newsloom wrote it.
    """
    target.mkdir(parents=True)
    index = open_index(current(source), patience)
    with (
        unavailable_on_failure(),
        tempfile.TemporaryDirectory(dir=source.parent, prefix=".backup-") as links,
    ):
        with writer(index, patience):
            _link(current(source), Path(links))
        shutil.copytree(links, target, dirs_exist_ok=True)
    with unavailable_on_failure():
        copy_database(source / FILE_NAME, target / FILE_NAME)


def _link(source: Path, links: Path) -> None:
    for path in source.iterdir():
        is_of_versions = path.name.startswith(FILE_NAME)
        if path.is_file() and path.name not in _LOCKS and not is_of_versions:
            os.link(path, links / path.name)
