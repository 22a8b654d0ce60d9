"""Processes that share the memory of what they import.

They are forked from a server that has imported it, and that does nothing else (``forkserver`` in
https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods): an idle
Newsloom of six processes needs half of the memory that it needs with six interpreters.
"""

import atexit
import os
import runpy
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import current_process, forkserver, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from setproctitle import setproctitle

_FORKED_FROM = "workers.processes.preload"
_OF_SERVER = {
    # A folder with a module of one of our names must never be imported from.
    "PYTHONSAFEPATH": "1",
    # numpy multiplies one small matrix; threads for that cost memory in every process.
    "OPENBLAS_NUM_THREADS": "1",
    # glibc would give each thread of a pool an arena of its own, which it keeps.
    "MALLOC_ARENA_MAX": "2",
}
_FIRST_SECONDS = 60.0
"""Within which the server has imported everything and forked its first process."""

_FORK_SECONDS = 10.0
_END_SECONDS = 2.0
_context = get_context("forkserver")
_context.set_forkserver_preload([_FORKED_FROM])


class _Server:
    """``ready`` is the process id of a server that has forked a process before."""

    ready: int | None = None


class ForkServerError(Exception):
    """The server does not start a process; ``kill_server``, and the next process has a new one."""


def start(
    command: list[str],
    *,
    name: str,
    folder: Path,
    environment: Mapping[str, str],
    output: Connection | Path | None = None,
) -> ForkServerProcess:
    """Start ``python -m COMMAND`` as a process that leads a process group of its own.

    So Ctrl-C reaches only the starter, and ``kill_group`` reaches all that the process starts.

    Args:
        command: the module that is run, and its arguments.
        name: that ``ps`` shows.
        folder: where it runs; there should be nothing in it.
        environment: all of its variables. It imports from where the starter does, whatever
            ``PYTHONPATH`` is here.
        output: takes what it prints, a pipe or a file; None leaves it where the starter's goes.

    Raises:
        ForkServerError: the server hangs, or has ended meanwhile.
    """
    variables = {**environment, **_OF_SERVER}
    process = _context.Process(
        target=_run,
        args=(command, f"newsloom: {name}", folder, variables, output),
        name=name,
        daemon=True,
    )
    start_server()
    is_ready = server_process() == _Server.ready
    _start_in_time(process, _FORK_SECONDS if is_ready else _FIRST_SECONDS)
    _Server.ready = server_process()
    return process


def start_server() -> None:
    """Start the server unless it runs. It imports everything before it forks a process.

    It needs no settings, least of all passwords: each process is given its own.
    """
    before = dict(os.environ)
    for name in before:
        if name.startswith("NEWSLOOM_"):
            del os.environ[name]
    os.environ.update(_OF_SERVER)
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)


def server_process() -> int | None:
    """The process id of the server; None while there is none."""
    pid: int | None = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public way
    return pid if pid and _runs(pid) else None


def kill_server() -> None:
    """End a server that hangs, now. How its processes end cannot be known any more."""
    if pid := server_process():
        os.kill(pid, signal.SIGKILL)
        # multiprocessing wants to find its end itself.
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def _runs(pid: int) -> bool:
    with suppress(ChildProcessError):
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None
    return False


def _start_in_time(process: ForkServerProcess, seconds: float) -> None:
    """Start a process in a thread, since ``start`` waits without end for a server that hangs."""
    failures: list[BaseException] = []

    def begin() -> None:
        try:
            process.start()
        except (OSError, EOFError) as error:
            failures.append(error)

    thread = threading.Thread(target=begin, name="start of a process", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise ForkServerError(f"the fork server has not started a process in {seconds:g} s")
    if failures:
        raise ForkServerError(f"the fork server has ended: {failures[0]!r}")


def terminate(process: ForkServerProcess) -> None:
    """Ask a process to finish."""
    _signal(process, signal.SIGTERM)


def kill_group(process: ForkServerProcess, seconds: float = _END_SECONDS) -> bool:
    """End a process and all that it has started, now.

    Returns:
        Whether the server has said within ``seconds`` that it ended; a server that hangs does not.
    """
    if process.pid:
        # Its children may outlive a parent that is gone.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    _signal(process, signal.SIGKILL)
    process.join(seconds)
    return process.exitcode is not None


def _signal(process: ForkServerProcess, number: signal.Signals) -> None:
    if process.pid and process.exitcode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def _run(
    command: list[str],
    title: str,
    folder: Path,
    environment: Mapping[str, str],
    output: Connection | Path | None,
) -> None:
    """In the new process: become what was asked for."""
    # The starter ends it; but multiprocessing forbids such a process to have children.
    current_process().daemon = False
    for number in (signal.SIGTERM, signal.SIGHUP):  # which the server ignores
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    if output:
        _print_to(output)
    setproctitle(title)
    sys.argv = command
    try:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    finally:
        # multiprocessing ends its processes without that (python/cpython#83856), and an archive
        # closes its file there.
        atexit._run_exitfuncs()  # noqa: SLF001 - there is no public way


def _print_to(output: Connection | Path) -> None:
    if isinstance(output, Path):
        descriptor = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    else:
        descriptor = output.fileno()
    for stream in (sys.stdout, sys.stderr):
        os.dup2(descriptor, stream.fileno())
    os.close(descriptor)
