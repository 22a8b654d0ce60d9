"""The aggregations that a count becomes."""

from collections.abc import Mapping
from typing import Any

import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elasticsearch import BadRequestError

from search.counting import MOST_VALUES, CountRequest, dimensions
from search.language.groups import NO_GROUPS
from search.nodes import MatchAll
from storage.elasticsearch.counting import combinations
from storage.index import IndexUnavailable

QUERY: dict[str, Any] = {"match_all": {}}


def asked_for(*names: str) -> dict[str, Any]:
    asked: list[dict[str, Any]] = []

    def ask(**request: Any) -> Mapping[str, Any]:
        asked.append(request)
        return {}

    request = CountRequest(MatchAll(), dimensions(names, NO_GROUPS))
    assert list(combinations(request, QUERY, ask)) == []
    (one,) = asked
    return one


def test_whole_values_are_read_from_their_columns() -> None:
    request = asked_for("week", "duplicate_of")
    assert (request["query"], request["size"], request["runtime_mappings"]) == (QUERY, 0, {})
    sources = request["aggregations"]["counts"]["composite"]["sources"]
    assert sources[0]["0"]["histogram"]["field"] == "published"
    assert sources[1]["1"]["terms"] == {"field": "duplicate_of.article", "missing_bucket": True}


def test_what_has_two_attributes_is_read_from_the_articles() -> None:
    request = asked_for("url", "author")
    assert request["runtime_mappings"]["values_url"]["script"]["params"] == {
        "paths": ["url", "canonical_url"],
        "most": MOST_VALUES,
    }
    sources = request["aggregations"]["counts"]["composite"]["sources"]
    assert sources[0]["0"]["terms"]["field"] == "values_url"
    assert sources[1]["1"]["terms"]["field"] == "authors.exact"


def test_a_server_without_scripts_gives_a_sentence() -> None:
    """Scripts can only be switched off when a server starts."""
    node = NodeConfig("http", "127.0.0.1", 9200)
    meta = ApiResponseMeta(400, "1.1", HttpHeaders(), 0.0, node)

    def ask(**_request: Any) -> Mapping[str, Any]:
        raise BadRequestError("cannot execute [inline] scripts", meta, {})

    request = CountRequest(MatchAll(), dimensions(["url"], NO_GROUPS))
    with pytest.raises(IndexUnavailable, match=r"cannot count by url: .*inline.* scripts"):
        list(combinations(request, QUERY, ask))
