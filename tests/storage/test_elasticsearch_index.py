"""What only Elasticsearch does: months, blocks, credentials, refusals of whole requests."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Timer
from typing import Any

import pytest
from elasticsearch import ApiError, Elasticsearch

from search.query import parse
from search.request import SearchRequest
from storage.elasticsearch import template
from storage.elasticsearch.bulk import write
from storage.elasticsearch.index import ElasticsearchIndex
from storage.index import IndexIncompatible, IndexUnavailable, Postponed, Refused, Stored
from tests.storage.articles import article
from tests.storage.asking import found
from tests.storage.places import Place, elasticsearch_place, opened


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


def test_each_month_has_its_index_in_utc(index: ElasticsearchIndex, place: Place, client: Elasticsearch) -> None:
    late = datetime.fromisoformat("2017-12-31T23:30:00-01:00")
    index.put([article("one"), article("two", first_seen=late)])
    expected = {f"{place.name}-v1-2017.12", f"{place.name}-v1-2018.01"}
    assert set(client.indices.get_alias(name=place.name)) == expected


def test_unknown_fields_are_refused(index: ElasticsearchIndex, place: Place, client: Elasticsearch) -> None:
    index.put([article()])
    with pytest.raises(ApiError, match="strict_dynamic_mapping_exception"):
        client.index(index=f"{place.name}-v1-2017.12", document={"colour": "red"})


@pytest.mark.parametrize("block", ["write", "read_only_allow_delete"])
def test_a_blocked_index_postpones(index: ElasticsearchIndex, place: Place, client: Elasticsearch, block: str) -> None:
    index.put([article()])
    month = f"{place.name}-v1-2017.12"
    client.indices.put_settings(index=month, settings={f"index.blocks.{block}": True})
    blocked, other = index.put([article("two"), article("three", first_seen=datetime(2018, 1, 1, tzinfo=UTC))])
    client.indices.put_settings(index=month, settings={f"index.blocks.{block}": None})
    assert isinstance(blocked, Postponed)
    assert "blocked by" in blocked.error
    assert other == Stored()
    assert index.put([article("two")]) == [Stored()]


def test_a_refusal_names_the_field(index: ElasticsearchIndex) -> None:
    (verdict,) = index.put([article(word_count=2**40)])
    assert isinstance(verdict, Refused)
    assert "word_count" in verdict.error


def test_a_refused_request_is_sent_again_article_by_article(place: Place, client: Elasticsearch) -> None:
    """An id of 513 bytes fails its whole request; ``put`` lets none through, but there may be other such faults."""
    batch = [article("one"), article("bad", id="x" * 513), article("two")]
    verdicts = write(client, batch, {each.id: f"{place.name}-v1-2017.12" for each in batch})
    assert [type(verdicts[each.id]) for each in batch] == [Stored, Refused, Stored]


def test_no_server_is_unavailable() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        index = ElasticsearchIndex(f"http://127.0.0.1:{unused.getsockname()[1]}")
        for ask in (
            index.prepare,
            index.count,
            lambda: index.get("x"),
            lambda: index.put([article()]),
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


def test_a_wrong_password_is_unavailable_and_not_shown(elasticsearch_url: str, client: Elasticsearch) -> None:
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
    index = ElasticsearchIndex(f"http://{place.where.rpartition('@')[2]}", name=place.name, api_key=key)
    index.prepare()
    assert index.put([article()]) == [Stored()]
    assert found(index, "fox") == {"one"}
    assert index.count() == 1


def test_searches_wait_for_a_month_that_is_being_made(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    """An index that waits for a shard which cannot start answers like one whose shard has not started yet."""
    month = f"{place.name}-v1-2017.12"
    nowhere = {"index.routing.allocation.require._name": "nowhere"}
    client.indices.create(index=month, settings=nowhere, wait_for_active_shards=0, timeout="1ms", master_timeout="30s")
    with pytest.raises(IndexUnavailable, match="503"):
        index.count()
    release = Timer(0.5, lambda: client.indices.put_settings(index=month, settings=dict.fromkeys(nowhere)))
    release.start()
    assert index.count() == 0
    release.join()


def older_month(client: Elasticsearch, place: Place, agency: dict[str, Any]) -> None:
    """An index as an earlier version might have left it: strict, and with fewer fields."""
    mappings = {"dynamic": "strict", "properties": {"source": {"type": "keyword"}, **agency}}
    settings = template.build(place.name)["template"]["settings"]
    month = f"{place.name}-v1-2017.12"
    client.indices.create(index=month, settings=settings, mappings=mappings, aliases={place.name: {}})


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
