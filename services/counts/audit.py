"""Whether every way to count the articles of a query gives the same number."""

from collections.abc import Callable, Mapping

from pipeline.base import Record
from search.results import SearchResult
from services.articles.count import count
from services.articles.search import search
from services.counts.batch import batch
from services.counts.days import Counting
from services.counts.timeline import timeline

Count = Callable[[], int]

_FACET = "source"
_FACET_SIZE = 1_000
_ROUNDS = 3
"""An index that grows between two counts is counted again."""


class CountAudit(Record):
    """What each way to count gives.

    Attributes:
        query: its text.
        counts: by the name of the way.
    """

    query: str
    counts: Mapping[str, int]

    @property
    def agrees(self) -> bool:
        """Whether all are the same."""
        return len(set(self.counts.values())) == 1


def audit_counts(counting: Counting, query: str, others: Mapping[str, Count]) -> CountAudit:
    """Count the articles of a query in every way that there is.

    Args:
        counting: the index and what else is chosen.
        query: the text of the query.
        others: ways that no service knows, such as over HTTP, by their names.

    Raises:
        QueryError: the query cannot be read.
        SourcesError: it names a tag or collection, and the sources file cannot be read.
        IndexUnavailable: the index does not answer.
    """
    ways = {**_ways(counting, query), **others}
    for _ in range(_ROUNDS):
        audit = CountAudit(query=query, counts={name: way() for name, way in ways.items()})
        if audit.agrees:
            break
    return audit


def _ways(counting: Counting, query: str) -> Mapping[str, Count]:
    index, copies, groups, now = counting.index, counting.copies, counting.groups, counting.now

    def searched(*facets: str) -> SearchResult:
        return search(
            index,
            query,
            limit=0,
            copies=copies,
            groups=groups,
            facets=facets,
            facet_size=_FACET_SIZE,
            now=now,
        )

    ways: dict[str, Count] = {
        "search": lambda: searched().total,
        "count": lambda: count(index, query, copies=copies, groups=groups, now=now).total,
        "timeline": lambda: _of_timeline(counting, query),
        "batch": lambda: batch(counting, [query], None).rows[0].total or 0,
    }
    if len(searched(_FACET).facets[_FACET]) < _FACET_SIZE:  # else there may be more sources
        ways["facets"] = lambda: sum(value.count for value in searched(_FACET).facets[_FACET])
    return ways


def _of_timeline(counting: Counting, query: str) -> int:
    shown = timeline(counting, query)
    bars = sum(bar.count for bar in shown.bars)
    return bars + shown.undated + shown.doubtful + shown.outside
