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
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from storage.locks import exclusive, try_exclusive
from storage.redis_server import State, ask, launch, stop, wait_until_loaded
from storage.server_binary import EmbeddedRedisError

__all__ = [
    "EmbeddedRedisError",
    "embedded_redis",
    "socket_path",
    "start_if_gone",
    "stop_if_unused",
]

_STOP_SECONDS = 10.0
_ANSWER_SECONDS = 10.0
_LOOK_EVERY = 0.02
_LOOK_SECONDS = 1.0
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
                    stop(address, _STOP_SECONDS)
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


def stop_if_unused(data_dir: Path, seconds: float) -> None:
    """Stop a folder's server when nobody uses it, as after its last user was killed.

    Args:
        data_dir: the folder.
        seconds: for whoever is starting or stopping it, and then for a clean end.

    Raises:
        EmbeddedRedisError: another process is starting or stopping it, and does not finish.
    """
    with (data_dir / "redis.lock").open("a") as users, _changing(data_dir, seconds):
        if try_exclusive(users):
            stop(socket_path(data_dir), seconds)


def start_if_gone(data_dir: Path) -> subprocess.Popen[bytes] | None:
    """Start the server of a folder again, unless it runs or another process is starting it.

    The caller uses the server. Returns the server that was started, which may still be loading.

    Raises:
        EmbeddedRedisError: it does not start.
    """
    address = socket_path(data_dir)
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive(data_dir / "redis.change.lock", 0.0))
        except TimeoutError:
            return None
        if ask(address, _LOOK_SECONDS) is not State.GONE:
            return None
        return launch(data_dir, address)


def _is_running(address: Path, data_dir: Path, patience: float) -> bool:
    """Whether a server is up already.

    One that hangs must not get a second one beside it, on the same files.
    """
    loading_until = time.monotonic() + patience
    while (state := ask(address, patience)) is State.LOADING:
        if time.monotonic() >= loading_until:
            raise EmbeddedRedisError(
                f"the embedded Redis in {data_dir} is still loading its data; try again"
            )
        time.sleep(_LOOK_EVERY)
    if state is State.SILENT:
        raise EmbeddedRedisError(
            f"the embedded Redis in {data_dir} does not answer within {patience:g} s: it hangs"
            f" or is stopped; see {data_dir / 'redis.log'}, and end that redis-server"
        )
    return state is State.ANSWERS


def _start(data_dir: Path, address: Path) -> subprocess.Popen[bytes]:
    server = launch(data_dir, address)
    wait_until_loaded(server, data_dir, address)
    return server
