"""What a command works with: settings, and the stores, index and network they name.

``newsloom --demo`` makes them those of the demo's newsroom.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from cli.output import clean, err
from config.read_settings import SettingsError, read_settings
from config.settings import Settings
from demo.network import LoopbackNetwork
from demo.place import demo_settings, newsroom_folder
from demo.server import NewsroomServer
from storage.embedded_redis import embedded_redis
from workers.fetch.network import Network
from workers.resources import Resources

_DEMO = "newsloom.demo"


def use_demo(context: click.Context) -> None:
    """Let the command work in the demo's newsroom."""
    context.meta[_DEMO] = True


def is_demo() -> bool:
    """Whether the command works in the demo's newsroom."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(_DEMO))


def command_words() -> list[str]:
    """How the command that a message suggests begins, so that it works in the same place."""
    return ["newsloom", "--demo"] if is_demo() else ["newsloom"]


def _note_demo(context: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        use_demo(context)


def _note_old_demo(context: click.Context, option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    _note_demo(context, option, value)
    if value:
        words = context.command_path.split()[1:]
        new = f"newsloom --demo {' '.join(words)}"
        err().print(f"--demo stands before the command now: {new} …", markup=False)


demo_option = click.option(
    "--demo",
    is_flag=True,
    expose_value=False,
    callback=_note_demo,
    help="Work in the demo's newsroom: its sources, articles and network.",
)
old_demo_option = click.option(
    "--demo", is_flag=True, hidden=True, expose_value=False, callback=_note_old_demo
)
"""``--demo`` where it stood until 0.1. It goes with the next release."""


def settings() -> Settings:
    """The settings, or a usage error that names the variable which does not fit."""
    try:
        chosen = read_settings()
    except SettingsError as error:
        raise click.UsageError("\n".join(map(clean, str(error).splitlines()))) from None
    if not is_demo():
        return chosen
    of_demo = demo_settings(chosen)
    newsroom_folder(of_demo)
    return of_demo


@contextmanager
def session(chosen: Settings | None = None, network: Network | None = None) -> Iterator[Resources]:
    """Resources with Redis at hand.

    The configured one, else the embedded one for as long as the command runs.
    """
    chosen = chosen or settings()
    with ExitStack() as stack:
        if chosen.redis_url is None:
            stack.enter_context(embedded_redis(chosen.data_dir))
        yield Resources(chosen, network)


@contextmanager
def fetching_session() -> Iterator[Resources]:
    """Resources of a command that fetches from sites itself, in place of the workers."""
    chosen = settings()
    with demo_network(chosen) as network, session(chosen, network) as resources:
        yield resources


@contextmanager
def demo_network(chosen: Settings) -> Iterator[Network | None]:
    """The way to the demo's newsroom while the command runs; None outside of the demo."""
    if not is_demo():
        yield None
        return
    with NewsroomServer(newsroom_folder(chosen)) as server:
        yield LoopbackNetwork(server.hosts)
