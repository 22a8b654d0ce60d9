"""``newsloom count``: how many articles match, by day, by source, by language and more."""

import csv
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich.text import Text

from cli.commands.articles.search import copies_left_out
from cli.output import clean, counted, err, json_option, out, print_json
from cli.query import QueryCommand, query_argument
from cli.session import settings
from cli.tables import fits, print_table
from search.counting import is_date
from search.results import CountResult
from services.articles.count import count as count_articles
from services.articles.source_groups import SourceGroups
from workers.resources import Resources

_CROSSED = 2
_COUNT = "count"


@click.command(cls=QueryCommand)
@query_argument
@click.option(
    "--by",
    metavar="NAME,…",
    multiple=True,
    help="hour, day, week, month, year, source, language, host, section, author …; several make a"
    " cross table.",
)
@click.option("--copies", is_flag=True, help="Also count near-copies of articles.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV, a line for each combination.")
@json_option
def count(
    query: tuple[str, ...], *, by: tuple[str, ...], copies: bool, as_csv: bool, as_json: bool
) -> None:
    """Count the articles that match, e.g. newsloom count kremlin --by month,source.

    The total is the same as that of `newsloom search`. Days are those of publication in UTC; other
    dates are written first_seen.day, modified.month … Articles without a value are counted apart.
    See docs/search.md.
    """
    if as_csv and as_json:
        raise click.UsageError("either --csv or --json")
    chosen = settings()
    result = count_articles(
        Resources(chosen).open_index(),
        " ".join(query),
        [name for names in by for name in names.split(",")],
        copies=copies,
        groups=SourceGroups(chosen.sources),
    )
    if as_json:
        print_json(_as_json(result))
    elif as_csv:
        _print_csv(result)
    else:
        _show(result)
    raise SystemExit(0 if result.total else 1)


def _as_json(result: CountResult) -> dict[str, Any]:
    cells = [
        {**dict(zip(result.by, cell.values, strict=True)), _COUNT: cell.count}
        for cell in result.cells
    ]
    return {**result.model_dump(exclude={"axes", "cells"}), "counts": cells}


def _print_csv(result: CountResult) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*result.by, _COUNT])
    if not result.by:
        writer.writerow([result.total])
    for cell in result.cells:
        writer.writerow([*(clean(value or "") for value in cell.values), cell.count])


def _show(result: CountResult) -> None:
    left_out = copies_left_out(result.copies_left_out, verb="counts")
    if not result.total:
        err().print(" ".join(["Nothing found.", *left_out]))
        return
    out().print(counted(result.total, "article"), style="bold")
    for sentence in left_out:
        out().print(sentence, style="dim")
    if not result.by:
        return
    out().print()
    if len(result.by) == _CROSSED:
        columns, rows = _cross_table(result)
        if fits(columns, rows):
            print_table(columns, rows, numbers_from=1)
            return
    _show_list(result)


def _show_list(result: CountResult) -> None:
    rows = [
        [*map(Text, _names(result, cell.values)), Text(str(cell.count))] for cell in result.cells
    ]
    print_table([*result.by, "articles"], rows, numbers_from=len(result.by))


def _cross_table(result: CountResult) -> tuple[list[str], list[list[Text]]]:
    """A row for each value of the first dimension, a column for each of the second."""
    cells = {_names(result, cell.values): cell.count for cell in result.cells}
    down = list(dict.fromkeys(first for first, _ in cells))
    across = [_name(result.by[1], value) for value in result.axes[1]]
    rows = [
        [Text(first), *(Text(str(cells.get((first, second), ""))) for second in across)]
        for first in down
    ]
    return [f"{result.by[0]} / {result.by[1]}", *across], rows


def _names(result: CountResult, values: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(
        _name(dimension, value) for dimension, value in zip(result.by, values, strict=True)
    )


def _name(dimension: str, value: str | None) -> str:
    if value is not None:
        return clean(value)
    return "no date" if is_date(dimension) else f"no {dimension}"
