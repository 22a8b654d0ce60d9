"""What only Elasticsearch does: months, blocks, credentials, refusals of whole requests."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Timer
from typing import Any

import pytest
from elasticsearch import ApiError, Elasticsearch

from pipeline.records import CopyOf
from pipeline.urls import UrlId
from search.query import parse
from search.request import SearchRequest
from storage.elasticsearch import template
from storage.elasticsearch.bulk import send
from storage.elasticsearch.index import ElasticsearchIndex
from storage.index import (
    DocumentPostponed,
    DocumentRefused,
    IndexIncompatible,
    IndexUnavailable,
    Stale,
    Stored,
)
from tests.support.articles import article, article_id, revision
from tests.support.index_places import Place, elasticsearch_place, opened
from tests.support.index_questions import found


@pytest.fixture
def place(elasticsearch_url: str) -> Iterator[Place]:
    with elasticsearch_place(elasticsearch_url) as made:
        yield made


@pytest.fixture
def index(place: Place) -> Iterator[ElasticsearchIndex]:
    with opened(place) as made:
        assert isinstance(made, ElasticsearchIndex)
        yield made


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url) as made:
        yield made


def test_each_month_has_its_index_in_utc(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    late = datetime.fromisoformat("2017-12-31T23:30:00-01:00")
    index.put([article("one"), article("two", first_seen=late)])
    expected = {f"{place.name}-v1-2017.12", f"{place.name}-v1-2018.01"}
    assert set(client.indices.get_alias(name=place.name)) == expected


def test_unknown_fields_are_refused(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    index.put([article()])
    with pytest.raises(ApiError, match="strict_dynamic_mapping_exception"):
        client.index(index=f"{place.name}-v1-2017.12", document={"colour": "red"})


@pytest.mark.parametrize("block", ["write", "read_only_allow_delete"])
def test_a_blocked_index_postpones(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch, block: str
) -> None:
    index.put([article()])
    month = f"{place.name}-v1-2017.12"
    client.indices.put_settings(index=month, settings={f"index.blocks.{block}": True})
    blocked, other = index.put(
        [article("two"), article("three", first_seen=datetime(2018, 1, 1, tzinfo=UTC))]
    )
    client.indices.put_settings(index=month, settings={f"index.blocks.{block}": None})
    assert isinstance(blocked, DocumentPostponed)
    assert "blocked by" in blocked.error
    assert other == Stored()
    assert index.put([article("two")]) == [Stored()]


def test_a_refusal_names_the_field(index: ElasticsearchIndex) -> None:
    (verdict,) = index.put([article(word_count=2**40)])
    assert isinstance(verdict, DocumentRefused)
    assert "word_count" in verdict.error


def test_a_refused_request_is_sent_again_article_by_article(
    place: Place, client: Elasticsearch
) -> None:
    """An id of 513 bytes fails its whole request.

    ``put`` lets none through, but there may be other such faults.
    """
    ids = ["one", "x" * 513, "two"]
    month = f"{place.name}-v1-2017.12"
    answers = send(
        client, [{"_op_type": "index", "_index": month, "_id": each, "_source": {}} for each in ids]
    )
    assert [(answers[each].done, answers[each].refused) for each in ids] == [
        (True, False),
        (False, True),
        (True, False),
    ]


def test_what_was_kept_before_a_fault_is_kept_once(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    """The older version is safe before its article is replaced.

    Here the second step fails, then all is repeated.
    """
    index.put([revision(1)])
    month, history = f"{place.name}-v1-2017.12", f"{place.name}-history"
    client.indices.put_settings(index=month, settings={"index.blocks.write": True})
    (verdict,) = index.put([revision(2)])
    assert isinstance(verdict, DocumentPostponed)
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
    assert set(client.indices.get_alias(name=place.name)) == {f"{place.name}-v1-2017.12"}
    mappings = client.indices.get_mapping(index=history)[history]["mappings"]
    assert set(mappings["properties"]) == {"article", "version", "fetched_at", "content"}
    assert (
        client.count(index=history, query={"range": {"fetched_at": {"gte": "2017-12-05"}}})["count"]
        == 1
    )
    assert client.count(index=history, query={"match": {"content.title": "headline"}})["count"] == 0


def test_articles_that_an_earlier_version_wrote_are_replaced_and_marked(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    """It ordered them by external versions, the microsecond of the fetch, and numbered no texts."""
    old = revision(1).model_dump(mode="json", exclude={"version"})
    month = f"{place.name}-v1-2017.12"
    client.index(
        index=month,
        id=old["id"],
        document=old,
        version=2**50,
        version_type="external",
        refresh=True,
    )
    assert index.put([revision(1)]) == [Stale()]
    copy_of = CopyOf(article="x", rule="near_text", score=0.9)
    assert index.mark({old["id"]: copy_of}) == {old["id"]}
    assert index.put([revision(2)]) == [Stored()]
    assert index.history(old["id"]) == [
        revision(1, duplicate_of=copy_of),
        revision(2, version=2),
    ]


def test_a_blocked_index_cannot_be_marked(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    index.put([article()])
    month = f"{place.name}-v1-2017.12"
    client.indices.put_settings(index=month, settings={"index.blocks.write": True})
    with pytest.raises(IndexUnavailable, match="could not mark"):
        index.mark({article_id("one"): CopyOf(article="x", rule="near_text", score=0.9)})
    client.indices.put_settings(index=month, settings={"index.blocks.write": None})


def test_no_server_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        index = ElasticsearchIndex(f"http://127.0.0.1:{unused.getsockname()[1]}")
        for ask in (
            index.prepare,
            index.count,
            lambda: index.get(UrlId("x")),
            lambda: index.put([article()]),
            lambda: index.mark({UrlId("x"): None}),
            lambda: index.history(UrlId("x")),
            lambda: index.search(SearchRequest(parse("fox"))),
        ):
            with pytest.raises(IndexUnavailable, match="cannot be reached"):
                ask()
        index.close()


def _secured(client: Elasticsearch) -> None:
    try:
        client.security.authenticate()
    except ApiError:
        pytest.skip("the Elasticsearch of NEWSLOOM_TEST_ELASTICSEARCH_URL has its security off")


def test_a_wrong_password_is_unavailable_and_not_shown(
    elasticsearch_url: str, client: Elasticsearch
) -> None:
    _secured(client)
    address = elasticsearch_url.rpartition("@")[2]
    index = ElasticsearchIndex(f"http://elastic:mistaken@{address}")
    with pytest.raises(IndexUnavailable, match="401") as caught:
        index.put([article()])
    assert "mistaken" not in str(caught.value)


def test_an_api_key_with_few_rights_will_do(place: Place, client: Elasticsearch) -> None:
    _secured(client)
    rights: dict[str, Any] = {
        "newsloom": {
            "cluster": ["manage_index_templates"],
            "indices": [
                {
                    "names": [place.name, f"{place.name}-*"],
                    "privileges": ["create_index", "write", "read", "maintenance"],
                }
            ],
        }
    }
    key = client.security.create_api_key(name=place.name, role_descriptors=rights)["encoded"]
    index = ElasticsearchIndex(
        f"http://{place.where.rpartition('@')[2]}", name=place.name, api_key=key
    )
    index.prepare()
    assert index.put([article()]) == [Stored()]
    assert index.put([revision(1)]) == [Stored()]
    assert index.mark({article_id("one"): None}) == {article_id("one")}
    assert len(index.history(article_id("one"))) == 2
    assert found(index, "fox") == {"one"}
    assert index.count() == 1


def test_searches_wait_for_a_month_that_is_being_made(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    """An index that waits for a shard which cannot start answers as if it had not started yet."""
    month = f"{place.name}-v1-2017.12"
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


def older_month(client: Elasticsearch, place: Place, agency: dict[str, Any]) -> None:
    """An index as an earlier version might have left it: strict, and with fewer fields."""
    mappings = {"dynamic": "strict", "properties": {"source": {"type": "keyword"}, **agency}}
    settings = template.build(place.name)["template"]["settings"]
    month = f"{place.name}-v1-2017.12"
    client.indices.create(
        index=month, settings=settings, mappings=mappings, aliases={place.name: {}}
    )


def test_months_of_an_earlier_version_learn_the_new_fields(place: Place) -> None:
    with Elasticsearch(place.where) as client:
        older_month(client, place, {})
    with opened(place) as index:
        assert index.put([article(first_seen=datetime(2017, 12, 3, tzinfo=UTC))]) == [Stored()]


def test_a_month_whose_field_is_of_another_kind_is_named(place: Place) -> None:
    with Elasticsearch(place.where) as client:
        older_month(client, place, {"agency": {"type": "integer"}})
    with pytest.raises(IndexIncompatible, match="do not fit this version"):
        place.open().prepare()
