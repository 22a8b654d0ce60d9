"""The ledger archive of one machine: a SQLite file in the data folder.

It is no part of the index's folder: who deletes a damaged index keeps what is needed to restore it.
"""

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from pipeline.urls import UrlId
from storage.index import IndexUnavailable
from storage.ledger_archive.archive import ArchivedEntry

_SCHEMA = """
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS entries (
        url_id TEXT PRIMARY KEY, ending INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT,
        ended_at REAL NOT NULL, content BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS rejected ON entries (reason, ended_at) WHERE reason IS NOT NULL;
"""
_PUT = """
    INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (url_id) DO UPDATE SET
        ending = excluded.ending, state = excluded.state, reason = excluded.reason,
        ended_at = excluded.ended_at, content = excluded.content
    WHERE excluded.ending > entries.ending
"""
_PATIENCE = 10.0
"""Seconds to wait while another process writes."""

_MOST_IDS = 500
"""In one question to SQLite."""

_Row = tuple[str, int, str, str | None, float, bytes]


class SqliteLedgerArchive:
    """``storage.ledger_archive.archive.LedgerArchive``; any number of processes may use it.

    Args:
        file: made when the first entry is kept.
        patience: seconds to wait while another process writes; None for the usual time.
    """

    def __init__(self, file: Path, *, patience: float | None = None) -> None:
        self._file = file
        self._patience = _PATIENCE if patience is None else patience
        self._made = False
        self._one_makes_it = Lock()

    def put(self, entries: Sequence[ArchivedEntry]) -> set[UrlId]:
        """See ``LedgerArchive``."""
        self._make()
        with self._open() as database, database:
            database.executemany(_PUT, map(_row, entries))
        return {entry.url_id for entry in entries}

    def get(self, url_ids: Sequence[UrlId]) -> dict[UrlId, ArchivedEntry]:
        """See ``LedgerArchive``."""
        entries = map(_entry, self._ask_for(url_ids, "*"))
        return {entry.url_id: entry for entry in entries}

    def known(self, url_ids: Sequence[UrlId]) -> set[UrlId]:
        """See ``LedgerArchive``."""
        return {UrlId(row[0]) for row in self._ask_for(url_ids, "url_id")}

    def rejected(self, reason: str, limit: int) -> list[ArchivedEntry]:
        """See ``LedgerArchive``."""
        question = "SELECT * FROM entries WHERE reason = ? ORDER BY ended_at DESC LIMIT ?"
        return [_entry(row) for row in self._ask(question, (reason, limit))]

    def pages(self, size: int, *, ended_after: float) -> Iterator[list[ArchivedEntry]]:
        """See ``LedgerArchive``."""
        question = "SELECT * FROM entries WHERE url_id > ? AND ended_at > ? ORDER BY url_id LIMIT ?"
        last = ""
        while rows := self._ask(question, (last, ended_after, size)):
            yield [_entry(row) for row in rows]
            last = rows[-1][0]

    def remove_before(self, month: datetime, *, dry_run: bool = False) -> int:
        """See ``LedgerArchive``. The file keeps its size, and the room in it is used again."""
        values = (month.timestamp(),)
        [(found,)] = self._ask("SELECT count(*) FROM entries WHERE ended_at < ?", values) or [(0,)]
        if found and not dry_run:
            with self._open() as database, database:
                database.execute("DELETE FROM entries WHERE ended_at < ?", values)
        return int(found)

    def close(self) -> None:
        """See ``LedgerArchive``. Nothing is held between two calls."""

    def _make(self) -> None:
        with self._one_makes_it:
            if self._made:
                return
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._open() as database:
                database.executescript(_SCHEMA)
            self._made = True

    def _ask_for(self, url_ids: Sequence[UrlId], columns: str) -> Iterator[_Row]:
        for start in range(0, len(url_ids), _MOST_IDS):
            some = url_ids[start : start + _MOST_IDS]
            places = ", ".join("?" * len(some))
            question = f"SELECT {columns} FROM entries WHERE url_id IN ({places})"  # noqa: S608 - no value in it
            yield from self._ask(question, tuple(some))

    def _ask(self, question: str, values: tuple[object, ...]) -> list[Any]:
        if not self._file.exists():
            return []
        self._make()
        with self._open() as database:
            return database.execute(question, values).fetchall()

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(sqlite3.connect(self._file, timeout=self._patience)) as opened:
                yield opened
        except sqlite3.Error as error:
            raise IndexUnavailable(f"the ledger archive: {self._file}: {error}") from error


def _row(entry: ArchivedEntry) -> _Row:
    content = json.dumps([dict(entry.fields), entry.events], ensure_ascii=False)
    packed = zlib.compress(content.encode())
    return (entry.url_id, entry.ending, entry.state, entry.reason, entry.ended_at, packed)


def _entry(row: _Row) -> ArchivedEntry:
    url_id, ending, state, reason, ended_at, packed = row
    fields, events = json.loads(zlib.decompress(packed))
    return ArchivedEntry(
        UrlId(url_id), ending, state, reason, ended_at, fields=fields, events=tuple(events)
    )
