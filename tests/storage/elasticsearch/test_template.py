"""The template of the months' indices."""

from datetime import UTC, datetime
from typing import Any

import pytest
from elasticsearch import ApiError, Elasticsearch

from storage.elasticsearch import template
from storage.elasticsearch.index import ElasticsearchIndex
from storage.elasticsearch.template import VERSION
from storage.index import (
    IndexIncompatible,
    Stored,
)
from tests.support.data.articles import article
from tests.support.index_places import Place, opened


def older_month(client: Elasticsearch, place: Place, agency: dict[str, Any]) -> None:
    """An index as an earlier version might have left it: strict, and with fewer fields."""
    mappings = {"dynamic": "strict", "properties": {"source": {"type": "keyword"}, **agency}}
    settings = template.build(place.name)["template"]["settings"]
    month = f"{place.name}-v{VERSION}-2017.12"
    client.indices.create(
        index=month, settings=settings, mappings=mappings, aliases={place.name: {}}
    )


def test_unknown_fields_are_refused(
    index: ElasticsearchIndex, place: Place, client: Elasticsearch
) -> None:
    index.put([article()])
    with pytest.raises(ApiError, match="strict_dynamic_mapping_exception"):
        client.index(index=f"{place.name}-v{VERSION}-2017.12", document={"colour": "red"})


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
