"""The aggregations that a count becomes."""

from collections.abc import Mapping
from typing import Any

from search.counting import MOST_VALUES, CountRequest, dimensions
from search.groups import NO_GROUPS
from search.nodes import MatchAll
from storage.elasticsearch.counting import combinations

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


def test_texts_are_read_from_the_articles() -> None:
    request = asked_for("author")
    assert request["runtime_mappings"]["values_author"]["script"]["params"] == {
        "paths": ["authors"],
        "most": MOST_VALUES,
    }
    (source,) = request["aggregations"]["counts"]["composite"]["sources"]
    assert source["0"]["terms"]["field"] == "values_author"
