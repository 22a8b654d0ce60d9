"""The Newsloom under test: ``newsloom up``, started again when it ends, and what belongs to it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import psutil

from benchmarks.soaking.origin import FEEDS, Origin, host
from config.settings import Settings
from config.sources import Source
from config.sources_file import save
from demo.network import save_hosts
from demo.place import hosts_file

_STOP_SECONDS = 30.0
_RESTART_SECONDS = 0.5


def settings_in(folder: Path, **services: str | None) -> Settings:
    """Settings for much work and quick recovery.

    Leases are short, so that a fault costs seconds. A page may meet many killers by chance; here
    that must not make it a dead letter.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    values = {
        "data_dir": folder,
        "sources": folder / "sources.yaml",
        "namespace": f"soak-{uuid4().hex[:8]}",
        "batch_size": 8,
        "fetch_timeout": 3.0,
        "host_delay": 0.0,
        "host_concurrency": 50,
        "lease_seconds": 8.0,
        "max_attempts": 50,
        "max_crashes": 20,
        "parse_seconds": 2.0,
        "poll_interval": 5.0,
        "public_url": f"http://127.0.0.1:{port}",
        "retry_delay": 0.5,
        "stall_seconds": 5.0,
        "task_seconds": 6.0,
        "web_port": port,
        **{name: value for name, value in services.items() if value},
    }
    return Settings(_env_file=None, **values)  # type: ignore[call-arg]  # pydantic's own


_TITLES = {"redis": "redis-server", "beat": "[celery beat]", "web": "newsloom: web"}


class Fleet:
    """The processes of one data folder. ``with`` starts them, and ends them for sure."""

    def __init__(self, settings: Settings, origin: Origin, mutation: str | None) -> None:
        """``mutation`` is the defect that the workers are given."""
        self.settings = settings
        self.folder = settings.data_dir
        self.starts = 0
        self._mutation = mutation
        self._up: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        save_hosts(hosts_file(settings), origin.hosts)
        feeds = [Source(id=f"feed-{n}", feed=f"http://{host(n)}/feed") for n in range(FEEDS)]
        save(settings.sources, feeds)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._keeper.join()
        if self._up:
            self._up.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._up.wait(_STOP_SECONDS)
        for process in self.processes():
            with suppress(psutil.NoSuchProcess):
                process.kill()

    @property
    def supervisor(self) -> psutil.Process | None:
        """The process of ``newsloom up``."""
        with suppress(psutil.NoSuchProcess, AttributeError):
            return psutil.Process(self._up.pid)  # type: ignore[union-attr]
        return None

    def leader(self, role: str) -> psutil.Process | None:
        """The process of a role, ``redis`` included. Its children have other titles."""
        wanted = _TITLES.get(role, f"[celeryd: {role}@")
        found = [each for each in self.processes() if wanted in _title(each)]
        pids = {process.pid for process in found}
        for process in found:
            with suppress(psutil.Error):
                if process.ppid() not in pids:  # a reader of documents has its parent's title
                    return process
        return None

    def children(self, role: str) -> Sequence[psutil.Process]:
        """All processes beneath that of a role."""
        leader = self.leader(role)
        with suppress(psutil.Error, AttributeError):
            return leader.children(recursive=True)  # type: ignore[union-attr]
        return ()

    def processes(self) -> list[psutil.Process]:
        """All that run in the data folder, or name it, but this process."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                place = process.cwd() + " ".join(process.cmdline())
                if str(self.folder) in place and process.pid != os.getpid():
                    found.append(process)
        return found

    def _keep(self) -> None:
        """Start it, and again when it has ended, as systemd would."""
        while not self._ending.is_set():
            if self._up is None or self._up.poll() is not None:
                self._start()
            self._ending.wait(_RESTART_SECONDS)

    def _start(self) -> None:
        self.starts += 1
        variables = {**os.environ, **self.settings.environment()}
        if self._mutation:
            variables["SOAK_MUTATION"] = self._mutation
        with (self.folder / "up.log").open("ab") as log:
            self._up = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.soaking.up"],
                env=variables,
                cwd=Path(__file__).resolve().parents[2],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )


def _title(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def send(process: psutil.Process | None, number: signal.Signals) -> bool:
    """Whether the signal could be sent."""
    with suppress(psutil.NoSuchProcess, AttributeError):
        process.send_signal(number)  # type: ignore[union-attr]
        return True
    return False


def pause(process: psutil.Process | None, seconds: float) -> bool:
    """Freeze a process for a while. What ended it meanwhile is the supervisor's affair."""
    stopped = send(process, signal.SIGSTOP)
    time.sleep(seconds)
    send(process, signal.SIGCONT)
    return stopped


def describe(settings: Settings) -> str:
    """The settings that differ from the defaults."""
    return json.dumps(settings.model_dump(mode="json", exclude_defaults=True), sort_keys=True)
