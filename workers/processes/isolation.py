"""Reading what strangers wrote, in processes with limits.

A page or a feed can make a parser run for ever, need all memory, or crash the process, and no
thread can be stopped from outside. So each document is read in a child process that is ended when
it goes beyond its limits; the next document gets another child.
"""

import asyncio
import ctypes
import os
import resource
import signal
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

P = ParamSpec("P")
T = TypeVar("T")

_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT}
_SLOWEST_MACHINE = 3.0
"""A process on a busy machine gets a third of a core at least; one that is frozen gets none."""
_MOST_DOCUMENTS = 1_000
"""Documents that one child reads; then what it has leaked goes with it."""
_SET_DEATH_SIGNAL = 1
"""``PR_SET_PDEATHSIG`` of prctl(2)."""


class OverLimit(Exception):  # noqa: N818 - named after what it is
    """Reading went beyond a limit, or crashed the process; the message says which."""


class OverTime(OverLimit):
    """Reading took too much CPU time."""


class ReaderLost(Exception):  # noqa: N818 - named after what it is
    """The child was ended or frozen by something else: the document may be read again."""


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What reading one document may use.

    Attributes:
        seconds: of CPU time.
        memory: bytes beyond what the process has when it begins; Linux only.
    """

    seconds: float
    memory: int


class IsolatedReader:
    """Child processes that read documents, started at the first one. For many threads at once."""

    def __init__(self, limits: ReadLimits, *, processes: int = 1) -> None:
        """``processes`` documents are read at a time; the others wait for their turn."""
        self._limits = limits
        self._processes = processes
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None

    def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in a child process. All that goes in and comes out is pickled.

        Raises:
            OverLimit: it used more than it may, or crashed.
            ReaderLost: its process was ended or frozen by something else.
            Exception: what the function raises.
        """
        with self._explained():
            return self._begin(function, *args, **kwargs).result()

    async def read_async(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``read``, and the event loop goes on."""
        with self._explained():
            return await asyncio.wrap_future(self._begin(function, *args, **kwargs))

    def close(self) -> None:
        """End the children."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            _stop(pool)

    def _begin(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        call = (self._limits, function, args, kwargs)
        timeout = self._limits.seconds * _SLOWEST_MACHINE
        with self._lock:
            if self._pool is None or not self._pool.active:
                self._pool = self._new_pool()
            return self._pool.schedule(_limited, args=call, timeout=timeout)

    def _new_pool(self) -> ProcessPool:
        pool = ProcessPool(
            max_workers=self._processes,
            max_tasks=_MOST_DOCUMENTS,
            initializer=_become_reader,
            initargs=(os.getpid(),),
            # A child shares the memory of its parent, with all that reading needs.
            context=get_context("fork"),
        )
        # Its threads and processes would outlive a reader that nobody uses any more.
        weakref.finalize(self, _stop_beside, pool).atexit = False
        return pool

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except MemoryError:
            megabytes = self._limits.memory // 1_000_000
            raise OverLimit(f"reading it needs more than {megabytes} MB of memory") from None
        except TimeoutError:
            raise ReaderLost("the process that read it did not get on; it was ended") from None
        except ProcessExpired as error:
            raise _end_of_process(-(error.exitcode or 0), self._limits.seconds) from None


class PatientReader:
    """Reads in two steps, so that a slow document holds up no other.

    Each is given a second. What needs more is read again among its like, one at a time.
    """

    QUICK_SECONDS = 1.0

    def __init__(self, limits: ReadLimits, *, processes: int) -> None:
        """``limits`` are those of the second step; ``processes`` are for the first."""
        quick = ReadLimits(min(self.QUICK_SECONDS, limits.seconds), limits.memory)
        self._quick = IsolatedReader(quick, processes=processes)
        self._slow = IsolatedReader(limits)

    def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``IsolatedReader.read``."""
        try:
            return self._quick.read(function, *args, **kwargs)
        except (OverTime, ReaderLost):
            return self._slow.read(function, *args, **kwargs)

    async def read_async(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``IsolatedReader.read_async``."""
        try:
            return await self._quick.read_async(function, *args, **kwargs)
        except (OverTime, ReaderLost):
            return await self._slow.read_async(function, *args, **kwargs)

    def close(self) -> None:
        """End the children."""
        self._quick.close()
        self._slow.close()


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _stop_beside(pool: ProcessPool) -> None:
    """In a thread of its own: the garbage collector may run in one of the pool."""
    threading.Thread(target=_stop, args=(pool,), name="end of a reader", daemon=True).start()


def _limited(
    limits: ReadLimits,
    function: Callable[P, T],
    args: tuple[object, ...],
    kwargs: dict[str, object],
) -> T:
    """In the child: call a function within limits."""
    call: Callable[..., T] = function
    _limit_memory(limits.memory)
    # The kernel ends the process, whatever code runs. CPU time: a busy machine is not at fault.
    signal.setitimer(signal.ITIMER_PROF, limits.seconds)
    try:
        return call(*args, **kwargs)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _become_reader(parent: int) -> None:
    """In a new child: end with the parent, and by the usual signals."""
    for number in (signal.SIGPROF, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _limit_memory(most: int) -> None:
    """Let this process have so many bytes more than now."""
    statistics = Path("/proc/self/statm")
    if not statistics.exists():
        return
    data_pages = int(statistics.read_text(encoding="ascii").split()[5])
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = data_pages * resource.getpagesize() + most
    soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _end_of_process(number: int, seconds: float) -> Exception:
    """What the signal that ended a child says of the document."""
    if number == signal.SIGPROF:
        return OverTime(f"reading it takes more than {seconds:g} s of CPU time")
    if number in _CRASHES:
        return OverLimit(f"reading it crashes the process ({signal.Signals(number).name})")
    return ReaderLost("the process that read it was ended")
