"""What a backup says of itself: ``manifest.json``, which is written last."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from pipeline.base import Record

FORMAT = 1
"""Raised when the files of a backup change."""

MANIFEST = "manifest.json"

INDEX, LEDGER = "index", "ledger.sqlite3"
"""What an embedded index, and its ledger archive, leave in the folder of a backup."""


class BadBackup(ValueError):  # noqa: N818 - named after what was found
    """A folder holds no whole backup; the message says why."""


class Snapshot(Record):
    """Where Elasticsearch keeps its part."""

    repository: str
    name: str


class Manifest(Record):
    """What a backup holds.

    Attributes:
        format: ``FORMAT`` of the release that wrote it.
        newsloom: that release.
        made_at: seconds since the epoch, when the dump of Redis was begun.
        namespace: of the keys and indices.
        settings: those that were set, but for addresses and secrets.
        index: the backend with its version.
        snapshot: Elasticsearch's; None where the index is among the files.
        articles: that the copied index holds; None where Elasticsearch has it.
        files: the digest (SHA-256) of each file, by its path in the backup.
    """

    format: int = FORMAT
    newsloom: str
    made_at: float
    namespace: str
    settings: Mapping[str, str] = Field(default_factory=dict)
    index: str
    snapshot: Snapshot | None = None
    articles: int | None = None
    files: Mapping[str, str] = Field(default_factory=dict)


def digests(folder: Path) -> dict[str, str]:
    """The digest of each file of a backup but the manifest."""
    return {
        str(path.relative_to(folder)): _digest(path)
        for path in _files(folder)
        if path.name != MANIFEST
    }


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it whole or not at all."""
    fresh = folder / f"{MANIFEST}.new"
    fresh.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    fresh.replace(folder / MANIFEST)


def read_manifest(folder: Path) -> Manifest:
    """Read it, and compare every file with its digest.

    Raises:
        BadBackup: there is none, another release wrote it, or files are missing or differ.
    """
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
        manifest = Manifest.model_validate_json(text)
    except (OSError, ValidationError) as error:
        raise BadBackup(f"{folder} holds no whole backup: its {MANIFEST}: {error}") from None
    if manifest.format != FORMAT:
        raise BadBackup(
            f"the backup in {folder} has format {manifest.format}, this release reads {FORMAT}:"
            f" restore it with Newsloom {manifest.newsloom}"
        )
    found = digests(folder)
    damaged = sorted(path for path, known in manifest.files.items() if found.get(path) != known)
    if damaged:
        raise BadBackup(
            f"{len(damaged)} files of the backup in {folder} are missing or damaged, such as"
            f" {damaged[0]}"
        )
    return manifest


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
