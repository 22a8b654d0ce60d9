"""``newsloom --demo up`` as a person runs it, in a data folder of a test."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psutil

from config.settings import Settings
from demo.place import demo_settings
from storage.embedded_redis import socket_path
from storage.redis_server import State, ask, process_of
from tests.cli.conftest import COMMAND
from tests.support.world import processes_of, wait_until
from workers.processes.heartbeat import ALWAYS_RUNNING, heartbeats
from workers.resources import Resources

QUICK = {"NEWSLOOM_STALL_SECONDS": "3"}
"""A process without a sign of life is restarted after ten seconds then, the least there is."""

GONE_SECONDS = 15.0
"""Within which nothing is left of one that was killed."""


@dataclass
class Up:
    """A running ``newsloom --demo up``."""

    process: subprocess.Popen[str]
    folder: Path
    resources: Resources

    def newsloom(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return newsloom(self.folder, *arguments)

    def wait_until_calm(self) -> None:
        """All members live, all sources were polled, and what they announced has ended."""
        stores = self.resources.stores

        def calm() -> bool:
            polled = [
                stores.sources.state(name).last_poll for name in self.resources.registry.all()
            ]
            return (
                all(polled)
                and stores.ledger.totals().in_flight == 0 < stores.ledger.totals().accepted
            )

        wait_until(calm, seconds=90, what="all that the sources announced has ended")

    def member(self, role: str) -> psutil.Process | None:
        """The process of a role; None while there is none."""
        names = (f"{role}@", f"celery {role}", f": {role}")
        for server in psutil.Process(self.process.pid).children():
            for child in children_of(server):
                if any(name in title_of(child) for name in names):
                    return child
        return None

    def server(self, name: str) -> psutil.Process | None:
        """The fork server or the guard, which it has started itself; None while there is none."""
        for child in psutil.Process(self.process.pid).children():
            if f"newsloom: {name}" in title_of(child):
                return child
        return None

    def stop(self) -> float:
        """One Ctrl-C; the seconds until all was over."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(30) == 0
        return time.monotonic() - started


def children_of(process: psutil.Process) -> list[psutil.Process]:
    """The processes that a process has started; none when it has ended."""
    with suppress(psutil.NoSuchProcess):
        return process.children()
    return []


def title_of(process: psutil.Process) -> str:
    """What ``ps`` shows of a process; nothing when it has ended."""
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def newsloom(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def environment(
    folder: Path, variables: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """The variables of a command, ours among them only those that are given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSLOOM_")}
    return {
        **kept,
        "NEWSLOOM_DATA_DIR": str(folder),
        "NEWSLOOM_LEASE_SECONDS": "6",
        "NEWSLOOM_TASK_SECONDS": "4",
        "NEWSLOOM_HOST_CONCURRENCY": "50",
        "NEWSLOOM_WEB_PORT": "0",
        **variables,
    }


@contextmanager
def up(folder: Path, variables: Mapping[str, str] = MappingProxyType({})) -> Iterator[Up]:
    """``newsloom --demo up`` in a data folder, killed at the end if it still runs."""
    with (folder / "up.log").open("a") as log:
        process = subprocess.Popen(
            [COMMAND, "--demo", "up"],
            env=environment(folder, variables),
            cwd=folder,
            stdout=log,
            stderr=log,
            text=True,
        )
    running = Up(process, folder, Resources(demo_settings_in(folder)))
    try:
        wait_until(lambda: answers(running), seconds=30, what="the embedded Redis is up")
        yield running
    finally:
        kill_all(folder)
        process.wait()


def demo_settings_in(folder: Path) -> Settings:
    return demo_settings(Settings(data_dir=folder, _env_file=None))  # type: ignore[call-arg]


def answers(running: Up) -> bool:
    """Whether the embedded Redis has loaded its file."""
    return ask(socket_path(running.resources.settings.data_dir), 1.0) is State.ANSWERS


def kill_all(folder: Path) -> None:
    """kill -9 of everything that belongs to a data folder, Redis included, until it is gone."""

    def none_left() -> bool:
        for pid in processes_of(folder):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not processes_of(folder)

    wait_until(none_left, seconds=20, what="all processes are gone")


def wait_until_all_live(running: Up) -> None:
    keyspace = running.resources.stores.keyspace

    def live() -> bool:
        now = time.time()
        found = heartbeats(keyspace)
        return all(now - found.get(role, 0.0) < 5 for role in ALWAYS_RUNNING)

    wait_until(live, seconds=60, what="all give a heartbeat")


def pids(running: Up, roles: tuple[str, ...]) -> dict[str, int]:
    found = {role: running.member(role) for role in roles}
    return {role: process.pid for role, process in found.items() if process}


def redis_pid(running: Up) -> int:
    pid = process_of(socket_path(running.resources.settings.data_dir), 1.0)
    assert pid
    return pid


def seconds_until(done: Callable[[], object], *, seconds: float, what: str) -> float:
    started = time.monotonic()
    wait_until(done, seconds=seconds, what=what)
    return time.monotonic() - started


def family_of(running: Up) -> list[psutil.Process]:
    """All that ``up`` has started, directly or not, and all that runs on its folder."""
    started = psutil.Process(running.process.pid).children(recursive=True)
    of_folder = [psutil.Process(pid) for pid in processes_of(running.folder)]
    return list({process.pid: process for process in [*started, *of_folder]}.values())


def lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def wait_until_gone(family: list[psutil.Process]) -> float:
    return seconds_until(
        lambda: not any(map(lives, family)), seconds=GONE_SECONDS, what="all have ended"
    )


def log_of(folder: Path) -> str:
    return (folder / "up.log").read_text()
