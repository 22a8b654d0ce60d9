"""Reading what strangers wrote, in processes with limits.

A page or a feed can make a parser run for ever, need all memory, or crash the process, and no
thread can be stopped from outside. So each document is read in a child process that is ended when
it goes beyond its limits; the next document gets another child.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from workers.processes.reading_child import ChildLost, OverLimit, OverTime, ReadingChild, packed

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["IsolatedReader", "OverLimit", "OverTime", "PatientReader", "ReadLimits"]

_MEGABYTE = 1_000_000


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
    """Child processes that read documents, started at the first one. For many threads at once.

    Each child belongs to a thread of ours, which waits for it.
    """

    def __init__(self, limits: ReadLimits, *, processes: int = 1) -> None:
        """``processes`` documents are read at a time; the others wait for their turn."""
        self._limits = limits
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reader")
        self._own = threading.local()

    def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function in a child process. All that goes in and comes out is pickled.

        Raises:
            OverLimit: it used more than it may, or ended its process.
            Exception: what the function raises.
        """
        result: T = self.begin(packed(function, args, kwargs), self._limits.seconds).result()
        return result

    async def read_async(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``read``, and the event loop goes on."""
        begun = self.begin(packed(function, args, kwargs), self._limits.seconds)
        result: T = await asyncio.wrap_future(begun)
        return result

    def begin(self, call: bytes, seconds: float) -> Future[Any]:
        """Begin a call that is ``packed``, with so much CPU time."""
        return self._threads.submit(_ask, self._own, self._limits.memory, call, seconds)

    def close(self) -> None:
        """End the children."""
        self._threads.shutdown()


def _ask(own: threading.local, memory: int, call: bytes, seconds: float) -> object:
    """Ask the child of this thread, and another one when that is lost.

    Raises:
        OverLimit: as ``IsolatedReader.read`` does, or two children were lost with it.
    """
    with_new_child = False
    while True:
        child: ReadingChild | None = getattr(own, "child", None)
        if child is None or child.is_over or with_new_child:
            child = own.child = ReadingChild(memory)
        try:
            return child.ask(call, seconds)
        except ChildLost:
            if with_new_child:
                raise OverLimit("reading it ended two processes, or froze them") from None
            with_new_child = True


class PatientReader:
    """Reads in two steps, so that a slow document holds up no other.

    Each is given a second. What needs more, or is large, is read again among its like.
    """

    QUICK_SECONDS = 1.0
    QUICK_BYTES = 3 * _MEGABYTE

    def __init__(self, limits: ReadLimits, *, processes: int) -> None:
        """``limits`` are those of the second step, and a second more for each megabyte.

        As many ``processes`` are for each step.
        """
        self._limits = limits
        self._quick_seconds = min(self.QUICK_SECONDS, limits.seconds)
        self._quick = IsolatedReader(limits, processes=processes)
        self._slow = IsolatedReader(limits, processes=processes)

    def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``IsolatedReader.read``."""
        call = packed(function, args, kwargs)
        result: T
        if len(call) <= self.QUICK_BYTES:
            try:
                result = self._quick.begin(call, self._quick_seconds).result()
            except OverTime:
                pass
            else:
                return result
        result = self._slow.begin(call, self._seconds_of(call)).result()
        return result

    async def read_async(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As ``IsolatedReader.read_async``."""
        call = packed(function, args, kwargs)
        result: T
        if len(call) <= self.QUICK_BYTES:
            try:
                result = await asyncio.wrap_future(self._quick.begin(call, self._quick_seconds))
            except OverTime:
                pass
            else:
                return result
        result = await asyncio.wrap_future(self._slow.begin(call, self._seconds_of(call)))
        return result

    def close(self) -> None:
        """End the children."""
        self._quick.close()
        self._slow.close()

    def _seconds_of(self, call: bytes) -> float:
        return self._limits.seconds + len(call) / _MEGABYTE
