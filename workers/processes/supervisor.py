"""The processes of a running Newsloom on one machine.

Started, watched, restarted, stopped together.

The watchdog looks at progress, not at process ids: a worker whose queue waits and that has begun
nothing for ``stall_seconds`` is restarted, since a Celery worker can be alive and wedged after a
lost connection.
"""

import logging
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from socket import gethostname

from config.settings import Settings
from storage.redis.connection import Keyspace
from storage.redis.keys import Key
from workers.app import ROLES
from workers.processes.heartbeat import last_pulse

log = logging.getLogger("newsloom.fleet")

_BACKOFF = (0.0, 1.0, 5.0, 15.0, 30.0)
_CALM_SECONDS = 60.0
_HOPELESS = 3
_STOP_SECONDS = 8.0
_START_SECONDS = 60.0
"""A worker that has not given its first pulse is still starting, for so long at most."""


def commands(settings: Settings, app: str = "workers.celery") -> dict[str, list[str]]:
    """The command line of each role. The compose file runs the same roles one by one."""
    celery = [sys.executable, "-m", "celery", "-A", app]
    level = f"--loglevel={settings.log_level}"

    def worker(role: str, *options: str) -> list[str]:
        queues = ",".join(ROLES[role])
        return [
            *celery,
            "worker",
            "-n",
            f"{role}@%h",
            "-Q",
            queues,
            level,
            "--without-gossip",
            "--without-mingle",
            *options,
        ]

    beat_file = settings.data_dir / "beat-schedule"
    return {
        "crawl": worker("crawl", "--pool=threads", f"--concurrency={settings.crawl_threads}"),
        "process": worker(
            "process", "--pool=prefork", f"--concurrency={settings.process_workers}", "-O", "fair"
        ),
        "index": worker("index", "--pool=threads", "--concurrency=1"),
        "beat": [*celery, "beat", level, "--pidfile=", "-s", str(beat_file)],
        "web": [sys.executable, "-m", "web"],
        "flower": [
            sys.executable,
            "-m",
            "workers.processes.flower",
            "-A",
            app,
            "flower",
            f"--address={settings.flower_host}",
            f"--port={settings.flower_port}",
            "--persistent=False",
        ],
    }


def flower_environment(settings: Settings) -> tuple[dict[str, str], str]:
    """The variables that give Flower its password (not the command line, which ``ps`` shows), and user:password."""
    auth = (
        settings.flower_auth.get_secret_value()
        if settings.flower_auth
        else f"newsloom:{secrets.token_urlsafe(12)}"
    )
    return {"FLOWER_BASIC_AUTH": auth}, auth


@dataclass
class ManagedProcess:
    """One process: ``started`` by the monotonic clock, ``launched`` by the wall's, which its pulse goes by.

    ``waiting`` has for each queue that waits since when no progress was seen, and the last
    progress.
    """

    role: str
    command: list[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    launched: float = 0.0
    falls: int = 0
    not_before: float = 0.0
    waiting: dict[str, tuple[float, str | None]] = field(default_factory=dict)


@dataclass
class Supervisor:
    """Runs the given roles until ``stop``.

    ``log_file`` takes the members' log; None leaves it on stderr.
    """

    settings: Settings
    keyspace: Keyspace
    roles: tuple[str, ...]
    app: str = "workers.celery"
    environment: Mapping[str, str] = field(default_factory=dict)
    log_file: Path | None = None
    members: list[ManagedProcess] = field(default_factory=list)

    def start(self) -> None:
        """Start every role."""
        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        known = commands(self.settings, self.app)
        for role in self.roles:
            member = ManagedProcess(role, known[role], {**os.environ, **self.environment})
            self.members.append(member)
            self._launch(member)

    def run(self, *, until: Callable[[], bool], every: float = 0.2) -> None:
        """Watch over the members until ``until`` says so."""
        while not until():
            self.tend()
            time.sleep(every)

    def tend(self) -> None:
        """Restart what fell or stalled. Call it a few times a second."""
        now = time.monotonic()
        for member in self.members:
            process = member.process
            if process is not None and process.poll() is not None:
                if now - member.started > _CALM_SECONDS:
                    member.falls = 0
                delay = _BACKOFF[min(member.falls, len(_BACKOFF) - 1)]
                member.falls += 1
                member.process, member.not_before = None, now + delay
                _kill(process)  # the children of a pool outlive a parent that was killed
                log.error(
                    "%s ended with status %s; it starts again in %g s",
                    member.role,
                    process.returncode,
                    delay,
                )
            elif process is None and now >= member.not_before:
                self._launch(member)
            elif process is not None and self._stalled(member, now):
                log.error(
                    "%s has begun nothing for %g s though work waits; it is restarted",
                    member.role,
                    self.settings.stall_seconds,
                )
                _kill(process)

    @property
    def failing(self) -> str | None:
        """A role that has fallen again and again and will hardly come up."""
        return next((member.role for member in self.members if member.falls >= _HOPELESS), None)

    def stop(self) -> None:
        """Ask all to finish what they are at, then make sure that no process is left."""
        running = [member.process for member in self.members if member.process is not None]
        for process in running:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _STOP_SECONDS
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            _kill(process)
        self.members.clear()

    def _launch(self, member: ManagedProcess) -> None:
        """Each member leads a process group of its own.

        Ctrl-C reaches only us, and nothing outlives ``stop``.
        """
        output = self.log_file.open("ab") if self.log_file else None
        try:
            member.process = subprocess.Popen(  # noqa: S603 - our own command lines
                member.command,
                env=dict(member.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            if output:
                output.close()
        member.started, member.launched, member.waiting = time.monotonic(), time.time(), {}

    def _stalled(self, member: ManagedProcess, now: float) -> bool:
        """Whether one of its queues has waited for ``stall_seconds`` on end and nothing of it was begun meanwhile."""
        if member.role not in ROLES:
            return False
        keys, before = self.keyspace, member.waiting
        member.waiting = {}
        with suppress(Exception):  # Redis may be away; that is not the member's fault
            if (
                last_pulse(keys, member.role, gethostname()) < member.launched
                and now - member.started < _START_SECONDS
            ):
                return False
            queues = [
                queue
                for queue in ROLES[member.role]
                if keys.client.llen(keys.key(Key.CELERY, queue))
            ]
            marks = keys.client.hmget(keys.key(Key.PROGRESS), queues) if queues else []
            for queue, progress in zip(queues, marks, strict=True):
                since, known = before.get(queue, (now, progress))
                member.waiting[queue] = (since if known == progress else now, progress)
        return any(
            now - since > self.settings.stall_seconds for since, _ in member.waiting.values()
        )


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
