"""``newsloom sources pause`` and ``resume``."""

import click

from cli.command import Command
from cli.output import err
from cli.session import settings
from services.sources import change_source

_named = click.argument("source_ids", nargs=-1, required=True, metavar="ID…")


@click.command(cls=Command)
@_named
def pause(source_ids: tuple[str, ...]) -> None:
    """Stop polling sources; their entries and articles stay."""
    _switch(source_ids, enabled=False)


@click.command(cls=Command)
@_named
def resume(source_ids: tuple[str, ...]) -> None:
    """Poll paused sources again."""
    _switch(source_ids, enabled=True)


def _switch(source_ids: tuple[str, ...], *, enabled: bool) -> None:
    for source_id in source_ids:
        source = change_source(settings().sources, source_id, enabled=enabled)
        err().print(f"{source.id} is {'polled' if enabled else 'paused'}.", markup=False)
