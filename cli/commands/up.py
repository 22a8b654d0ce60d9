"""``newsloom up``: everything on this machine."""

import importlib.util
import logging
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from threading import Event
from types import FrameType

import click

from cli.command import Command
from cli.demo_mode import is_demo, old_demo_option
from cli.errors import errors_in_log
from cli.output import err
from cli.session import demo_newsroom, session, settings
from cli.variables import variable_warnings
from config.logging import configure
from config.settings import Settings, log_settings
from config.sources_file import SourcesError
from workers.processes.command_lines import flower_environment
from workers.processes.flower_health import FLOWER
from workers.processes.heartbeat import RUN_BY_UP
from workers.processes.role_locks import AlreadyRunning, role_locks
from workers.processes.supervisor import Supervisor
from workers.resources import Resources

log = logging.getLogger("newsloom.up")


@click.command(cls=Command)
@click.argument("roles", nargs=-1, type=click.Choice([*RUN_BY_UP, FLOWER]))
@click.option("--flower", is_flag=True, help="Also Celery's monitoring page, with a password.")
@old_demo_option
def up(roles: tuple[str, ...], *, flower: bool) -> None:
    """Run everything on this machine until Ctrl-C.

    Workers, beat, the web process with the API, and Redis when none is configured.

    Name ROLES to run only these, one container each for instance.
    """
    style = log_settings()
    configure(style.log_level, style.log_format)
    with errors_in_log(style.log_format):
        _run(roles, flower=flower)


def _run(roles: tuple[str, ...], *, flower: bool) -> None:
    for sentence in variable_warnings():
        log.warning(sentence)
    chosen = settings()
    wanted = _wanted(roles, flower=flower)
    with _stop_signals() as stop, ExitStack() as stack:
        locks = stack.enter_context(_locks(chosen, wanted))
        supervisor = Supervisor(
            chosen,
            wanted,
            app="demo.celery" if is_demo() else "workers.celery",
            environments=_environments(chosen, wanted),
            locks=locks,
        )
        supervisor.prepare()
        if is_demo() and "crawl" in wanted:
            stack.enter_context(demo_newsroom(chosen))
        watched = _watched(stack.enter_context(session(chosen)))
        names = ", ".join(wanted)
        log.info("Running %s; %s. Ctrl-C stops.", names, watched)
        stack.callback(supervisor.stop)
        supervisor.start()
        supervisor.run(until=stop.is_set)
        log.info("Stopping …")


@contextmanager
def _locks(chosen: Settings, wanted: tuple[str, ...]) -> Iterator[tuple[int, ...]]:
    def say(holder: int) -> None:
        log.warning("process %d was killed; waiting until its workers have ended", holder)

    with ExitStack() as stack:
        try:
            locks = stack.enter_context(role_locks(chosen.data_dir, wanted, say))
        except AlreadyRunning as error:
            raise click.ClickException(str(error)) from None
        yield locks


def _watched(resources: Resources) -> str:
    """What is watched, in words. The registry logs what cannot be used of the file."""
    try:
        sources = resources.registry.all()
    except SourcesError:
        return "no sources can be read"
    return f"{len(sources)} sources from {resources.settings.sources}"


def _wanted(roles: tuple[str, ...], *, flower: bool) -> tuple[str, ...]:
    """The roles to run, each once."""
    extra = [FLOWER] if flower else []
    wanted = tuple(dict.fromkeys([*(roles or RUN_BY_UP), *extra]))
    if FLOWER in wanted and importlib.util.find_spec("flower") is None:
        raise click.UsageError("Flower is not installed: pip install 'newsloom[flower]'")
    return wanted


def _environments(chosen: Settings, wanted: tuple[str, ...]) -> Mapping[str, Mapping[str, str]]:
    """More variables than our own, by role: only Flower is told its password."""
    if FLOWER not in wanted:
        return {}
    flower_variables, auth = flower_environment(chosen)
    _announce_flower(chosen, auth)
    return {FLOWER: flower_variables}


def _announce_flower(chosen: Settings, auth: str) -> None:
    """Say where Flower is. A password that was made up is shown to a person, never to a collector.

    Nobody else could know it; what a collector reads is kept for long and by many.
    """
    address = f"http://{chosen.flower_host}:{chosen.flower_port}"
    if chosen.flower_auth:
        log.info("Flower: %s (the password you set)", address)
    elif chosen.log_format == "json":
        log.warning(
            "Flower: %s; its password was made up and is not logged: set NEWSLOOM_FLOWER_AUTH",
            address,
        )
    else:
        err().print(f"Flower: {address}  ({auth})", markup=False)


@contextmanager
def _stop_signals() -> Iterator[Event]:
    """An event that Ctrl-C, a TERM or a closed terminal sets.

    A second Ctrl-C while stopping changes nothing, and ``nohup`` keeps us running.
    """
    stop = Event()
    wanted = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        wanted.append(signal.SIGHUP)

    def note(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, note) for number in wanted}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            # Once stopped, the process is about to end; one more Ctrl-C must not disturb that.
            signal.signal(number, signal.SIG_IGN if stop.is_set() else handler)
