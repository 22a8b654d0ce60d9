"""What both backends count over all matching articles, described once.

Tantivy reads Elasticsearch's aggregations.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.urls import UrlId
from search.counting import Combination, Dimension, Key
from search.fields import SOURCE_GROUPS
from search.request import SearchRequest
from search.results import FacetValue

_SPARE = 100

COMBINATIONS_PAGE = 10_000
"""Combinations in one answer; Elasticsearch allows 65,536."""

MOST_SOURCES = 1000
"""Sources of a family that are counted."""

MOST_SOURCES_IN_ALL = 50_000
"""Sources that are counted for their tags and collections; Elasticsearch allows 65,536."""


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


def values_wanted(request: SearchRequest) -> dict[str, int]:
    """The fields whose values are to be counted for a request's facets, and how many of each."""
    wanted: dict[str, int] = {}
    for name in request.facets if request.facet_size else ():
        field, size = (
            ("source", MOST_SOURCES_IN_ALL) if name in SOURCE_GROUPS else (name, request.facet_size)
        )
        wanted[field] = max(size, wanted.get(field, 0))
    return wanted


def facets_of(
    request: SearchRequest, counted: Mapping[str, Mapping[str, int]]
) -> dict[str, tuple[FacetValue, ...]]:
    """The facets that a request chose.

    Args:
        request: what was asked for.
        counted: the counts of values by field, for those of ``values_wanted``.
    """
    return {
        name: most_frequent(_values(name, request, counted), request.facet_size)
        for name in request.facets
    }


def _values(
    name: str, request: SearchRequest, counted: Mapping[str, Mapping[str, int]]
) -> Mapping[str, int]:
    if name not in SOURCE_GROUPS:
        return counted.get(name, {})
    by_source = counted.get("source", {})
    found: Counter[str] = Counter()
    for group, sources in request.groups.get(name, {}).items():
        found[group] = sum(by_source.get(source, 0) for source in set(sources))
    return +found


def copies(name: str, size: int) -> dict[str, Any]:
    """Counts of copies by their originals, ``size`` of these at most, and in each by source."""
    return terms(name, size) | {"aggs": {"sources": terms("source", MOST_SOURCES)}}


def copies_by_original(aggregation: Mapping[str, Any]) -> dict[UrlId, Copies]:
    """What an answered ``copies`` says."""
    return {
        UrlId(bucket["key"]): Copies(int(bucket["doc_count"]), counts(bucket["sources"]))
        for bucket in aggregation["buckets"]
    }


def combinations(
    by: Sequence[tuple[Dimension, str]],
    ask: Callable[[dict[str, Any]], Mapping[str, Any]],
) -> Iterator[tuple[Combination, int]]:
    """All combinations of values that articles have, with their counts: none is approximated.

    Args:
        by: what is counted, each with the name of its field in the backend.
        ask: answers one aggregation; called once for each page of combinations.
    """
    # Named by their place, since two may count the same field: its months and its years.
    sources = [{str(place): _counted(*each)} for place, each in enumerate(by)]
    wanted: dict[str, Any] = {"size": COMBINATIONS_PAGE, "sources": sources}
    while True:
        answer = ask({"composite": wanted})
        buckets = answer["buckets"]
        for bucket in buckets:
            keys = tuple(
                _key(dimension, bucket["key"][str(place)])
                for place, (dimension, _) in enumerate(by)
            )
            yield keys, int(bucket["doc_count"])
        if len(buckets) < COMBINATIONS_PAGE:
            return
        wanted = wanted | {"after": answer["after_key"]}


def _counted(dimension: Dimension, field: str) -> dict[str, Any]:
    if dimension.period:
        # By days, or by hours: Tantivy knows no months.
        by_time = {"field": field, "interval": dimension.interval, "missing_bucket": True}
        return {"histogram": by_time}
    return {"terms": {"field": field, "missing_bucket": True}}


def _key(dimension: Dimension, value: Any) -> Key:  # noqa: ANN401 - as JSON has it
    """A value as the backends answer it: Elasticsearch writes days as dates."""
    if value is None:
        return None
    if not dimension.period:
        return str(value)
    if isinstance(value, str):
        return round(datetime.fromisoformat(value).timestamp() * 1000)
    return int(value)


def most_frequent(values: Mapping[str, int], size: int) -> tuple[FacetValue, ...]:
    """The first ``size`` values, most frequent first, equal ones by name."""
    return tuple(
        FacetValue(value=value, count=count) for value, count in _sorted(values.items())[:size]
    )


def _sorted(values: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return sorted(values, key=lambda item: (-item[1], item[0]))
