"""Intervals: they follow each other without gaps, whatever the calendar does."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.counts.intervals import MOST_CHOSEN, Interval, axis_over, choose_interval
from services.errors import InvalidRangeError

MOMENTS = st.datetimes(timezones=st.just(UTC))


def on(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("interval", "begins", "ends"),
    [
        (Interval.HOUR, "2024-02-29T13:00", "2024-02-29T14:00"),
        (Interval.DAY, "2024-02-29", "2024-03-01"),
        (Interval.WEEK, "2024-02-26", "2024-03-04"),
        (Interval.MONTH, "2024-02-01", "2024-03-01"),
        (Interval.YEAR, "2024-01-01", "2025-01-01"),
    ],
)
def test_a_moment_lies_in_its_interval(interval: Interval, begins: str, ends: str) -> None:
    begin = interval.begin(on("2024-02-29T13:45"))
    assert (begin, interval.end(begin)) == (on(begins), on(ends))


@given(MOMENTS, st.sampled_from(Interval))
def test_every_moment_lies_in_one_interval(moment: datetime, interval: Interval) -> None:
    begin = interval.begin(moment)
    assert begin <= moment
    assert interval.begin(begin) == begin
    assert interval.end(begin) > moment or moment.year == 9999


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=40_000)))
def test_a_chosen_axis_has_few_intervals_and_covers_its_range(
    start: datetime, length: timedelta
) -> None:
    end = min(start, datetime.max.replace(tzinfo=UTC) - length) + length
    axis = axis_over(min(start, end), end)
    assert axis.start <= min(start, end)
    assert axis.end >= end or axis.end.year == 9999
    assert 1 <= len(axis.begins) - 1 <= MOST_CHOSEN + 12  # a year may have 53 weeks
    assert list(axis.begins) == sorted(set(axis.begins))
    for begin, following in zip(axis.begins, axis.begins[1:], strict=False):
        assert axis.interval.end(begin) == following


@pytest.mark.parametrize(
    ("days", "interval"),
    [(4, "hour"), (5, "day"), (100, "day"), (101, "week"), (700, "week"), (701, "month"),
     (3_000, "month"), (3_001, "year")],
)  # fmt: skip
def test_the_shortest_interval_that_gives_few_bars_is_chosen(days: int, interval: str) -> None:
    start = on("2017-01-01")
    assert choose_interval(start, start + timedelta(days=days)) == interval


@pytest.mark.parametrize("interval", list(Interval))
@pytest.mark.parametrize(
    "text", ["0001-01-01", "9999-12-31T23:00", "9999-12-31T23:30", "9999-12-31T23:59:59.999999"]
)
def test_the_ends_of_time_lie_in_an_interval(interval: Interval, text: str) -> None:
    axis = axis_over(on(text), on(text), interval)
    assert len(axis.begins) == 2
    assert axis.start <= on(text) <= axis.end
    assert axis.start < axis.end


def test_what_makes_no_axis_is_refused() -> None:
    with pytest.raises(InvalidRangeError, match="before it begins"):
        axis_over(on("2017-01-02"), on("2017-01-01"))
    with pytest.raises(InvalidRangeError, match="more than 1000 intervals of one hour"):
        axis_over(on("2017-01-01"), on("2018-01-01"), Interval.HOUR)
