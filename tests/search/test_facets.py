"""Aggregations and what their answers mean."""

from search import facets
from search.facets import Copies
from search.results import FacetValue


def bucket(key: str, count: int, **inner: object) -> dict[str, object]:
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
