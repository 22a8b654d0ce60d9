"""``newsloom history``: how an article's text changed."""

from itertools import pairwise
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cli.articles import named_article
from cli.output import clean, json_option, moment, out, print_json
from cli.session import session
from pipeline.records import EnrichedArticle
from pipeline.versions import ChangeKind, Difference, Paragraph, difference

_SIGNS = {
    ChangeKind.SAME: " ",
    ChangeKind.CHANGED: " ",
    ChangeKind.ADDED: "+",
    ChangeKind.REMOVED: "-",
}
_MARKS = {
    ChangeKind.SAME: ("", ""),
    ChangeKind.ADDED: ("{+", "+}"),
    ChangeKind.REMOVED: ("[-", "-]"),
}
_STYLES = {ChangeKind.SAME: "", ChangeKind.ADDED: "green", ChangeKind.REMOVED: "red strike"}


@click.command()
@click.argument("article", metavar="ID|URL")
@click.option("--diff", is_flag=True, help="Also show which words came and went.")
@json_option
def history(article: str, *, diff: bool, as_json: bool) -> None:
    """Show the versions of an article's text, the oldest first, each as it was fetched last.

    With --json, one line per version.
    """
    with session() as resources:
        index = resources.open_index()
        versions = index.history(named_article(resources, index, article).id)
    changes = [None, *(difference(older, later) for older, later in pairwise(versions))]
    if as_json:
        for version, change in zip(versions, changes, strict=True):
            print_json(_as_json(version, change, diff=diff))
        return
    console = out()
    console.print(clean(versions[-1].title), style="bold", markup=False)
    console.print(clean(versions[-1].url), style="dim", markup=False)
    for version, change in zip(versions, changes, strict=True):
        console.print()
        console.print(_heading(version, change), markup=False)
        if diff and change:
            _show(console, change)


def _as_json(version: EnrichedArticle, change: Difference | None, *, diff: bool) -> dict[str, Any]:
    record = version.model_dump(mode="json")
    record |= {
        "words_added": change and change.words_added,
        "words_removed": change and change.words_removed,
    }
    if diff:
        record["difference"] = change.model_dump(mode="json") if change else None
    return record


def _heading(version: EnrichedArticle, change: Difference | None) -> str:
    parts = [f"version {version.version}", f"fetched {moment(version.fetched_at.timestamp())}"]
    if version.modified:
        parts.append(f"modified {moment(version.modified.timestamp())}")
    parts.append(f"{version.word_count} words")
    if change:
        parts.append(f"+{change.words_added} -{change.words_removed}")
    return " · ".join(parts)


def _show(console: Console, change: Difference) -> None:
    """The headline and the paragraphs that changed; an ellipsis for those between them."""
    coloured = console.is_terminal and console.color_system is not None and not console.no_color
    skipped = False
    for paragraph in (change.title, *change.paragraphs):
        if paragraph.kind is not ChangeKind.SAME:
            if skipped:
                console.print("    …")
            console.print(_line(paragraph, coloured=coloured))
        skipped = paragraph.kind is ChangeKind.SAME and paragraph is not change.title


def _line(paragraph: Paragraph, *, coloured: bool) -> Text:
    """A paragraph with its words as they came and went.

    By colour, or as ``git diff --word-diff`` writes it.
    """
    line = Text(f"  {_SIGNS[paragraph.kind]} ")
    for piece in paragraph.pieces:
        marked = not coloured and paragraph.kind is ChangeKind.CHANGED
        before, after = _MARKS[piece.kind] if marked else ("", "")
        line.append(
            f"{before}{clean(piece.text)}{after}", style=_STYLES[piece.kind] if coloured else ""
        )
    return line
