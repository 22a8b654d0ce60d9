"""When a source publishes, and so when to ask it again.

The dates of its entries fall into the hours of the week. Counts and the time they were watched
decay alike, so that the rates follow a source that changes its habits. An hour of the week that was
hardly watched yet borrows from the same hour of other days, and that from the mean: the posterior
mean of Poisson rates with a Gamma prior (Gelman et al., Bayesian Data Analysis, 3rd ed., §2.6). The
next poll is due when the rates, integrated from now on, promise ``TARGET`` entries, as for pages
that change by a Poisson process (Cho and Garcia-Molina, Effective Page Refresh Policies for Web
Crawlers, 2003), but with rates by the hour, and an objective for lateness.

Hours are UTC, counted from the epoch, a Thursday. When clocks change, decay and smoothing follow in
some weeks.
"""

from collections.abc import Sequence
from hashlib import blake2b
from itertools import pairwise
from statistics import median
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator, PlainSerializer

from pipeline.base import Record
from pipeline.discover.hints import Hints
from pipeline.sources.packing import pack_numbers, unpack_numbers

HOUR = 3_600.0
DAY = 24
WEEK = 7 * DAY

HALF_LIFE = 21 * DAY * HOUR
"""Seconds after which an entry, and an hour of watching, count half."""

TARGET = 0.5
"""Entries to be expected before it is worth asking again."""

COVERAGE = 0.95
"""Share of a source's articles that should be seen within its objective."""

PUBLISHING = 0.3
"""Entries an hour from which an hour belongs to those in which a source publishes, where nobody asked for more."""

FIRST = 3_600.0
"""Seconds between polls while nothing is known: at most hourly without a hint that the source changes faster."""

