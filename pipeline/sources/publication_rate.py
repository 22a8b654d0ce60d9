"""When a source publishes: entries by the hour of the week.

Counts and the time of observation decay alike, so that the rates follow a source that changes its
habits. An hour of the week with few observations borrows from the same hour of other days, and that
from the mean: the posterior mean of Poisson rates with a Gamma prior (Gelman et al., Bayesian Data
Analysis, 3rd ed., §2.6).

Hours are UTC, counted from the epoch, a Thursday. When clocks change, decay and smoothing follow in
some weeks.
"""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from pipeline.base import Record
from pipeline.sources.packing import pack_numbers, unpack_numbers

HOUR = 3_600.0
DAY = 24
WEEK = 7 * DAY

HALF_LIFE = 21 * DAY * HOUR
"""Seconds after which an entry, and an hour of watching, count half."""

# Hours of watching that the mean weighs beside what was seen at an hour of the day.
_PRIOR_OF_DAY = 1.0
_PRIOR_OF_WEEK = 2.0  # and the hour of the day beside the hour of the week
_MOST_COUNTED = 60_000.0  # a half-precision float ends at 65,504
_PINNED_GAP, _PINNED_TIMES = 7 * DAY * HOUR, 20
_LEAST_DATES = 4  # fewer have no usual gap


def _weights_as_text(weights: Sequence[float]) -> str:
    return pack_numbers("e", weights) if any(weights) else ""


def _weights_of_text(value: object) -> object:
    if not isinstance(value, str):
        return value
    return unpack_numbers("e", value) if value else (0.0,) * WEEK


Weights = Annotated[
    tuple[float, ...], BeforeValidator(_weights_of_text), PlainSerializer(_weights_as_text)
]
"""168 numbers, in 448 characters of base64 (half-precision floats); nothing when all are zero."""


class PublicationRate(Record):
    """What was learned of a source. Times are seconds since the epoch.

    Attributes:
        weights: entries by the hour of the week, decayed to ``at``.
        since: from when on its entries are known.
        at: when the weights were last decayed.
    """

    weights: Weights = (0.0,) * WEEK
    since: float | None = None
    at: float = 0.0

    def learned(self, dates: Sequence[float], now: float) -> "PublicationRate":
        """With the dates at which entries were published, none of them counted before."""
        past = sorted(date for date in dates if date <= now)
        since = self.since
        if since is None:
            past = _without_pinned(past)
            # The oldest entry only says since when the others are known.
            since, *past = past or [now]
        weights = list(self.weights)
        at = self.at or now
        if now - at >= DAY * HOUR:
            decay = _decay(now - at)
            weights, at = [weight * decay for weight in weights], now
        for date in past:
            hour = int(date // HOUR) % WEEK
            weights[hour] = min(weights[hour] + _decay(at - date), _MOST_COUNTED)
        return PublicationRate(weights=tuple(weights), since=since, at=at)

    def rates(self, until: float) -> tuple[float, ...]:
        """Entries to be expected in each hour of the week, by what was seen until then.

        Zeros when that is nothing.
        """
        if self.since is None or until <= self.since:
            return (0.0,) * WEEK
        watched = _watched(self.since, until, self.at)
        mean = sum(self.weights) / max(sum(watched), 1.0)
        seen, known = _smooth(_folded(self.weights)), _smooth(_folded(watched))
        by_day = [_posterior(seen[hour], known[hour], mean, _PRIOR_OF_DAY) for hour in range(DAY)]
        seen, known = _smooth(self.weights), _smooth(watched)
        return tuple(
            _posterior(seen[hour], known[hour], by_day[hour % DAY], _PRIOR_OF_WEEK)
            for hour in range(WEEK)
        )

    def hours_known(self, until: float) -> float:
        """For how long its entries are known, in hours."""
        return 0.0 if self.since is None else max(0.0, until - self.since) / HOUR


def expected(rates: Sequence[float], start: float, end: float) -> float:
    """Entries to be expected between two times, in seconds since the epoch."""
    if end <= start:
        return 0.0
    weeks, rest = divmod(end - start, WEEK * HOUR)
    total, at, stop = weeks * sum(rates), start, start + rest
    while at < stop:
        hour = int(at // HOUR)
        until = min((hour + 1) * HOUR, stop)
        total += rates[hour % WEEK] * (until - at) / HOUR
        at = until
    return total


def _posterior(seen: float, hours: float, mean: float, prior: float) -> float:
    """Entries an hour, by those seen in so many hours and a mean that weighs ``prior`` hours."""
    return (seen + prior * mean) / (hours + prior)


def _decay(seconds: float) -> float:
    return float(2.0 ** (-seconds / HALF_LIFE))


def _without_pinned(dates: list[float]) -> list[float]:
    """Without the old ones before a gap that is far longer than usual: pinned entries."""
    if len(dates) < _LEAST_DATES:
        return dates
    gaps = [later - earlier for earlier, later in pairwise(dates)]
    limit = max(_PINNED_GAP, _PINNED_TIMES * median(gaps))
    last = max((place for place, gap in enumerate(gaps) if gap > limit), default=-1)
    return dates[last + 1 :] if last < len(dates) // 2 else dates


def _watched(since: float, until: float, at: float) -> list[float]:
    """How often each hour of the week was watched, decayed to ``at``."""
    first, last = int(since // HOUR), int(until // HOUR)
    weekly = _decay(WEEK * HOUR)
    hours = [0.0] * WEEK
    for hour in range(max(first, last - WEEK + 1), last + 1):
        times = (hour - first) // WEEK + 1
        hours[hour % WEEK] = _decay(at - hour * HOUR) * (1 - weekly**times) / (1 - weekly)
    hours[first % WEEK] -= (since / HOUR - first) * _decay(at - first * HOUR)
    hours[last % WEEK] -= (last + 1 - until / HOUR) * _decay(at - last * HOUR)
    return [max(0.0, each) for each in hours]


def _folded(week: Sequence[float]) -> list[float]:
    return [sum(week[hour::DAY]) for hour in range(DAY)]


def _smooth(values: Sequence[float]) -> list[float]:
    """Each spread over two neighbours on both sides with binomial weights, round the circle."""
    size = len(values)
    smooth = []
    for i in range(size):
        near = values[i - 1] + values[(i + 1) % size]
        # In this order: the sum of floats depends on it.
        total = 6 * values[i] + 4 * near + values[i - 2] + values[(i + 2) % size]
        smooth.append(total / 16)
    return smooth
