"""Older versions of articles beside the embedded index: one SQLite file in its folder.

They are looked up by their article alone, never searched, so that they need no index of words.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Lock

from pipeline.records import EnrichedArticle
from pipeline.urls import UrlId
from storage.index import IndexUnavailable

FILE_NAME = "history.sqlite3"

_TABLE = """
    CREATE TABLE IF NOT EXISTS versions (
        article TEXT NOT NULL, version INTEGER NOT NULL, content BLOB NOT NULL,
        PRIMARY KEY (article, version)
    )
"""
_PATIENCE = 10.0
"""Seconds to wait while another process writes."""


class History:
    """Any number of processes may use it.

    Args:
        folder: the index's; None keeps the versions in memory.
    """

    def __init__(self, folder: Path | None) -> None:
        self._file = None if folder is None else folder / FILE_NAME
        self._memory = (
            sqlite3.connect(":memory:", check_same_thread=False) if folder is None else None
        )
        self._one_at_a_time = Lock()

    def keep(self, versions: Sequence[EnrichedArticle]) -> None:
        """Add versions, durable on return; one that is there already is written over.

        Raises:
            IndexUnavailable: the file cannot be written.
        """
        if not versions:
            return
        rows = [(each.id, each.version, each.model_dump_json().encode()) for each in versions]
        with self._open() as database, database:
            database.executemany("INSERT OR REPLACE INTO versions VALUES (?, ?, ?)", rows)

    def of(self, article_id: UrlId) -> list[EnrichedArticle]:
        """The versions kept of an article, the oldest first.

        Raises:
            IndexUnavailable: the file cannot be read.
        """
        if self._file is not None and not self._file.exists():
            return []
        with self._open() as database:
            rows = database.execute(
                "SELECT content FROM versions WHERE article = ? ORDER BY version", (article_id,)
            ).fetchall()
        return [EnrichedArticle.model_validate_json(content) for (content,) in rows]

    def keep_only(self, stays: Callable[[UrlId], bool]) -> None:
        """Drop the versions of all articles but those that stay.

        Raises:
            IndexUnavailable: the file cannot be written.
        """
        if self._file is not None and not self._file.exists():
            return
        with self._open() as database, database:
            known = database.execute("SELECT DISTINCT article FROM versions").fetchall()
            gone = [(article,) for (article,) in known if not stays(UrlId(article))]
            database.executemany("DELETE FROM versions WHERE article = ?", gone)

    def close(self) -> None:
        """Forget what is kept in memory."""
        if self._memory is not None:
            self._memory.close()

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.ExitStack() as stack:
                stack.enter_context(self._one_at_a_time)
                database = self._memory
                if database is None:
                    database = stack.enter_context(
                        contextlib.closing(sqlite3.connect(str(self._file), timeout=_PATIENCE))
                    )
                database.execute(_TABLE)
                yield database
        except sqlite3.Error as error:
            raise IndexUnavailable(f"the embedded index: {self._file}: {error}") from error
