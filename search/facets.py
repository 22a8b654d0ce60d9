"""What both backends count over all matching articles, described once: Tantivy reads Elasticsearch's aggregations."""

from collections.abc import Iterable, Mapping
from typing import Any

from search.results import FacetValue

_SPARE = 100


def terms(field: str, size: int) -> dict[str, Any]:
    """Counts of the most frequent values of an exact field.

    A few more are asked for than are shown, so that values with equal counts at the end are chosen alike everywhere.
    """
    return {"terms": {"field": field, "size": size + _SPARE}}


def counts(aggregation: Mapping[str, Any]) -> dict[str, int]:
    """The values and counts of an answered ``terms``."""
    return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in aggregation["buckets"]}


def most_frequent(values: Mapping[str, int], size: int) -> tuple[FacetValue, ...]:
    """The first ``size`` values, most frequent first, equal ones by name."""
    return tuple(FacetValue(value=value, count=count) for value, count in _sorted(values.items())[:size])


def _sorted(values: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(values, key=lambda item: (-item[1], item[0]))
