"""Restores a backup where nothing is yet."""

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from config.settings import Settings
from config.sources_file import load
from services.backup.parts import ARCHIVE, DUMP, SOURCES, is_vacant
from services.errors import BackupError
from services.sources import Connect
from storage.backup.manifest import BadBackup, Manifest, read_manifest
from storage.backup.redis_restore import copy_keys, is_empty, served
from storage.redis.connection import Keyspace, connect
from storage.redis.ledger import Ledger
from workers.resources import Resources, redis_url


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now.

    Attributes:
        keys: of Redis.
        urls: that the ledger has accepted.
        articles: that the index holds.
        sources: that are watched.
        api_keys: that open the API.
    """

    keys: int
    urls: int
    articles: int
    sources: int
    api_keys: int


def restore(
    settings: Settings,
    connect_stores: Connect,
    folder: Path,
    *,
    repository: str | None = None,
    archive: bool = True,
) -> Restored:
    """Bring everything back into an empty data folder, Redis and index.

    All is checked before anything is written, and what was written is compared with the backup.

    Args:
        settings: that name the parts.
        connect_stores: opens the stores.
        folder: of the backup.
        repository: where Elasticsearch has the snapshot, if it is another one than it was.
        archive: bring back the archived pages too.

    Raises:
        BackupError: the folder holds no whole backup, it does not fit the settings, something is
            there already, or what was restored differs.
        EmbeddedRedisError: no redis-server is at hand that can read the dump.
        redis.RedisError: Redis does not answer, or cannot take the keys.
        IndexUnavailable: the index cannot be restored.
        OSError: a file cannot be read or written.
    """
    try:
        manifest = read_manifest(folder)
        _require_fit(settings, manifest, folder, archive=archive)
        _require_vacant(settings, archive=archive)
        with connect_stores() as resources:
            return _into(resources, manifest, folder, repository, archive=archive)
    except BadBackup as error:
        raise BackupError(str(error)) from None


def _require_fit(settings: Settings, manifest: Manifest, folder: Path, *, archive: bool) -> None:
    if manifest.namespace != settings.namespace:
        raise BackupError(
            f"the backup is of the namespace {manifest.namespace}: set NEWSLOOM_NAMESPACE to it"
        )
    if manifest.snapshot and not settings.index_url:
        raise BackupError("its articles are in Elasticsearch: set NEWSLOOM_INDEX_URL")
    if not manifest.snapshot and settings.index_url:
        raise BackupError("its articles are in an embedded index: unset NEWSLOOM_INDEX_URL")
    if archive and (folder / ARCHIVE).exists() and settings.archive_dir is None:
        raise BackupError(
            "the backup has archived pages: set NEWSLOOM_ARCHIVE_DIR, or give --no-archive"
        )


def _require_vacant(settings: Settings, *, archive: bool) -> None:
    folders = [settings.data_dir]
    if archive and settings.archive_dir:
        folders.append(settings.archive_dir)
    for folder in folders:
        if not is_vacant(folder):
            raise BackupError(f"{folder} is not empty: restore into an empty folder only")
    if settings.sources.exists():
        raise BackupError(f"{settings.sources} is there already: move it away")


def _into(
    resources: Resources, manifest: Manifest, folder: Path, repository: str | None, *, archive: bool
) -> Restored:
    """Into Redis and an index that answer."""
    settings = resources.settings
    if not is_empty(resources.stores.keyspace):
        raise BackupError(f"Redis has keys of the namespace {settings.namespace} already")
    with closing(resources.open_index_backup(repository)) as backup:
        if not backup.is_empty():
            raise BackupError(f"there is an index of the namespace {settings.namespace} already")
        backup.restore(folder, manifest.snapshot)
    _copy_files(settings, folder, archive=archive)
    keys = _copy_keys(resources, folder / DUMP)
    return _compared(resources, manifest, keys)


def _copy_files(settings: Settings, folder: Path, *, archive: bool) -> None:
    if (folder / SOURCES).exists():
        settings.sources.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / SOURCES, settings.sources)
    if archive and settings.archive_dir and (folder / ARCHIVE).exists():
        shutil.copytree(folder / ARCHIVE, settings.archive_dir, dirs_exist_ok=True)


def _copy_keys(resources: Resources, dump: Path) -> int:
    settings = resources.settings
    target = connect(redis_url(settings), decode=False)
    with served(dump) as url, target, connect(url, decode=False) as source, connect(url) as text:
        copied = copy_keys(
            Keyspace(source, settings.namespace), Keyspace(target, settings.namespace)
        )
        of_backup = Keyspace(text, settings.namespace)
        before = Ledger(of_backup, lambda: resources.ledger_archive).totals()
    after = resources.stores.ledger.totals()
    if before != after:
        raise BackupError(f"the ledger's totals differ: {before} in the backup, {after} now")
    return copied


def _compared(resources: Resources, manifest: Manifest, keys: int) -> Restored:
    with closing(resources.open_index()) as index:
        index.prepare()
        articles = index.count()
    if manifest.articles not in {None, articles}:
        raise BackupError(
            f"the index differs: {manifest.articles} articles in the backup, {articles} now"
        )
    sources = resources.settings.sources
    return Restored(
        keys=keys,
        urls=resources.stores.ledger.totals().accepted,
        articles=articles,
        sources=len(load(sources)) if sources.exists() else 0,
        api_keys=len(resources.stores.api_keys.all()),
    )
