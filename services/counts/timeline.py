"""How many articles match over time, in all or as a share of what the sources published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise, repeat

from pipeline.base import Record
from services.counts.days import (
    Counting,
    Days,
    chosen_sources,
    count_days,
    counts_on,
    published_on,
)
from services.counts.intervals import Axis, Interval, axis_over
from services.coverage.gaps import SourceGap, seconds_missed


class Bar(Record):
    """One interval.

    Attributes:
        start: its beginning.
        end: its end, excluded.
        count: articles that match and were published in it.
        published: all articles of the chosen sources in it; None when no share was asked for.
        share: ``count`` as a part of ``published``; None where there is nothing to share.
        missed: for how many seconds of it at least one of the chosen sources was not seen; None
            when that is not known.
    """

    start: datetime
    end: datetime
    count: int
    published: int | None = None
    share: float | None = None
    missed: float | None = None


class Timeline(Record):
    """Articles over time. The bars, ``undated``, ``doubtful`` and ``outside`` add up to ``total``.

    Attributes:
        query: as it was asked.
        total: as a search for the same query has it.
        copies_left_out: as in a search.
        interval: the length of the bars.
        bars: all of them, those of nothing too.
        undated: articles without a date of publication.
        doubtful: articles whose date is ``dated:doubtful``, or cannot be right: more than a day in
            the future, or the first day of 1970, which is what a missing date becomes.
        outside: articles with a date outside of the range.
        sources: ids of the sources that the query or the request chooses; None for all.
        gaps: when these sources were not seen, the last 1,000 gaps of the range; None when that is
            not known now. ``missed`` of the bars knows of all.
    """

    query: str
    total: int
    copies_left_out: int
    interval: Interval
    bars: tuple[Bar, ...]
    undated: int
    doubtful: int
    outside: int
    sources: tuple[str, ...] | None = None
    gaps: tuple[SourceGap, ...] | None = None


@dataclass(frozen=True, slots=True)
class TimeRange:
    """What a time axis is to show. What is None is taken from the articles.

    Attributes:
        start: its beginning.
        end: its end, excluded.
        interval: the length of its intervals.
    """

    start: datetime | None = None
    end: datetime | None = None
    interval: Interval | None = None


def timeline(counting: Counting, query: str, wanted: TimeRange = TimeRange()) -> Timeline:
    """The articles that a query finds, over time.

    Args:
        counting: the index and what else is chosen.
        query: the text of the query.
        wanted: the range and the length of the bars; without one, from the first article to the
            last in at most 100 bars.

    Raises:
        QueryError: the query cannot be read, or there is too much to count.
        InvalidRangeError: there would be more than 1,000 bars, or the range ends before it begins.
        SourcesError: the query names a tag or collection, and the sources file cannot be read.
        IndexUnavailable: the index does not answer.
    """
    days = count_days(counting, query)
    return timeline_on(counting, days, axis_for([days], wanted, counting.now))


def axis_for(found: Sequence[Days], wanted: TimeRange, now: datetime) -> Axis:
    """An axis on which all of what was found has its place, or what was asked for.

    Raises:
        InvalidRangeError: as ``timeline`` does.
    """
    days = [day for each in found for day in each.counts]
    first, last = (min(days), Interval.DAY.end(max(days))) if days else (now, now)
    start = wanted.start or min(first, wanted.end or first)
    return axis_over(start, wanted.end or max(last, start), wanted.interval)


def timeline_on(counting: Counting, days: Days, axis: Axis) -> Timeline:
    """What was found, on an axis. Raises as ``timeline`` does."""
    counts = counts_on(counting, days, axis)
    chosen = chosen_sources(days.node)
    published = published_on(counting, days, axis) if counting.share else None
    gaps = counting.gaps(chosen, axis.start, axis.end)
    missed = seconds_missed(gaps.spans, axis.begins) if gaps else repeat(None)
    bars = tuple(
        _bar(span, counts.get(span[0], 0), published, seconds)
        for span, seconds in zip(pairwise(axis.begins), missed, strict=False)
    )
    dated = sum(days.counts.values())
    return Timeline(
        query=days.query,
        total=days.total,
        copies_left_out=days.copies_left_out,
        interval=axis.interval,
        bars=bars,
        undated=days.undated,
        doubtful=days.doubtful,
        # Hours are counted after the days: articles may have come between the two.
        outside=max(0, dated - sum(bar.count for bar in bars)),
        sources=chosen,
        gaps=gaps.last if gaps else None,
    )


def _bar(
    span: tuple[datetime, datetime],
    count: int,
    published: Mapping[datetime, int] | None,
    missed: float | None,
) -> Bar:
    start, end = span
    all_of_it = None if published is None else published.get(start, 0)
    return Bar(
        start=start,
        end=end,
        count=count,
        published=all_of_it,
        share=count / all_of_it if all_of_it else None,
        missed=missed,
    )
