"""``newsloom sources``: what is watched."""

import click

from cli.command import Group
from cli.commands.sources.add import add
from cli.commands.sources.checking import check
from cli.commands.sources.listing import export, import_, list_, remove
from cli.commands.sources.pausing import pause, resume
from cli.commands.sources.refreshing import refresh


@click.group(cls=Group)
def sources() -> None:
    """List, add, remove, pause, check, refresh, import or export the sources to watch."""


for command in (list_, add, remove, pause, resume, check, refresh, import_, export):
    sources.add_command(command)
