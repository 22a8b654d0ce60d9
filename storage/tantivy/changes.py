"""The articles that were written or removed while the embedded index is built anew.

Whoever writes notes them before the commit; the rebuild copies them again. The file is there only
during a rebuild. All of this happens under the lock of the index's one writer.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipeline.urls import UrlId
from storage.index import IndexUnavailable

FILE_NAME = "changes.sqlite3"
_TABLE = "CREATE TABLE IF NOT EXISTS changed (article TEXT PRIMARY KEY)"


class Changes:
    """The changes of one index.

    Args:
        folder: where the file is.

    Raises:
        IndexUnavailable: by any method; the file cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME

    @property
    def wanted(self) -> bool:
        """Whether a rebuild wants to know them."""
        return self._file.exists()

    def begin(self) -> None:
        """From now on they are wanted; those of a rebuild that was killed are forgotten."""
        self.end()
        with self._open():
            pass

    def note(self, articles: Iterable[UrlId]) -> None:
        """Note articles; durable on return."""
        with self._open() as database, database:
            rows = [(article,) for article in articles]
            database.executemany("INSERT OR IGNORE INTO changed VALUES (?)", rows)

    def take(self) -> list[UrlId]:
        """The articles noted since the last call."""
        with self._open() as database, database:
            rows = database.execute("DELETE FROM changed RETURNING article").fetchall()
        return [UrlId(article) for (article,) in rows]

    def end(self) -> None:
        """They are not wanted any more."""
        for path in self._file.parent.glob(f"{FILE_NAME}*"):
            path.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(sqlite3.connect(str(self._file))) as database:
                database.execute(_TABLE)
                yield database
        except sqlite3.Error as error:
            raise IndexUnavailable(f"the embedded index: {self._file}: {error}") from error
