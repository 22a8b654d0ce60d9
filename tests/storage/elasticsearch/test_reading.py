"""Searches over all months."""

from threading import Timer

import pytest
from elasticsearch import Elasticsearch

from storage.elasticsearch.index import ElasticsearchIndex
from storage.elasticsearch.template import VERSION
from storage.index import IndexUnavailable
from tests.support.data.articles import article
from tests.support.index_places import Place


def test_searches_wait_for_a_month_that_is_being_made(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    """An index that waits for a shard which cannot start answers as if it had not started yet."""
    month = f"{place.name}-v{VERSION}-2017.12"
    nowhere = {"index.routing.allocation.require._name": "nowhere"}
    client.indices.create(
        index=month, settings=nowhere, wait_for_active_shards=0, timeout="1ms", master_timeout="30s"
    )
    with pytest.raises(IndexUnavailable, match="503"):
        index.count()
    release = Timer(
        0.5, lambda: client.indices.put_settings(index=month, settings=dict.fromkeys(nowhere))
    )
    release.start()
    assert index.count() == 0
    release.join()


def test_indices_that_are_blocked_as_their_disk_is_full_are_named(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    assert index.write_fault() is None
    index.put([article()])
    assert index.write_fault() is None
    month = f"{place.name}-v{VERSION}-2017.12"
    client.indices.put_settings(index=month, settings={"blocks.read_only_allow_delete": True})
    fault = index.write_fault()
    assert fault is not None
    assert "has blocked 1 indices for writing, such as" in fault
    assert "its disk is full" in fault
    with pytest.raises(IndexUnavailable, match="takes no articles"):
        index.put([article("two")])
    client.indices.put_settings(index=month, settings={"blocks.read_only_allow_delete": None})
    assert index.write_fault() is None


def test_missing_shards_are_named_with_the_version(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    assert index.about().name == f"Elasticsearch {client.info()['version']['number']}"
    assert index.about().fault is None
    month = f"{place.name}-v{VERSION}-2017.12"
    nowhere = {"index.routing.allocation.require._name": "nowhere"}
    client.indices.create(index=month, settings=nowhere, wait_for_active_shards=0, timeout="1ms")
    assert f"of 1 indices in Elasticsearch are missing, such as of {month}" in (
        index.about().fault or ""
    )
