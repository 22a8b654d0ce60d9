"""A child process that reads documents within limits, one at a time, over a pipe of its own.

No library does it so: pools of processes share pipes between their children, where one that ends
in the middle of a message spoils it for the others, and none limits memory or CPU time.
"""

import ctypes
import gc
import os
import pickle
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_FROZEN_SECONDS = 5.0
"""On the busiest machine a process that runs gets some CPU time meanwhile."""
_END_SECONDS = 3.0
_MOST_DOCUMENTS = 1_000
_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT}
_SET_DEATH_SIGNAL = 1
"""``PR_SET_PDEATHSIG`` of prctl(2)."""
_NO_ROOM = 3
"""The exit code of a child that has no memory for what it is asked."""


class OverLimit(Exception):  # noqa: N818 - named after what it is
    """Reading went beyond a limit, or ended its process; the message says which."""


class OverTime(OverLimit):
    """Reading took too much CPU time."""


class ChildLost(Exception):  # noqa: N818 - named after what it is
    """The child was ended or frozen by something else: the document may be read again."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What comes back: a result, an error of the function, or neither when memory ran out.

    Attributes:
        is_last: the child ends now; what it has kept of its documents goes with it.
    """

    result: object = None
    error: Exception | None = None
    is_over_memory: bool = False
    is_last: bool = False


class ReadingChild:
    """A child process, from its start. For one thread at a time, which must live as long."""

    def __init__(self, memory: int) -> None:
        """``memory``: bytes that it may need beyond what it has at its start; Linux only."""
        self._memory = memory
        self._pipe, theirs = Pipe()
        self._process = get_context("fork").Process(
            target=_serve, args=(theirs, memory, os.getpid()), name="reader", daemon=True
        )
        self._process.start()
        theirs.close()
        self.is_over = False

    def ask(self, call: bytes, seconds: float) -> Any:  # noqa: ANN401 - whatever the function gives
        """Call a function there and wait for its result.

        Args:
            call: from ``packed``.
            seconds: of CPU time.

        Raises:
            OverLimit: it used more than it may, or crashed.
            ChildLost: the child was ended or frozen by something else.
            Exception: what the function raises.
        """
        done = threading.Event()
        threading.Thread(target=self._end_if_frozen, args=(done,), daemon=True).start()
        try:
            self._pipe.send(seconds)
            self._pipe.send_bytes(call)
            answer: _Answer = pickle.loads(self._pipe.recv_bytes())  # noqa: S301 - our own child
        except (EOFError, OSError, pickle.UnpicklingError):
            raise self._end(seconds) from None
        finally:
            done.set()
        if answer.is_last:
            self.close()
        if answer.is_over_memory:
            raise self._needs_memory()
        if answer.error:
            raise answer.error
        return answer.result

    def close(self) -> None:
        """End it."""
        self.is_over = True
        self._pipe.close()
        self._process.kill()
        self._process.join()

    def _end_if_frozen(self, done: threading.Event) -> None:
        last = None
        while not done.wait(_FROZEN_SECONDS):
            used = _cpu_ticks(self._process.pid)
            if used == last:
                self._process.kill()
                return
            last = used

    def _end(self, seconds: float) -> Exception:
        """Why the child is gone."""
        self._process.join(_END_SECONDS)  # it may just be about to end
        code = self._process.exitcode
        self.close()
        if code == -signal.SIGPROF:
            return OverTime(f"reading it takes more than {round(seconds, 1):g} s of CPU time")
        if code == _NO_ROOM:
            return self._needs_memory()
        if code is not None and -code in _CRASHES:
            return OverLimit(f"reading it crashes the process ({signal.Signals(-code).name})")
        return ChildLost("the process that read it was ended or did not get on")

    def _needs_memory(self) -> OverLimit:
        return OverLimit(f"reading it needs more than {self._memory // 1_000_000} MB of memory")


def packed(
    function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]
) -> bytes:
    """A call for ``ReadingChild.ask``. The function is one of a module."""
    return pickle.dumps((function, args, kwargs), protocol=pickle.HIGHEST_PROTOCOL)


def _serve(pipe: Connection, memory: int, parent: int) -> None:
    """The child: answer until the parent is gone.

    It leaves by ``os._exit``: what the parent does at its exit is the parent's.
    """
    _cut_off(pipe, parent)
    before = _data_bytes()
    _limit_memory(before + memory)
    for number in range(1, _MOST_DOCUMENTS + 1):
        try:
            seconds = pipe.recv()
            call = pipe.recv_bytes()
        except MemoryError:
            os._exit(_NO_ROOM)
        except (EOFError, OSError):
            os._exit(0)
        # The kernel ends the process, whatever code runs. CPU time: a busy machine is not at fault.
        signal.setitimer(signal.ITIMER_PROF, seconds)
        answer = _answer(call)
        is_large = _data_bytes() - before > memory // 4
        pipe.send_bytes(_packed_answer(answer, is_last=is_large or number == _MOST_DOCUMENTS))
        signal.setitimer(signal.ITIMER_PROF, 0)
    os._exit(0)


def _cut_off(pipe: Connection, parent: int) -> None:
    """Leave the parent's connections and signals, and end with it."""
    for number in (signal.SIGPROF, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The garbage collector would write to all that is shared with the parent.
    gc.freeze()
    # What it inherits would stay open: a peer would not see that the parent has closed it.
    highest, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.closerange(3, pipe.fileno())
    os.closerange(pipe.fileno() + 1, min(highest, 65_536))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _answer(call: bytes) -> _Answer:
    try:
        function, args, kwargs = pickle.loads(call)  # noqa: S301 - our own parent
        return _Answer(result=function(*args, **kwargs))
    except MemoryError:
        return _Answer(is_over_memory=True)
    except Exception as error:  # noqa: BLE001 - the parent raises it
        return _Answer(error=_portable(error))


def _portable(error: Exception) -> Exception:
    """The error, or one that says the same and can be pickled."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    except Exception:  # noqa: BLE001 - errors of libraries have any shape
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _packed_answer(answer: _Answer, *, is_last: bool) -> bytes:
    values = (answer.result, answer.error, answer.is_over_memory, is_last)
    try:
        return pickle.dumps(_Answer(*values), protocol=pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(_Answer(is_over_memory=True, is_last=True))
    except Exception as error:  # noqa: BLE001 - what was read can have any depth
        words = f"what was read cannot be sent: {type(error).__name__}"
        return pickle.dumps(_Answer(error=RuntimeError(words), is_last=is_last))


def _limit_memory(most: int) -> None:
    """Let this process have so many bytes of data."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _cpu_ticks(pid: int | None) -> float:
    """CPU time of a process so far; the time of day where nobody knows it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return time.monotonic()
    return float(fields[11]) + float(fields[12])


def _data_bytes() -> int:
    """Bytes of data of this process, as RLIMIT_DATA counts them; 0 where nobody knows."""
    statistics = Path("/proc/self/statm")
    if not statistics.exists():
        return 0
    pages = int(statistics.read_text(encoding="ascii").split()[5])
    return pages * resource.getpagesize()
