"""What only Elasticsearch does: months, blocks, credentials, refusals of whole requests."""

import socket
from datetime import datetime
from typing import Any

import pytest
from elasticsearch import ApiError, Elasticsearch

from pipeline.urls import UrlId
from search.language.query import parse
from search.request import SearchRequest
from storage.elasticsearch.index import ElasticsearchIndex
from storage.elasticsearch.template import VERSION
from storage.index import (
    IndexUnavailable,
    Stored,
)
from tests.support.data.articles import article, article_id, revision
from tests.support.index_places import Place
from tests.support.index_questions import found


def test_each_month_has_its_index_in_utc(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    late = datetime.fromisoformat("2017-12-31T23:30:00-01:00")
    index.put([article("one"), article("two", first_seen=late)])
    expected = {f"{place.name}-v{VERSION}-2017.12", f"{place.name}-v{VERSION}-2018.01"}
    assert set(client.indices.get_alias(name=place.name)) == expected


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
            with pytest.raises(IndexUnavailable, match="refuses the connection"):
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
    with pytest.raises(IndexUnavailable, match="refuses the password or the key") as caught:
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
