"""What is learned of when a source publishes, and what follows for the next poll."""

import itertools
import random
from collections.abc import Sequence

import pytest

from pipeline.discover.hints import Hints
from pipeline.sources.publication_rate import (
    FIRST,
    HALF_LIFE,
    HOUR,
    PollPolicy,
    PublicationRate,
    expected,
    jitter,
    keeps_objective,
    next_poll,
    publishing_hours,
)

DAY, WEEK = 24 * HOUR, 7 * 24 * HOUR
MONDAY = 4 * DAY + 2_900 * WEEK  # the epoch was a Thursday
PACE = PollPolicy(least=300.0, most=7_200.0, objective=600.0)


def office(weeks: int, *, each: float = 2.0, seed: int = 1) -> list[float]:
    """Entries from nine to five, Monday to Friday, until MONDAY."""
    chance = random.Random(seed)
    moments = []
    for day in range(-7 * weeks, 0):
        if day % 7 < 5:
            at = MONDAY + day * DAY + 9 * HOUR
            while (at := at + chance.expovariate(each) * HOUR) < MONDAY + day * DAY + 17 * HOUR:
                moments.append(at)
    return moments


def learned(moments: Sequence[float], now: float = MONDAY) -> PublicationRate:
    return PublicationRate().learned(moments, now)


def wait(
    rate: PublicationRate,
    now: float,
    policy: PollPolicy = PACE,
    hints: Hints = Hints(),
    source: str = "a",
) -> float:
    return next_poll(rate, source, now, policy, hints).at - now


def test_the_rates_know_the_hours_and_the_days() -> None:
    rates = learned(office(6)).rates(MONDAY)
    monday, night, sunday = (
        expected(rates, MONDAY + day * DAY + start * HOUR, MONDAY + day * DAY + (start + 6) * HOUR)
        / 6
        for day, start in ((0, 10), (0, 0), (6, 10))
    )
    assert 1.4 < monday < 2.2  # 2.0, less what other days and hours lend
    assert night < 0.1
    assert sunday < monday / 2


def test_all_rates_together_are_what_was_seen() -> None:
    moments = office(6)
    assert sum(learned(moments).rates(MONDAY)) == pytest.approx(len(moments) / 6, rel=0.15)


def test_an_hour_that_was_not_watched_yet_borrows_from_the_others() -> None:
    two_days = [moment for moment in office(1) if moment < MONDAY - 5 * DAY]
    rates = learned(two_days, MONDAY - 5 * DAY).rates(MONDAY - 5 * DAY)
    thursday = MONDAY - 4 * DAY
    assert expected(rates, thursday + 12 * HOUR, thursday + 13 * HOUR) > 0.5
    assert all(rate > 0 for rate in rates)


def test_a_source_that_stops_fades() -> None:
    rate = learned(office(6))
    later = rate.learned([], MONDAY + 2 * HALF_LIFE)
    assert sum(later.weights) == pytest.approx(sum(rate.weights) / 4, rel=0.01)
    assert sum(later.rates(MONDAY + 2 * HALF_LIFE)) < sum(rate.rates(MONDAY)) / 2


def test_learning_in_steps_is_learning_at_once() -> None:
    moments = office(3)
    steps = PublicationRate()
    for before, after in itertools.pairwise(range(-21, 1)):
        now = MONDAY + after * DAY
        steps = steps.learned([m for m in moments if MONDAY + before * DAY <= m < now], now)
    once = learned(moments).rates(MONDAY)
    assert sum(steps.rates(MONDAY)) == pytest.approx(sum(once), rel=0.1)


def test_a_pinned_entry_says_nothing_of_the_rhythm() -> None:
    moments = office(1)
    pinned = learned([MONDAY - 1_000 * DAY, *moments])
    assert pinned.rates(MONDAY) == pytest.approx(learned(moments).rates(MONDAY), rel=0.01)


def test_dates_in_the_future_are_not_counted() -> None:
    assert learned([MONDAY + DAY] * 5 + [MONDAY - 1]).weights == (0.0,) * 168


def test_the_state_is_small_and_survives_json() -> None:
    rate = learned(office(6, each=40))
    text = rate.model_dump_json()
    assert len(text) < 550
    again = PublicationRate.model_validate_json(text)
    assert again.weights == pytest.approx(rate.weights, rel=1e-3)
    assert PublicationRate.model_validate_json(again.model_dump_json()) == again
    assert '"weights":""' in PublicationRate().model_dump_json()


