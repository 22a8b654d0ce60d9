"""A Redis server of our own, on a Unix socket in the data folder, where none is configured.

Several commands may use it at once: the first one starts it, the last one stops it. Each user holds
a shared lock on ``redis.lock``; who can make its own lock exclusive on leaving is the last.
"""

import fcntl
import hashlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from storage.server_binary import EmbeddedRedisError, note_server, server_for

__all__ = ["EmbeddedRedisError", "embedded_redis", "socket_path"]

_STOP_SECONDS = 10.0
_LONGEST_SOCKET_PATH = 100  # sun_path has 108 bytes on Linux


@contextmanager
def embedded_redis(data_dir: Path) -> Iterator[str]:
    """Use the data folder's Redis, starting it when nobody has; gives its ``unix://`` URL.

    Raises:
        EmbeddedRedisError: no redis-server is at hand, or it does not come up.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    socket = socket_path(data_dir)
    with (data_dir / "redis.lock").open("a") as users:
        with _changing(data_dir):
            fcntl.flock(users, fcntl.LOCK_SH)
            server = None if _answers(socket) else _start(data_dir, socket)
        try:
            yield f"unix://{socket}"
        finally:
            with _changing(data_dir):
                if _is_last(users):
                    _stop(socket)
                    if server is not None:
                        with suppress(subprocess.TimeoutExpired):
                            server.wait(_STOP_SECONDS)


@contextmanager
def _changing(data_dir: Path) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with (data_dir / "redis.change.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def socket_path(data_dir: Path) -> Path:
    """Where the server of a data folder listens.

    In a private temporary folder when the path would be too long.
    """
    socket = data_dir.resolve() / "redis.sock"
    if len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH:
        return socket
    private = Path(tempfile.gettempdir()) / f"newsloom-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.stat().st_uid != os.getuid():
        raise EmbeddedRedisError(
            f"{private} belongs to somebody else; choose a shorter NEWSLOOM_DATA_DIR"
        )
    return private / f"{hashlib.sha256(os.fsencode(socket)).hexdigest()[:16]}.sock"


def _start(data_dir: Path, socket: Path) -> subprocess.Popen[bytes]:
    """Start the server detached, so that a Ctrl-C does not end it before its users."""
    files = data_dir.resolve() / "redis"
    files.mkdir(exist_ok=True)
    binary = server_for(files)
    log = data_dir.resolve() / "redis.log"
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(files),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "logfile": str(log),
        "daemonize": "no",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    server = subprocess.Popen(  # noqa: S603 - a fixed program with fixed options
        [binary.path, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # A large file takes a while to load; a server that cannot start ends.
    while not _answers(socket):
        if server.poll() is not None:
            raise EmbeddedRedisError(f"{binary.path} did not start: {_last_line(log)} ({log})")
        time.sleep(0.02)
    note_server(files, binary)
    return server


def _last_line(log: Path) -> str:
    """What the server said last; it says there why it does not start."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return lines[-1] if lines else "it says nothing"


def _answers(socket: Path) -> bool:
    """Whether the server is up and has loaded its file."""
    with suppress(redis.RedisError, OSError), _client(socket) as client:
        return bool(client.ping())
    return False


def _client(socket: Path) -> redis.Redis:
    """A client that takes no for an answer: the usual one tries for three seconds more."""
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=10, retry=Retry(NoBackoff(), 0))


def _is_last(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _stop(socket: Path) -> None:
    """Shut down cleanly (the append-only file is flushed) and wait until it is gone."""
    with suppress(redis.RedisError, OSError), _client(socket) as client:
        client.shutdown(nosave=True)
    deadline = time.monotonic() + _STOP_SECONDS
    while socket.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
