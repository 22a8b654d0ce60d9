"""How results reach the terminal: text for people, JSON for scripts, progress on stderr."""

import html
import json
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from pipeline.outcome import Dead, Duplicate, Indexed, Rejected, Retry, Terminal

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
    return Console(file=sys.stdout, highlight=False, emoji=False, soft_wrap=True)


def err() -> Console:
    """The console on stderr."""
    return Console(file=sys.stderr, highlight=False, emoji=False, soft_wrap=True)


def print_problems(problems: Iterable[str]) -> None:
    """Lines on stderr, one for each thing that a person should mend."""
    for problem in problems:
        err().print(clean(problem), markup=False, style="red")


def print_json(value: Any) -> None:  # noqa: ANN401 - whatever is to be printed
    """One JSON value on one line.

    What a terminal or an encoder would stumble over is escaped, as JSON allows.
    """
    text = json.dumps(value, ensure_ascii=False, default=str)
    click.echo(_UNSAFE.sub(lambda match: json.dumps(match[0])[1:-1], text))


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


def moment(seconds: float | None) -> str:
    """Seconds since the epoch as a UTC time a person reads."""
    if seconds is None:
        return "never"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def outcome_words(outcome: Terminal | Retry | None) -> str:  # noqa: PLR0911 - one for each
    """An outcome as a sentence."""
    match outcome:
        case None:
            return "no outcome yet"
        case Indexed(copy_of=None):
            return f"indexed as {outcome.article}"
        case Indexed():
            return f"indexed as {outcome.article}, a copy of {outcome.copy_of}"
        case Duplicate():
            return f"duplicate of {outcome.article} ({outcome.rule})"
        case Rejected():
            return f"rejected: {outcome.reason.value}: {clean(outcome.detail)}"
        case Dead():
            return f"dead: {clean(outcome.error)}"
        case Retry():
            return f"to be tried again: {clean(outcome.error)}"
