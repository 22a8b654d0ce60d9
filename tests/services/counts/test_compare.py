"""Comparing queries: on one axis, with the counts that each has alone."""

from dataclasses import replace
from datetime import datetime

import pytest

from services.counts.compare import compare
from services.counts.days import Counting
from services.counts.intervals import Interval
from services.counts.timeline import TimeRange, timeline
from services.coverage.gaps import Gaps
from services.errors import InvalidRangeError


def test_all_queries_have_the_same_bars_and_their_own_counts(counting: Counting) -> None:
    queries = ["cat", "fox", "source:press", "nothing"]
    compared = compare(counting, queries, TimeRange())
    assert [each.query for each in compared.timelines] == queries
    starts = {tuple(bar.start for bar in each.bars) for each in compared.timelines}
    assert len(starts) == 1
    assert compared.interval is Interval.DAY
    for query, shown in zip(queries, compared.timelines, strict=True):
        alone = timeline(counting, query, TimeRange(interval=Interval.DAY))
        assert shown.total == alone.total
        counted = {bar.start: bar.count for bar in shown.bars if bar.count}
        assert counted == {bar.start: bar.count for bar in alone.bars if bar.count}


def test_the_gaps_of_the_same_sources_are_read_once(counting: Counting) -> None:
    asked: list[object] = []

    def gaps(sources: tuple[str, ...] | None, *_range: datetime) -> Gaps:
        asked.append(sources)
        return Gaps()

    queries = ["cat", "fox", "source:press", "source:press fox", "nothing"]
    compared = compare(replace(counting, gaps=gaps), queries, TimeRange())
    assert asked == [None, ("press",)]
    assert {each.gaps for each in compared.timelines} == {()}


@pytest.mark.parametrize("count", [0, 1, 11])
def test_two_to_ten_can_be_compared(counting: Counting, count: int) -> None:
    with pytest.raises(InvalidRangeError, match="2 to 10 queries"):
        compare(counting, ["fox"] * count, TimeRange())
