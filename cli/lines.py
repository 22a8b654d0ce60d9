"""A console that breaks its lines between words where the terminal's width is known."""

from collections.abc import Iterator
from shutil import get_terminal_size
from typing import Any

from rich.console import Console
from rich.text import Text

NARROWEST = 10
"""Columns that a line gets, however narrow the terminal is."""

_HANGING = 2
"""Columns by which the rest of a line is set in."""


class LineConsole(Console):
    """Prints lines of text so that they can be read in any terminal.

    A pipe has no width: there a line stays one line, for ``grep``. So does a line with an address
    that fills more than a line of the terminal, so that it can be opened and copied.
    """

    def print(self, *objects: Any, **options: Any) -> None:  # noqa: ANN401 - as in the base class
        """Print; text in lines, everything else as the base class does."""
        width = get_terminal_size(fallback=(0, 0)).columns
        are_lines = all(isinstance(each, str | Text) for each in objects) and "end" not in options
        if not width or not are_lines:
            super().print(*objects, **options)
            return
        between, markup = options.pop("sep", " "), options.pop("markup", True)
        text = Text(between).join(_text(each, markup=markup) for each in objects)
        for line in text.split("\n", allow_blank=True):
            for part in self._broken(line, width):
                super().print(part, **options)

    def _broken(self, line: Text, width: int) -> Iterator[Text]:
        if line.cell_len <= width or _has_long_address(line.plain, width):
            yield line
            return
        indent = len(line.plain) - len(line.plain.lstrip(" "))
        room = max(NARROWEST, width - indent - _HANGING)
        for place, part in enumerate(line[indent:].wrap(self, room)):
            part.rstrip()
            hanging = _HANGING if place else 0
            yield Text.assemble(" " * (indent + hanging), part)


def _text(value: str | Text, *, markup: bool) -> Text:
    if isinstance(value, Text):
        return value
    return Text.from_markup(value) if markup else Text(value)


def _has_long_address(line: str, width: int) -> bool:
    words = line.split()
    return any("://" in word and len(word) > width - _HANGING for word in words)
