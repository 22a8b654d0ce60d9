"""What to crawl: ``sources.yaml``, checked when it is read."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from pipeline.urls import normalise


class SourcesError(ValueError):
    """The sources file cannot be used; the message says where and why."""


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def _seconds(value: object) -> object:
    """Reads ``15m``, ``90s``, ``2h`` or a number of seconds."""
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", value) if isinstance(value, str) else None
    return float(match[1]) * _UNITS[match[2]] if match else value


Duration = Annotated[float, BeforeValidator(_seconds), Field(ge=0)]
FetchableUrl = Annotated[str, AfterValidator(normalise)]


class Source(BaseModel):
    """One publisher's feed.

    Attributes:
        id: short name, used in searches as ``source:id``.
        interval: seconds between polls; None takes the setting.
        delay: seconds between requests to the feed's host; None takes the setting.
        robots: False only where the publisher allowed the crawl in another way.
        enabled: False keeps the entry but stops the polling.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    feed: FetchableUrl
    name: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    interval: Annotated[Duration, Field(ge=1)] | None = None
    delay: Duration | None = None
    robots: bool = True
    enabled: bool = True


def load(path: Path) -> tuple[Source, ...]:
    """The sources in a YAML file: a list, or a mapping with the key ``sources``. A missing file has none.

    Raises:
        SourcesError: not YAML, an entry that does not fit, or an id twice.
    """
    if not path.exists():
        return ()
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path} is not readable as YAML: {error}") from None
    entries = document.get("sources") or [] if isinstance(document, dict) else document
    if not isinstance(entries, list):
        raise SourcesError(f"{path} should hold a list of sources")
    sources = tuple(_source(path, number, entry) for number, entry in enumerate(entries, 1))
    repeated = _repeated(source.id for source in sources)
    if repeated:
        raise SourcesError(f"{path}: the id {repeated} stands twice")
    return sources


def save(path: Path, sources: Iterable[Source]) -> None:
    """Write the sources to a YAML file, whole or not at all."""
    entries = [source.model_dump(mode="json", exclude_defaults=True) for source in sources]
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(yaml.safe_dump({"sources": entries}, sort_keys=False, allow_unicode=True), encoding="utf-8")
    fresh.replace(path)


def _source(path: Path, number: int, entry: Any) -> Source:  # noqa: ANN401 - whatever YAML held
    try:
        return Source.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SourcesError(f"{path}, source {number}: {f'{where}: ' if where else ''}{first['msg']}") from None


def _repeated(ids: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for source_id in ids:
        if source_id in seen:
            return source_id
        seen.add(source_id)
    return None
