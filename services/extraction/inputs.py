"""The inputs of ``newsloom extract``: files, folders, URLs, standard input, and lists of files."""

import glob
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from config.sources import Source
from pipeline.crawl.private_access import PrivateAccess
from pipeline.overrides import Overrides
from pipeline.records import OF_COMMAND
from pipeline.urls import Url
from services.errors import UnreadableInputError

NO_ADDRESS = Url("http://unknown.invalid/news/unknown.html")
"""Of a file that came without its URL. It has an article's form: a front page would be refused."""

STDIN = "-"
"""The name of standard input."""

_NUL = "\0"
"""No file can have it in its name, and the file system refuses to be asked."""

PAGE_ENDINGS = (".html", ".htm", ".txt", ".gz")
"""Of the files that are taken from a folder."""


@dataclass(frozen=True, slots=True)
class ExtractInput:
    """One input.

    Attributes:
        name: a file or URL.
        address: where the file was fetched from, if that is known.
        source: the id of the source it is read for, or ``OF_COMMAND``.
        overrides: that source's selectors.
        access: to the private network that the source lives in; a URL is fetched there.
        content: of standard input; None for what is to be read.
    """

    name: str
    address: str | None = None
    source: str = OF_COMMAND
    overrides: Overrides = field(default_factory=Overrides)
    access: PrivateAccess | None = None
    content: bytes | None = None

    def read_for(self, source: Source) -> "ExtractInput":
        """The same input, read as a page of a source."""
        return replace(self, source=source.id, overrides=source.extract, access=source.access)


def inputs_named(names: Sequence[str], read_stdin: Callable[[], bytes]) -> list[ExtractInput]:
    """The inputs in the order of their names, each once.

    Args:
        names: URLs; files; folders, whose pages are taken at any depth, in the order of names;
            patterns such as ``pages/*.html``, which a shell did not expand; ``-`` for standard
            input. What is none of these is an input too, so that its line says why.
        read_stdin: called at the first ``-``.
    """
    inputs: dict[str, ExtractInput] = {}
    for name in _expanded(names):
        key = _identity(name)
        if key not in inputs:
            content = read_stdin() if name == STDIN else None
            inputs[key] = ExtractInput(name, content=content)
    return list(inputs.values())


def read_listing(listing: Path) -> Iterator[tuple[str, str | None]]:
    """The files that a list names, and their URLs where it has them.

    The list has lines of JSON: ``{"file": …, "url": …}``. Its folder is where relative paths start.

    Raises:
        UnreadableInputError: a line is not of this form.
    """
    for number, line in enumerate(listing.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            file, url = Path(entry["file"]), entry.get("url")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise UnreadableInputError(
                f'{listing}, line {number}: not {{"file": …, "url": …}}'
            ) from None
        yield str(listing.parent / file), None if url is None else str(url)


def is_web_address(name: str) -> bool:
    """Whether an input is a URL, and no file."""
    return name.startswith(("http://", "https://"))


def is_made_up(url: str) -> bool:
    """Whether a URL is ``NO_ADDRESS``, or was read as relative to it."""
    return Url(url).host == NO_ADDRESS.host


def _identity(name: str) -> str:
    """What two names of one input have in common."""
    is_file = name != STDIN and not is_web_address(name) and _NUL not in name
    return os.path.realpath(name) if is_file else name


def _expanded(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        if name == STDIN or is_web_address(name):
            yield name
        else:
            yield from _files(name)


def _files(name: str) -> list[str]:
    """The files that a name stands for; the name itself where there are none."""
    matches = [name] if os.path.lexists(name) else _matches(name)
    files: list[str] = []
    for match in matches:
        files += _pages_in(match) if Path(match).is_dir() else [match]
    return files or [name]


def _matches(pattern: str) -> list[str]:
    if _NUL in pattern:
        return []
    # Unlike Path.glob it takes relative and absolute patterns alike.
    return sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207


def _pages_in(folder: str) -> Iterator[str]:
    """The pages of a folder and of those in it; links to folders are not followed."""
    for parent, folders, files in os.walk(folder):
        folders.sort()
        for file in sorted(files):
            if file.lower().endswith(PAGE_ENDINGS):
                yield str(Path(parent) / file)
