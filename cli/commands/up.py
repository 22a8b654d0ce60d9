"""``newsloom up``: everything on this machine."""

import importlib.util
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event
from types import FrameType

import click

from cli.output import err
from cli.session import session, settings
from config.logging import configure
from demo.place import demo_settings, environment, newsroom_server
from workers.processes.heartbeat import ALWAYS_RUNNING, WEB, roles_to_run
from workers.processes.command_lines import flower_environment
from workers.processes.supervisor import Supervisor


@click.command()
@click.argument("roles", nargs=-1, type=click.Choice([*ALWAYS_RUNNING, WEB, "flower"]))
@click.option("--flower", is_flag=True, help="Also Celery's monitoring page, with a password.")
@click.option(
    "--demo",
    is_flag=True,
    help="Watch the demo's newsroom (add to it with `newsloom demo publish`).",
)
def up(roles: tuple[str, ...], *, flower: bool, demo: bool) -> None:
    """Run everything on this machine until Ctrl-C.

    Workers, beat, and Redis when none is configured.

    The web process runs too when NEWSLOOM_PUBLIC_URL says where others reach it.

    Name ROLES to run only these, one container each for instance.
    """
    chosen = demo_settings(settings()) if demo else settings()
    wanted = roles or roles_to_run(chosen)
    wanted = tuple(dict.fromkeys([*wanted, *(["flower"] if flower else [])]))
    configure(chosen.log_level, chosen.log_format)
    extra = environment(chosen) if demo else {}
    if "flower" in wanted and importlib.util.find_spec("flower") is None:
        raise click.UsageError("Flower is not installed: pip install 'newsloom[flower]'")
    with _stop_signals() as stop, ExitStack() as stack:
        if demo and "crawl" in wanted:
            stack.enter_context(newsroom_server(chosen))
        resources = stack.enter_context(session(chosen))
        sources = resources.registry.all()
        if "flower" in wanted:
            variables, auth = flower_environment(chosen)
            extra = {**extra, **variables}
            shown = auth if chosen.flower_auth is None else "the password you set"
            err().print(
                f"Flower: http://{chosen.flower_host}:{chosen.flower_port}  ({shown})", markup=False
            )
        supervisor = Supervisor(
            chosen,
            resources.stores.keyspace,
            wanted,
            app="demo.celery" if demo else "workers.celery",
            environment=extra,
        )
        err().print(
            f"Running {', '.join(wanted)}; {len(sources)} sources from {chosen.sources}. Ctrl-C stops.",
            markup=False,
        )
        stack.callback(supervisor.stop)
        supervisor.start()
        supervisor.run(until=stop.is_set)
        err().print("Stopping …")


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
            # once stopped, the process is about to end, and one more Ctrl-C should not spoil how
            signal.signal(number, signal.SIG_IGN if stop.is_set() else handler)
