"""Counts articles by their values, from Tantivy's columns."""

from collections.abc import Iterator, Mapping
from typing import Any

import tantivy

from search import facets
from search.counting import Combination, CountRequest
from storage.tantivy.schema import column


def combinations(
    request: CountRequest, asked: tantivy.Query, searcher: tantivy.Searcher
) -> Iterator[tuple[Combination, int]]:
    """The combinations of values that the articles found by ``asked`` have, with their counts."""
    by = [(dimension, column(dimension.field)) for dimension in request.by]

    def answered(aggregation: dict[str, Any]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = searcher.aggregate(asked, {"counts": aggregation})["counts"]
        return answer

    return facets.combinations(by, answered)
