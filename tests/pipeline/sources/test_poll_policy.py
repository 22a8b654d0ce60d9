"""When a source is polled next."""

import pytest

from pipeline.discover.hints import NO_HINTS, Hints
from pipeline.sources.poll_policy import (
    FIRST,
    PollPolicy,
    jitter,
    keeps_objective,
    next_poll,
    publishing_hours,
)
from pipeline.sources.publication_rate import PublicationRate
from tests.support.data.source_states import HOUR, MONDAY, POLICY, WEEK, learned, office


def wait(
    rate: PublicationRate,
    now: float,
    policy: PollPolicy = POLICY,
    hints: Hints = NO_HINTS,
    source: str = "a",
) -> float:
    return next_poll(rate, source, now, policy, hints).at - now


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
    asked = POLICY._replace(asked=True)
    before = MONDAY + WEEK - 11 * HOUR
    assert wait(learned(weekly), before, asked) <= 3_600 + 600
    assert publishing_hours(learned(weekly).rates(MONDAY)) == frozenset()
    assert not keeps_objective(learned(weekly).rates(MONDAY), POLICY)
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
    plan = next_poll(learned(office(6)), "a", MONDAY + 11 * HOUR, POLICY, hints)
    assert least <= plan.at - MONDAY - 11 * HOUR <= least * 1.2
    assert plan.paced_by == why


def test_a_period_that_the_feed_itself_breaks_is_not_waited_for() -> None:
    at = MONDAY + 11 * HOUR
    assert wait(learned(office(6, each=4)), at, hints=Hints(period=HOUR)) <= 600
    assert wait(learned(office(6, each=1)), at, hints=Hints(period=HOUR)) >= HOUR


def test_hours_that_are_skipped_are_skipped() -> None:
    hints = Hints(skip_hours=frozenset({11, 12}))
    plan = next_poll(learned(office(6)), "a", MONDAY + 10.95 * HOUR, POLICY, hints)
    assert (plan.at, plan.paced_by) == (MONDAY + 13 * HOUR, "skipHours and skipDays")
