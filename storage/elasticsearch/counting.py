"""Counts articles by their values with Elasticsearch's aggregations."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from elasticsearch import BadRequestError

from search import facets
from search.counting import MOST_VALUES, Combination, CountRequest, Dimension
from search.fields import FIELDS
from search.request import SearchRequest
from storage.elasticsearch import query, template
from storage.index import IndexUnavailable

_VALUES_OF_SOURCE = """
    Set found = new LinkedHashSet();
    for (path in params.paths) {
        def value = params._source[path];
        if (value instanceof List) {
            found.addAll(value);
        } else if (value != null) {
            found.add(value);
        }
    }
    int number = 0;
    for (value in found) {
        if (number++ < params.most) {
            emit(value);
        }
    }
"""
"""The values of attributes that have no column of their own, such as the addresses."""

Ask = Callable[..., Mapping[str, Any]]

_SHOWN, _LEFT_OUT = "shown", "left_out"

COPIES: Mapping[str, Any] = {_LEFT_OUT: {"filter": query.COPIES}}
"""Counts the copies among what a query finds."""


def beside_page(request: SearchRequest) -> dict[str, Any]:
    """What is counted in the search of a page, whose query finds copies too: they are counted."""
    wanted = facets.values_wanted(request).items()
    values = {name: facets.terms(template.column(FIELDS[name]), size) for name, size in wanted}
    if request.shows_copies:
        return values
    if not values:
        return {**COPIES}
    return {_SHOWN: {"filter": query.ORIGINALS, "aggregations": values}, **COPIES}


def copies_left_out(answer: Mapping[str, Any]) -> int:
    """How many copies a query has found that ``COPIES`` was asked with."""
    return int(answered(answer, _LEFT_OUT).get("doc_count", 0))


def facet_values(request: SearchRequest, answer: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """The counts of values that ``beside_page`` has asked for, by field."""
    counted = answer if request.shows_copies else {"aggregations": answered(answer, _SHOWN)}
    wanted = facets.values_wanted(request)
    return {name: facets.counts(answered(counted, name)) for name in wanted}


def answered(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """One aggregation of an answer. Before the first article there is no index that could count."""
    found: Mapping[str, Any] = answer.get("aggregations", {}).get(name, {"buckets": []})
    return found


def combinations(
    request: CountRequest, asked: query.Query, ask: Ask
) -> Iterator[tuple[Combination, int]]:
    """The combinations of values that the articles found by ``asked`` have, with their counts.

    Args:
        request: what is counted by.
        asked: the query.
        ask: searches, with Elasticsearch's own parameters.

    Raises:
        IndexUnavailable: Elasticsearch refuses to count so.
    """
    by = [(dimension, _field(dimension)) for dimension in request.by]
    runtime = {name: _from_source(each) for each, name in by if not _has_column(each)}

    def counts(aggregation: dict[str, Any]) -> Mapping[str, Any]:
        try:
            answer = ask(
                query=asked,
                size=0,
                aggregations={"counts": aggregation},
                runtime_mappings=runtime,
            )
        except BadRequestError as error:
            raise _refused(error, request) from error
        return answered(answer, "counts")

    return facets.combinations(by, counts)


def _refused(error: BadRequestError, request: CountRequest) -> IndexUnavailable:
    names = ", ".join(dimension.name for dimension in request.by)
    return IndexUnavailable(
        f"Elasticsearch cannot count by {names}: {error.message}. Where values are read from the "
        "articles, it must allow inline scripts (script.allowed_types)"
    )


def _has_column(dimension: Dimension) -> bool:
    """Whether its values can be read without the articles: not those of two attributes."""
    return len(dimension.field.paths) == 1


def _field(dimension: Dimension) -> str:
    return (
        template.column(dimension.field)
        if _has_column(dimension)
        else f"values_{dimension.field.name}"
    )


def _from_source(dimension: Dimension) -> dict[str, Any]:
    parameters = {"paths": list(dimension.field.paths), "most": MOST_VALUES}
    return {"type": "keyword", "script": {"source": _VALUES_OF_SOURCE, "params": parameters}}
