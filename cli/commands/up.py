"""``newsloom up``: everything on this machine."""

import importlib.util
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from threading import Event
from types import FrameType

import click

from cli.command import Command
from cli.output import err, print_problems
from cli.session import is_demo, old_demo_option, session, settings
from config.logging import configure
from config.settings import Settings
from config.sources_file import read
from demo.place import environment, newsroom_server
from workers.processes.command_lines import flower_environment
from workers.processes.heartbeat import ALWAYS_RUNNING, WEB, roles_to_run
from workers.processes.supervisor import Supervisor

_FLOWER = "flower"


@click.command(cls=Command)
@click.argument("roles", nargs=-1, type=click.Choice([*ALWAYS_RUNNING, WEB, _FLOWER]))
@click.option("--flower", is_flag=True, help="Also Celery's monitoring page, with a password.")
@old_demo_option
def up(roles: tuple[str, ...], *, flower: bool) -> None:
    """Run everything on this machine until Ctrl-C.

    Workers, beat, and Redis when none is configured.

    The web process runs too when NEWSLOOM_PUBLIC_URL says where others reach it.

    Name ROLES to run only these, one container each for instance.
    """
    chosen = settings()
    wanted = _wanted(chosen, roles, flower=flower)
    configure(chosen.log_level, chosen.log_format)
    with _stop_signals() as stop, ExitStack() as stack:
        if is_demo() and "crawl" in wanted:
            stack.enter_context(newsroom_server(chosen))
        resources = stack.enter_context(session(chosen))
        file = read(chosen.sources)
        print_problems(file.problems)
        supervisor = Supervisor(
            chosen,
            resources.stores.keyspace,
            wanted,
            app="demo.celery" if is_demo() else "workers.celery",
            environment=_environment(chosen, wanted),
        )
        running = f"Running {', '.join(wanted)}; {len(file.sources)} sources from {chosen.sources}."
        err().print(f"{running} Ctrl-C stops.", markup=False)
        stack.callback(supervisor.stop)
        supervisor.start()
        supervisor.run(until=stop.is_set)
        err().print("Stopping …")


def _wanted(chosen: Settings, roles: tuple[str, ...], *, flower: bool) -> tuple[str, ...]:
    """The roles to run, each once."""
    extra = [_FLOWER] if flower else []
    wanted = tuple(dict.fromkeys([*(roles or roles_to_run(chosen)), *extra]))
    if _FLOWER in wanted and importlib.util.find_spec("flower") is None:
        raise click.UsageError("Flower is not installed: pip install 'newsloom[flower]'")
    return wanted


def _environment(chosen: Settings, wanted: tuple[str, ...]) -> Mapping[str, str]:
    """The variables of the processes, beside our own. Flower's password is printed if made up."""
    variables = environment(chosen) if is_demo() else {}
    if _FLOWER not in wanted:
        return variables
    flower_variables, auth = flower_environment(chosen)
    shown = auth if chosen.flower_auth is None else "the password you set"
    address = f"http://{chosen.flower_host}:{chosen.flower_port}"
    err().print(f"Flower: {address}  ({shown})", markup=False)
    return {**variables, **flower_variables}


@contextmanager
def _stop_signals() -> Iterator[Event]:
    """An event that Ctrl-C or a TERM sets; a second Ctrl-C while stopping changes nothing."""
    stop = Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            # Once stopped, the process is about to end; one more Ctrl-C must not disturb that.
            signal.signal(number, signal.SIG_IGN if stop.is_set() else handler)
