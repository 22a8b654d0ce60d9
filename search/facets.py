"""What both backends count over all matching articles, described once.

Tantivy reads Elasticsearch's aggregations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.urls import UrlId
from search.results import FacetValue

_SPARE = 100

MOST_SOURCES = 1000
"""Sources of a family that are counted."""


@dataclass(frozen=True, slots=True)
class Copies:
    """The copies of one article: how many, and how many from each source."""

    count: int = 0
    sources: Mapping[str, int] = field(default_factory=dict)

    def elsewhere(self, source: str) -> tuple[str, ...]:
        """The sources other than ``source``, most copies first, equal ones by name."""
        return tuple(name for name, _ in _sorted(self.sources.items()) if name != source)


def terms(field: str, size: int) -> dict[str, Any]:
    """Counts of the most frequent values of an exact field.

    A few more are asked for than are shown, so that values with equal counts at the end are chosen
    alike everywhere.
    """
    return {"terms": {"field": field, "size": size + _SPARE}}


def counts(aggregation: Mapping[str, Any]) -> dict[str, int]:
    """The values and counts of an answered ``terms``."""
    return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in aggregation["buckets"]}


def copies(name: str, size: int) -> dict[str, Any]:
    """Counts of copies by their originals, ``size`` of these at most, and in each by source."""
    return terms(name, size) | {"aggs": {"sources": terms("source", MOST_SOURCES)}}


def copies_by_original(aggregation: Mapping[str, Any]) -> dict[UrlId, Copies]:
    """What an answered ``copies`` says."""
    return {
        UrlId(bucket["key"]): Copies(int(bucket["doc_count"]), counts(bucket["sources"]))
        for bucket in aggregation["buckets"]
    }


def most_frequent(values: Mapping[str, int], size: int) -> tuple[FacetValue, ...]:
    """The first ``size`` values, most frequent first, equal ones by name."""
    return tuple(
        FacetValue(value=value, count=count) for value, count in _sorted(values.items())[:size]
    )


def _sorted(values: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(values, key=lambda item: (-item[1], item[0]))
