"""Locks between processes, on files; the operating system gives them back when a process ends."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_RETRY_EVERY = 0.01


@contextmanager
def exclusive(path: Path, patience: float | None = None) -> Iterator[None]:
    """Hold a lock that one process at a time can have.

    Args:
        path: of its file, which is made when it is not there.
        patience: seconds to wait for whoever has it; None: as long as it takes.

    Raises:
        TimeoutError: another process kept it.
    """
    with path.open("a") as lock:
        _acquire(lock, patience)
        yield


def _acquire(lock: IO[str], patience: float | None) -> None:
    if patience is None:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return
    deadline = time.monotonic() + patience
    while not try_exclusive(lock):
        if time.monotonic() >= deadline:
            raise TimeoutError(f"another process has held {lock.name} for {patience:g} s")
        time.sleep(_RETRY_EVERY)


def try_exclusive(lock: IO[str]) -> bool:
    """Take an open file's lock if nobody else has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
