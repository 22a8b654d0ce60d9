"""The processes of a running Newsloom on one machine.

Started, watched, restarted, stopped together.

Whether one is well is judged by its signs (``watch``), not by its process id. When the supervisor
itself is killed, its guard (``guard``) ends the processes. An embedded Redis is watched like them.
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

import redis

from config.logging import LogFields
from config.settings import Settings
from storage.redis.connection import Keyspace, connect
from storage.redis_watch import RedisWatch
from workers.processes.command_lines import CommandLine, command_lines
from workers.processes.forking import (
    ForkServerError,
    kill_group,
    kill_server,
    server_process,
    start,
    start_server,
    terminate,
)
from workers.processes.guard import Guard
from workers.processes.heartbeat import remove_heartbeat
from workers.processes.output import OutputRelay
from workers.processes.watch import Watch
from workers.resources import redis_url

log = logging.getLogger("newsloom.processes")

_BACKOFF = (0.0, 1.0, 5.0, 15.0, 30.0)
_CALM_SECONDS = 60.0
_HOPELESS = 3
_STOP_SECONDS = 8.0
_KILLED_SECONDS = 2.0
_LAST_LINES_SECONDS = 1.0
_REDIS_SECONDS = 2.0
"""For an answer of Redis: nothing else is watched meanwhile."""


@dataclass
class ManagedProcess:
    """One process of a role.

    Attributes:
        process: while it runs.
        output: of the last process of this role, where a pipe takes it.
        started: by the monotonic clock, in seconds.
        failures: how often in a row it ended by itself.
        not_before: the monotonic time until which it is not started again.
    """

    role: str
    command: CommandLine
    process: ForkServerProcess | None = None
    output: OutputRelay | None = None
    started: float = 0.0
    failures: int = 0
    not_before: float = 0.0


@dataclass
class Supervisor:
    """Runs the given roles until ``stop``.

    A log of JSON gets to stderr through an ``OutputRelay``, so that each line is JSON whatever a
    process writes.

    Attributes:
        settings: which the processes get as variables.
        roles: one process each.
        app: the module with Celery's application.
        environments: more variables, by the role that needs them.
        log_file: takes what they print; None leaves it on stderr.
        locks: descriptors that the guard holds open until all processes have ended.
        processes: those of the roles.
    """

    settings: Settings
    roles: tuple[str, ...]
    app: str = "workers.celery"
    environments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    log_file: Path | None = None
    locks: tuple[int, ...] = ()
    processes: list[ManagedProcess] = field(default_factory=list)

    def __post_init__(self) -> None:
        client = connect(redis_url(self.settings), patience=_REDIS_SECONDS)
        self._keyspace = Keyspace(client, self.settings.namespace)
        self._watch = Watch(self.settings, self._keyspace)
        embedded = self.settings.data_dir if self.settings.redis_url is None else None
        self._redis = RedisWatch(embedded) if embedded else None
        self._guard = Guard(self._folder, embedded, self.locks)

    def prepare(self) -> None:
        """Start the guard. Before an embedded Redis is started, so that none is left behind."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._tell_guard()

    def start(self) -> None:
        """Start every role."""
        self.prepare()
        known = command_lines(self.settings, self.app)
        for role in self.roles:
            managed = ManagedProcess(role, known[role])
            self.processes.append(managed)
            self._launch(managed)

    def run(self, *, until: Callable[[], bool], every: float = 0.5) -> None:
        """Watch over the processes until ``until`` says so."""
        while not until():
            self.check()
            time.sleep(every)

    def check(self) -> None:
        """Restart what ended or stalled. Call it a few times a second."""
        if self._redis:
            self._redis.check()
        self._watch.look()
        now = time.monotonic()
        for managed in self.processes:
            process = managed.process
            if process is None:
                if now >= managed.not_before:
                    self._launch(managed)
            elif process.exitcode is not None:
                _note_end(managed, process, now)
            elif fault := self._watch.fault(managed.role):
                log.error(
                    "%s %s; it is restarted",
                    managed.role,
                    fault,
                    extra=LogFields(event="stalled", role=managed.role, reason=fault),
                )
                if not kill_group(process):
                    _replace_server("it does not say that a process has ended")
        self._tell_guard()

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
        deadline = time.monotonic() + _KILLED_SECONDS
        reported = [
            kill_group(process, max(0.0, deadline - time.monotonic())) for process in running
        ]
        if not all(reported):
            kill_server()
        for managed in self.processes:
            if managed.output:
                managed.output.join(_LAST_LINES_SECONDS)
        self._guard.dismiss()
        with suppress(redis.RedisError):
            for managed in self.processes:
                remove_heartbeat(self._keyspace, managed.role)
        self._keyspace.client.close()
        self.processes.clear()

    def _tell_guard(self) -> None:
        members = [one.process.pid for one in self.processes if one.process and one.process.pid]
        self._guard.watch_over(server_process(), members)

    @property
    def _folder(self) -> Path:
        """Where the processes run: Celery imports from its working directory first."""
        return self.settings.data_dir / "run"

    def _launch(self, managed: ManagedProcess) -> None:
        managed.started = time.monotonic()
        start_server()
        self._tell_guard()  # before anything is forked
        try:
            self._fork(managed)
        except ForkServerError as error:
            _replace_server(str(error))
            return
        self._watch.begin(managed.role)
        self._tell_guard()

    def _fork(self, managed: ManagedProcess) -> None:
        if self.settings.log_format == "json" and not self.log_file:
            reader, writer = Pipe(duplex=False)
            with writer:
                managed.process = self._process(managed, writer)
            managed.output = OutputRelay(managed.role, reader)
        else:
            managed.process = self._process(managed, self.log_file)

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


def _replace_server(reason: str) -> None:
    """End a fork server that is of no use; all that it forked is then found to have ended."""
    log.error(
        "the fork server is replaced, and so are its processes: %s",
        reason,
        extra=LogFields(event="stalled", role="fork server", reason=reason),
    )
    kill_server()


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