# Share of the entries in the hours that keep an objective somebody asked for; a reserve over
# COVERAGE.
_COVERED = 0.975
# Hours of watching that the mean weighs beside what was seen at an hour of the day.
_PRIOR_OF_DAY = 1.0
_PRIOR_OF_WEEK = 2.0  # and the hour of the day beside the hour of the week
_MOST_COUNTED = 60_000.0  # a half-precision float ends at 65,504
_JITTER = 0.1
_PINNED_GAP, _PINNED_TIMES = 7 * DAY * HOUR, 20
_BROKEN_PROMISE = 2.0


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

    def learned(self, moments: Sequence[float], now: float) -> "PublicationRate":
        """With the moments at which entries were published, none of them counted before."""
        past = sorted(moment for moment in moments if moment <= now)
        since = self.since
        if since is None:
            past = _without_pinned(past)
            # The oldest entry only says since when the others are known.
            since, *past = past or [now]
        weights = list(self.weights)
        at = self.at or now
        if now - at >= DAY * HOUR:
            faded = _faded(now - at)
            weights, at = [weight * faded for weight in weights], now
        for moment in past:
            hour = int(moment // HOUR) % WEEK
            weights[hour] = min(weights[hour] + _faded(at - moment), _MOST_COUNTED)
        return PublicationRate(weights=tuple(weights), since=since, at=at)

    def rates(self, until: float) -> tuple[float, ...]:
        """Entries to be expected in each hour of the week, by what was seen until then.

        Zeros when that is nothing.
        """
        if self.since is None or until <= self.since:
            return (0.0,) * WEEK
        watched = _watched(self.since, until, self.at)
        mean = sum(self.weights) / max(sum(watched), 1.0)
        by_day = [
            (weight + _PRIOR_OF_DAY * mean) / (hours + _PRIOR_OF_DAY)
            for weight, hours in zip(
                _smooth(_folded(self.weights)), _smooth(_folded(watched)), strict=True
            )
        ]
        return tuple(
            (weight + _PRIOR_OF_WEEK * by_day[hour % DAY]) / (hours + _PRIOR_OF_WEEK)
            for hour, (weight, hours) in enumerate(
                zip(_smooth(self.weights), _smooth(watched), strict=True)
            )
        )

    def hours_watched(self, until: float) -> float:
        """For how long its entries are known, in hours."""
        return 0.0 if self.since is None else max(0.0, until - self.since) / HOUR


class PollPolicy(NamedTuple):
    """Bounds of the wait between two polls, in seconds, and the objective to keep.

    ``asked`` is True where somebody asked for this objective: then no rarity of a source excuses
    from it.
    """

    least: float
    most: float
    objective: float
    asked: bool = False


class NextPoll(NamedTuple):
    """When to poll next, in seconds since the epoch, and what decided it.

    A word for people and for ``health``.
    """

    at: float
    paced_by: str


def next_poll(
    rate: PublicationRate, source: str, now: float, policy: PollPolicy, hints: Hints = Hints()
) -> NextPoll:
    """When to poll a source next that was just polled.

    Args:
        rate: what was learned of it.
        source: its id, from which its jitter follows.
        now: seconds since the epoch.
        policy: bounds and objective.
        hints: what the feed and its server ask for; obeyed as "not before", within the bounds.
    """
    rates = rate.rates(now)
    if not any(rates) and rate.hours_watched(now) < DAY:
        wait, why = min(FIRST, hints.period or FIRST), "nothing known yet"
    else:
        wait, why = _by_target(rates, now, policy), "rhythm"
        if (sooner := _by_objective(rates, now, policy)) < wait:
            wait, why = sooner, "objective"
    wait = min(max(wait, policy.least), policy.most)
    wait -= wait * _JITTER * jitter(source, now)
    wait = max(wait, policy.least * (1 - _JITTER))
    asked, by = _not_before(hints, rates, now)
    if min(asked, policy.most) > wait:
        wait, why = min(asked, policy.most) * (1 + _JITTER / 10 * jitter(source, now)), by
    at = hints.after_skipped(now + wait)
    return NextPoll(at, "skipHours and skipDays" if at > now + wait else why)


def jitter(source: str, at: float) -> float:
    """A number in [0, 1) that follows from a source and a time.

    Sources of one host do not march in step.
    """
    return int.from_bytes(blake2b(f"{source} {at:.0f}".encode(), digest_size=4).digest()) / 2**32


def expected(rates: Sequence[float], start: float, end: float) -> float:
    """Entries to be expected between two moments."""
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


def publishing_hours(rates: Sequence[float], *, asked: bool = False) -> frozenset[int]:
    """The hours of the week in which an objective is kept.

    Where somebody asked for it, those that hold nearly all entries, the fullest first; else those
    with ``PUBLISHING`` entries: a source that brings one a day is not asked all day for it.
    """
    if not asked:
        return frozenset(hour for hour, rate in enumerate(rates) if rate >= PUBLISHING)
    wanted, held, chosen = _COVERED * sum(rates), 0.0, set()
    for hour in sorted(range(WEEK), key=lambda hour: rates[hour], reverse=True):
        if held >= wanted or not rates[hour]:
            break
        held += rates[hour]
        chosen.add(hour)
    return frozenset(chosen)


def keeps_objective(rates: Sequence[float], policy: PollPolicy) -> bool:
    """Whether polling by these rates aims at ``COVERAGE`` within the objective."""
    if policy.asked or policy.most <= policy.objective:
        return True
    held = sum(rates[hour] for hour in publishing_hours(rates))
    return held > 0 and held >= COVERAGE * sum(rates)


def _by_target(rates: Sequence[float], now: float, policy: PollPolicy) -> float:
    """Seconds until ``TARGET`` entries are to be expected, at most ``policy.most``."""
    at, left, end = now, TARGET, now + policy.most
    while at < end:
        hour = int(at // HOUR)
        until = (hour + 1) * HOUR
        rate = rates[hour % WEEK]
        if rate * (until - at) / HOUR >= left:
            return at + left / rate * HOUR - now
        left -= rate * (until - at) / HOUR
        at = until
    return policy.most


def _by_objective(rates: Sequence[float], now: float, policy: PollPolicy) -> float:
    """Seconds after which an entry published from now on, in an hour that counts, would be seen too late."""
    hours = publishing_hours(rates, asked=policy.asked)
    hour, end = int(now // HOUR), now + policy.most
    while hours and hour * HOUR < end:
        if hour % WEEK in hours:
            return max(hour * HOUR - now, 0.0) + policy.objective
        hour += 1
    return policy.most


def _not_before(hints: Hints, rates: Sequence[float], now: float) -> tuple[float, str]:
    """The longest wait that is asked for, in seconds, and by what.

    ``sy:updatePeriod`` is a promise that most feeds never set themselves (WordPress says "hourly"
    for all): one that the feed evidently breaks is not waited for.
    """
    period = hints.period or 0.0
    if expected(rates, now, now + period) > _BROKEN_PROMISE:
        period = 0.0
    return max(
        (hints.ttl or 0.0, "ttl"), (period, "updatePeriod"), (hints.fresh or 0.0, "Cache-Control")
    )


def _faded(seconds: float) -> float:
    return float(2.0 ** (-seconds / HALF_LIFE))


def _without_pinned(moments: list[float]) -> list[float]:
    """Without the old ones before a gap that is out of all proportion.

    What is pinned says nothing of the rhythm.
    """
    if len(moments) < 4:  # noqa: PLR2004 - fewer have no usual gap
        return moments
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    limit = max(_PINNED_GAP, _PINNED_TIMES * median(gaps))
    last = max((place for place, gap in enumerate(gaps) if gap > limit), default=-1)
    return moments[last + 1 :] if last < len(moments) // 2 else moments


def _watched(since: float, until: float, at: float) -> list[float]:
    """How often each hour of the week was watched, decayed to ``at``."""
    first, last = int(since // HOUR), int(until // HOUR)
    weekly = _faded(WEEK * HOUR)
    hours = [0.0] * WEEK
    for hour in range(max(first, last - WEEK + 1), last + 1):
        times = (hour - first) // WEEK + 1
        hours[hour % WEEK] = _faded(at - hour * HOUR) * (1 - weekly**times) / (1 - weekly)
    hours[first % WEEK] -= (since / HOUR - first) * _faded(at - first * HOUR)
    hours[last % WEEK] -= (last + 1 - until / HOUR) * _faded(at - last * HOUR)
    return [max(0.0, each) for each in hours]


def _folded(week: Sequence[float]) -> list[float]:
    return [sum(week[hour::DAY]) for hour in range(DAY)]


def _smooth(values: Sequence[float]) -> list[float]:
    """Each spread over two neighbours on both sides with binomial weights, round the circle."""
    n = len(values)
    return [
        (
            6 * values[i]
            + 4 * (values[i - 1] + values[(i + 1) % n])
            + values[i - 2]
            + values[(i + 2) % n]
        )
        / 16
        for i in range(n)
    ]
