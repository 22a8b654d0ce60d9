"""Snapshots in a repository that Elasticsearch knows.

See https://www.elastic.co/docs/deploy-manage/tools/snapshot-and-restore.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from elasticsearch import Elasticsearch, NotFoundError

from storage.backup.manifest import BadBackup, Snapshot
from storage.elasticsearch.errors import unavailable_on_failure
from storage.index import IndexUnavailable

_LOOK_EVERY = 0.5
_SUCCESS, _IN_PROGRESS = "SUCCESS", "IN_PROGRESS"


class ElasticsearchBackup:
    """``storage.backup.index.IndexBackup`` for Elasticsearch.

    Args:
        client: whose user may take and restore snapshots; closed by ``close``.
        name: of the alias.
        repository: a snapshot repository that is registered; None where the backup names it.
    """

    def __init__(self, client: Elasticsearch, name: str, repository: str | None) -> None:
        self._client = client
        self._name = name
        self._repository = repository

    def take(self, folder: Path) -> Snapshot:
        """See ``IndexBackup``; nothing is put into the folder.

        Raises:
            BadBackup: no repository is named.
        """
        del folder
        if self._repository is None:
            raise BadBackup(
                "Elasticsearch keeps its part in a snapshot repository: name one that it knows with"
                " --repository"
            )
        made = f"{self._name}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{token_hex(3)}"
        take_snapshot(self._client, self._name, repository=self._repository, snapshot=made)
        return Snapshot(repository=self._repository, name=made)

    def restore(self, folder: Path, snapshot: Snapshot | None) -> None:
        """See ``IndexBackup``."""
        del folder
        if snapshot is None:
            raise BadBackup("its articles are in an embedded index: unset NEWSLOOM_INDEX_URL")
        repository = self._repository or snapshot.repository
        restore_snapshot(self._client, self._name, repository=repository, snapshot=snapshot.name)

    def is_empty(self) -> bool:
        """See ``IndexBackup``."""
        return not has_indices(self._client, self._name)

    def close(self) -> None:
        """See ``IndexBackup``."""
        self._client.close()


def _patterns(name: str) -> list[str]:
    return [f"{name}-v*", f"{name}-history-v*", f"{name}-ledger-v*"]


def take_snapshot(client: Elasticsearch, name: str, *, repository: str, snapshot: str) -> None:
    """Snapshot the indices of ``name``; returns when it is whole. Writers go on meanwhile.

    Args:
        client: whose user has ``create_snapshot`` and ``monitor_snapshot``.
        name: of the alias.
        repository: one that is registered.
        snapshot: what to call it.

    Raises:
        IndexUnavailable: Elasticsearch does not answer, does not know the repository, or could not
            take the whole snapshot.
    """
    with unavailable_on_failure(client):
        client.snapshot.create(
            repository=repository,
            snapshot=snapshot,
            indices=_patterns(name),
            include_global_state=False,
        )
        state = _IN_PROGRESS
        while state == _IN_PROGRESS:
            time.sleep(_LOOK_EVERY)
            [told] = client.snapshot.get(repository=repository, snapshot=snapshot)["snapshots"]
            state = told["state"]
    if state != _SUCCESS:
        raise IndexUnavailable(f"Elasticsearch's snapshot {snapshot} is {state}, not whole")


def restore_snapshot(client: Elasticsearch, name: str, *, repository: str, snapshot: str) -> None:
    """Make the indices of ``name`` again from a snapshot; returns when they can be searched.

    Raises:
        IndexUnavailable: Elasticsearch does not answer, does not know the snapshot, or has such
            indices already.
    """
    with unavailable_on_failure(client):
        answer = client.snapshot.restore(
            repository=repository,
            snapshot=snapshot,
            indices=_patterns(name),
            include_global_state=False,
            include_aliases=True,
            wait_for_completion=True,
        )
    failed = answer["snapshot"]["shards"]["failed"]
    if failed:
        raise IndexUnavailable(f"{failed} shards of the snapshot {snapshot} were not restored")


def has_indices(client: Elasticsearch, name: str) -> bool:
    """Whether there are any of ``name``."""
    with unavailable_on_failure(client):
        try:
            return bool(client.indices.get(index=_patterns(name)))
        except NotFoundError:
            return False
