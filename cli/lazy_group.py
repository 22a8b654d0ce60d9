"""A group of commands whose modules are imported when they are used.

As ``LazyGroup`` in click's documentation (https://click.palletsprojects.com/en/stable/complex/).
Importing all of them takes most of a second.
"""

from collections.abc import Mapping
from importlib import import_module
from keyword import iskeyword
from typing import Any, NamedTuple

import click
from click.exceptions import NoSuchCommand


class LazyCommand(NamedTuple):
    """A command that is not imported yet.

    Attributes:
        module: where it is in the group's package, under its own name (with ``_`` where that is a
            Python keyword).
        line: what the help says of it in one line.
    """

    module: str
    line: str


class LazyGroup(click.Group):
    """Knows each command's line in the help without importing it.

    Attributes:
        lazy: the commands by their names, in the order of the help.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - as the base class takes them
        lazy: Mapping[str, LazyCommand],
        package: str,
        **named: Any,  # noqa: ANN401
    ) -> None:
        """Name the commands.

        Args:
            args: of ``click.Group``.
            lazy: as the attribute.
            package: that has the modules.
            named: of ``click.Group``.
        """
        super().__init__(*args, **named)
        self.lazy = lazy
        self._package = package

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as in the base class
        """The names, in the order of the help."""
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as in the base class
        """The command, imported."""
        if cmd_name not in self.lazy:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        module = import_module(f"{self._package}.{self.lazy[cmd_name].module}")
        command: click.Command = getattr(module, name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is called; a misspelt one is an error with what may have been meant."""
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            raise NoSuchCommand(error.command_name, possibilities=self.lazy, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as in the base class
        """Write the lines, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.line) for name, command in self.lazy.items()])
