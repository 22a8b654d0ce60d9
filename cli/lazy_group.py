"""A group of commands whose modules are imported when they are used.

As ``LazyGroup`` in click's documentation (https://click.palletsprojects.com/en/stable/complex/).
Importing all of them takes most of a second.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click
from click.exceptions import NoSuchCommand


class LazyGroup(click.Group):
    """Knows each command's line in the help without importing it.

    Attributes:
        lines: the command's name, and what its help says in one line.
    """

    def __init__(self, *args: Any, lines: Mapping[str, str], package: str, **named: Any) -> None:  # noqa: ANN401 - as the base class takes them
        """Name the commands.

        Args:
            args: of ``click.Group``.
            lines: one line of help by the command's name, in the order of the help.
            package: where each command has a module of its name, ``_`` behind a Python keyword.
            named: of ``click.Group``.
        """
        super().__init__(*args, **named)
        self.lines = lines
        self._package = package

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as in the base class
        """The names, in the order of the help."""
        return list(self.lines)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as in the base class
        """The command, imported."""
        if cmd_name not in self.lines:
            return None
        name = f"{cmd_name}_" if cmd_name == "import" else cmd_name
        command: click.Command = getattr(import_module(f"{self._package}.{name}"), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; a misspelt one is an error with what may have been meant."""
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise NoSuchCommand(error.command_name, possibilities=self.lines, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as in the base class
        """Write the lines, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.lines.items()))
