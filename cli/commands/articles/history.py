"""``newsloom history``: how an article's text changed."""

from typing import Any

import click
from rich.console import Console
from rich.text import Text

from cli.command import Command
from cli.output import clean, json_option, moment, out, print_json
from cli.session import session
from pipeline.versions import ChangeKind, Difference, Paragraph
from services.articles.history import ArticleVersion, article_history
from services.articles.search import find_article

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


@click.command(cls=Command)
@click.argument("article", metavar="ID|URL")
@click.option("--diff", is_flag=True, help="Also show which words came and went.")
@json_option
def history(article: str, *, diff: bool, as_json: bool) -> None:
    """Show the versions of an article's text, the oldest first, each as it was fetched last.

    With --json, one line per version.
    """
    with session() as resources:
        index = resources.open_index()
        versions = article_history(index, find_article(resources.stores.ledger, index, article))
    if as_json:
        for version in versions:
            print_json(_as_json(version, diff=diff))
    else:
        _show(versions, diff=diff)


def _as_json(version: ArticleVersion, *, diff: bool) -> dict[str, Any]:
    change = version.change
    record = version.article.model_dump()
    record["words_added"] = change.words_added if change else None
    record["words_removed"] = change.words_removed if change else None
    if diff:
        record["difference"] = change.model_dump() if change else None
    return record


def _show(versions: tuple[ArticleVersion, ...], *, diff: bool) -> None:
    console, newest = out(), versions[-1].article
    console.print(clean(newest.title), style="bold", markup=False)
    console.print(clean(newest.url), style="dim", markup=False)
    for version in versions:
        console.print()
        console.print(_heading(version), markup=False)
        if diff and version.change:
            _show_change(console, version.change)


def _heading(version: ArticleVersion) -> str:
    article, change = version.article, version.change
    parts = [f"version {article.version}", f"fetched {moment(article.fetched_at.timestamp())}"]
    if article.modified:
        parts.append(f"modified {moment(article.modified.timestamp())}")
    parts.append(f"{article.word_count} words")
    if change:
        parts.append(f"+{change.words_added} -{change.words_removed}")
    return " · ".join(parts)


def _show_change(console: Console, change: Difference) -> None:
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
    marked = not coloured and paragraph.kind is ChangeKind.CHANGED
    for piece in paragraph.pieces:
        before, after = _MARKS[piece.kind] if marked else ("", "")
        style = _STYLES[piece.kind] if coloured else ""
        line.append(f"{before}{clean(piece.text)}{after}", style=style)
    return line
