"""Aggregations and what their answers mean."""

from typing import Any

import pytest

from search import facets
from search.counting import dimensions
from search.facets import Copies
from search.language.groups import NO_GROUPS
from search.results import FacetValue


def bucket(key: object, count: int, **inner: object) -> dict[str, object]:
    return {"key": key, "doc_count": count, **inner}


def test_more_values_are_asked_for_than_are_shown() -> None:
    assert facets.terms("source", 10) == {"terms": {"field": "source", "size": 110}}


def test_equal_counts_are_ordered_by_name() -> None:
    values = facets.counts({"buckets": [bucket("b", 2), bucket("c", 5), bucket("a", 2)]})
    assert facets.most_frequent(values, 2) == (
        FacetValue(value="c", count=5),
        FacetValue(value="a", count=2),
    )


def test_copies_are_counted_by_original_and_source() -> None:
    assert facets.copies("duplicate_of", 3) == {
        "terms": {"field": "duplicate_of", "size": 103},
        "aggs": {"sources": {"terms": {"field": "source", "size": 1100}}},
    }
    sources = {"buckets": [bucket("x", 1), bucket("y", 2)]}
    answer = {"buckets": [bucket("original", 3, sources=sources)]}
    assert facets.copies_by_original(answer) == {"original": Copies(3, {"x": 1, "y": 2})}


def test_the_own_source_is_not_elsewhere() -> None:
    copies = Copies(5, {"own": 2, "b": 1, "a": 1, "often": 3})
    assert copies.elsewhere("own") == ("often", "a", "b")
    assert Copies().elsewhere("own") == ()


def test_all_combinations_are_asked_for_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facets, "COMBINATIONS_PAGE", 2)
    day, source = dimensions(["day", "source"], NO_GROUPS)
    answers = [
        {
            "buckets": [
                bucket({"0": -86_400_000.0, "1": "a"}, 3),
                bucket({"0": "2017-12-01T00:00:00.000Z", "1": None}, 1),
            ],
            "after_key": {"0": "x", "1": "y"},
        },
        {"buckets": [bucket({"0": None, "1": "b"}, 2)], "after_key": {"0": "z", "1": "z"}},
    ]
    asked: list[dict[str, Any]] = []

    def ask(aggregation: dict[str, Any]) -> dict[str, Any]:
        asked.append(aggregation["composite"])
        return answers[len(asked) - 1]

    found = list(facets.combinations([(day, "published"), (source, "source")], ask))
    assert found == [((-86_400_000, "a"), 3), ((1_512_086_400_000, None), 1), ((None, "b"), 2)]
    assert [page.get("after") for page in asked] == [None, {"0": "x", "1": "y"}]
    assert asked[0]["sources"] == [
        {
            "0": {
                "histogram": {"field": "published", "interval": 86_400_000, "missing_bucket": True}
            }
        },
        {"1": {"terms": {"field": "source", "missing_bucket": True}}},
    ]
