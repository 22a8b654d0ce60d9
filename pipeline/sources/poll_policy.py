"""When to poll a source again.

The next poll is due when the publication rates, integrated from now on, promise ``TARGET`` entries,
as for pages that change by a Poisson process (Cho and Garcia-Molina, Effective Page Refresh
Policies for Web Crawlers, 2003), but with rates by the hour, and an objective for lateness.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from pipeline.discover.hints import NO_HINTS, Hints
from pipeline.sources.publication_rate import DAY, HOUR, WEEK, PublicationRate, expected

TARGET = 0.5
"""Entries to be expected before it is worth polling again."""

COVERAGE = 0.95
"""Share of a source's articles that should be seen within its objective."""

PUBLISHING = 0.3
"""Entries an hour from which an hour counts as one in which a source publishes, where no objective
was configured for it."""

FIRST = 3_600.0
"""Seconds between polls while nothing is known: hourly unless a hint promises more changes."""

RATE, OBJECTIVE = "rhythm", "objective"
"""Values of ``NextPoll.paced_by``; they are stored."""

# Share of the entries in the hours that keep a configured objective; a reserve over COVERAGE.
_COVERED = 0.975
_JITTER = 0.1
_BROKEN_PROMISE = 2.0


class PollPolicy(NamedTuple):
    """Bounds of the wait between two polls, in seconds, and the objective to keep.

    ``asked`` is True where the objective was configured for this source: then it holds even where
    the source publishes rarely.
    """

    least: float
    most: float
    objective: float
    asked: bool = False


class NextPoll(NamedTuple):
    """When to poll next, in seconds since the epoch, and what decided it, in a word."""

    at: float
    paced_by: str


def next_poll(
    rate: PublicationRate, source: str, now: float, policy: PollPolicy, hints: Hints = NO_HINTS
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
    wait, why = _wanted_wait(rate, rates, now, policy, hints)
    wait = min(max(wait, policy.least), policy.most)
    wait -= wait * _JITTER * jitter(source, now)
    wait = max(wait, policy.least * (1 - _JITTER))
    asked, by = _not_before(hints, rates, now)
    asked = min(asked, policy.most)
    if asked > wait:
        wait, why = asked * (1 + _JITTER / 10 * jitter(source, now)), by
    at = hints.after_skipped(now + wait)
    if at > now + wait:
        why = "skipHours and skipDays"
    return NextPoll(at, why)


def _wanted_wait(
    rate: PublicationRate, rates: Sequence[float], now: float, policy: PollPolicy, hints: Hints
) -> tuple[float, str]:
    """Seconds to wait by what was learned, without bounds, and what decided it."""
    if not any(rates) and rate.hours_known(now) < DAY:
        return min(FIRST, hints.period or FIRST), "nothing known yet"
    by_rate = _by_target(rates, now, policy)
    by_objective = _by_objective(rates, now, policy)
    if by_objective < by_rate:
        return by_objective, OBJECTIVE
    return by_rate, RATE


def jitter(source: str, at: float) -> float:
    """A number in [0, 1) that follows from a source and a time.

    It keeps the sources of one host from being polled at the same time.
    """
    digest = blake2b(f"{source} {at:.0f}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32


def publishing_hours(rates: Sequence[float], *, asked: bool = False) -> frozenset[int]:
    """The hours of the week in which an objective is kept.

    Where it was configured, those that hold nearly all entries, the busiest first; else those with
    ``PUBLISHING`` entries: a source with one entry a day is not polled all day for it.
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
    """Seconds after which an entry published from now on would be seen too late.

    Entries count in the hours of ``publishing_hours``.
    """
    hours = publishing_hours(rates, asked=policy.asked)
    hour, end = int(now // HOUR), now + policy.most
    while hours and hour * HOUR < end:
        if hour % WEEK in hours:
            return max(hour * HOUR - now, 0.0) + policy.objective
        hour += 1
    return policy.most


def _not_before(hints: Hints, rates: Sequence[float], now: float) -> tuple[float, str]:
    """The longest wait that a hint asks for, in seconds, and which hint.

    ``sy:updatePeriod`` is mostly the default of the software (WordPress says "hourly" for all): one
    that the feed evidently does not keep is ignored.
    """
    period = hints.period or 0.0
    if expected(rates, now, now + period) > _BROKEN_PROMISE:
        period = 0.0
    return max(
        (hints.ttl or 0.0, "ttl"), (period, "updatePeriod"), (hints.fresh or 0.0, "Cache-Control")
    )
