"""Intervals of a time axis, in UTC; weeks begin on Monday (ISO 8601)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from services.errors import InvalidRangeError

MOST_BARS = 1_000
"""Intervals that one axis can have."""

MOST_CHOSEN = 100
"""Intervals that an axis has at most where nobody names their length."""

_DAY = timedelta(days=1)
_MONTHS = 12


class Interval(StrEnum):
    """How long an interval is."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def begin(self, moment: datetime) -> datetime:
        """The beginning of the interval that a moment lies in."""
        return _begin(self, moment)

    def end(self, begin: datetime) -> datetime:
        """The end of the interval that begins then; the last one ends with the year 9999."""
        try:
            return self._end(begin)
        except (OverflowError, ValueError):
            return LAST

    def _end(self, begin: datetime) -> datetime:
        match self:
            case Interval.HOUR:
                return begin + timedelta(hours=1)
            case Interval.DAY:
                return begin + _DAY
            case Interval.WEEK:
                return begin + 7 * _DAY
            case Interval.MONTH:
                year, month = divmod(begin.month, _MONTHS)
                return begin.replace(year=begin.year + year, month=month + 1)
            case Interval.YEAR:
                return begin.replace(year=begin.year + 1)


@lru_cache(maxsize=50_000)  # the same days come with every query
def _begin(interval: Interval, moment: datetime) -> datetime:
    hour = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    match interval:
        case Interval.HOUR:
            return hour
        case Interval.DAY:
            return day
        case Interval.WEEK:
            return day - _DAY * min(day.weekday(), (day - _FIRST).days)
        case Interval.MONTH:
            return day.replace(day=1)
        case Interval.YEAR:
            return day.replace(month=1, day=1)


_FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
"""The end of time."""

_ROUGHLY = {
    Interval.HOUR: timedelta(hours=1),
    Interval.DAY: _DAY,
    Interval.WEEK: 7 * _DAY,
    Interval.MONTH: 30 * _DAY,
    Interval.YEAR: 365 * _DAY,
}


@dataclass(frozen=True, slots=True)
class Axis:
    """A row of intervals without gaps.

    Attributes:
        interval: their length.
        begins: the beginning of each, and at the end that of the one after the last.
    """

    interval: Interval
    begins: tuple[datetime, ...]

    @property
    def start(self) -> datetime:
        """The beginning of the first."""
        return self.begins[0]

    @property
    def end(self) -> datetime:
        """The end of the last."""
        return self.begins[-1]


def choose_interval(start: datetime, end: datetime) -> Interval:
    """The shortest interval of which at most ``MOST_CHOSEN`` fill a range."""
    for interval, length in _ROUGHLY.items():
        if end - start <= length * MOST_CHOSEN:
            return interval
    return Interval.YEAR


def axis_over(start: datetime, end: datetime, interval: Interval | None = None) -> Axis:
    """The intervals that a range lies in; at least one.

    Args:
        start: of the range.
        end: of the range, excluded.
        interval: their length; None chooses one.

    Raises:
        InvalidRangeError: the range ends before it begins, or has too many intervals.
    """
    if end < start:
        raise InvalidRangeError(f"The range ends ({end:%Y-%m-%d}) before it begins.")
    chosen = interval or choose_interval(start, end)
    if (end - start) / _ROUGHLY[chosen] > MOST_BARS:
        raise InvalidRangeError(
            f"There are more than {MOST_BARS} intervals of one {chosen} in the range; choose longer"
            " ones, or a shorter range."
        )
    return Axis(chosen, tuple(_begins(start, end, chosen)))


def _begins(start: datetime, end: datetime, interval: Interval) -> Iterator[datetime]:
    begin = interval.begin(start)
    yield begin
    while True:
        begin = interval.end(begin)
        yield begin
        if begin >= min(end, LAST):
            return
