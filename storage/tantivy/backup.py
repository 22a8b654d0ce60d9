"""A copy of the embedded index while others read and write it."""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from storage.backup.manifest import BadBackup, Snapshot
from storage.tantivy.folder import is_written, open_index, unavailable_on_failure, writer
from storage.tantivy.versions import FILE_NAME

_LOCKS = frozenset({".tantivy-writer.lock", ".tantivy-meta.lock", "newsloom.lock"})


class TantivyBackup:
    """``storage.backup.index.IndexBackup`` for the embedded index.

    Args:
        path: its folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, folder: Path) -> None:
        """See ``IndexBackup``."""
        if is_written(self._path):
            copy_index(self._path, folder)

    def restore(self, folder: Path, snapshot: Snapshot | None) -> None:
        """See ``IndexBackup``."""
        if snapshot is not None:
            raise BadBackup("its articles are in Elasticsearch: set NEWSLOOM_INDEX_URL")
        if folder.exists():
            shutil.copytree(folder, self._path)

    def is_empty(self) -> bool:
        """See ``IndexBackup``."""
        return not self._path.exists()

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
    index = open_index(source, patience)
    with (
        unavailable_on_failure(),
        tempfile.TemporaryDirectory(dir=source.parent, prefix=".backup-") as links,
    ):
        with writer(index, patience):
            _link(source, Path(links))
        shutil.copytree(links, target, dirs_exist_ok=True)
    _copy_versions(source / FILE_NAME, target / FILE_NAME)


def _link(source: Path, links: Path) -> None:
    for path in source.iterdir():
        is_of_versions = path.name.startswith(FILE_NAME)
        if path.is_file() and path.name not in _LOCKS and not is_of_versions:
            os.link(path, links / path.name)


def _copy_versions(source: Path, target: Path) -> None:
    if not source.exists():
        return
    with (
        unavailable_on_failure(),
        closing(sqlite3.connect(str(source))) as there,
        closing(sqlite3.connect(str(target))) as copy,
    ):
        try:
            there.backup(copy)
        except sqlite3.Error as error:
            raise OSError(f"{source}: {error}") from error
