"""One redis-server on a Unix socket: started, asked, ended."""

import os
import select
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path

import redis

from storage.redis.connection import connect
from storage.server_binary import EmbeddedRedisError, note_server, server_binary, server_for

_LOOK_EVERY = 0.02
_KILLED_SECONDS = 1.0
_CREDENTIALS = struct.Struct("3i")
"""Process, user and group (``struct ucred`` in unix(7))."""


class State(Enum):
    """What a server does when it is asked."""

    GONE = auto()
    ANSWERS = auto()
    LOADING = auto()
    SILENT = auto()
    """A process holds the socket and does not answer in time."""


def ask(address: Path, patience: float) -> State:
    """Ask a server for a sign of life.

    Args:
        address: its socket.
        patience: seconds to wait for the connection, and for the answer.
    """
    if not _listens(address, patience):
        return State.GONE
    try:
        with connect(f"unix://{address}", patience=patience) as client:
            client.ping()
    except redis.BusyLoadingError:
        return State.LOADING
    except redis.ResponseError:
        return State.ANSWERS  # it is busy with a script, or cannot write
    except redis.RedisError:
        return State.SILENT if _listens(address, patience) else State.GONE
    return State.ANSWERS


def launch(data_dir: Path, address: Path) -> subprocess.Popen[bytes]:
    """Start a server detached, so that a Ctrl-C does not end it before its users.

    Returns when it listens. It may be loading its file for long then.

    Raises:
        EmbeddedRedisError: no redis-server is at hand, or it ended at once.
    """
    files = data_dir.resolve() / "redis"
    files.mkdir(exist_ok=True)
    binary = server_for(files)
    options = {
        "port": "0",
        "unixsocket": str(address),
        "unixsocketperm": "700",
        "dir": str(files),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(_log(data_dir)),
        "daemonize": "no",
    }
    server = _spawn(binary.path, options)
    _wait_until_it_listens(server, data_dir, address)
    note_server(files, binary)
    return server


def serve_dump(dump: Path, address: Path) -> subprocess.Popen[bytes]:
    """Start a server that reads a dump (RDB) and writes nothing but its log, beside its socket.

    Returns when it listens, as ``launch`` does.

    Raises:
        EmbeddedRedisError: no redis-server is at hand, or it cannot read the dump.
    """
    options = {
        "port": "0",
        "unixsocket": str(address),
        "unixsocketperm": "700",
        "dir": str(dump.resolve().parent),
        "dbfilename": dump.name,
        "appendonly": "no",
        "save": "",
        "logfile": str(_log(address.parent)),
        "daemonize": "no",
    }
    server = _spawn(server_binary(), options)
    _wait_until_it_listens(server, address.parent, address)
    return server


def _spawn(program: str, options: Mapping[str, str]) -> subprocess.Popen[bytes]:
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    return subprocess.Popen(  # noqa: S603 - a fixed program with fixed options
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _wait_until_it_listens(server: subprocess.Popen[bytes], folder: Path, address: Path) -> None:
    while not _listens(address, _KILLED_SECONDS):
        require_running(server, folder)
        time.sleep(_LOOK_EVERY)


def require_running(server: subprocess.Popen[bytes], data_dir: Path) -> None:
    """Fail when a server of ours has ended.

    Raises:
        EmbeddedRedisError: it has; the message has its last words.
    """
    if server.poll() is not None:
        log = _log(data_dir)
        raise EmbeddedRedisError(f"{server.args[0]!s} did not start: {_last_line(log)} ({log})")  # type: ignore[index]


def wait_until_loaded(server: subprocess.Popen[bytes], data_dir: Path, address: Path) -> None:
    """Wait for a server of ours, however long its file is.

    Raises:
        EmbeddedRedisError: it has ended.
    """
    while ask(address, patience=10) is not State.ANSWERS:
        require_running(server, data_dir)
        time.sleep(_LOOK_EVERY)


def process_of(address: Path, patience: float) -> int | None:
    """The process that holds a socket, as the kernel knows it; it need not answer for that."""
    with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
        probe.settimeout(patience)
        probe.connect(str(address))
        raw = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
        pid: int = _CREDENTIALS.unpack(raw)[0]
        return pid or None  # 0: it belongs to another container
    return None


def stop(address: Path, seconds: float) -> None:
    """End a server: cleanly (its append-only file is flushed), else by force.

    Args:
        address: its socket.
        seconds: for a clean end.
    """
    pid = process_of(address, seconds)
    deadline = time.monotonic() + seconds
    try:
        with connect(f"unix://{address}", patience=seconds / 2) as client:
            client.shutdown(nosave=True)
    except redis.RedisError:
        if pid:
            _signal(pid, signal.SIGTERM)  # which waits until it looks
    if pid is None:
        _wait_until_silent(address, deadline)
    elif not has_ended(pid, deadline - time.monotonic()):
        kill(pid)


def kill(pid: int) -> None:
    """End a server by force. What it has answered is with the kernel, which writes it."""
    _signal(pid, signal.SIGKILL)
    has_ended(pid, _KILLED_SECONDS)


def has_ended(pid: int, seconds: float) -> bool:
    """Wait for the end of a process, which need not be a child of ours."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ended, _, _ = select.select([descriptor], [], [], max(0.0, seconds))
    finally:
        os.close(descriptor)
    return bool(ended)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _wait_until_silent(address: Path, deadline: float) -> None:
    while _listens(address, _KILLED_SECONDS) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY)


def _listens(address: Path, patience: float) -> bool:
    """Whether a process holds the socket, answering or not."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(patience)
        try:
            probe.connect(str(address))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        except OSError:
            return True  # so many wait for it already that there is no room for one more
    return True


def _log(data_dir: Path) -> Path:
    return data_dir.resolve() / "redis.log"


def _last_line(log: Path) -> str:
    """What the server said last; it says there why it does not start."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return lines[-1] if lines else "it says nothing"
