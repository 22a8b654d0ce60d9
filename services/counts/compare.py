"""Several queries on one time axis."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from pipeline.base import Record
from services.counts.days import Counting, count_days
from services.counts.intervals import Interval
from services.counts.timeline import Timeline, TimeRange, axis_for, timeline_on
from services.errors import InvalidRangeError

FEWEST, MOST = 2, 10
"""Queries that can be compared."""


class Comparison(Record):
    """Queries whose bars begin and end at the same times.

    Attributes:
        interval: the length of the bars.
        timelines: one for each query, in their order.
    """

    interval: Interval
    timelines: tuple[Timeline, ...]


def compare(counting: Counting, queries: Sequence[str], wanted: TimeRange) -> Comparison:
    """What several queries find, over time.

    Args:
        counting: the index and what else is chosen.
        queries: two to ten.
        wanted: the range and the length of the bars, as for a timeline.

    Raises:
        InvalidRangeError: too few or too many queries, and as for a timeline.
        QueryError: a query cannot be read, or there is too much to count.
        SourcesError: a query names a tag or collection, and the sources file cannot be read.
        IndexUnavailable: the index does not answer.
    """
    if not FEWEST <= len(queries) <= MOST:
        raise InvalidRangeError(f"{FEWEST} to {MOST} queries can be compared, not {len(queries)}.")
    found = [count_days(counting, query) for query in queries]
    axis = axis_for(found, wanted, counting.now)
    counting = replace(counting, gaps=cache(counting.gaps))  # most have the same sources
    timelines = tuple(timeline_on(counting, days, axis) for days in found)
    return Comparison(interval=axis.interval, timelines=timelines)
