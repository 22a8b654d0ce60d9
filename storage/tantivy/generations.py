"""Which folder has the embedded index: the given one, or a rebuilt one in it that a file names.

The file is replaced whole, so that a process sees the old index or the new one. What is kept beside
the index, such as older versions of articles, stays in the given folder.
"""

import os
import shutil
from pathlib import Path

from storage.tantivy.changes import FILE_NAME as CHANGES
from storage.tantivy.versions import FILE_NAME as HISTORY

_POINTER = "current"
_PREFIX = "rebuilt-"
_OPENING_LOCK = "newsloom.lock"
_BESIDE = (HISTORY, CHANGES, _POINTER, _PREFIX, _OPENING_LOCK)
"""How the names of files and folders begin that are no part of an index in the given folder."""


def current(path: Path) -> Path:
    """The folder of the index in use. Cheap: it is asked before each use."""
    try:
        return path / (path / _POINTER).read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return path


def following(path: Path) -> Path:
    """The folder for the index after the one in use; not made here."""
    name = current(path).name
    number = int(name.removeprefix(_PREFIX)) if name.startswith(_PREFIX) else 0
    return path / f"{_PREFIX}{number + 1}"


def switch(path: Path, folder: Path) -> None:
    """Make a folder that ``following`` has named the one in use, durable on return."""
    written = path / f"{_POINTER}.new"
    with written.open("w") as file:
        file.write(f"{folder.name}\n")
        file.flush()
        os.fsync(file.fileno())
    written.replace(path / _POINTER)
    directory = os.open(path, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def remove_others(path: Path) -> None:
    """Remove every index but the one in use: older ones, and a new one that was not finished."""
    in_use = current(path)
    for folder in path.glob(f"{_PREFIX}*"):
        if folder != in_use:
            shutil.rmtree(folder)
    if in_use == path:
        return
    for file in path.iterdir():
        if not file.name.startswith(_BESIDE):
            file.unlink(missing_ok=True)
