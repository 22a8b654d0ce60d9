"""Tables for people, in whatever width the terminal has."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from cli.output import out, print_wrapped

Row = Sequence[Text]

_BETWEEN = 2
"""Spaces between two columns."""

_FOLDED_WIDTH = 30
"""Columns that a last column needs at least, to be read when it is folded."""


def print_table(
    columns: Sequence[str], rows: Sequence[Row], *, numbers_from: int | None = None
) -> None:
    """Print a table; where it is too wide for the terminal, one block of lines for each row.

    Args:
        columns: their headings.
        rows: a cell for each column.
        numbers_from: the first column of those that hold numbers, which stand at the right.
    """
    if fits(columns, rows):
        out().print(_table(columns, rows, numbers_from))
        return
    for row in rows:
        _print_block(columns, row)


def fits(columns: Sequence[str], rows: Sequence[Row]) -> bool:
    """Whether the terminal is wide enough for a table; its last column can be folded."""
    cells = [[Text(heading) for heading in columns], *rows]
    *widths, last = [max(cell_len(row[place].plain) for row in cells) for place in _places(columns)]
    needed = sum(widths) + _BETWEEN * len(widths) + min(last, _FOLDED_WIDTH)
    return needed <= out().width


def _places(columns: Sequence[str]) -> range:
    return range(len(columns))


def _table(columns: Sequence[str], rows: Sequence[Row], numbers_from: int | None) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, heading in enumerate(columns):
        is_number = numbers_from is not None and place >= numbers_from
        is_last = place == len(columns) - 1
        table.add_column(
            Text(heading),
            justify="right" if is_number else "left",
            overflow="fold",
            no_wrap=not is_last,
        )
    for row in rows:
        table.add_row(*row)
    return table


def _print_block(columns: Sequence[str], row: Row) -> None:
    print_wrapped(row[0])
    indent = " " * _BETWEEN
    for heading, cell in zip(columns[1:], row[1:], strict=True):
        print_wrapped(Text.assemble((f"{heading}: ", "dim"), cell), first=indent, rest=indent)
