"""What a command works with: settings, and the stores, index and network they name.

``newsloom --demo`` makes them those of the demo's newsroom, which is imported only then.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path

import click

from cli.demo_mode import is_demo
from cli.output import clean
from config.read_settings import SettingsError, read_settings
from config.settings import Settings
from config.sources_file import SourcesError, load
from storage.embedded_redis import embedded_redis
from workers.fetch.network import Network
from workers.resources import Resources

_OLD_SOURCES = Path("config/sources.yaml")
"""In the folder of the start. It goes with the next release."""


def settings() -> Settings:
    """The settings, or a usage error that names the variable which does not fit."""
    try:
        chosen = read_settings()
    except SettingsError as error:
        raise click.UsageError("\n".join(map(clean, str(error).splitlines()))) from None
    if not is_demo():
        return _with_old_sources(chosen)
    from demo.place import demo_settings, newsroom_folder  # noqa: PLC0415 - see above

    of_demo = demo_settings(chosen)
    newsroom_folder(of_demo)
    return of_demo


def _with_old_sources(chosen: Settings) -> Settings:
    """The settings; with the sources where they were until 0.1, if they are still only there."""
    is_told = "sources" in chosen.model_fields_set or chosen.sources.exists()
    if is_told or not _has_sources(_OLD_SOURCES):
        return chosen
    click.echo(
        f"{_OLD_SOURCES} is read for the last time: move it to {chosen.sources},"
        " or set NEWSLOOM_SOURCES",
        err=True,
    )
    return chosen.model_copy(update={"sources": _OLD_SOURCES.absolute()})


def _has_sources(path: Path) -> bool:
    with suppress(SourcesError):
        return bool(load(path))
    return False


@contextmanager
def session(
    chosen: Settings | None = None,
    network: Network | None = None,
    *,
    patience: float | None = None,
) -> Iterator[Resources]:
    """Resources with Redis at hand.

    The configured one, else the embedded one for as long as the command runs. ``patience`` is as in
    ``Resources``.
    """
    chosen = chosen or settings()
    with ExitStack() as stack:
        if chosen.redis_url is None:
            stack.enter_context(embedded_redis(chosen.data_dir, patience))
        yield Resources(chosen, network, patience=patience)


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
    from demo.network import LoopbackNetwork  # noqa: PLC0415 - see above
    from demo.place import newsroom_folder  # noqa: PLC0415
    from demo.server import NewsroomServer  # noqa: PLC0415

    with NewsroomServer(newsroom_folder(chosen)) as server:
        yield LoopbackNetwork(server.hosts)


def demo_newsroom(chosen: Settings) -> AbstractContextManager[object]:
    """The demo's newsroom on loopback, where the demo's workers find it."""
    from demo.place import newsroom_server  # noqa: PLC0415 - see above

    return newsroom_server(chosen)
