"""A copy of a SQLite file at one moment, while others write it."""

import sqlite3
from contextlib import closing
from pathlib import Path


def copy_database(source: Path, target: Path) -> None:
    """Copy a database by SQLite's own backup; nothing where there is none.

    Raises:
        OSError: it cannot be read, or the copy cannot be written.
    """
    if not source.exists():
        return
    try:
        with (
            closing(sqlite3.connect(source)) as there,
            closing(sqlite3.connect(target)) as copy,
        ):
            there.backup(copy)
    except sqlite3.Error as error:
        raise OSError(f"{source}: {error}") from error
