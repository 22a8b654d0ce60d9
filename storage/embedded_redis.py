"""A Redis server of our own, on a Unix socket in the data folder, where none is configured.

Several commands may use it at once: the first one starts it, the last one stops it. Each user holds
a shared lock on ``redis.lock``; who can make its own lock exclusive on leaving is the last.
"""

import fcntl
import hashlib
import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import redis

from storage.locks import exclusive, try_exclusive
from storage.redis.connection import connect
from storage.server_binary import EmbeddedRedisError, note_server, server_for

__all__ = ["EmbeddedRedisError", "embedded_redis", "socket_path"]

_STOP_SECONDS = 10.0
_ANSWER_SECONDS = 10.0
_LOOK_EVERY = 0.02
_LONGEST_SOCKET_PATH = 100  # sun_path has 108 bytes on Linux


@contextmanager
def embedded_redis(data_dir: Path, patience: float | None = None) -> Iterator[str]:
    """Use the data folder's Redis, starting it when nobody has; gives its ``unix://`` URL.

    Args:
        data_dir: the folder.
        patience: seconds to wait for a server that runs, and for whoever is starting one; None for
            the usual times. A server that is started here may load its file for longer.

    Raises:
        EmbeddedRedisError: no redis-server is at hand, it does not come up, or it hangs.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    address = socket_path(data_dir)
    with (data_dir / "redis.lock").open("a") as users:
        with _changing(data_dir, patience):
            fcntl.flock(users, fcntl.LOCK_SH)
            runs = _is_running(address, data_dir, patience or _ANSWER_SECONDS)
            server = None if runs else _start(data_dir, address)
        try:
            yield f"unix://{address}"
        finally:
            with _changing(data_dir, patience):
                if try_exclusive(users):
                    _stop(address)
                    if server is not None:
                        with suppress(subprocess.TimeoutExpired):
                            server.wait(_STOP_SECONDS)


@contextmanager
def _changing(data_dir: Path, patience: float | None) -> Iterator[None]:
    """One process at a time starts or stops the server."""
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(data_dir / "redis.change.lock", patience))
        except TimeoutError as error:
            raise EmbeddedRedisError(
                f"the embedded Redis in {data_dir} is being started or stopped: {error}"
            ) from None
        yield


def socket_path(data_dir: Path) -> Path:
    """Where the server of a data folder listens.

    In a private temporary folder when the path would be too long.
    """
    usual = data_dir.resolve() / "redis.sock"
    if len(os.fsencode(usual)) <= _LONGEST_SOCKET_PATH:
        return usual
    private = Path(tempfile.gettempdir()) / f"newsloom-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.stat().st_uid != os.getuid():
        raise EmbeddedRedisError(
            f"{private} belongs to somebody else; choose a shorter NEWSLOOM_DATA_DIR"
        )
    return private / f"{hashlib.sha256(os.fsencode(usual)).hexdigest()[:16]}.sock"


def _start(data_dir: Path, address: Path) -> subprocess.Popen[bytes]:
    """Start the server detached, so that a Ctrl-C does not end it before its users."""
    files = data_dir.resolve() / "redis"
    files.mkdir(exist_ok=True)
    binary = server_for(files)
    log = data_dir.resolve() / "redis.log"
    options = {
        "port": "0",
        "unixsocket": str(address),
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
    while not _answers(address):
        if server.poll() is not None:
            raise EmbeddedRedisError(f"{binary.path} did not start: {_last_line(log)} ({log})")
        time.sleep(_LOOK_EVERY)
    note_server(files, binary)
    return server


def _last_line(log: Path) -> str:
    """What the server said last; it says there why it does not start."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return lines[-1] if lines else "it says nothing"


def _is_running(address: Path, data_dir: Path, patience: float) -> bool:
    """Whether a server is up already.

    One that hangs must not get a second one beside it, on the same files.
    """
    if not _listens(address, patience):
        return False
    loading_until = time.monotonic() + patience
    while True:
        try:
            with connect(f"unix://{address}", patience=patience) as client:
                return bool(client.ping())
        except redis.BusyLoadingError:
            if time.monotonic() >= loading_until:
                raise EmbeddedRedisError(
                    f"the embedded Redis in {data_dir} is still loading its data; try again"
                ) from None
            time.sleep(_LOOK_EVERY)
        except redis.ResponseError:
            return True
        except redis.RedisError:
            if not _listens(address, patience):
                return False  # it has just ended
            raise EmbeddedRedisError(
                f"the embedded Redis in {data_dir} does not answer within {patience:g} s: it hangs"
                f" or is stopped; see {data_dir / 'redis.log'}, and end that redis-server"
            ) from None


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


def _answers(address: Path) -> bool:
    """Whether the server is up and has loaded its file."""
    with suppress(redis.RedisError), connect(f"unix://{address}", patience=10) as client:
        return bool(client.ping())
    return False


def _stop(address: Path) -> None:
    """Shut down cleanly (the append-only file is flushed) and wait until it is gone."""
    try:
        with connect(f"unix://{address}", patience=_STOP_SECONDS) as client:
            client.shutdown(nosave=True)
    except redis.TimeoutError:
        return  # it hangs, and would not be gone in time
    except redis.RedisError:
        pass
    deadline = time.monotonic() + _STOP_SECONDS
    while address.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
