"""How results reach the terminal: text for people, JSON for scripts, progress on stderr."""

import codecs
import html
import json
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TextIO

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from cli.lines import NARROWEST, LineConsole
from pipeline.outcome import Retry, Terminal, sentence_of

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_UNSAFE = re.compile(_CONTROLS.pattern[:-1] + r"\u2028\u2029\ud800-\udfff]")
_MARK = re.compile(r"(</?mark>)")

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def clean(text: str) -> str:
    """Text from elsewhere without control characters and changes of writing direction.

    These could move the cursor, colour the terminal or disguise other text.
    """
    return _CONTROLS.sub(" ", text)


def out() -> Console:
    """The console on stdout, made at each call so that redirection is seen."""
    return LineConsole(file=sys.stdout, highlight=False, emoji=False, soft_wrap=True)


def err() -> Console:
    """The console on stderr."""
    return LineConsole(file=sys.stderr, highlight=False, emoji=False, soft_wrap=True)


def print_wrapped(text: Text, *, first: str = "", rest: str = "") -> None:
    """Print a text in lines that fit the terminal.

    Args:
        text: the words.
        first: what stands before the first line.
        rest: what stands before the others.
    """
    console = out()
    width = max(NARROWEST, console.width - max(len(first), len(rest)))
    for place, line in enumerate(text.wrap(console, width)):
        line.rstrip()
        console.print(rest if place else first, line, sep="", markup=False)


def print_error(sentence: str) -> None:
    """An error on stderr."""
    err().print(f"[red]Error:[/] {escape(clean(sentence))}")


def print_problems(problems: Iterable[str]) -> None:
    """Lines on stderr, one for each thing that a person should mend."""
    for problem in problems:
        err().print(clean(problem), markup=False, style="red")


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever is to be printed
    """One JSON value on one line, its dates in UTC.

    What a terminal or an encoder would stumble over is escaped, as JSON allows.
    """
    text = json.dumps(value, ensure_ascii=not _is_unicode(sys.stdout), default=_json_value)
    click.echo(_UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], text))


def _is_unicode(stream: TextIO) -> bool:
    """Whether every character can be written to a stream."""
    return codecs.lookup(stream.encoding or "utf-8").name.startswith("utf")


def _json_value(value: object) -> str:
    """What JSON has no form for, as text: dates as ``2017-12-01T18:30:00Z``."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def progress() -> Progress:
    """A progress bar on stderr, seen on a terminal only."""
    console = err()
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)


def highlighted(fragment: str) -> Text:
    """A safe highlight (HTML with ``<mark>``) for the terminal."""
    text, inside = Text(), False
    for part in _MARK.split(fragment):
        if part in {"<mark>", "</mark>"}:
            inside = part == "<mark>"
        else:
            text.append(clean(html.unescape(part)), style="bold yellow" if inside else "")
    return text


def counted(count: int, noun: str) -> str:
    """A number of things: ``1 copy``, ``2 copies``."""
    if count == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count} {plural}"


def moment(seconds: float | None) -> str:
    """Seconds since the epoch as a UTC time a person reads."""
    if seconds is None:
        return "never"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def outcome_words(outcome: Terminal | Retry | None) -> str:
    """An outcome as a sentence."""
    return clean(sentence_of(outcome)) if outcome else "no outcome yet"
