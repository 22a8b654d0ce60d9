"""One ``newsloom up`` per role, data folder and machine.

A lock is a file that its process holds open, so that the operating system frees it however the
process ends. Containers that share a folder have host names of their own, and so locks.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from socket import gethostname
from typing import IO

from storage.locks import try_exclusive

_ENDING_SECONDS = 20.0
"""Within which the processes of a holder that was killed have ended."""

_LOOK_EVERY = 0.1


class AlreadyRunning(Exception):  # noqa: N818 - named after the state
    """Another process runs a role on this folder; the message names both."""


@contextmanager
def role_locks(
    data_dir: Path, roles: Iterable[str], on_wait: Callable[[int], None]
) -> Iterator[tuple[int, ...]]:
    """Hold the locks of roles; gives their descriptors, for whoever shall hold them as well.

    A holder that was killed leaves its locks to its guard, until its processes have ended; that is
    waited for.

    Args:
        data_dir: the folder.
        roles: whose locks are taken.
        on_wait: called with the process id of such a holder, once.

    Raises:
        AlreadyRunning: a process has one of them.
    """
    folder = data_dir / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        held = []
        for role in sorted(roles):  # in one order, so that of two one gets them all
            path = folder / f"{role}@{gethostname()}.lock"
            lock = stack.enter_context(path.open("a+"))
            _take(lock, role, data_dir, on_wait)
            held.append(lock.fileno())
        yield tuple(held)


def _take(lock: IO[str], role: str, data_dir: Path, on_wait: Callable[[int], None]) -> None:
    deadline: float | None = None
    while not try_exclusive(lock):
        holder = _holder(lock)
        is_ending = holder is not None and not _exists(holder)
        if deadline is None:
            deadline = time.monotonic() + (_ENDING_SECONDS if is_ending else 0.0)
            if holder is not None and is_ending:
                on_wait(holder)
        if time.monotonic() >= deadline:
            raise AlreadyRunning(
                f"{role} runs already on {data_dir}, by process {holder or '(unknown)'}: stop that"
                " one first, or choose another NEWSLOOM_DATA_DIR"
            )
        time.sleep(_LOOK_EVERY)
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()


def _holder(lock: IO[str]) -> int | None:
    """Who took the lock last. Only who cannot get the lock asks, so that it is true."""
    lock.seek(0)
    with suppress(ValueError):
        return int(lock.read())
    return None


def _exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
