"""A whole Newsloom for a test: newsroom on loopback, Redis, workers in processes of their own."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cli.session import session
from config.settings import Settings
from demo.network import save_hosts
from demo.place import demo_settings, hosts_file, newsroom_folder
from demo.server import NewsroomServer
from pipeline.records import FoundBy, Link
from pipeline.urls import Url
from storage.redis.ledger import Totals
from workers.app import make_app
from workers.chain.dispatch import dispatch
from workers.processes.heartbeat import ALWAYS_RUNNING
from workers.processes.supervisor import Supervisor
from workers.resources import Resources

PATIENCE = 3


def wait_until(
    done: Callable[[], object],
    *,
    seconds: float,
    what: str,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Poll until something is so; fail with a sentence when it is not in time.

    ``seconds`` is what a quiet machine may take; a busy one gets ``PATIENCE`` times as long.
    """
    deadline = time.monotonic() + seconds * PATIENCE
    while not done():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        if meanwhile:
            meanwhile()
        time.sleep(0.05)


@dataclass
class World:
    """What a test may touch."""

    settings: Settings
    resources: Resources
    server: NewsroomServer
    supervisor: Supervisor

    def accept(self, urls: list[str]) -> None:
        """Take URLs into the frontier and send them on their way."""
        links = [Link(url=Url(url), source="command", found_by=FoundBy.COMMAND) for url in urls]
        self.resources.stores.frontier.accept(links)
        dispatch(make_app(self.settings), self.resources)

    def poll_all(self) -> None:
        """Poll every source now and wait until it is done."""
        started, feeds, names = (
            time.time(),
            self.resources.stores.sources,
            list(self.resources.registry.apply_to(self.resources.stores)),
        )
        for name in names:
            feeds.poll_now(name)
        wait_until(
            lambda: all((feeds.state(name).last_poll or 0) >= started for name in names),
            seconds=40,
            what="all sources are polled",
            meanwhile=self.supervisor.check,
        )

    def wait_for_end(self, seconds: float = 60) -> Totals:
        """Wait until nothing is in flight; the totals."""
        ledger = self.resources.stores.ledger
        wait_until(
            lambda: ledger.totals().in_flight == 0,
            seconds=seconds,
            what="nothing is in flight",
            meanwhile=self.supervisor.check,
        )
        return ledger.totals()


@contextmanager
def running(
    folder: Path,
    *,
    roles: tuple[str, ...] = ALWAYS_RUNNING,
    newsroom: Callable[[Settings], Path] = newsroom_folder,
    delay: float = 0.0,
    app: str = "demo.celery",
    **overrides: object,
) -> Iterator[World]:
    """Start a world in a folder. ``overrides`` are settings."""
    base = Settings(data_dir=folder, _env_file=None)  # type: ignore[call-arg]  # pydantic-settings' own argument
    chosen = demo_settings(base.model_copy(update=overrides))
    chosen = chosen.model_copy(update=overrides)
    with ExitStack() as stack:
        server = stack.enter_context(NewsroomServer(newsroom(chosen), delay=delay))
        save_hosts(hosts_file(chosen), server.hosts)
        resources = stack.enter_context(session(chosen))
        resources.index.prepare()
        supervisor = Supervisor(
            chosen,
            roles,
            app=app,
            log_file=folder / "workers.log",
        )
        stack.callback(supervisor.stop)
        supervisor.start()
        yield World(chosen, resources, server, supervisor)


def descendants(pid: int) -> list[int]:
    """Process ids below a process."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in children.read_text().split()] if children.exists() else []
    return found + [grandchild for child in found for grandchild in descendants(child)]


def alive(pid: int) -> bool:
    """Whether a process exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


_OF_ALL = (b"newsloom: fork server", b"multiprocessing.resource_tracker")
"""What the processes are forked from belongs to the starter, here to all tests of a process."""


def processes_of(folder: Path) -> dict[int, str]:
    """Living processes that have to do with a data folder.

    Its path is in their command line or environment, or they run in it.
    """
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with suppress(OSError):
            command = (entry / "cmdline").read_bytes()
            is_of_folder = os.fsencode(folder) in command + _surroundings(entry)
            if is_of_folder and not _is_zombie(entry) and not any(w in command for w in _OF_ALL):
                found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
    return found


def _surroundings(entry: Path) -> bytes:
    """The environment and the working directory of a process."""
    return (entry / "environ").read_bytes() + os.fsencode((entry / "cwd").readlink())


def _is_zombie(entry: Path) -> bool:
    return (entry / "stat").read_text().rpartition(")")[2].split()[0] == "Z"


def left_behind(folder: Path) -> dict[int, str]:
    """Processes of a data folder that are there still some seconds after the end.

    The fork server ends by itself when its user has ended.
    """
    deadline = time.monotonic() + 5
    while processes_of(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return processes_of(folder)
