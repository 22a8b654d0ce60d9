"""Queries on the command line: ``-word`` leaves a word out, and is no option."""

from collections.abc import Collection, Iterable, Iterator

import click

from cli.command import Command

_GUARD = "\0"
"""Hides a word's minus from click's parser. No argument of a process can hold this character."""

_REST_IS_QUERY = "--"


def _word(text: str) -> str:
    """A word of a query as it was written."""
    return text.removeprefix(_GUARD)


query_argument = click.argument("query", nargs=-1, type=_word)
"""The words of a query."""


class QueryCommand(Command):
    """A command with a query: what begins with one minus is part of it, unless an option.

    An unknown word with two of them is an error as everywhere.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        end = args.index(_REST_IS_QUERY) if _REST_IS_QUERY in args else len(args)
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        return super().parse_args(ctx, [*_guarded(args[:end], options), *args[end:]])


def _guarded(args: Iterable[str], options: Collection[click.Option]) -> Iterator[str]:
    known = _names(options)
    with_value = _names([option for option in options if not option.is_flag])
    before = ""
    for arg in args:
        is_word = before not in with_value and _is_negation(arg, known)
        yield f"{_GUARD}{arg}" if is_word else arg
        before = arg


def _names(options: Iterable[click.Option]) -> frozenset[str]:
    return frozenset(name for option in options for name in option.opts)


def _is_negation(arg: str, known: Collection[str]) -> bool:
    return arg.startswith("-") and not arg.startswith("--") and arg not in known
