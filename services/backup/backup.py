"""Backs up everything into a folder, while all goes on.

The order makes the parts fit. Redis comes first, all of it at one moment. What is indexed after
that is in the index' copy, and in flight by the ledger; a restored deployment works on it once
more, which changes nothing. Were it the other way round, the ledger would have articles that the
index has not. The same holds of entries that go from Redis to the ledger archive.
"""

import shutil
import time
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

from config.settings import Settings
from services.backup.parts import ARCHIVE, DUMP, SOURCES, is_vacant
from services.errors import BackupError
from services.sources import Connect
from storage.backup.manifest import INDEX, BadBackup, Manifest, digests, write_manifest
from storage.backup.redis_dump import dump_redis
from storage.open import open_index
from workers.resources import Resources, redis_url

_ONLY_OURS = 0o700
_KEPT_BACK = ("url", "password", "key", "auth", "proxy", "hosts", "origins")
"""Parts of the names of settings that may hold secrets or addresses."""


def back_up(
    settings: Settings,
    connect: Connect,
    folder: Path,
    *,
    repository: str | None = None,
    archive: bool = True,
) -> Manifest:
    """Copy everything into a folder; its manifest is written when all is there.

    Args:
        settings: that name the parts.
        connect: opens the stores.
        folder: that is made; one that is there must be empty.
        repository: where Elasticsearch keeps its part.
        archive: copy the archived pages too.

    Raises:
        BackupError: the folder is not empty, or no repository is named.
        StoreUnavailable: Redis gives no dump.
        IndexUnavailable: the index cannot be copied.
        OSError: a file cannot be read or written.
    """
    if not is_vacant(folder):
        raise BackupError(f"{folder} is not empty: name a new folder for each backup")
    folder.mkdir(mode=_ONLY_OURS, parents=True, exist_ok=True)
    with connect() as resources:
        made_at = time.time()
        dump_redis(redis_url(settings), folder / DUMP)
        manifest = _copy_index(resources, folder, repository, made_at)
    if settings.sources.exists():
        shutil.copyfile(settings.sources, folder / SOURCES)
    if archive and settings.archive_dir and settings.archive_dir.exists():
        shutil.copytree(settings.archive_dir, folder / ARCHIVE)
    whole = manifest.model_copy(update={"files": digests(folder)})
    write_manifest(folder, whole)
    return whole


def _copy_index(
    resources: Resources, folder: Path, repository: str | None, made_at: float
) -> Manifest:
    """Copy the index; gives the manifest but for the files."""
    settings = resources.settings
    with closing(resources.open_index_backup(repository)) as backup:
        try:
            snapshot = backup.take(folder)
        except BadBackup as error:
            raise BackupError(str(error)) from None
    with closing(resources.open_index()) as index:
        name = index.about().name
    return Manifest(
        newsloom=version("newsloom"),
        made_at=made_at,
        namespace=settings.namespace,
        settings=_shown(settings),
        index=name,
        snapshot=snapshot,
        articles=None if snapshot else count_articles(settings.namespace, folder / INDEX),
    )


def count_articles(namespace: str, folder: Path) -> int:
    """How many articles an embedded index holds."""
    with closing(open_index(None, name=namespace, folder=folder)) as index:
        return index.count()


def _shown(settings: Settings) -> dict[str, str]:
    """The settings that were set, for whoever restores."""
    return {
        name: str(getattr(settings, name))
        for name in sorted(settings.model_fields_set)
        if not any(part in name for part in _KEPT_BACK)
    }
