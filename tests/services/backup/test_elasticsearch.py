"""With Elasticsearch, and a Redis that is not ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from config.settings import Settings
from services.backup.backup import back_up
from services.backup.restore import restore
from services.errors import BackupError
from services.sources import Connect
from storage.index import IndexUnavailable
from tests.support.contents import contents
from tests.support.data.corpus import corpus
from tests.support.whole_deployment import fill, traces
from workers.resources import Resources


@pytest.fixture
def settings(tmp_path: Path, redis_url: str, namespace: str, elasticsearch_url: str) -> Settings:
    return Settings.model_validate(
        {
            "data_dir": tmp_path / "data",
            "redis_url": redis_url,
            "index_url": elasticsearch_url,
            "namespace": namespace,
        }
    )


@pytest.fixture
def client(elasticsearch_url: str, settings: Settings) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url, request_timeout=60) as client:
        yield client
        name = settings.namespace
        client.options(ignore_status=404).indices.delete_index_template(name=name)
        for index in client.indices.get(index=f"{name}-*"):
            client.indices.delete(index=index)


@pytest.fixture
def repository(client: Elasticsearch, namespace: str) -> Iterator[str]:
    in_its_folder = {"type": "fs", "settings": {"location": namespace}}
    client.snapshot.create_repository(name=namespace, repository=in_its_folder)
    yield namespace
    client.snapshot.delete(repository=namespace, snapshot="*")
    client.snapshot.delete_repository(name=namespace)


def connecting(settings: Settings) -> Connect:
    @contextmanager
    def connect() -> Iterator[Resources]:
        yield Resources(settings)

    return connect


def drop_indices(settings: Settings, client: Elasticsearch) -> None:
    for index in client.indices.get(index=f"{settings.namespace}-*"):
        client.indices.delete(index=index)


def test_all_is_as_it_was(
    settings: Settings, client: Elasticsearch, repository: str, redis_url: str, tmp_path: Path
) -> None:
    resources = Resources(settings)
    fill(resources)
    versions = {each.id: resources.index.history(each.id) for each in corpus()}
    before, told = contents(redis_url, settings.namespace), traces(resources)
    made = back_up(settings, connecting(settings), tmp_path / "backup", repository=repository)
    assert made.snapshot
    assert made.snapshot.repository == repository

    with pytest.raises(BackupError, match="is not empty"):
        restore(settings, connecting(settings), tmp_path / "backup")
    after = settings.model_copy(
        update={"data_dir": tmp_path / "new", "sources": tmp_path / "new" / "sources.yaml"}
    )
    with pytest.raises(BackupError, match="Redis has keys"):
        restore(after, connecting(after), tmp_path / "backup")
    keys = resources.stores.keyspace
    keys.client.delete(*keys.client.scan_iter(match=keys.pattern()))
    with pytest.raises(BackupError, match="there is an index"):
        restore(after, connecting(after), tmp_path / "backup")
    drop_indices(settings, client)

    found = restore(after, connecting(after), tmp_path / "backup")
    assert (found.urls, found.articles, found.sources) == (7, len(corpus()), 1)
    assert contents(redis_url, settings.namespace) == before
    assert traces(Resources(after)) == told
    index = Resources(after).index
    assert {each.id: index.history(each.id) for each in corpus()} == versions


def test_a_repository_must_be_named_and_known(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="--repository"):
        back_up(settings, connecting(settings), tmp_path / "one")
    with pytest.raises(IndexUnavailable, match="nowhere"):
        back_up(settings, connecting(settings), tmp_path / "two", repository="nowhere")
    assert not (tmp_path / "two" / "manifest.json").exists()
