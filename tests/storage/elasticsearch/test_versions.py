"""Older versions in indices of their own."""

import pytest
from elasticsearch import Elasticsearch

from storage.elasticsearch.index import ElasticsearchIndex
from storage.elasticsearch.template import VERSION
from storage.index import (
    DocumentPostponed,
    IndexUnavailable,
    Stored,
)
from tests.support.data.articles import article, article_id, revision
from tests.support.index_places import Place


def test_what_was_kept_before_a_fault_is_kept_once(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    """The older version is safe before its article is replaced.

    Here the second step fails, then all is repeated.
    """
    index.put([revision(1)])
    month, history = f"{place.name}-v{VERSION}-2017.12", f"{place.name}-history"
    client.indices.put_settings(index=month, settings={"index.blocks.write": True})
    with pytest.raises(IndexUnavailable, match="takes no articles"):
        index.put([revision(2)])
    assert client.count(index=history)["count"] == 1
    assert index.history(article_id("one")) == [revision(1)]
    client.indices.put_settings(index=month, settings={"index.blocks.write": None})
    assert index.put([revision(2)]) == [Stored()]
    assert client.count(index=history)["count"] == 1
    assert [version.version for version in index.history(article_id("one"))] == [1, 2]


def test_an_article_is_not_replaced_while_its_older_version_cannot_be_kept(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    index.put([revision(1), revision(1, "two")])
    index.put([revision(2)])
    history = f"{place.name}-history-v1-2017.12"
    client.indices.put_settings(index=history, settings={"index.blocks.write": True})
    postponed, new = index.put([revision(2, "two"), article("three")])
    client.indices.put_settings(index=history, settings={"index.blocks.write": None})
    assert isinstance(postponed, DocumentPostponed)
    assert "could not be kept" in postponed.error
    assert new == Stored()
    assert index.get(article_id("two")) == revision(1, "two")


def test_older_versions_are_beside_the_months(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    index.put([revision(1, word_count=5)])
    index.put([revision(2)])
    history = f"{place.name}-history-v1-2017.12"
    assert set(client.indices.get_alias(name=f"{place.name}-history")) == {history}
    assert set(client.indices.get_alias(name=place.name)) == {f"{place.name}-v{VERSION}-2017.12"}
    mappings = client.indices.get_mapping(index=history)[history]["mappings"]
    assert set(mappings["properties"]) == {"article", "version", "fetched_at", "content"}
    assert (
        client.count(index=history, query={"range": {"fetched_at": {"gte": "2017-12-05"}}})["count"]
        == 1
    )
    assert client.count(index=history, query={"match": {"content.title": "headline"}})["count"] == 0
