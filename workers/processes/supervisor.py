"""The processes of a running Newsloom on one machine.

Started, watched, restarted, stopped together.

The watchdog looks at progress, not at process ids: a worker whose queue waits and that has begun
nothing for ``stall_seconds`` is restarted, since a Celery worker can be alive and wedged after a
lost connection.
"""

import logging
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from socket import gethostname

import redis

from config.logging import LogFields
from config.settings import Settings
from storage.redis.connection import Keyspace
from storage.redis.keys import Key
from workers.processes.command_lines import CommandLine, command_lines
from workers.processes.forking import kill_group, start, terminate
from workers.processes.heartbeat import last_heartbeat, remove_heartbeat
from workers.processes.output import OutputRelay
from workers.roles import ROLES

log = logging.getLogger("newsloom.processes")

_BACKOFF = (0.0, 1.0, 5.0, 15.0, 30.0)
_CALM_SECONDS = 60.0
_HOPELESS = 3
_STOP_SECONDS = 8.0
_LAST_LINES_SECONDS = 1.0
_START_SECONDS = 60.0
"""A worker without its first heartbeat is still starting, for so long at most."""


@dataclass
class ManagedProcess:
    """One process of a role.

    Attributes:
        process: while it runs.
        output: of the last process of this role, where a pipe takes it.
        started: by the monotonic clock, in seconds.
        launched: seconds since the epoch, as its heartbeats are.
        failures: how often in a row it ended by itself.
        not_before: the monotonic time until which it is not started again.
        waiting: for each queue that waits, since when no progress was seen, and the last progress.
    """

    role: str
    command: CommandLine
    process: ForkServerProcess | None = None
    output: OutputRelay | None = None
    started: float = 0.0
    launched: float = 0.0
    failures: int = 0
    not_before: float = 0.0
    waiting: dict[str, tuple[float, str | None]] = field(default_factory=dict)


@dataclass
class Supervisor:
    """Runs the given roles until ``stop``.

    A log of JSON gets to stderr through an ``OutputRelay``, so that each line is JSON whatever a
    process writes.

    Attributes:
        settings: which the processes get as variables.
        keyspace: where they leave their signs of life.
        roles: one process each.
        app: the module with Celery's application.
        environments: more variables, by the role that needs them.
        log_file: takes what they print; None leaves it on stderr.
        processes: those of the roles.
    """

    settings: Settings
    keyspace: Keyspace
    roles: tuple[str, ...]
    app: str = "workers.celery"
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    log_file: Path | None = None
    processes: list[ManagedProcess] = field(default_factory=list)

    def start(self) -> None:
        """Start every role."""
        self._folder.mkdir(parents=True, exist_ok=True)
        known = command_lines(self.settings, self.app)
        for role in self.roles:
            managed = ManagedProcess(role, known[role])
            self.processes.append(managed)
            self._launch(managed)

    def run(self, *, until: Callable[[], bool], every: float = 0.2) -> None:
        """Watch over the processes until ``until`` says so."""
        while not until():
            self.check()
            time.sleep(every)

    def check(self) -> None:
        """Restart what ended or stalled. Call it a few times a second."""
        now = time.monotonic()
        for managed in self.processes:
            process = managed.process
            if process is None:
                if now >= managed.not_before:
                    self._launch(managed)
            elif process.exitcode is not None:
                _note_end(managed, process, now)
            elif self._is_stalled(managed, now):
                log.error(
                    "%s has begun nothing for %g s though work waits; it is restarted",
                    managed.role,
                    self.settings.stall_seconds,
                    extra=LogFields(event="stalled", role=managed.role),
                )
                kill_group(process)

    @property
    def failing(self) -> str | None:
        """A role that has ended again and again and will hardly come up."""
        for managed in self.processes:
            if managed.failures >= _HOPELESS:
                return managed.role
        return None

    def stop(self) -> None:
        """Ask all to finish their work, then make sure that no process is left."""
        running = [managed.process for managed in self.processes if managed.process is not None]
        for process in running:
            terminate(process)
        deadline = time.monotonic() + _STOP_SECONDS
        for process in running:
            process.join(max(0.1, deadline - time.monotonic()))
            kill_group(process)
        for managed in self.processes:
            if managed.output:
                managed.output.join(_LAST_LINES_SECONDS)
        with suppress(redis.RedisError):
            for managed in self.processes:
                remove_heartbeat(self.keyspace, managed.role)
        self.processes.clear()

    @property
    def _folder(self) -> Path:
        """Where the processes run: Celery imports from its working directory first."""
        return self.settings.data_dir / "run"

    def _launch(self, managed: ManagedProcess) -> None:
        if self.settings.log_format == "json" and not self.log_file:
            reader, writer = Pipe(duplex=False)
            with writer:
                managed.process = self._process(managed, writer)
            managed.output = OutputRelay(managed.role, reader)
        else:
            managed.process = self._process(managed, self.log_file)
        managed.started = time.monotonic()
        managed.launched = time.time()
        managed.waiting = {}

    def _process(
        self, managed: ManagedProcess, output: Connection | Path | None
    ) -> ForkServerProcess:
        variables = {
            **os.environ,
            **self.settings.environment(),
            **self.environments.get(managed.role, {}),
        }
        return start(
            managed.command,
            name=managed.role,
            folder=self._folder,
            environment=variables,
            output=output,
        )

    def _is_stalled(self, managed: ManagedProcess, now: float) -> bool:
        """Whether one of its queues waited for ``stall_seconds`` and nothing of it was begun."""
        if managed.role not in ROLES:
            return False
        before, managed.waiting = managed.waiting, {}
        with suppress(Exception):  # Redis may be away; that is not the process's fault
            if self._is_starting(managed, now):
                return False
            for queue, progress in self._waiting_queues(managed.role):
                since, known = before.get(queue, (now, progress))
                managed.waiting[queue] = (since if known == progress else now, progress)
        stalled_since = now - self.settings.stall_seconds
        return any(since < stalled_since for since, _ in managed.waiting.values())

    def _is_starting(self, managed: ManagedProcess, now: float) -> bool:
        if now - managed.started >= _START_SECONDS:
            return False
        heartbeat = last_heartbeat(self.keyspace, managed.role, gethostname())
        return heartbeat < managed.launched

    def _waiting_queues(self, role: str) -> list[tuple[str, str | None]]:
        """The queues of a role in which messages wait, each with its last progress."""
        keys = self.keyspace
        queues = [one for one in ROLES[role] if keys.client.llen(keys.key(Key.CELERY, one))]
        if not queues:
            return []
        progress: list[str | None] = keys.client.hmget(keys.key(Key.PROGRESS), queues)
        return list(zip(queues, progress, strict=True))


def _note_end(managed: ManagedProcess, process: ForkServerProcess, now: float) -> None:
    """A process ended by itself: it starts again, later each time."""
    if now - managed.started > _CALM_SECONDS:
        managed.failures = 0
    delay = _BACKOFF[min(managed.failures, len(_BACKOFF) - 1)]
    managed.failures += 1
    managed.process = None
    managed.not_before = now + delay
    kill_group(process)  # the children of a pool outlive a parent that was killed
    log.error(
        "%s ended with status %s, %d times in a row; it starts again in %g s",
        managed.role,
        process.exitcode,
        managed.failures,
        delay,
        extra=LogFields(
            event="ended", role=managed.role, reason=f"status {process.exitcode}", seconds=delay
        ),
    )
