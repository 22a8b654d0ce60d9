"""Workers for as long as a command runs, in place of those that are not running."""

from contextlib import ExitStack

from cli.demo_mode import is_demo
from cli.output import err
from cli.session import demo_newsroom
from workers.processes.heartbeat import ALWAYS_RUNNING, alive
from workers.processes.supervisor import Supervisor
from workers.resources import Resources


class TemporaryWorkers:
    """Starts the roles that are not running, and keeps them running. They end with ``stack``."""

    def __init__(self, resources: Resources, stack: ExitStack, *, log: str) -> None:
        """``log`` is the name of their log file in the data folder."""
        self._resources, self._stack = resources, stack
        self._log = resources.settings.data_dir / log
        self._supervisors: list[Supervisor] = []

    def tend(self) -> None:
        """Start or restart what is not running. Call it a few times a second.

        A role that was killed a moment ago seems to run until its last heartbeat is old, so each
        call looks again.
        """
        ours = {role for supervisor in self._supervisors for role in supervisor.roles}
        keyspace = self._resources.stores.keyspace
        others = [role for role in ALWAYS_RUNNING if role not in ours]
        missing = tuple(role for role in others if not alive(keyspace, role))
        if missing:
            self._supervisors.append(self._start(missing))
        for supervisor in self._supervisors:
            supervisor.check()

    def _start(self, roles: tuple[str, ...]) -> Supervisor:
        chosen = self._resources.settings
        names = ", ".join(roles)
        err().print(
            f"Not running: {names}. Starting them for the time (log: {self._log}).", markup=False
        )
        in_demo = is_demo()
        if in_demo and "crawl" in roles:
            self._stack.enter_context(demo_newsroom(chosen))
        supervisor = Supervisor(
            chosen,
            roles,
            app="demo.celery" if in_demo else "workers.celery",
            log_file=self._log,
        )
        self._stack.callback(supervisor.stop)
        supervisor.start()
        return supervisor
