"""Sources with a history, for the tests of what is known of them."""

import random
from collections.abc import Sequence

from pipeline.sources.poll_policy import PollPolicy
from pipeline.sources.publication_rate import PublicationRate
from pipeline.sources.state import SourceState
from pipeline.sources.transitions import succeeded
from pipeline.urls import Url

HOUR, DAY, WEEK = 3_600.0, 86_400.0, 7 * 86_400.0
MONDAY = 4 * DAY + 2_900 * WEEK  # the epoch was a Thursday
NOW = MONDAY + 18 * HOUR
POLICY = PollPolicy(least=300.0, most=7_200.0, objective=600.0)
ADDRESS = "http://a.example/feed"


def every(seconds: float, *, until: float = NOW, weeks: int = 3) -> SourceState:
    """A source that brought an article so often, all day and night."""
    count = int(weeks * 7 * DAY / seconds)
    rate = PublicationRate().learned([until - number * seconds for number in range(count)], until)
    return SourceState(
        address=Url(ADDRESS),
        added=NOW - 21 * DAY,
        last_poll=NOW,
        last_success=NOW,
        last_new=until,
        status=200,
        entries=12,
        newest=until,
        rate=rate,
        interval=600.0,
        paced_by="objective",
    )


def later(state: SourceState, seconds: float) -> SourceState:
    """Polled again, without anything new."""
    return succeeded(state, NOW + seconds, status=200)


def office(weeks: int, *, each: float = 2.0, seed: int = 1) -> list[float]:
    """Dates of entries from nine to five, Monday to Friday, until MONDAY."""
    chance = random.Random(seed)
    dates = []
    for day in range(-7 * weeks, 0):
        if day % 7 < 5:
            at = MONDAY + day * DAY + 9 * HOUR
            while (at := at + chance.expovariate(each) * HOUR) < MONDAY + day * DAY + 17 * HOUR:
                dates.append(at)
    return dates


def learned(dates: Sequence[float], now: float = MONDAY) -> PublicationRate:
    """The rate of a source of which these dates are known."""
    return PublicationRate().learned(dates, now)