def test_polls_come_within_the_objective_by_day_and_rarely_at_night() -> None:
    rate = learned(office(6))
    assert wait(rate, MONDAY + 11 * HOUR) <= 600
    assert wait(rate, MONDAY + 20 * HOUR) > 1.8 * HOUR
    early = wait(rate, MONDAY + 7.5 * HOUR)  # before the first hour that counts
    assert early <= 1.5 * HOUR + 600


def test_a_busy_source_is_polled_by_what_is_expected_within_the_bounds() -> None:
    hourly = [MONDAY - number * HOUR / 30 for number in range(2_000)]
    assert wait(learned(hourly), MONDAY) == pytest.approx(300, rel=0.11)
    assert wait(learned(hourly), MONDAY, PollPolicy(10.0, 7_200.0, 600.0)) == pytest.approx(
        60, rel=0.15
    )


def test_a_rare_source_is_left_alone_unless_somebody_asks_for_more() -> None:
    weekly = [MONDAY - number * WEEK - 10 * HOUR for number in range(8)]
    assert wait(learned(weekly), MONDAY) > 0.9 * 7_200
    asked = PACE._replace(asked=True)
    before = MONDAY + WEEK - 11 * HOUR
    assert wait(learned(weekly), before, asked) <= 3_600 + 600
    assert publishing_hours(learned(weekly).rates(MONDAY)) == frozenset()
    assert not keeps_objective(learned(weekly).rates(MONDAY), PACE)
    assert keeps_objective(learned(weekly).rates(MONDAY), asked)


def test_a_source_of_which_nothing_is_known_is_polled_hourly() -> None:
    assert wait(PublicationRate(), MONDAY) == pytest.approx(FIRST, rel=0.11)
    assert wait(PublicationRate(), MONDAY, hints=Hints(period=900.0)) == pytest.approx(
        900, rel=0.11
    )


def test_jitter_follows_from_the_source_and_the_time_and_only_ever_hastens() -> None:
    names = [f"source-{number}" for number in range(200)]
    waits = [wait(PublicationRate(), MONDAY, source=name) for name in names]
    assert waits == [wait(PublicationRate(), MONDAY, source=name) for name in names]
    assert len(set(waits)) > 190
    assert 0.9 * FIRST <= min(waits) < 0.91 * FIRST
    assert 0.99 * FIRST < max(waits) <= FIRST
    assert jitter("a", 1.0) != jitter("a", 2.0)


@pytest.mark.parametrize(
    ("hints", "least", "why"),
    [
        (Hints(ttl=3_600.0), 3_600, "ttl"),
        (Hints(fresh=1_800.0), 1_800, "Cache-Control"),
        (Hints(ttl=900.0, fresh=1_800.0), 1_800, "Cache-Control"),
        (Hints(ttl=1e6), 7_200, "ttl"),  # within the bounds
        (Hints(ttl=60.0, period=60.0), 500, "objective"),
    ],
)
def test_what_a_source_asks_for_is_not_before(hints: Hints, least: float, why: str) -> None:
    plan = next_poll(learned(office(6)), "a", MONDAY + 11 * HOUR, PACE, hints)
    assert least <= plan.at - MONDAY - 11 * HOUR <= least * 1.2
    assert plan.paced_by == why


def test_a_period_that_the_feed_itself_breaks_is_not_waited_for() -> None:
    at = MONDAY + 11 * HOUR
    assert wait(learned(office(6, each=4)), at, hints=Hints(period=HOUR)) <= 600
    assert wait(learned(office(6, each=1)), at, hints=Hints(period=HOUR)) >= HOUR


def test_hours_that_are_skipped_are_skipped() -> None:
    hints = Hints(skip_hours=frozenset({11, 12}))
    plan = next_poll(learned(office(6)), "a", MONDAY + 10.95 * HOUR, PACE, hints)
    assert (plan.at, plan.paced_by) == (MONDAY + 13 * HOUR, "skipHours and skipDays")


def test_what_is_expected_over_weeks_is_the_sum() -> None:
    rates = [float(hour % 5) for hour in range(168)]
    assert expected(rates, 0.0, 3 * WEEK) == pytest.approx(3 * sum(rates))
    assert expected(rates, 0.5 * HOUR, 2 * HOUR) == pytest.approx(0.5 * rates[0] + rates[1])
    assert expected(rates, 5.0, 5.0) == 0.0
