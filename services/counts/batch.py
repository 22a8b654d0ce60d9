"""The counts of thousands of queries, by period: a matrix."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from pipeline.base import Record
from search.counting import CountRequest
from search.errors import QueryError
from services.counts.days import Counting, Days, count_days, meaning, summed
from services.counts.intervals import Axis, Interval, axis_over
from services.errors import BatchStoppedError, InvalidRangeError

MOST_QUERIES = 5_000
MOST_CELLS = 500_000
"""Counts of one matrix."""

_WANTED_SECONDS = 1.0


class BatchRow(Record):
    """One query's counts. The ``counts``, ``undated``, ``doubtful`` and ``outside`` add up.

    Attributes:
        query: as it was given.
        total: as a search for the same query has it; None where the query cannot be read.
        counts: by period, in the order of ``Batch.periods``.
        undated: without a date of publication.
        doubtful: with a date that cannot be right.
        outside: with a date outside of the periods.
        error: why the query cannot be read.
    """

    query: str
    total: int | None = None
    counts: tuple[int, ...] = ()
    undated: int = 0
    doubtful: int = 0
    outside: int = 0
    error: str | None = None


class Batch(Record):
    """A row for each query, in their order.

    Attributes:
        periods: the beginning of each period (``2017-12-01``), then the end of the last; empty
            where only totals were asked for.
        rows: one for each query.
    """

    periods: tuple[str, ...] = ()
    rows: tuple[BatchRow, ...]


@dataclass(frozen=True, slots=True)
class Periods:
    """Of which length, and between when; what is None is taken from the articles."""

    interval: Interval
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """How long a batch may take; it is looked at between two queries.

    Attributes:
        seconds: in all; None for any time.
        wanted: whether somebody still waits for the answer; asked once a second.
    """

    seconds: float | None = None
    wanted: Callable[[], bool] = lambda: True

    def spent_on(self, queries: Sequence[str]) -> Iterator[str]:
        """The queries one by one.

        Raises:
            BatchStoppedError: the time is over, or nobody waits.
        """
        begun = asked = monotonic()
        for counted, query in enumerate(queries):
            now = monotonic()
            if self.seconds is not None and now - begun > self.seconds:
                raise BatchStoppedError(
                    f"After {self.seconds:g} s {counted} of {len(queries)} queries were counted."
                    f" Send them in batches of {max(1, counted // 2)}, or choose longer periods or"
                    " fewer sources."
                )
            if now - asked > _WANTED_SECONDS:
                asked = now
                if not self.wanted():
                    raise BatchStoppedError(f"Nobody waits for the {len(queries)} queries.")
            yield query


_ENDLESS = Budget()


@dataclass(frozen=True, slots=True)
class _Sums:
    """What one query finds, by the beginning of the period."""

    days: Days
    counts: Mapping[datetime, int]


def batch(
    counting: Counting,
    queries: Sequence[str],
    periods: Periods | None,
    budget: Budget = _ENDLESS,
) -> Batch:
    """Count what each query finds, in all or by period.

    Only counts: no hits, no facets. A query that cannot be read is an error in its row.

    Args:
        counting: the index and what else is chosen; shares and gaps are left out.
        queries: at most 5,000.
        periods: of a day or more; None for the totals alone.
        budget: of time.

    Raises:
        BatchStoppedError: the budget is spent.
        InvalidRangeError: too many queries or counts, and as for a timeline.
        SourcesError: a query names a tag or collection, and the sources file cannot be read.
        IndexUnavailable: the index does not answer.
    """
    if not 0 < len(queries) <= MOST_QUERIES:
        raise InvalidRangeError(f"1 to {MOST_QUERIES} queries can be counted, not {len(queries)}.")
    paced = budget.spent_on(queries)
    if periods is None:
        return Batch(rows=tuple(_total(counting, query) for query in paced))
    if periods.interval is Interval.HOUR:
        raise InvalidRangeError("The periods of many queries are a day at least.")
    found = _count_all(counting, paced, periods.interval)
    axis = _axis([each.counts for each in found if isinstance(each, _Sums)], periods, counting.now)
    _require_few(len(axis.begins) * len(queries))
    rows = tuple(_row(each, axis) for each in found)
    return Batch(periods=tuple(begin.isoformat() for begin in axis.begins), rows=rows)


def _total(counting: Counting, query: str) -> BatchRow:
    try:
        node = meaning(counting, query)
        request = CountRequest(node, (), counting.copies, total_only=True)
        counted = counting.index.count_by(request)
    except QueryError as error:
        return BatchRow(query=query, error=str(error))
    return BatchRow(query=query, total=counted.total)


def _count_all(
    counting: Counting, queries: Iterable[str], interval: Interval
) -> list[_Sums | BatchRow]:
    found, held = list[_Sums | BatchRow](), 0
    for query in queries:
        try:
            days = count_days(counting, query)
        except QueryError as error:
            found.append(BatchRow(query=query, error=str(error)))
            continue
        counts = summed(days.counts.items(), interval)
        held += len(counts)
        _require_few(held)
        found.append(_Sums(replace(days, counts={}), counts))
    return found


def _axis(counts: Sequence[Mapping[datetime, int]], periods: Periods, now: datetime) -> Axis:
    begins = [begin for each in counts for begin in each] or [now]
    start = periods.start or min(*begins, periods.end or begins[0])
    end = periods.end or Interval.DAY.end(max(*begins, start))
    return axis_over(start, end, periods.interval)


def _require_few(counts: int) -> None:
    if counts > MOST_CELLS:
        raise InvalidRangeError(
            f"There would be more than {MOST_CELLS} counts; choose longer periods, a shorter range"
            " or fewer queries."
        )


def _row(found: _Sums | BatchRow, axis: Axis) -> BatchRow:
    if isinstance(found, BatchRow):
        return found
    counts = tuple(found.counts.get(begin, 0) for begin in axis.begins[:-1])
    return BatchRow(
        query=found.days.query,
        total=found.days.total,
        counts=counts,
        undated=found.days.undated,
        doubtful=found.days.doubtful,
        outside=sum(found.counts.values()) - sum(counts),
    )
