"""The file of the sources: read entry by entry, and changed with its comments.

An entry that cannot be used affects no other one. It is told, and left in the file as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from config.editing import NotEditable, edited
from config.sources import Source
from config.validation import problems_in

MAX_BYTES = 10_000_000
"""Of the file; ten thousand sources have about two million."""

_KEY = "sources"
_TWICE = "the id stands twice"
_MOST_OF_ID = 64


class SourcesError(ValueError):
    """The sources file cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class BadEntry:
    """An entry that cannot be used.

    Attributes:
        place: in the list, from 1.
        id: what it has as its id, if that is text.
        why: what is wrong, as clauses.
    """

    place: int
    id: str | None
    why: tuple[str, ...]

    def __str__(self) -> str:
        """A line for a person."""
        name = f" ({self.id})" if self.id else ""
        return f"source {self.place}{name} is not used: {'; '.join(self.why)}"


@dataclass(frozen=True, slots=True)
class SourcesFile:
    """What the file holds: the sources, and the entries that make none."""

    path: Path
    sources: tuple[Source, ...] = ()
    bad: tuple[BadEntry, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """A line for each entry that cannot be used."""
        return tuple(f"{self.path}: {entry}" for entry in self.bad)

    def why_missing(self, source_id: str) -> str:
        """Why there is no source with this id, as a sentence."""
        bad = self.bad_entry(source_id)
        if bad:
            return f"{self.path}: {bad}; such an entry is mended in the file itself"
        return f"there is no source {source_id}"

    def bad_entry(self, source_id: str) -> BadEntry | None:
        """The unusable entry with this id."""
        return next((entry for entry in self.bad if entry.id == source_id), None)


def read(path: Path) -> SourcesFile:
    """The entries of a YAML file: a list, or a mapping with the key ``sources``.

    A missing file has none.

    Raises:
        SourcesError: it cannot be read, is too large, not YAML, or holds no list of sources.
    """
    sources: dict[str, Source] = {}
    bad: list[BadEntry] = []
    for place, entry in enumerate(_entries(path), 1):
        source = _source(place, entry)
        if isinstance(source, BadEntry):
            bad.append(source)
        elif source.id in sources:
            bad.append(BadEntry(place, source.id, (_TWICE,)))
        else:
            sources[source.id] = source
    return SourcesFile(path, tuple(sources.values()), tuple(bad))


def load(path: Path) -> tuple[Source, ...]:
    """The sources in the file. Raises ``SourcesError`` as ``read`` does."""
    return read(path).sources


def save(path: Path, sources: Iterable[Source]) -> None:
    """Write the sources to a YAML file, whole or not at all.

    Comments and layout of the entries that stay are kept, and so are entries that cannot be used.

    Raises:
        SourcesError: what is there now cannot be read, or has an unusable entry with the id of a
            new source.
    """
    wanted = tuple(sources)
    file = read(path)
    before = {source.id: source for source in file.sources}
    for source in wanted:
        in_the_way = file.bad_entry(source.id) if source.id not in before else None
        if in_the_way:
            raise SourcesError(f"{path}: {in_the_way}; mend or remove it, or take another id")
    unchanged = frozenset(source.id for source in wanted if source == before.get(source.id))
    left = frozenset(entry.place - 1 for entry in file.bad)
    text = _text(path)
    try:
        fresh_text = edited(text, [source.to_entry() for source in wanted], unchanged, left)
    except NotEditable as error:
        raise SourcesError(f"{path} cannot be changed: {error}") from None
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(fresh_text, encoding="utf-8")
    fresh.replace(path)


def _entries(path: Path) -> list[Any]:
    document = _document(path)
    if isinstance(document, dict):
        if document and _KEY not in document:
            raise SourcesError(f"{path} should hold the key `{_KEY}` with a list of sources")
        document = document.get(_KEY) or []
    if not isinstance(document, list):
        raise SourcesError(f"{path} should hold a list of sources")
    return document


def _document(path: Path) -> Any:  # noqa: ANN401 - whatever YAML held
    text = _text(path)
    try:
        return yaml.safe_load(text) or []
    except yaml.MarkedYAMLError as error:
        why = error.problem or error.context
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise SourcesError(f"{path} is not readable as YAML: {line}{why}") from None
    except RecursionError:
        raise SourcesError(f"{path} is not readable as YAML: it is nested too deeply") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        why = " ".join(str(error).split())
        raise SourcesError(f"{path} is not readable as YAML: {why}") from None


def _text(path: Path) -> str:
    """The text of the file, empty where there is none."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SourcesError(f"{path} has more than {MAX_BYTES} bytes")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise SourcesError(f"{path} is not text in UTF-8") from None
    except OSError as error:
        raise SourcesError(f"{path} cannot be read: {error.strerror}") from None


def _source(place: int, entry: Any) -> Source | BadEntry:  # noqa: ANN401 - whatever YAML held
    try:
        return Source.model_validate(entry)
    except ValidationError as error:
        return BadEntry(place, _id_of(entry), problems_in(error, Source))


def _id_of(entry: object) -> str | None:
    given = entry.get("id") if isinstance(entry, dict) else None
    return given[:_MOST_OF_ID] if isinstance(given, str) else None
