"""An index on a real Elasticsearch, and a client beside it."""

from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from storage.elasticsearch.index import ElasticsearchIndex
from tests.support.index_places import Place, elasticsearch_place, opened


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
