"""Workers for as long as a command runs, in place of those that are not running."""

from contextlib import ExitStack

from cli.output import err
from demo.place import environment, newsroom_server
from workers.processes.heartbeat import ALWAYS_RUNNING, alive
from workers.processes.supervisor import Supervisor
from workers.resources import Resources


class Helpers:
    """Starts what is missing, once it is missed, and tends it. They end with ``stack``."""

    def __init__(
        self, resources: Resources, stack: ExitStack, *, log: str, demo: bool = False
    ) -> None:
        """``log``: the name of their log file in the data folder.

        ``demo``: they work in the demo's newsroom.
        """
        self._resources, self._stack, self._demo = resources, stack, demo
        self._log = resources.settings.data_dir / log
        self._supervisor: Supervisor | None = None

    def tend(self) -> None:
        """Call it a few times a second."""
        if self._supervisor:
            self._supervisor.check()
        elif missing := tuple(
            role for role in ALWAYS_RUNNING if not alive(self._resources.stores.keyspace, role)
        ):
            self._supervisor = self._start(missing)

    def _start(self, roles: tuple[str, ...]) -> Supervisor:
        chosen = self._resources.settings
        err().print(
            f"Not running: {', '.join(roles)}. Starting them for the time (log: {self._log}).",
            markup=False,
        )
        if self._demo and "crawl" in roles:
            self._stack.enter_context(newsroom_server(chosen))
        supervisor = Supervisor(
            chosen,
            self._resources.stores.keyspace,
            roles,
            app="demo.celery" if self._demo else "workers.celery",
            environment=environment(chosen) if self._demo else {},
            log_file=self._log,
        )
        self._stack.callback(supervisor.stop)
        supervisor.start()
        return supervisor
