"""A process that outlives the supervisor, to end what a killed supervisor leaves behind.

A process that hangs or is stopped cannot notice that its supervisor is gone, so another one does:
the guard reads a pipe that only the supervisor holds open. At its end without a word before, the
guard asks the processes to finish, ends the rest by force, and stops an embedded Redis that nobody
uses any more.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

# The guard itself runs this module: what is imported here costs its memory and its start.

FINISH_SECONDS = 7.0
"""For the work in hand."""

_GROUP_SECONDS = 1.0
_REDIS_SECONDS = 3.0
_TELL_EVERY = 1.0
_HANGS_SECONDS = 20.0
_LOOK_EVERY = 0.05
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from workers.processes.guard import main; main()"
)
_DISMISSED = "dismissed"
_READ = b"."


class Guard:
    """The guard as its supervisor sees it."""

    def __init__(self, folder: Path, redis_dir: Path | None, locks: tuple[int, ...]) -> None:
        """``folder`` is where it runs, ``redis_dir`` the data folder of an embedded Redis.

        ``locks`` are descriptors that it holds open for as long as it runs.
        """
        self._folder, self._redis_dir, self._locks = folder, redis_dir, locks
        self._process: subprocess.Popen[bytes] | None = None
        self._told: dict[str, Any] = {}
        self._told_at = self._heard_at = 0.0

    def watch_over(self, server: int | None, members: Iterable[int]) -> None:
        """Tell the guard what to end; call it often. It is started when it does not run or hangs.

        Args:
            server: the fork server.
            members: leaders of process groups.
        """
        redis_dir = str(self._redis_dir) if self._redis_dir else None
        state = {"server": server, "members": sorted(members), "redis": redis_dir}
        now = time.monotonic()
        if state == self._told and now - self._told_at < _TELL_EVERY:
            return
        if self._process is None or not self._is_well(self._process, now):
            self._start()
        self._told, self._told_at = state, now
        self._say(json.dumps(state))

    def dismiss(self) -> None:
        """Nothing is left to be watched over: let it end."""
        if self._process:
            self._say(json.dumps(_DISMISSED))
            self._end(self._process)
            self._process = None

    def _start(self) -> None:
        if self._process:
            self._process.kill()
            self._end(self._process)
        kept = {name: v for name, v in os.environ.items() if not name.startswith("NEWSLOOM_")}
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-I", "-c", _BOOT, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=self._folder,
            env=kept,
            pass_fds=self._locks,
            start_new_session=True,
        )
        if self._process.stdout:
            os.set_blocking(self._process.stdout.fileno(), False)
        self._heard_at = time.monotonic()

    def _is_well(self, process: subprocess.Popen[bytes], now: float) -> bool:
        """Whether it runs and has read what it was told."""
        if process.stdout and process.stdout.read():
            self._heard_at = now
        was_asked = self._told_at > self._heard_at
        hangs = was_asked and now - self._heard_at > _HANGS_SECONDS
        return process.poll() is None and not hangs

    def _say(self, line: str) -> None:
        if self._process and self._process.stdin:
            with suppress(OSError):  # it has ended, which the next call finds
                self._process.stdin.write(f"{line}\n".encode())
                self._process.stdin.flush()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        for pipe in (process.stdin, process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()
        try:
            process.wait(_GROUP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> None:
    """The guard: follow what the supervisor says until it is gone."""
    from setproctitle import setproctitle  # noqa: PLC0415 - the supervisor needs it not

    setproctitle("newsloom: guard")
    # A signal for all of us (systemd's stop, a closed terminal) is the supervisor's business.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    state: Any = {}
    for line in sys.stdin.buffer:
        state = json.loads(line)
        if state == _DISMISSED:
            return
        with suppress(OSError):
            os.write(sys.stdout.fileno(), _READ)
    if state:
        end_all(state["server"], state["members"])
        if state["redis"]:
            _stop_redis(Path(state["redis"]))


def end_all(server: int | None, members: Iterable[int]) -> None:
    """Ask processes to finish, then end what is left of their groups by force.

    Args:
        server: what they were forked from; it may have forked one that nobody was told of.
        members: leaders of process groups.
    """
    leaders = set(members)
    if server:
        leaders.update(_children(server))
        _signal(os.kill, server, signal.SIGKILL)
    for pid in leaders:
        _signal(os.kill, pid, signal.SIGTERM)
    _wait(lambda: not any(map(_runs, leaders)), FINISH_SECONDS)
    for pid in leaders:
        _signal(os.killpg, pid, signal.SIGKILL)
        _signal(os.kill, pid, signal.SIGKILL)
    _wait(lambda: not any(map(_runs, leaders)), _GROUP_SECONDS)


def _stop_redis(data_dir: Path) -> None:
    from storage.embedded_redis import (  # noqa: PLC0415 - it is seldom needed
        EmbeddedRedisError,
        stop_if_unused,
    )

    with suppress(EmbeddedRedisError):  # another command is starting it, and stops it
        stop_if_unused(data_dir, _REDIS_SECONDS)


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    return []


def _runs(pid: int) -> bool:
    """Whether a process is there, and is more than an entry that its parent has not read."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return fields.rpartition(")")[2].split()[0] != "Z"


def _signal(send: Callable[[int, int], None], pid: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        send(pid, number)


def _wait(done: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not done() and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY)
